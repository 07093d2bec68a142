# The APIs, the Lambda authorizer and the function behind them.

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

run "by_default" {

  # Every route has an authorizer, and every JWT route a scope; the Lambda authorizer's file has its own.
  assert {
    condition = { for key, route in aws_apigatewayv2_route.handler : key => [route.route_key, route.authorization_type, route.authorizer_id, join(" ", coalesce(route.authorization_scopes, [])), route.target] } == {
      "GET /items"            = ["GET /items", "JWT", "jwt1", "items/read", "integrations/integration1"]
      "POST /items"           = ["POST /items", "JWT", "jwt1", "items/write", "integrations/integration1"]
      "DELETE /items/{id}"    = ["DELETE /items/{id}", "JWT", "jwt1", "items/write", "integrations/integration1"]
      "GET /authorized/items" = ["GET /authorized/items", "CUSTOM", "lambda1", "", "integrations/integration1"]
    }
    error_message = "The HTTP API's routes."
  }
  assert {
    condition = { for key, method in aws_api_gateway_method.handler : key => [method.http_method, method.authorization, method.authorizer_id, join(" ", coalesce(method.authorization_scopes, []))] } == {
      "GET /items"            = ["GET", "COGNITO_USER_POOLS", "cognito1", "items/read"]
      "POST /items"           = ["POST", "COGNITO_USER_POOLS", "cognito1", "items/write"]
      "DELETE /items/{id}"    = ["DELETE", "COGNITO_USER_POOLS", "cognito1", "items/write"]
      "GET /authorized/items" = ["GET", "CUSTOM", "lambda2", ""]
    }
    error_message = "The REST methods: without scopes a Cognito authorizer would take ID tokens."
  }
  assert {
    condition     = aws_api_gateway_authorizer.cognito[0].type == "COGNITO_USER_POOLS" && aws_api_gateway_authorizer.cognito[0].provider_arns == toset(["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_NewPool01"])
    error_message = "The Cognito authorizer."
  }

  # Kept answers are off by default.
  assert {
    condition     = aws_apigatewayv2_authorizer.lambda[0].authorizer_result_ttl_in_seconds == 0 && aws_api_gateway_authorizer.lambda[0].authorizer_result_ttl_in_seconds == 0
    error_message = "authorizer_cache_seconds."
  }

  # The authorizer may write its log, look revoked tokens up, and no more.
  assert {
    condition = jsondecode(aws_iam_role_policy.authorizer[0].policy).Statement == [{
      Sid      = "Log", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/demo-authorizer:*"
      }, {
      Sid      = "Revocation", Effect = "Allow", Action = ["dynamodb:BatchGetItem"]
      Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/demo-claims"
    }]
    error_message = "The role must have these rights and no others."
  }
  assert {
    condition     = aws_iam_role.authorizer[0].assume_role_policy == aws_iam_role.trigger.assume_role_policy
    error_message = "Only Lambda may take the role."
  }
  assert {
    condition     = aws_lambda_function.authorizer[0].environment[0].variables == tomap({ USER_POOL_ID = "eu-west-1_NewPool01", RESOURCE_SERVER = "items", WEB_CLIENT_ID = "1webclient", MACHINE_CLIENT_ID = "2machineclient", CLAIMS_TABLE = "demo-claims" })
    error_message = "The authorizer's variables."
  }
  assert {
    condition     = aws_lambda_function.authorizer[0].timeout < 10 && aws_lambda_function.authorizer[0].timeout > 3 && aws_lambda_function.authorizer[0].publish && aws_lambda_alias.authorizer[0].function_version == "3" && aws_lambda_function.authorizer[0].source_code_hash == filebase64sha256("authorizer.tf")
    error_message = "Longer than a fetch of keys, shorter than API Gateway waits; published behind its alias."
  }
  assert {
    condition     = aws_lambda_function.authorizer[0].runtime == "provided.al2023" && aws_lambda_function.authorizer[0].handler == "bootstrap" && aws_lambda_function.authorizer[0].architectures == tolist(["arm64"]) && aws_lambda_function.authorizer[0].logging_config[0].log_format == "JSON"
    error_message = "The authorizer's package and log."
  }

  # The handler is the gateways alone and knows its own table only.
  assert {
    condition = jsondecode(aws_iam_role_policy.handler[0].policy).Statement == [
      {
        Sid      = "Items", Effect = "Allow", Action = ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
        Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/demo-items"
      },
      {
        Sid      = "Log", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/demo-items:*"
      },
    ]
    error_message = "The role must have these rights and no others."
  }
  assert {
    condition     = aws_iam_role.handler[0].assume_role_policy == aws_iam_role.trigger.assume_role_policy
    error_message = "Only Lambda may take the role."
  }
  assert {
    condition     = aws_lambda_function.handler[0].environment[0].variables == tomap({ ITEMS_TABLE = "demo-items", RESOURCE_SERVER = "items" })
    error_message = "The handler's variables."
  }
  assert {
    condition     = [aws_lambda_function.handler[0].runtime, aws_lambda_function.handler[0].handler, aws_lambda_function.handler[0].memory_size] == ["provided.al2023", "bootstrap", 256]
    error_message = "A program, unless told otherwise."
  }
  assert {
    condition = alltrue([for api, permissions in { http1 = aws_lambda_permission.http, rest1 = aws_lambda_permission.rest } :
      { for key, permission in permissions : key => [permission.principal, permission.function_name, permission.qualifier, permission.source_arn] } == {
        "GET /items"            = ["apigateway.amazonaws.com", "demo-items", "live", "arn:aws:execute-api:eu-west-1:123456789012:${api}/*/GET/items"]
        "POST /items"           = ["apigateway.amazonaws.com", "demo-items", "live", "arn:aws:execute-api:eu-west-1:123456789012:${api}/*/POST/items"]
        "DELETE /items/{id}"    = ["apigateway.amazonaws.com", "demo-items", "live", "arn:aws:execute-api:eu-west-1:123456789012:${api}/*/DELETE/items/*"]
        "GET /authorized/items" = ["apigateway.amazonaws.com", "demo-items", "live", "arn:aws:execute-api:eu-west-1:123456789012:${api}/*/GET/authorized/items"]
      }
    ])
    error_message = "Who may invoke the handler."
  }
  assert {
    condition     = alltrue([for uri in concat([aws_apigatewayv2_integration.handler[0].integration_uri], [for integration in aws_api_gateway_integration.handler : integration.uri]) : strcontains(uri, ":function:demo-items:live/")]) && aws_lambda_alias.handler[0].function_version == "5" && aws_lambda_function.handler[0].publish && aws_lambda_function.handler[0].source_code_hash == filebase64sha256("handler.tf")
    error_message = "Through the alias, to a published version."
  }
  assert {
    condition     = alltrue([for integration in aws_api_gateway_integration.handler : integration.integration_http_method == "POST" && integration.type == "AWS_PROXY"]) && aws_apigatewayv2_integration.handler[0].payload_format_version == "2.0"
    error_message = "Functions are called by POST."
  }

  # Access logs say why and hold no claims.
  assert {
    condition     = alltrue([for format in [aws_apigatewayv2_stage.http[0].access_log_settings[0].format, aws_api_gateway_stage.rest[0].access_log_settings[0].format] : strcontains(format, "$context.authorizer.error") && strcontains(format, "$context.status") && !can(regex("claims|jwt|principalId|\\$context\\.authorizer\\.[^e]|[Aa]uthorization|identity\\.[^s]", format))])
    error_message = "The access logs' fields."
  }
  assert {
    condition     = aws_api_gateway_method_settings.rest[0].settings[0].logging_level == "OFF" && !aws_api_gateway_method_settings.rest[0].settings[0].data_trace_enabled && !aws_api_gateway_method_settings.rest[0].settings[0].caching_enabled
    error_message = "Execution logs would hold tokens, and a cache would mix organisations up."
  }
}

run "on_demand" {
  variables {
    more_client_ids          = ["9other", "1webclient"]
    authorizer_cache_seconds = 300
    cors                     = { origins = ["https://app.example.com"], methods = ["GET", "PUT"] }
    throttling               = { rate = 7, burst = 9 }
    rest_api_account_role    = true
  }

  # The jwt authorizer takes the tokens of all clients.
  assert {
    condition     = aws_apigatewayv2_authorizer.jwt[0].jwt_configuration[0].audience == toset(["1webclient", "2machineclient", "9other"])
    error_message = "Whoever is left out gets 401."
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.jwt[0].jwt_configuration[0].issuer == "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_NewPool01" && aws_apigatewayv2_authorizer.jwt[0].authorizer_type == "JWT"
    error_message = "The pool's issuer."
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.jwt[0].authorizer_result_ttl_in_seconds == null || aws_apigatewayv2_authorizer.jwt[0].authorizer_result_ttl_in_seconds == 0
    error_message = "A JWT authorizer keeps no answers."
  }

  # The lambda authorizer is asked by token and answers with policies.
  assert {
    condition     = aws_apigatewayv2_authorizer.lambda[0].authorizer_type == "REQUEST" && aws_apigatewayv2_authorizer.lambda[0].identity_sources == toset(["$request.header.Authorization"]) && aws_apigatewayv2_authorizer.lambda[0].authorizer_payload_format_version == "2.0" && !aws_apigatewayv2_authorizer.lambda[0].enable_simple_responses
    error_message = "Kept answers are found by the token."
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.lambda[0].authorizer_result_ttl_in_seconds == 300 && aws_api_gateway_authorizer.lambda[0].authorizer_result_ttl_in_seconds == 300
    error_message = "authorizer_cache_seconds."
  }
  assert {
    condition     = aws_api_gateway_authorizer.lambda[0].type == "REQUEST" && aws_api_gateway_authorizer.lambda[0].identity_source == "method.request.header.Authorization"
    error_message = "At the REST API, too."
  }
  assert {
    condition     = alltrue([for uri in [aws_apigatewayv2_authorizer.lambda[0].authorizer_uri, aws_api_gateway_authorizer.lambda[0].authorizer_uri] : strcontains(uri, ":function:demo-authorizer:live/")])
    error_message = "Through the alias."
  }
  assert {
    condition = { for api, permission in aws_lambda_permission.authorizer : api => [permission.principal, permission.function_name, permission.qualifier, permission.source_arn] } == {
      http-api = ["apigateway.amazonaws.com", "demo-authorizer", "live", "arn:aws:execute-api:eu-west-1:123456789012:http1/authorizers/lambda1"]
      rest-api = ["apigateway.amazonaws.com", "demo-authorizer", "live", "arn:aws:execute-api:eu-west-1:123456789012:rest1/authorizers/lambda2"]
    }
    error_message = "Only these authorizers of these APIs may invoke it."
  }

  # Preflights need no token.
  assert {
    condition     = aws_apigatewayv2_api.http[0].cors_configuration[0].allow_origins == toset(["https://app.example.com"]) && aws_apigatewayv2_api.http[0].cors_configuration[0].allow_headers == toset(["authorization", "content-type"]) && aws_apigatewayv2_api.http[0].cors_configuration[0].allow_methods == toset(["GET", "PUT"])
    error_message = "CORS at the API."
  }
  assert {
    condition = output.http_api == {
      id    = "http1", endpoint = aws_apigatewayv2_api.http[0].api_endpoint, execution_arn = "arn:aws:execute-api:eu-west-1:123456789012:http1"
      stage = "$default", integration_id = "integration1", jwt_authorizer_id = "jwt1", lambda_authorizer_id = "lambda1"
      } && [output.rest_api.id, output.rest_api.stage, output.rest_api.execution_arn, output.rest_api.authorizer_id, output.rest_api.lambda_authorizer_id] == [
      "rest1", "live", "arn:aws:execute-api:eu-west-1:123456789012:rest1", "cognito1", "lambda2",
    ] && output.rest_api.root_resource_id == aws_api_gateway_rest_api.rest[0].root_resource_id && output.rest_api.stage_arn == aws_api_gateway_stage.rest[0].arn
    error_message = "What routes made elsewhere attach to."
  }

  # Both apis throttle.
  assert {
    condition = [
      aws_apigatewayv2_stage.http[0].default_route_settings[0].throttling_rate_limit, aws_apigatewayv2_stage.http[0].default_route_settings[0].throttling_burst_limit,
      aws_api_gateway_method_settings.rest[0].settings[0].throttling_rate_limit, aws_api_gateway_method_settings.rest[0].settings[0].throttling_burst_limit,
    ] == [7, 9, 7, 9]
    error_message = "throttling."
  }

  # The regions log role is asked for.
  assert {
    condition     = jsondecode(aws_iam_role.api_logs[0].assume_role_policy).Statement[0].Principal == { Service = "apigateway.amazonaws.com" } && aws_iam_role_policy_attachment.api_logs[0].policy_arn == "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    error_message = "The role of API Gateway's logs."
  }
}

run "each_api_has_its_switch" {
  variables {
    http_api               = false
    rest_api               = false
    authorizer_revocation  = false
    machine_clients        = { nightly-import = ["read"] }
    authorizer_environment = { RESOURCE_SERVER = "theirs" }
  }

  # The shipped authorizer.toml names a machine that isn't there.
  expect_failures = [check.authorizer_knows_its_clients]

  # Each api has its switch.
  assert {
    condition     = length(aws_apigatewayv2_api.http) + length(aws_apigatewayv2_route.handler) + length(aws_api_gateway_rest_api.rest) + length(aws_api_gateway_method.handler) + length(aws_lambda_permission.http) + length(aws_lambda_permission.rest) + length(aws_lambda_permission.authorizer) == 0
    error_message = "No API, no way in."
  }
  assert {
    condition     = length(aws_lambda_function.handler) == 1 && output.authorizer_alias_arn == "arn:aws:lambda:eu-west-1:123456789012:function:demo-authorizer:live"
    error_message = "The functions stay, for other gateways."
  }

  # Without revocation it needs no table.
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.authorizer[0].policy).Statement : statement.Sid] == ["Log"]
    error_message = "No right to a table that it doesn't read."
  }
  assert {
    condition     = aws_lambda_function.authorizer[0].environment[0].variables == tomap({ USER_POOL_ID = "eu-west-1_NewPool01", RESOURCE_SERVER = "theirs", WEB_CLIENT_ID = "1webclient", NIGHTLY_IMPORT_CLIENT_ID = "2machineclient" })
    error_message = "The authorizer's variables."
  }
}

run "a_handler_of_a_managed_runtime" {
  variables {
    handler_runtime = "nodejs22.x"
    handler_entry   = "index.handler"
  }
  assert {
    condition     = [aws_lambda_function.handler[0].runtime, aws_lambda_function.handler[0].handler, aws_lambda_function.handler[0].memory_size, aws_lambda_function.trigger.runtime, aws_lambda_function.authorizer[0].runtime] == ["nodejs22.x", "index.handler", 512, "provided.al2023", "provided.al2023"]
    error_message = "The handler's runtime, and nobody else's."
  }
}

run "a_managed_runtime_without_its_entry_is_refused" {
  variables {
    handler_runtime = "python3.13"
  }
  command         = plan
  expect_failures = [var.handler_entry]
}

run "an_entry_without_its_runtime_is_refused" {
  variables {
    handler_entry = "index.handler"
  }
  command         = plan
  expect_failures = [var.handler_entry]
}

run "without_a_handler_there_are_no_apis" {
  variables {
    handler_zip    = null
    authorizer_zip = null
  }
  assert {
    condition     = length(aws_lambda_function.handler) + length(aws_dynamodb_table.items) + length(aws_apigatewayv2_api.http) + length(aws_api_gateway_rest_api.rest) + length(aws_lambda_function.authorizer) == 0
    error_message = "handler_zip and authorizer_zip."
  }
}

run "an_api_without_clients_is_refused" {
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    authorizer_zip        = null
  }
  command         = plan
  expect_failures = [aws_apigatewayv2_api.http]
}

run "an_authorizer_of_an_existing_pool_is_told_its_clients" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    more_client_ids       = ["8web", "9machine"]
  }
  expect_failures = [check.authorizer_knows_its_clients]
}

run "and_then_it_knows_them" {
  command = plan
  variables {
    existing_user_pool_id  = "eu-west-1_TheirPool"
    more_client_ids        = ["8web", "9machine"]
    authorizer_environment = { WEB_CLIENT_ID = "8web", MACHINE_CLIENT_ID = "9machine" }
  }
}

run "fifty_clients_fit_one_jwt_authorizer" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    authorizer_zip        = null
    more_client_ids       = [for number in range(50) : "client${number}"]
  }
}

run "clients_that_are_yet_to_be_made_count_too" {
  command = plan
  variables {
    existing_user_pool_id = null
    authorizer_zip        = null
    machine_clients       = { for number in range(40) : "machine-${number}" => ["read"] }
    more_client_ids       = [for number in range(10) : "client${number}"]
  }
  expect_failures = [aws_apigatewayv2_authorizer.jwt]
}

run "and_no_more" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    authorizer_zip        = null
    more_client_ids       = [for number in range(51) : "client${number}"]
  }
  expect_failures = [aws_apigatewayv2_authorizer.jwt]
}
