# App clients: who may ask the pool for tokens, and what they may ask for.

locals {
  scopes = var.scopes
  # Of an identifier that is a URL, too: `https://api.example.com/read`.
  scope_names = { for scope in keys(local.scopes) : scope => "${var.resource_server}/${scope}" }
  # A client made elsewhere may be named twice; the gateway is told each once.
  client_ids = distinct(concat(
    [for client in aws_cognito_user_pool_client.web : client.id],
    [for client in aws_cognito_user_pool_client.federated : client.id],
    [for client in aws_cognito_user_pool_client.machine : client.id],
    var.more_client_ids,
  ))
  # Known before they are made.
  client_count = (
    length(aws_cognito_user_pool_client.web) + length(aws_cognito_user_pool_client.federated) +
    length(aws_cognito_user_pool_client.machine) + length(distinct(var.more_client_ids))
  )
  # What people may read of themselves, and what they may write: named one by one, because a client
  # without these lists may write every standard attribute.
  read_attributes  = ["email", "email_verified", "family_name", "given_name", "locale", "name", "zoneinfo"]
  write_attributes = ["family_name", "given_name", "locale", "name", "zoneinfo"]
  rotation         = var.refresh_rotation == null ? false : var.refresh_rotation.enabled
  code_flow        = length(var.callback_urls) > 0
  # `aws.cognito.signin.user.admin` isn't among them: nobody needs it to call the APIs, and whoever
  # has it writes the attributes that the client may write.
  web_scopes = concat(["openid", "email", "profile"], [for scope in var.web_scopes : local.scope_names[scope]])
}

resource "aws_cognito_resource_server" "main" {
  count = local.new_pool ? 1 : 0

  user_pool_id = local.user_pool_id
  identifier   = var.resource_server
  # A name takes fewer signs than an identifier.
  name = replace(var.resource_server, "/[^0-9A-Za-z_+=,.@-]+/", "-")

  dynamic "scope" {
    for_each = local.scopes
    content {
      scope_name        = scope.key
      scope_description = scope.value
    }
  }
}

# A browser or an app: no secret, because it couldn't keep one. PKCE isn't a setting of the client:
# it happens when the client sends a code challenge.
resource "aws_cognito_user_pool_client" "web" {
  count = local.new_pool ? 1 : 0

  user_pool_id                         = local.user_pool_id
  name                                 = "${var.name}-web"
  generate_secret                      = false
  allowed_oauth_flows_user_pool_client = local.code_flow
  allowed_oauth_flows                  = local.code_flow ? ["code"] : null
  allowed_oauth_scopes                 = local.code_flow ? local.web_scopes : null
  callback_urls                        = var.callback_urls
  logout_urls                          = var.logout_urls
  supported_identity_providers         = concat(["COGNITO"], [for name in local.web_providers : local.provider_names[name]])
  # A client that rotates refresh tokens can't have the flow that only uses them; the sign-in pages
  # and `GetTokensFromRefreshToken` need none.
  explicit_auth_flows = concat(
    local.rotation ? [] : ["ALLOW_REFRESH_TOKEN_AUTH"],
    ["ALLOW_USER_SRP_AUTH"],
    local.passwordless ? ["ALLOW_USER_AUTH"] : [],
    var.password_auth ? ["ALLOW_USER_PASSWORD_AUTH"] : [],
  )
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  access_token_validity         = var.access_token_minutes
  id_token_validity             = var.access_token_minutes
  refresh_token_validity        = var.refresh_token_days

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }

  # Not said, nothing changes; to switch it off again, it must be said.
  dynamic "refresh_token_rotation" {
    for_each = var.refresh_rotation == null ? [] : [var.refresh_rotation]
    content {
      feature                    = refresh_token_rotation.value.enabled ? "ENABLED" : "DISABLED"
      retry_grace_period_seconds = refresh_token_rotation.value.enabled ? refresh_token_rotation.value.grace_seconds : null
    }
  }

  # No custom attribute is among them, so a policy may trust those, and none of these. `email` can be
  # written only where people sign themselves up, because then it is what they give, or where a
  # provider says it: what is mapped must be writable.
  read_attributes = local.read_attributes
  write_attributes = setunion(
    local.write_attributes, var.self_sign_up ? ["email"] : [], [for name in local.web_mapped : name if !endswith(name, "_verified")],
  )

  depends_on = [aws_cognito_resource_server.main]
}

# People of providers that map custom attributes, and nobody else. Cognito demands that the client
# may write what is mapped, so here no password, code or challenge begins a sign-in, and no token has
# the scope by which people write their attributes: docs/federation.md.
resource "aws_cognito_user_pool_client" "federated" {
  count = local.new_pool && length(local.own_providers) > 0 ? 1 : 0

  user_pool_id                         = local.user_pool_id
  name                                 = "${var.name}-federated"
  generate_secret                      = false
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = local.web_scopes
  callback_urls                        = var.callback_urls
  logout_urls                          = var.logout_urls
  supported_identity_providers         = [for name in local.own_providers : local.provider_names[name]]
  # It keeps the flow that begins nothing, and so can't rotate: an empty list would mean passwords.
  explicit_auth_flows           = ["ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  access_token_validity         = var.access_token_minutes
  id_token_validity             = var.access_token_minutes
  refresh_token_validity        = var.refresh_token_days

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }

  read_attributes  = local.read_attributes
  write_attributes = setunion(local.write_attributes, [for name in local.own_mapped : name if !endswith(name, "_verified")])

  depends_on = [aws_cognito_resource_server.main]
}

resource "aws_cognito_user_pool_client" "machine" {
  for_each = local.new_pool ? var.machine_clients : {}

  user_pool_id                         = local.user_pool_id
  name                                 = "${var.name}-${each.key}"
  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["client_credentials"]
  allowed_oauth_scopes                 = [for scope in each.value : local.scope_names[scope]]
  # Client credentials give no refresh token and sign nobody in. Without a list there would be
  # flows by which users sign in, so this is the one that can't begin anything.
  explicit_auth_flows           = ["ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  access_token_validity         = var.access_token_minutes

  token_validity_units {
    access_token = "minutes"
  }

  # Empty lists would mean: all of them.
  read_attributes  = ["locale"]
  write_attributes = ["locale"]

  depends_on = [aws_cognito_resource_server.main]
}

