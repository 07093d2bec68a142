# Routes of your own, at both APIs.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name           = "demo"
  trigger_zip    = "trigger.tf" # any files
  authorizer_zip = "authorizer.tf"
  handler_zip    = "handler.tf"
  rest_api       = true
}

run "both_apis_have_them" {
  variables {
    routes = {
      "GET /orgs/{org}/items/{id}" = { scopes = ["read", "billing/read"] }
      "PUT /orgs/{org}/items/{id}" = { scopes = ["write"] }
      "GET /orgs"                  = { authorizer = "lambda" }
    }
  }
  assert {
    condition = { for key, route in aws_apigatewayv2_route.handler : key => [route.authorization_type, route.authorizer_id, join(" ", sort(coalesce(route.authorization_scopes, [])))] } == {
      "GET /orgs/{org}/items/{id}" = ["JWT", "jwt1", "billing/read items/read"]
      "PUT /orgs/{org}/items/{id}" = ["JWT", "jwt1", "items/write"]
      "GET /orgs"                  = ["CUSTOM", "lambda1", ""]
    }
    error_message = "At the HTTP API."
  }
  assert {
    condition = { for key, method in aws_api_gateway_method.handler : key => [method.http_method, method.resource_id, method.authorization, method.authorizer_id, join(" ", sort(coalesce(method.authorization_scopes, [])))] } == {
      "GET /orgs/{org}/items/{id}" = ["GET", aws_api_gateway_resource.fourth["orgs/{org}/items/{id}"].id, "COGNITO_USER_POOLS", "cognito1", "billing/read items/read"]
      "PUT /orgs/{org}/items/{id}" = ["PUT", aws_api_gateway_resource.fourth["orgs/{org}/items/{id}"].id, "COGNITO_USER_POOLS", "cognito1", "items/write"]
      "GET /orgs"                  = ["GET", aws_api_gateway_resource.first["orgs"].id, "CUSTOM", "lambda2", ""]
    }
    error_message = "At the REST API."
  }
  assert {
    condition = alltrue([for key, integration in aws_api_gateway_integration.handler :
      integration.resource_id == aws_api_gateway_method.handler[key].resource_id && integration.http_method == aws_api_gateway_method.handler[key].http_method
    ])
    error_message = "Each method with its own integration."
  }
  # A path is a resource below a resource.
  assert {
    condition = [
      { for path, part in aws_api_gateway_resource.first : path => "${part.path_part} ${part.parent_id == aws_api_gateway_rest_api.rest[0].root_resource_id}" },
      { for path, part in aws_api_gateway_resource.second : path => "${part.path_part} ${part.parent_id == aws_api_gateway_resource.first["orgs"].id}" },
      { for path, part in aws_api_gateway_resource.third : path => "${part.path_part} ${part.parent_id == aws_api_gateway_resource.second["orgs/{org}"].id}" },
      { for path, part in aws_api_gateway_resource.fourth : path => "${part.path_part} ${part.parent_id == aws_api_gateway_resource.third["orgs/{org}/items"].id}" },
      length(aws_api_gateway_resource.fifth),
    ] == [{ "orgs" = "orgs true" }, { "orgs/{org}" = "{org} true" }, { "orgs/{org}/items" = "items true" }, { "orgs/{org}/items/{id}" = "{id} true" }, 0]
    error_message = "The parts of the paths."
  }
  assert {
    condition = alltrue([for api, permissions in { http1 = aws_lambda_permission.http, rest1 = aws_lambda_permission.rest } :
      { for key, permission in permissions : key => permission.source_arn } == {
        "GET /orgs/{org}/items/{id}" = "arn:aws:execute-api:eu-west-1:123456789012:${api}/*/GET/orgs/*/items/*"
        "PUT /orgs/{org}/items/{id}" = "arn:aws:execute-api:eu-west-1:123456789012:${api}/*/PUT/orgs/*/items/*"
        "GET /orgs"                  = "arn:aws:execute-api:eu-west-1:123456789012:${api}/*/GET/orgs"
      }
    ])
    error_message = "Who may invoke the handler: each route, and no other."
  }
  assert {
    condition     = length(distinct([for permission in concat(values(aws_lambda_permission.http), values(aws_lambda_permission.rest)) : permission.statement_id])) == 6 && alltrue([for permission in concat(values(aws_lambda_permission.http), values(aws_lambda_permission.rest)) : can(regex("^[0-9a-zA-Z_-]{1,100}$", permission.statement_id))])
    error_message = "Each has a statement of its own."
  }
}

# Then it needs no other, and tokens with the issuer UPDATED pass.
run "the_lambda_authorizer_alone" {
  variables {
    existing_user_pool_id  = "eu-west-1_TheirPool"
    authorizer_environment = { WEB_CLIENT_ID = "8web", MACHINE_CLIENT_ID = "9machine" }
    issuer                 = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
    routes                 = { "GET /items" = { authorizer = "lambda" } }
  }
  assert {
    condition     = length(aws_api_gateway_authorizer.cognito) + length(aws_apigatewayv2_authorizer.jwt) == 0 && aws_api_gateway_method.handler["GET /items"].authorizer_id == "lambda2" && length(aws_api_gateway_method.handler) == 1
    error_message = "Nobody else checks."
  }
  assert {
    condition     = output.http_api.jwt_authorizer_id == null && output.rest_api.authorizer_id == null && output.http_api.lambda_authorizer_id == "lambda1"
    error_message = "What isn't there."
  }
}

run "one_route_by_cognito_is_too_many_for_an_updated_issuer" {
  command = plan
  variables {
    issuer = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
    routes = {
      "GET /items"  = { authorizer = "lambda" }
      "POST /items" = { scopes = ["write"] }
    }
  }
  expect_failures = [var.issuer]
}

run "without_an_authorizer_the_routes_that_need_it_are_left_out" {
  command = plan
  variables {
    authorizer_zip = null
  }
  assert {
    condition     = join(", ", keys(aws_apigatewayv2_route.handler)) == "DELETE /items/{id}, GET /items, POST /items" && join(", ", keys(aws_api_gateway_method.handler)) == "DELETE /items/{id}, GET /items, POST /items" && length(aws_lambda_permission.http) == 3 && length(aws_lambda_permission.authorizer) == 0
    error_message = "Three routes."
  }
}

run "a_route_of_another_form_is_refused" {
  command = plan
  variables {
    routes = { "GET items" = { scopes = ["read"] } }
  }
  expect_failures = [var.routes]
}

run "a_route_with_any_method_is_refused" {
  command = plan
  variables {
    routes = { "ANY /items" = { scopes = ["read"] } }
  }
  expect_failures = [var.routes]
}

run "a_route_that_ends_with_a_slash_is_refused" {
  command = plan
  variables {
    routes = { "GET /items/" = { scopes = ["read"] } }
  }
  expect_failures = [var.routes]
}

run "six_parts_are_refused" {
  command = plan
  variables {
    routes = { "GET /a/b/c/d/e/f" = { scopes = ["read"] } }
  }
  expect_failures = [var.routes]
}

run "a_greedy_parameter_is_refused" {
  command = plan
  variables {
    routes = { "GET /{proxy+}" = { scopes = ["read"] } }
  }
  expect_failures = [var.routes]
}

run "two_names_for_one_parameter_are_refused" {
  command = plan
  variables {
    routes = {
      "GET /items/{id}"         = { scopes = ["read"] }
      "GET /items/{item}/notes" = { scopes = ["read"] }
    }
  }
  expect_failures = [var.routes]
}

run "no_routes_are_refused" {
  command = plan
  variables {
    routes = {}
  }
  expect_failures = [var.routes]
}

run "too_many_routes_are_refused" {
  command = plan
  variables {
    routes = { for number in range(21) : "GET /items/${number}" => { scopes = ["read"] } }
  }
  expect_failures = [var.routes]
}

run "another_authorizer_is_refused" {
  command = plan
  variables {
    routes = { "GET /items" = { scopes = ["read"], authorizer = "none" } }
  }
  expect_failures = [var.routes]
}

run "a_jwt_route_without_a_scope_is_refused" {
  command = plan
  variables {
    routes = { "GET /items" = {} }
  }
  expect_failures = [var.routes]
}

run "eleven_scopes_are_refused" {
  command = plan
  variables {
    routes = { "GET /items" = { scopes = [for number in range(11) : "other/${number}"] } }
  }
  expect_failures = [var.routes]
}

run "scopes_at_a_lambda_authorizer_are_refused" {
  command = plan
  variables {
    routes = { "GET /items" = { scopes = ["read"], authorizer = "lambda" } }
  }
  expect_failures = [var.routes]
}

run "an_unknown_scope_is_refused" {
  command = plan
  variables {
    routes = { "GET /items" = { scopes = ["openid"] } }
  }
  expect_failures = [var.routes]
}

run "a_long_scope_is_refused" {
  command = plan
  variables {
    routes = { "GET /items" = { scopes = ["other/${join("", [for number in range(59) : "x"])}"] } }
  }
  expect_failures = [var.routes]
}

run "a_lambda_route_without_the_authorizer_is_refused" {
  command = plan
  variables {
    authorizer_zip = null
    routes         = { "GET /items" = { authorizer = "lambda" } }
  }
  expect_failures = [var.routes]
}

run "scopes_without_those_of_the_default_routes_are_refused" {
  command = plan
  variables {
    web_scopes      = ["see"]
    machine_clients = { machine = ["see"] }
    scopes          = { see = "See items" }
  }
  expect_failures = [var.routes]
}
