# The user pool, who may ask it for tokens, and what they may ask for.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  new_pool = var.existing_user_pool_id == null

  user_pool_id = local.new_pool ? aws_cognito_user_pool.main[0].id : var.existing_user_pool_id
  # By `id`, because version 6 of the provider has renamed `name`.
  region = data.aws_region.current.id
  # Of a replica it has the replica's region, and the id that begins with the primary's.
  user_pool_arn = local.new_pool ? aws_cognito_user_pool.main[0].arn : join(":", [
    "arn", data.aws_partition.current.partition, "cognito-idp", local.region,
    data.aws_caller_identity.current.account_id, "userpool/${var.existing_user_pool_id}",
  ])
  issuer = coalesce(var.issuer, "https://cognito-idp.${local.region}.${data.aws_partition.current.dns_suffix}/${local.user_pool_id}")

  scopes = {
    read  = "Read items"
    write = "Add items"
    admin = "Administer items"
  }
  scope_names = { for scope in keys(local.scopes) : scope => "${var.resource_server}/${scope}" }
  # A client made elsewhere may be named twice; the gateway is told each once.
  client_ids = distinct(concat(
    [for client in aws_cognito_user_pool_client.web : client.id],
    [for client in aws_cognito_user_pool_client.machine : client.id],
    var.more_client_ids,
  ))
}

resource "aws_cognito_user_pool" "main" {
  count = local.new_pool ? 1 : 0

  name                     = var.name
  user_pool_tier           = var.feature_plan
  deletion_protection      = var.deletion_protection ? "ACTIVE" : "INACTIVE"
  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]
  mfa_configuration        = var.mfa

  username_configuration {
    case_sensitive = false
  }

  # `pre_token_generation` would be version V1_0. To the alias, so that a version can be rolled
  # back and weighted without touching the pool.
  lambda_config {
    pre_token_generation_config {
      lambda_arn     = aws_lambda_alias.trigger.arn
      lambda_version = var.event_version
    }
  }

  password_policy {
    minimum_length                   = 12
    require_lowercase                = true
    require_uppercase                = true
    require_numbers                  = true
    require_symbols                  = true
    temporary_password_validity_days = 3
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = !var.self_sign_up
  }

  # The old address stays until the new one is verified: an address is an identity only then.
  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  dynamic "software_token_mfa_configuration" {
    for_each = var.mfa == "OFF" ? [] : [true]
    content {
      enabled = true
    }
  }

  dynamic "schema" {
    for_each = var.custom_attributes
    content {
      name                = schema.value
      attribute_data_type = "String"
      mutable             = true
      # As Cognito writes them itself: an attribute can't be changed, so there must be no difference.
      string_attribute_constraints {
        min_length = 0
        max_length = 2048
      }
    }
  }
}

resource "aws_cognito_resource_server" "main" {
  count = local.new_pool ? 1 : 0

  user_pool_id = local.user_pool_id
  identifier   = var.resource_server
  name         = var.resource_server

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
  allowed_oauth_flows_user_pool_client = length(var.callback_urls) > 0
  allowed_oauth_flows                  = length(var.callback_urls) > 0 ? ["code"] : null
  # `aws.cognito.signin.user.admin` isn't among them: nobody needs it to call the APIs.
  allowed_oauth_scopes = length(var.callback_urls) > 0 ? concat(
    ["openid", "email", "profile"], [for scope in var.web_scopes : local.scope_names[scope]],
  ) : null
  callback_urls                 = var.callback_urls
  logout_urls                   = var.logout_urls
  supported_identity_providers  = ["COGNITO"]
  explicit_auth_flows           = concat(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"], var.password_auth ? ["ALLOW_USER_PASSWORD_AUTH"] : [])
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

  # Named one by one: a client without these lists may write every standard attribute. No custom
  # attribute is among them, so a policy may trust those, and none of these. `email` can be written
  # only where people sign themselves up, because then it is what they give.
  read_attributes  = ["email", "email_verified", "family_name", "given_name", "locale", "name", "zoneinfo"]
  write_attributes = concat(["family_name", "given_name", "locale", "name", "zoneinfo"], var.self_sign_up ? ["email"] : [])

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

# The classic sign-in pages, which need no branding; managed login shows nothing without.
resource "aws_cognito_user_pool_domain" "main" {
  count = local.new_pool && var.domain_prefix != null ? 1 : 0

  domain       = var.domain_prefix
  user_pool_id = local.user_pool_id
}

resource "aws_cognito_user_group" "main" {
  for_each = local.new_pool ? var.groups : {}

  user_pool_id = local.user_pool_id
  name         = each.key
  description  = each.value.description
  precedence   = each.value.precedence
}

# Not errors: such a stack works, but not as its reader may think.

check "access_tokens_carry_claims" {
  assert {
    condition     = var.event_version != "V1_0" || var.handler_zip == null
    error_message = "With event_version V1_0 access tokens carry no claims, and the APIs' scopes ask for access tokens."
  }
}

check "machine_tokens_carry_claims" {
  assert {
    condition     = var.event_version == "V3_0" || !local.new_pool || length(var.machine_clients) == 0
    error_message = "The trigger runs for machines (client credentials) with event_version V3_0 only; their tokens will carry no claims."
  }
}
