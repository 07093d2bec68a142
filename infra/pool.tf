# The user pool, its groups, and the functions that it calls beside the trigger.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  new_pool = var.existing_user_pool_id == null

  user_pool_id = local.new_pool ? aws_cognito_user_pool.main[0].id : var.existing_user_pool_id
  # By `id`, because version 6 of the provider has renamed `name`.
  region = data.aws_region.current.id
  # Of a replica it has the replica's region, and the id that begins with the primary's.
  user_pool_arn = local.new_pool ? aws_cognito_user_pool.main[0].arn : "${local.pools_arn}/${var.existing_user_pool_id}"
  pools_arn     = "arn:${data.aws_partition.current.partition}:cognito-idp:${local.region}:${data.aws_caller_identity.current.account_id}:userpool"
  # Without an entry in this list a pool takes passwords only.
  passwordless = var.passwordless.passkeys || var.passwordless.email_codes
  issuer       = coalesce(var.issuer, "https://cognito-idp.${local.region}.${data.aws_partition.current.dns_suffix}/${local.user_pool_id}")
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
    create_auth_challenge          = lookup(var.other_triggers, "create_auth_challenge", null)
    custom_message                 = lookup(var.other_triggers, "custom_message", null)
    define_auth_challenge          = lookup(var.other_triggers, "define_auth_challenge", null)
    post_authentication            = lookup(var.other_triggers, "post_authentication", null)
    post_confirmation              = lookup(var.other_triggers, "post_confirmation", null)
    pre_authentication             = lookup(var.other_triggers, "pre_authentication", null)
    pre_sign_up                    = lookup(var.other_triggers, "pre_sign_up", null)
    user_migration                 = lookup(var.other_triggers, "user_migration", null)
    verify_auth_challenge_response = lookup(var.other_triggers, "verify_auth_challenge_response", null)

    pre_token_generation_config {
      lambda_arn     = local.alias.arn
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

  # A password stays possible: Cognito takes no list without it.
  dynamic "sign_in_policy" {
    for_each = local.passwordless ? [true] : []
    content {
      allowed_first_auth_factors = concat(
        ["PASSWORD"],
        var.passwordless.passkeys ? ["WEB_AUTHN"] : [],
        var.passwordless.email_codes ? ["EMAIL_OTP"] : [],
      )
    }
  }

  dynamic "web_authn_configuration" {
    for_each = var.passwordless.passkeys ? [true] : []
    content {
      relying_party_id  = var.passwordless.relying_party
      user_verification = var.passwordless.user_verification
    }
  }

  dynamic "user_pool_add_ons" {
    for_each = var.threat_protection == "OFF" ? [] : [true]
    content {
      advanced_security_mode = var.threat_protection
    }
  }

  # Without it Cognito sends by itself, 50 messages a day.
  dynamic "email_configuration" {
    for_each = var.email == null ? [] : [var.email]
    content {
      email_sending_account  = "DEVELOPER"
      source_arn             = email_configuration.value.identity_arn
      from_email_address     = email_configuration.value.from
      reply_to_email_address = email_configuration.value.reply_to
      configuration_set      = email_configuration.value.configuration_set
    }
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
    for_each = setunion(var.custom_attributes, local.mapped_attributes)
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

resource "aws_cognito_user_group" "main" {
  for_each = local.new_pool ? var.groups : {}

  user_pool_id = local.user_pool_id
  name         = each.key
  description  = each.value.description
  precedence   = each.value.precedence
}

# Each by its own name, only for this pool, and through the version or alias that its ARN names.
resource "aws_lambda_permission" "other_triggers" {
  for_each = local.new_pool ? var.other_triggers : {}

  statement_id   = "${var.name}-${replace(each.key, "_", "-")}"
  action         = "lambda:InvokeFunction"
  function_name  = join(":", slice(split(":", each.value), 0, 7))
  qualifier      = try(split(":", each.value)[7], null)
  principal      = "cognito-idp.amazonaws.com"
  source_arn     = local.user_pool_arn
  source_account = data.aws_caller_identity.current.account_id
}

resource "aws_wafv2_web_acl_association" "pool" {
  count = local.new_pool && var.user_pool_web_acl_arn != null ? 1 : 0

  resource_arn = local.user_pool_arn
  web_acl_arn  = var.user_pool_web_acl_arn

  lifecycle {
    # SPEC: AWS GovCloud (US) User Guide, "Amazon Cognito in AWS GovCloud (US)".
    precondition {
      condition     = local.region != "us-gov-east-1"
      error_message = "user_pool_web_acl_arn: pools in us-gov-east-1 take no web ACL."
    }
  }
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

# Whether the policy demands a record isn't known here; the shipped one does.
check "who_signs_up_has_a_record" {
  assert {
    condition     = !local.new_pool || !var.self_sign_up || contains(keys(var.other_triggers), "post_confirmation")
    error_message = "self_sign_up: who has just signed up has no record, and gets no token from a policy that demands one, as the shipped one does (record_missing). Write it in a function in other_triggers.post_confirmation; examples/post-confirmation has one."
  }
}

check "the_http_api_takes_one_pool" {
  assert {
    condition     = length(var.more_user_pool_ids) == 0 || length(aws_apigatewayv2_authorizer.jwt) == 0
    error_message = "more_user_pool_ids: a JWT authorizer knows one issuer, so the HTTP API answers people of these pools with 401, but for routes of the Lambda authorizer whose file names them."
  }
}
