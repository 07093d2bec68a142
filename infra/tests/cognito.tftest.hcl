# The pool, its clients, scopes and groups, and a pool that exists already.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "demo"
  trigger_zip = "trigger.tf" # any file
}

run "by_default" {

  # The pool is safe by default.
  assert {
    condition     = aws_cognito_user_pool.main[0].user_pool_tier == "ESSENTIALS" && aws_cognito_user_pool.main[0].deletion_protection == "ACTIVE" && aws_cognito_user_pool.main[0].mfa_configuration == "OPTIONAL"
    error_message = "Plan, deletion protection and second factor."
  }
  assert {
    condition     = aws_cognito_user_pool.main[0].password_policy[0].minimum_length >= 12 && aws_cognito_user_pool.main[0].admin_create_user_config[0].allow_admin_create_user_only
    error_message = "Long passwords, and no strangers."
  }
  assert {
    condition     = [for way in aws_cognito_user_pool.main[0].account_recovery_setting[0].recovery_mechanism : way.name] == ["verified_email"]
    error_message = "Recovery by verified e-mail address only."
  }
  assert {
    condition     = aws_cognito_user_pool.main[0].user_attribute_update_settings[0].attributes_require_verification_before_update == toset(["email"])
    error_message = "An address counts when it is verified."
  }

  # Without callbacks there is no code flow.
  assert {
    condition     = !aws_cognito_user_pool_client.web[0].allowed_oauth_flows_user_pool_client
    error_message = "A code flow needs callback_urls."
  }

  # A machine has a secret and signs nobody in.
  assert {
    condition     = aws_cognito_user_pool_client.machine["machine"].generate_secret && aws_cognito_user_pool_client.machine["machine"].allowed_oauth_flows == toset(["client_credentials"])
    error_message = "Client credentials."
  }
  assert {
    condition     = aws_cognito_user_pool_client.machine["machine"].allowed_oauth_scopes == toset(["items/read", "items/write"])
    error_message = "Its scopes."
  }
  assert {
    condition     = aws_cognito_user_pool_client.machine["machine"].explicit_auth_flows == toset(["ALLOW_REFRESH_TOKEN_AUTH"]) && aws_cognito_user_pool_client.machine["machine"].write_attributes == toset(["locale"])
    error_message = "No flow that begins a sign-in, no list that means everything."
  }
  assert {
    condition     = output.machine_client_id == "2machineclient" && output.machine_client_ids == { machine = "2machineclient" } && nonsensitive(output.machine_client_secrets) == { machine = "secret" } && nonsensitive(output.machine_client_secret) == "secret"
    error_message = "Outputs of machines."
  }
}

run "with_sign_in_pages" {
  variables {
    callback_urls     = ["https://app.example.com/callback"]
    custom_attributes = ["tenant"]
    resource_server   = "orders"
    groups            = { admins = { precedence = 1 }, editors = { precedence = 20, description = "They edit" } }
    domain_prefix     = "acme"
  }

  # The web client has no secret and writes no custom attribute.
  assert {
    condition     = !aws_cognito_user_pool_client.web[0].generate_secret && aws_cognito_user_pool_client.web[0].allowed_oauth_flows == toset(["code"]) && aws_cognito_user_pool_client.web[0].allowed_oauth_flows_user_pool_client
    error_message = "Code flow without a secret."
  }
  assert {
    condition     = aws_cognito_user_pool_client.web[0].allowed_oauth_scopes == toset(["openid", "email", "profile", "orders/read", "orders/write"])
    error_message = "No admin scope, and none for the self-service API."
  }
  assert {
    condition     = aws_cognito_user_pool_client.web[0].enable_token_revocation && aws_cognito_user_pool_client.web[0].prevent_user_existence_errors == "ENABLED"
    error_message = "Revocation, and no word on who exists."
  }
  assert {
    condition     = aws_cognito_user_pool_client.web[0].write_attributes == toset(["family_name", "given_name", "locale", "name", "zoneinfo"])
    error_message = "What a user may write is named, and nothing else."
  }
  assert {
    condition     = !contains(aws_cognito_user_pool_client.web[0].read_attributes, "custom:tenant") && [for attribute in aws_cognito_user_pool.main[0].schema : attribute.name] == ["tenant"]
    error_message = "The trusted attribute exists, and the client can't read it."
  }
  assert {
    condition     = aws_cognito_user_pool_client.web[0].explicit_auth_flows == toset(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"])
    error_message = "Passwords stay with their owner."
  }
  assert {
    condition     = aws_cognito_user_pool_client.web[0].access_token_validity == 60 && aws_cognito_user_pool_client.web[0].token_validity_units[0].access_token == "minutes" && aws_cognito_user_pool_client.web[0].token_validity_units[0].refresh_token == "days"
    error_message = "Validity and its units."
  }

  # Scopes and groups.
  assert {
    condition     = aws_cognito_resource_server.main[0].identifier == "orders" && toset([for scope in aws_cognito_resource_server.main[0].scope : scope.scope_name]) == toset(["read", "write", "admin"])
    error_message = "The resource server and its scopes."
  }
  assert {
    condition     = output.scopes == { read = "orders/read", write = "orders/write", admin = "orders/admin" }
    error_message = "The scopes' full names."
  }
  assert {
    condition     = { for name, group in aws_cognito_user_group.main : name => group.precedence } == { admins = 1, editors = 20 }
    error_message = "Groups with precedence."
  }
  assert {
    condition     = output.hosted_ui == "https://acme.auth.eu-west-1.amazoncognito.com" && output.token_endpoint == "https://acme.auth.eu-west-1.amazoncognito.com/oauth2/token" && output.custom_domain_target == null
    error_message = "The domain."
  }
}

run "on_demand" {
  variables {
    password_auth       = true
    self_sign_up        = true
    deletion_protection = false
    event_version       = "V2_0"
  }

  # Passwords and sign ups are asked for.
  assert {
    condition     = contains(aws_cognito_user_pool_client.web[0].explicit_auth_flows, "ALLOW_USER_PASSWORD_AUTH")
    error_message = "password_auth."
  }
  assert {
    condition     = contains(aws_cognito_user_pool_client.web[0].write_attributes, "email") && !aws_cognito_user_pool.main[0].admin_create_user_config[0].allow_admin_create_user_only
    error_message = "Who signs up gives an address."
  }

  # Protection can be lifted.
  assert {
    condition     = aws_cognito_user_pool.main[0].deletion_protection == "INACTIVE" && !aws_dynamodb_table.claims[0].deletion_protection_enabled
    error_message = "deletion_protection."
  }

  # Machines without claims are warned of, and people without a record.
  expect_failures = [check.machine_tokens_carry_claims, check.who_signs_up_has_a_record]
}

run "an_existing_pool_is_left_alone" {
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    event_version         = "V2_0"
    groups                = { admins = { precedence = 1 } }
    domain_prefix         = "acme"
  }
  assert {
    condition = sum([
      length(aws_cognito_user_pool.main), length(aws_cognito_user_pool_client.web),
      length(aws_cognito_user_pool_client.machine), length(aws_cognito_resource_server.main),
      length(aws_cognito_user_pool_domain.main), length(aws_cognito_user_group.main),
    ]) == 0
    error_message = "Nothing of the pool is made."
  }
  assert {
    condition     = aws_lambda_permission.pools["eu-west-1_TheirPool"].source_arn == "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_TheirPool" && aws_lambda_permission.pools["eu-west-1_TheirPool"].source_account == "123456789012" && length(aws_lambda_permission.trigger) == 0
    error_message = "The permission is for that pool."
  }
  assert {
    condition = output.pool_lambda_config == {
      LambdaConfig = {
        PreTokenGenerationConfig = {
          LambdaArn     = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation:live"
          LambdaVersion = "V2_0"
        }
      }
    }
    error_message = "What to merge into the pool."
  }
  assert {
    condition     = output.issuer == "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool" && output.web_client_id == null && output.machine_client_id == null && output.hosted_ui == null && output.token_endpoint == null && output.federated_client_id == null
    error_message = "Outputs of an existing pool."
  }
  assert {
    condition     = output.jwks_uri == "${output.issuer}/.well-known/jwks.json" && output.openid_configuration == "${output.issuer}/.well-known/openid-configuration"
    error_message = "Where its keys are."
  }
}

run "access_tokens_without_claims_are_warned_of" {
  variables {
    event_version   = "V1_0"
    feature_plan    = "LITE"
    machine_clients = {}
    handler_zip     = "trigger.tf"
  }
  expect_failures = [check.access_tokens_carry_claims]
}

run "a_pool_of_another_region_is_refused" {
  command = plan
  variables {
    existing_user_pool_id = "eu-central-1_TheirPool"
  }
  expect_failures = [aws_lambda_permission.pools]
}

run "one_trigger_for_several_pools" {
  variables {
    more_user_pool_ids = ["eu-west-1_Second", "eu-west-1_Third"]
    handler_zip        = "trigger.tf"
    rest_api           = true
  }
  assert {
    condition = toset([for id, permission in aws_lambda_permission.pools :
      "${permission.source_arn} ${permission.source_account} ${permission.qualifier} ${permission.principal}"
      ]) == toset([for id in var.more_user_pool_ids :
      "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${id} 123456789012 live cognito-idp.amazonaws.com"
    ])
    error_message = "A permission for each, through the alias."
  }
  assert {
    condition     = length(distinct(concat([aws_lambda_permission.trigger[0].statement_id], [for permission in aws_lambda_permission.pools : permission.statement_id]))) == 3
    error_message = "Each has a statement of its own."
  }
  assert {
    condition     = output.pool_lambda_config.LambdaConfig.PreTokenGenerationConfig.LambdaArn == aws_lambda_alias.trigger[0].arn
    error_message = "What to merge into each."
  }
  assert {
    condition = aws_api_gateway_authorizer.cognito[0].provider_arns == toset([
      "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_NewPool01", "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Second",
      "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Third",
    ])
    error_message = "The REST API takes them all."
  }
  # The HTTP API doesn't.
  expect_failures = [check.the_http_api_takes_one_pool]
}

run "another_pool_of_another_region_is_refused" {
  command = plan
  variables {
    more_user_pool_ids = ["eu-central-1_Second"]
  }
  expect_failures = [aws_lambda_permission.pools]
}

run "one_pool_twice_is_refused" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    more_user_pool_ids    = ["eu-west-1_TheirPool"]
  }
  expect_failures = [var.more_user_pool_ids]
}
