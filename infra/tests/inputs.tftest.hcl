# Inputs that can't work are refused before anything is made.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "demo"
  trigger_zip = "trigger.tf" # any file
}

run "each_by_itself" {
  command = plan
  variables {
    name                     = "Too_Odd"
    event_version            = "V4_0"
    mfa                      = "MAYBE"
    architecture             = "mips"
    existing_user_pool_id    = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_TheirPool"
    domain_prefix            = "my-cognito"
    resource_server          = "https://api.example.com/"
    access_token_minutes     = 1 # 5 is Cognito's least
    refresh_token_days       = 4000
    provisioned_concurrency  = -1
    log_one_in               = 0
    log_retention_days       = 42
    authorizer_cache_seconds = 3601
    alias_version            = "$LATEST"
    callback_urls            = ["http://app.example.com/callback"]
    cors                     = { origins = ["*"] }
    groups                   = { "x,admin" = { precedence = 1 } } # would read as two
    policy_rights            = [{ table = "claims", actions = ["dynamodb:Scan"] }]
  }
  expect_failures = [
    var.name, var.event_version, var.mfa, var.architecture, var.existing_user_pool_id, var.domain_prefix,
    var.resource_server, var.access_token_minutes, var.refresh_token_days, var.provisioned_concurrency,
    var.log_one_in, var.log_retention_days, var.authorizer_cache_seconds, var.alias_version,
    var.callback_urls, var.cors, var.groups, var.policy_rights,
  ]
}

run "beside_another" {
  command = plan
  variables {
    feature_plan         = "LITE" # has no V3_0
    alias_weights        = { "8" = 0.1 }
    reserved_concurrency = 0
    kms_key_arn          = "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-4111-8111-111111111111"
    table_replicas       = { eu-central-1 = {} }
    groups               = { a = { precedence = 1 }, b = { precedence = 1 } }
    web_scopes           = ["everything"]
    machine_clients      = { web = ["read"] }
    custom_attributes    = ["custom:tenant"]
  }
  expect_failures = [
    var.feature_plan, var.alias_weights, var.reserved_concurrency, var.table_replicas, var.groups,
    var.web_scopes, var.machine_clients, var.custom_attributes,
  ]
}

run "shares_and_reservations" {
  command = plan
  variables {
    alias_version           = "7"
    alias_weights           = { "8" = 1.5 }
    provisioned_concurrency = 5
    reserved_concurrency    = 4
    cors                    = { methods = ["TRACE"] }
    callback_urls           = ["https://app.example.com/#here"]
    policy_rights           = [{ table = "$${STAGE}-claims", actions = [] }]
  }
  expect_failures = [var.alias_weights, var.reserved_concurrency, var.cors, var.callback_urls, var.policy_rights]
}

run "weights_of_one_version" {
  command = plan
  variables {
    alias_version = "7"
    alias_weights = { "7" = 0.1 }
  }
  expect_failures = [var.alias_weights]
}

run "weights_beside_provisioned_concurrency" {
  command = plan
  variables {
    alias_version           = "7"
    alias_weights           = { "8" = 0.1 }
    provisioned_concurrency = 1
  }
  expect_failures = [var.alias_weights]
}

run "what_can_work" {
  command = plan
  override_data {
    target = data.aws_region.current
    values = { id = "us-gov-west-1" }
  }
  variables {
    feature_plan          = "LITE" # of an existing pool: its owner's
    existing_user_pool_id = "us-gov-west-1_TheirPool"
    callback_urls         = ["https://app.example.com/callback", "http://localhost:3000/callback", "com.example.app://callback"]
    cors                  = { origins = ["https://app.example.com", "http://localhost:3000"] }
  }
}
