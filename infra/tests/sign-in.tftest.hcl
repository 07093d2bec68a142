# Where people sign in and how, what else the pool calls, and what stands before it.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "demo"
  trigger_zip = "trigger.tf" # any file
}

run "by_default" {
  command = plan

  # Nothing is said, so nothing is bought.
  assert {
    condition = sum([
      length(aws_cognito_user_pool.main[0].user_pool_add_ons), length(aws_cognito_user_pool.main[0].email_configuration),
      length(aws_cognito_user_pool.main[0].sign_in_policy), length(aws_cognito_user_pool.main[0].web_authn_configuration),
      length(aws_cognito_user_pool_client.web[0].refresh_token_rotation), length(aws_cognito_user_pool_domain.custom),
      length(aws_lambda_permission.other_triggers), length(aws_wafv2_web_acl_association.pool),
    ]) == 0
    error_message = "Each is asked for."
  }
  assert {
    condition     = aws_cognito_user_pool_client.web[0].supported_identity_providers == toset(["COGNITO"]) && output.hosted_ui == null && output.token_endpoint == null && output.custom_domain_target == null
    error_message = "No domain, no providers."
  }
}

run "all_of_it" {
  variables {
    feature_plan          = "PLUS"
    threat_protection     = "ENFORCED"
    passwordless          = { passkeys = true, email_codes = true, relying_party = "auth.example.com", user_verification = "required" }
    email                 = { identity_arn = "arn:aws:ses:eu-west-1:123456789012:identity/example.com", from = "Acme <hello@example.com>", reply_to = "help@example.com", configuration_set = "pool" }
    domain_prefix         = "acme"
    custom_domain         = { name = "auth.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
    managed_login         = true
    refresh_rotation      = { grace_seconds = 5 }
    user_pool_web_acl_arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/pool/1"
    other_triggers = {
      create_auth_challenge          = "arn:aws:lambda:eu-west-1:123456789012:function:create"
      custom_message                 = "arn:aws:lambda:eu-west-1:123456789012:function:message"
      define_auth_challenge          = "arn:aws:lambda:eu-west-1:123456789012:function:define"
      post_authentication            = "arn:aws:lambda:eu-west-1:123456789012:function:after"
      post_confirmation              = "arn:aws:lambda:eu-west-1:123456789012:function:first:live"
      pre_authentication             = "arn:aws:lambda:eu-west-1:123456789012:function:before"
      pre_sign_up                    = "arn:aws:lambda:eu-west-1:123456789012:function:gate"
      user_migration                 = "arn:aws:lambda:eu-west-1:123456789012:function:move"
      verify_auth_challenge_response = "arn:aws:lambda:eu-west-1:123456789012:function:verify"
    }
    self_sign_up = true # and no warning, because first records are written
  }

  override_resource {
    target = aws_cognito_user_pool_domain.custom
    values = { cloudfront_distribution = "d1.cloudfront.net", cloudfront_distribution_zone_id = "Z2" }
  }

  # The pool.
  assert {
    condition     = aws_cognito_user_pool.main[0].user_pool_add_ons[0].advanced_security_mode == "ENFORCED"
    error_message = "threat_protection."
  }
  assert {
    condition     = aws_cognito_user_pool.main[0].sign_in_policy[0].allowed_first_auth_factors == toset(["PASSWORD", "WEB_AUTHN", "EMAIL_OTP"]) && contains(aws_cognito_user_pool_client.web[0].explicit_auth_flows, "ALLOW_USER_AUTH")
    error_message = "passwordless: the factors, and the flow that lets people choose."
  }
  assert {
    condition     = aws_cognito_user_pool.main[0].web_authn_configuration[0].relying_party_id == "auth.example.com" && aws_cognito_user_pool.main[0].web_authn_configuration[0].user_verification == "required"
    error_message = "passwordless: passkeys."
  }
  assert {
    condition = [for email in aws_cognito_user_pool.main[0].email_configuration :
      [email.email_sending_account, email.source_arn, email.from_email_address, email.reply_to_email_address, email.configuration_set]
      ] == [
      ["DEVELOPER", "arn:aws:ses:eu-west-1:123456789012:identity/example.com", "Acme <hello@example.com>", "help@example.com", "pool"],
    ]
    error_message = "email."
  }
  assert {
    condition     = aws_wafv2_web_acl_association.pool[0].resource_arn == aws_cognito_user_pool.main[0].arn && aws_wafv2_web_acl_association.pool[0].web_acl_arn == var.user_pool_web_acl_arn
    error_message = "user_pool_web_acl_arn."
  }

  # Rotation: without the flow that Cognito refuses beside it.
  assert {
    condition     = aws_cognito_user_pool_client.web[0].refresh_token_rotation[0].feature == "ENABLED" && aws_cognito_user_pool_client.web[0].refresh_token_rotation[0].retry_grace_period_seconds == 5 && !contains(aws_cognito_user_pool_client.web[0].explicit_auth_flows, "ALLOW_REFRESH_TOKEN_AUTH")
    error_message = "refresh_rotation."
  }

  # The domains.
  assert {
    condition     = aws_cognito_user_pool_domain.custom[0].domain == "auth.example.com" && aws_cognito_user_pool_domain.custom[0].certificate_arn == "arn:aws:acm:us-east-1:123456789012:certificate/1" && aws_cognito_user_pool_domain.custom[0].managed_login_version == 2 && aws_cognito_user_pool_domain.main[0].managed_login_version == 2
    error_message = "Both domains, with managed login."
  }
  assert {
    condition     = output.hosted_ui == "https://auth.example.com" && output.token_endpoint == "https://auth.example.com/oauth2/token" && output.custom_domain_target == { name = "d1.cloudfront.net", zone_id = "Z2" }
    error_message = "The custom domain comes first."
  }

  # Other triggers, each by its name.
  assert {
    condition = {
      for name, function in aws_cognito_user_pool.main[0].lambda_config[0] : name => function if contains(keys(var.other_triggers), name)
    } == { for name, function in var.other_triggers : name => function }
    error_message = "other_triggers."
  }
  assert {
    condition     = aws_cognito_user_pool.main[0].lambda_config[0].pre_token_generation_config[0].lambda_arn == aws_lambda_alias.trigger[0].arn
    error_message = "The trigger stays."
  }
  assert {
    condition = toset([for name, permission in aws_lambda_permission.other_triggers :
      "${name}: ${permission.principal} ${permission.source_arn} ${permission.source_account}"
      ]) == toset([for name in keys(var.other_triggers) :
      "${name}: cognito-idp.amazonaws.com arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_NewPool01 123456789012"
    ])
    error_message = "Each may be called by this pool alone."
  }
  assert {
    condition     = aws_lambda_permission.other_triggers["post_confirmation"].function_name == "arn:aws:lambda:eu-west-1:123456789012:function:first" && aws_lambda_permission.other_triggers["post_confirmation"].qualifier == "live" && aws_lambda_permission.other_triggers["pre_sign_up"].qualifier == null
    error_message = "Through the alias that the ARN names."
  }
}

run "rotation_is_switched_off_by_a_word" {
  command = plan
  variables {
    refresh_rotation = { enabled = false }
  }
  assert {
    condition     = aws_cognito_user_pool_client.web[0].refresh_token_rotation[0].feature == "DISABLED" && contains(aws_cognito_user_pool_client.web[0].explicit_auth_flows, "ALLOW_REFRESH_TOKEN_AUTH")
    error_message = "refresh_rotation."
  }
}

# Other partitions.

run "govcloud" {
  override_data {
    target = data.aws_region.current
    values = { id = "us-gov-west-1" }
  }
  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov", dns_suffix = "amazonaws.com" }
  }
  variables {
    domain_prefix = "acme"
  }
  assert {
    condition     = output.hosted_ui == "https://acme.auth-fips.us-gov-west-1.amazoncognito.com"
    error_message = "Pages in GovCloud have FIPS endpoints."
  }
}

run "china" {
  override_data {
    target = data.aws_region.current
    values = { id = "cn-north-1" }
  }
  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn" }
  }
  variables {
    domain_prefix = "acme"
  }
  assert {
    condition     = output.hosted_ui == null && output.token_endpoint == null && output.saml_urls.acs == null
    error_message = "No address is made up."
  }
  assert {
    condition     = output.issuer == "https://cognito-idp.cn-north-1.amazonaws.com.cn/eu-west-1_NewPool01"
    error_message = "The issuer has the partition's suffix."
  }
  expect_failures = [check.sign_in_pages_have_an_address]
}

run "govcloud_has_no_custom_domains" {
  command = plan
  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-us-gov", dns_suffix = "amazonaws.com" }
  }
  variables {
    custom_domain = { name = "auth.example.com", certificate_arn = "arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/1" }
  }
  expect_failures = [aws_cognito_user_pool_domain.custom]
}

run "govcloud_east_has_no_firewall_for_pools" {
  command = plan
  override_data {
    target = data.aws_region.current
    values = { id = "us-gov-east-1" }
  }
  variables {
    user_pool_web_acl_arn = "arn:aws-us-gov:wafv2:us-gov-east-1:123456789012:regional/webacl/pool/1"
  }
  expect_failures = [aws_wafv2_web_acl_association.pool]
}

# What can't work.

run "each_by_itself" {
  command = plan
  variables {
    threat_protection     = "ENFORCED" # of the plan PLUS
    passwordless          = { relying_party = "auth.example.com" }
    email                 = { identity_arn = "example.com", from = "hello@example.com" }
    custom_domain         = { name = "https://auth.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
    refresh_rotation      = { grace_seconds = 61 }
    user_pool_web_acl_arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/pool/1" # of CloudFront
    other_triggers        = { pre_token_generation = "arn:aws:lambda:eu-west-1:123456789012:function:theirs" }
    scopes                = { "items/read" = "Read items" }
  }
  expect_failures = [
    var.threat_protection, var.passwordless, var.email, var.custom_domain, var.refresh_rotation, var.user_pool_web_acl_arn,
    var.other_triggers, var.scopes,
  ]
}

run "other_values" {
  command = plan
  variables {
    feature_plan      = "PLUS"
    threat_protection = "ON"
    passwordless      = { user_verification = "never" }
    email             = { identity_arn = "arn:aws:ses:eu-west-1:123456789012:identity/example.com" } # whose address?
    custom_domain     = { name = "auth.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/1" }
    other_triggers    = { post_confirmation = "first" }
    scopes            = { read = "" }
  }
  expect_failures = [
    var.threat_protection, var.passwordless, var.email, var.custom_domain, var.other_triggers, var.scopes,
  ]
}

run "passkeys_are_one_factor" {
  command = plan
  variables {
    passwordless = { passkeys = true }
    mfa          = "ON"
  }
  expect_failures = [var.passwordless]
}

run "the_plan_lite_has_none" {
  command = plan
  variables {
    passwordless  = { email_codes = true }
    managed_login = true
    feature_plan  = "LITE"
    event_version = "V1_0"
  }
  expect_failures = [var.passwordless, var.managed_login, check.machine_tokens_carry_claims]
}

run "an_existing_pool_has_its_own" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    feature_plan          = "PLUS"
    threat_protection     = "AUDIT"
    passwordless          = { passkeys = true }
    email                 = { identity_arn = "arn:aws:ses:eu-west-1:123456789012:identity/hello@example.com" }
    custom_domain         = { name = "auth.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
    managed_login         = true
    user_pool_web_acl_arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/pool/1"
    other_triggers        = { pre_sign_up = "arn:aws:lambda:eu-west-1:123456789012:function:gate" }
  }
  expect_failures = [
    var.threat_protection, var.passwordless, var.email, var.custom_domain, var.managed_login, var.user_pool_web_acl_arn, var.other_triggers,
  ]
}

# Scopes.

run "scopes_of_ones_own" {
  variables {
    resource_server = "https://api.example.com/v1"
    scopes          = { "orders.read" = "Read orders", ship = "Ship orders" }
    web_scopes      = ["orders.read"]
    machine_clients = { robot = ["orders.read", "ship"] }
    callback_urls   = ["https://app.example.com/callback"]
  }
  assert {
    condition     = output.scopes == { "orders.read" = "https://api.example.com/v1/orders.read", ship = "https://api.example.com/v1/ship" }
    error_message = "The full names."
  }
  assert {
    condition     = aws_cognito_resource_server.main[0].identifier == "https://api.example.com/v1" && aws_cognito_resource_server.main[0].name == "https-api.example.com-v1" && { for scope in aws_cognito_resource_server.main[0].scope : scope.scope_name => scope.scope_description } == { for name, text in var.scopes : name => text }
    error_message = "The resource server, whose name takes fewer signs than its identifier."
  }
  assert {
    condition     = aws_cognito_user_pool_client.web[0].allowed_oauth_scopes == toset(["openid", "email", "profile", "https://api.example.com/v1/orders.read"]) && aws_cognito_user_pool_client.machine["robot"].allowed_oauth_scopes == toset(["https://api.example.com/v1/orders.read", "https://api.example.com/v1/ship"])
    error_message = "The clients' scopes."
  }
}

run "scopes_that_are_not_there" {
  command = plan
  variables {
    scopes          = { ship = "Ship orders" }
    web_scopes      = ["read"]
    machine_clients = { robot = ["write"] }
  }
  expect_failures = [var.web_scopes, var.machine_clients]
}

run "a_machine_named_as_our_client" {
  command = plan
  variables {
    machine_clients = { federated = ["read"] }
  }
  expect_failures = [var.machine_clients]
}

run "routes_take_short_scopes" {
  command = plan
  variables {
    handler_zip     = "handler.tf"
    resource_server = "https://a-rather-long-name-for-an-api.of-some-company.example.com"
  }
  expect_failures = [var.scopes]
}
