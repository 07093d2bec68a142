# What `claimsmith check --door` prints: whom it lets in, and which inputs it refuses. The files are
# those of crates/cli/tests/golden-door; `tests/infra/run` copies them to where this one runs.

mock_provider "aws" {}

variables {
  issuer     = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
  client_ids = ["1web", "2mobile"]

  # HTTP API
  api_id = "http1"
  routes = { "GET /items" = "integrations/abc" }
  scopes = ["items/read"]

  # AppSync and AgentCore
  name             = "items"
  role_arn         = "arn:aws:iam::123456789012:role/items"
  schema           = "type Query { items: [String] }"
  user_pool_id     = "eu-west-1_TheirPool"
  user_pool_region = "eu-central-1"

  # load balancer
  listener_arn     = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/items/50dc6c495c0c9188/f2f7dc8efc522ab2"
  priority         = 10
  paths            = ["/items"]
  target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/items/73e2d6bc24d8a067"

  # Verified Permissions
  policy_store_id       = "store1"
  user_pool_arn         = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_TheirPool"
  principal_entity_type = "Items::User"
  actions               = ["Items::Action::\"Read\"", "Items::Action::\"Write\""]

  # identity pool
  identity_pool_id = "eu-west-1:11111111-1111-4111-8111-111111111111"
  provider_name    = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
  default_role_arn = "arn:aws:iam::123456789012:role/nothing"
  rules            = [{ claim = "org_tier", value = "pro", role_arn = "arn:aws:iam::123456789012:role/pro" }]
}

run "an_http_api_asks_for_clients_and_scopes" {
  command = plan
  module {
    source = "./http-api"
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.claims.jwt_configuration[0].issuer == var.issuer && aws_apigatewayv2_authorizer.claims.jwt_configuration[0].audience == toset(var.client_ids)
    error_message = "Issuer and clients."
  }
  assert {
    condition     = aws_apigatewayv2_route.claims["GET /items"].authorization_type == "JWT" && aws_apigatewayv2_route.claims["GET /items"].authorization_scopes == toset(["items/read"])
    error_message = "Without scopes ID tokens pass."
  }
}

run "an_http_api_without_them_is_refused" {
  command = plan
  module {
    source = "./http-api"
  }
  variables {
    issuer     = "cognito-idp.eu-west-1.amazonaws.com"
    client_ids = []
    scopes     = []
  }
  expect_failures = [var.issuer, var.client_ids, var.scopes]
}

run "appsync_takes_these_clients_and_no_others" {
  command = plan
  module {
    source = "./appsync"
  }
  assert {
    condition     = aws_appsync_graphql_api.claims.user_pool_config[0].app_id_client_regex == "^(1web|2mobile)$" && aws_appsync_graphql_api.claims.user_pool_config[0].default_action == "DENY"
    error_message = "A pattern that is open at an end lets longer ids in."
  }
}

run "appsync_takes_no_pattern_for_a_client" {
  command = plan
  module {
    source = "./appsync"
  }
  variables {
    client_ids = [".*"]
  }
  expect_failures = [var.client_ids]
}

run "an_identity_pool_compares_and_refuses" {
  command = plan
  module {
    source = "./identity-pool"
  }
  assert {
    condition = { for mapping in aws_cognito_identity_pool_roles_attachment.claims.role_mapping : mapping.identity_provider => [mapping.type, mapping.ambiguous_role_resolution, mapping.mapping_rule[0].match_type, mapping.mapping_rule[0].claim] } == {
      "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool:1web"    = ["Rules", "Deny", "Equals", "org_tier"]
      "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool:2mobile" = ["Rules", "Deny", "Equals", "org_tier"]
    }
    error_message = "Every client has the rules, and whom none fits is refused."
  }
}

run "an_identity_pool_compares_no_list" {
  command = plan
  module {
    source = "./identity-pool"
  }
  variables {
    client_ids    = []
    provider_name = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
    rules         = [{ claim = "roles", value = "admin", role_arn = "arn:aws:iam::123456789012:role/admin" }]
  }
  expect_failures = [var.client_ids, var.provider_name, var.rules]
}

run "cedar_tells_one_flag_in_every_form" {
  command = plan
  module {
    source = "./verified-permissions"
  }
  variables {
    demanded = { org_tier = ["pro", "enterprise"], feature_flags = ["beta"], permissions = ["read"], roles = ["admin"], trial = ["false"], seats = ["5"] }
  }
  assert {
    condition     = aws_verifiedpermissions_identity_source.pool.configuration[0].cognito_user_pool_configuration[0].client_ids == tolist(var.client_ids)
    error_message = "Without clients every client's tokens count."
  }
  assert {
    condition     = aws_verifiedpermissions_policy.claims.definition[0].static[0].statement == <<-CEDAR
      permit (
        principal is Items::User,
        action in [Items::Action::"Read", Items::Action::"Write"],
        resource
      ) when {
        context has token &&
        context.token has "feature_flags" && (context.token["feature_flags"] == "beta" || context.token["feature_flags"] like "beta,*" || context.token["feature_flags"] like "*,beta" || context.token["feature_flags"] like "*,beta,*") &&
        context.token has "org_tier" && (context.token["org_tier"] == "pro" || context.token["org_tier"] == "enterprise") &&
        context.token has "permissions" && (context.token["permissions"] == "read" || context.token["permissions"] like "read *" || context.token["permissions"] like "* read" || context.token["permissions"] like "* read *") &&
        context.token has "roles" && (context.token["roles"].contains("admin")) &&
        context.token has "seats" && (context.token["seats"] == 5) &&
        context.token has "trial" && (context.token["trial"] == false)
      };
    CEDAR
    error_message = aws_verifiedpermissions_policy.claims.definition[0].static[0].statement
  }
}

run "cedar_takes_no_pattern" {
  command = plan
  module {
    source = "./verified-permissions"
  }
  variables {
    demanded = { feature_flags = ["*"] }
  }
  expect_failures = [var.demanded]
}

run "cedar_takes_no_code" {
  command = plan
  module {
    source = "./verified-permissions"
  }
  variables {
    demanded = { org_tier = ["pro\" || true || \""] }
  }
  expect_failures = [var.demanded]
}

run "cedar_takes_no_text_for_a_boolean" {
  command = plan
  module {
    source = "./verified-permissions"
  }
  variables {
    demanded = { trial = ["yes"] }
  }
  expect_failures = [var.demanded]
}

run "cedar_is_told_who_and_what" {
  command = plan
  module {
    source = "./verified-permissions"
  }
  variables {
    demanded              = { org_tier = ["pro"] }
    actions               = []
    client_ids            = []
    principal_entity_type = "Items::User || true"
  }
  expect_failures = [var.actions, var.client_ids, var.principal_entity_type]
}

run "cedar_needs_a_demand" {
  command = plan
  module {
    source = "./verified-permissions"
  }
  variables {
    demanded = {}
  }
  expect_failures = [var.demanded]
}

run "cedar_needs_a_value" {
  command = plan
  module {
    source = "./verified-permissions"
  }
  variables {
    demanded = { org_tier = [] }
  }
  expect_failures = [var.demanded]
}

# Of the next two only the inputs are here: the provider's oldest version lacks their resources.

run "a_load_balancer_takes_several_values_of_a_text" {
  command = plan
  module {
    source = "./alb"
  }
  variables {
    demanded = { org_tier = ["pro", "enterprise"], roles = ["admin"] }
  }
}

run "a_load_balancer_takes_one_word_of_a_list" {
  command = plan
  module {
    source = "./alb"
  }
  variables {
    demanded   = { roles = ["admin", "owner"] }
    client_ids = []
    issuer     = "http://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
  }
  expect_failures = [var.demanded, var.client_ids, var.issuer]
}

run "a_load_balancer_needs_a_demand" {
  command = plan
  module {
    source = "./alb"
  }
  variables {
    demanded = {}
  }
  expect_failures = [var.demanded]
}

run "a_load_balancer_tests_no_number" {
  command = plan
  module {
    source = "./alb"
  }
  variables {
    demanded = { seats = ["5"] }
  }
  expect_failures = [var.demanded]
}

run "a_load_balancer_needs_a_value" {
  command = plan
  module {
    source = "./alb"
  }
  variables {
    demanded = { org_tier = [""] }
  }
  expect_failures = [var.demanded]
}

run "agentcore_takes_several_words_of_a_list" {
  command = plan
  module {
    source = "./agentcore"
  }
  variables {
    demanded = { org_tier = ["pro"], roles = ["admin", "owner"] }
  }
}

run "agentcore_takes_one_value_of_a_text" {
  command = plan
  module {
    source = "./agentcore"
  }
  variables {
    demanded   = { org_tier = ["pro", "enterprise"] }
    client_ids = []
  }
  expect_failures = [var.demanded, var.client_ids]
}

run "agentcore_knows_no_comma" {
  command = plan
  module {
    source = "./agentcore"
  }
  variables {
    demanded = { feature_flags = ["beta,export"] }
  }
  expect_failures = [var.demanded]
}

run "agentcore_needs_a_demand" {
  command = plan
  module {
    source = "./agentcore"
  }
  variables {
    demanded = {}
  }
  expect_failures = [var.demanded]
}
