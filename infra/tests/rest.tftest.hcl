# The REST API: what it answers by itself, and to pages.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "demo"
  trigger_zip = "trigger.tf" # any files
  handler_zip = "handler.tf"
  rest_api    = true
}

run "its_own_answers_are_problems" {
  assert {
    condition = { for type, answer in aws_api_gateway_gateway_response.rest : type => coalesce(answer.status_code, "as it is") } == {
      UNAUTHORIZED                   = "401"
      ACCESS_DENIED                  = "403"
      MISSING_AUTHENTICATION_TOKEN   = "404"
      REQUEST_TOO_LARGE              = "413"
      THROTTLED                      = "429"
      QUOTA_EXCEEDED                 = "429"
      AUTHORIZER_FAILURE             = "500"
      AUTHORIZER_CONFIGURATION_ERROR = "500"
      INTEGRATION_TIMEOUT            = "504"
      DEFAULT_4XX                    = "as it is"
      DEFAULT_5XX                    = "as it is"
    }
    error_message = "Each with its status, and all others as AWS has them."
  }
  assert {
    condition = jsondecode(aws_api_gateway_gateway_response.rest["UNAUTHORIZED"].response_templates["application/json"]) == {
      type       = "about:blank", title = "Unauthorized", status = 401, detail = "there is no token, or none that opens this"
      request_id = "$context.extendedRequestId"
    }
    error_message = "A problem document by RFC 9457."
  }
  assert {
    condition = alltrue([for type, answer in aws_api_gateway_gateway_response.rest :
      join(" ", keys(jsondecode(answer.response_templates["application/json"]))) == (
        startswith(type, "DEFAULT_") ? "detail request_id type" : "detail request_id status title type"
    )])
    error_message = "No reason, which is the handlers' own, and no status where none is known."
  }
  # One variable, an id: nothing that the caller or the authorizer said.
  assert {
    condition = alltrue([for answer in aws_api_gateway_gateway_response.rest :
      join(" ", regexall("\\$[\\w.]*", join(" ", concat(values(answer.response_templates), values(answer.response_parameters))))) == "$context.extendedRequestId"
    ])
    error_message = "The id alone is not a fixed text."
  }
  assert {
    condition     = alltrue([for answer in aws_api_gateway_gateway_response.rest : alltrue([for value in values(answer.response_parameters) : can(regex("^'[^']*'$", value))])])
    error_message = "Every header is a fixed text."
  }
  assert {
    condition     = alltrue([for answer in aws_api_gateway_gateway_response.rest : answer.response_parameters["gatewayresponse.header.Content-Type"] == "'application/problem+json'" && answer.response_parameters["gatewayresponse.header.Cache-Control"] == "'no-store'"])
    error_message = "Its type, and that nobody keeps it."
  }
  assert {
    condition     = { for type, answer in aws_api_gateway_gateway_response.rest : type => answer.response_parameters["gatewayresponse.header.WWW-Authenticate"] if can(answer.response_parameters["gatewayresponse.header.WWW-Authenticate"]) } == { UNAUTHORIZED = "'Bearer realm=\"api\"'" }
    error_message = "A 401 challenges, and nothing else does."
  }
}

run "without_a_rest_api_there_are_none" {
  variables {
    rest_api = false
  }
  command = plan
  assert {
    condition     = length(aws_api_gateway_gateway_response.rest) + length(aws_wafv2_web_acl_association.rest) == 0
    error_message = "They belong to it."
  }
}

run "a_firewall_with_an_http_api_beside_it_is_told" {
  command = plan
  variables {
    rest_api_web_acl_arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/api/1"
  }
  expect_failures = [check.the_firewall_has_no_door_beside_it]
}

run "a_firewall_stands_before_it" {
  variables {
    http_api             = false
    rest_api_web_acl_arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/api/1"
  }
  assert {
    condition     = aws_wafv2_web_acl_association.rest[0].resource_arn == "arn:aws:apigateway:eu-west-1::/restapis/rest1/stages/live" && aws_wafv2_web_acl_association.rest[0].web_acl_arn == var.rest_api_web_acl_arn
    error_message = "At its stage."
  }
}

run "a_firewall_of_cloudfront_is_refused" {
  command = plan
  variables {
    rest_api_web_acl_arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/api/1"
  }
  expect_failures = [var.rest_api_web_acl_arn]
}

run "a_firewall_before_no_rest_api_is_refused" {
  command = plan
  variables {
    rest_api             = false
    rest_api_web_acl_arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/api/1"
  }
  expect_failures = [var.rest_api_web_acl_arn]
}

run "without_origins_there_is_no_cors" {
  command = plan
  assert {
    condition     = length(aws_api_gateway_method.preflight) == 0 && !contains(keys(aws_lambda_function.handler[0].environment[0].variables), "CORS_ORIGINS") && !anytrue([for answer in aws_api_gateway_gateway_response.rest : contains(keys(answer.response_parameters), "gatewayresponse.header.Access-Control-Allow-Origin")])
    error_message = "No page reads anything."
  }
}

run "pages_of_one_origin" {
  variables {
    cors = { origins = ["https://app.example.com"], methods = ["GET", "PUT"], headers = ["authorization"] }
    routes = {
      "GET /items/{id}" = { scopes = ["read"] }
      "PUT /items/{id}" = { scopes = ["write"] }
      "GET /items"      = { scopes = ["read"] }
    }
  }
  assert {
    condition = { for path, method in aws_api_gateway_method.preflight : path => [method.http_method, method.authorization, method.resource_id] } == {
      "items"      = ["OPTIONS", "NONE", aws_api_gateway_resource.first["items"].id]
      "items/{id}" = ["OPTIONS", "NONE", aws_api_gateway_resource.second["items/{id}"].id]
    }
    error_message = "Each path has one preflight, without a token."
  }
  assert {
    condition = alltrue([for path, integration in aws_api_gateway_integration.preflight :
      integration.type == "MOCK" && integration.resource_id == aws_api_gateway_method.preflight[path].resource_id && jsondecode(integration.request_templates["application/json"]).statusCode == 204
    ])
    error_message = "No function is asked."
  }
  assert {
    condition = alltrue([for path, answer in aws_api_gateway_integration_response.preflight :
      answer.resource_id == aws_api_gateway_method.preflight[path].resource_id && answer.http_method == "OPTIONS" && answer.status_code == "204" && answer.response_parameters == tomap({
        "method.response.header.Access-Control-Allow-Origin"  = "'https://app.example.com'"
        "method.response.header.Access-Control-Allow-Methods" = "'GET,PUT'"
        "method.response.header.Access-Control-Allow-Headers" = "'authorization'"
        "method.response.header.Access-Control-Max-Age"       = "'3600'"
        "method.response.header.Vary"                         = "'Origin'"
      }) && answer.response_templates["application/json"] == "" && keys(aws_api_gateway_method_response.preflight[path].response_parameters) == keys(answer.response_parameters)
    ])
    error_message = "What a preflight is told."
  }
  assert {
    condition     = alltrue([for answer in aws_api_gateway_gateway_response.rest : answer.response_parameters["gatewayresponse.header.Access-Control-Allow-Origin"] == "'https://app.example.com'"])
    error_message = "A page can read a 401."
  }
  assert {
    condition     = aws_lambda_function.handler[0].environment[0].variables["CORS_ORIGINS"] == "https://app.example.com"
    error_message = "And what the handler says."
  }
}

run "pages_of_several_origins" {
  variables {
    cors = { origins = ["https://app.example.com", "https://admin.example.com", "http://localhost:3000"] }
  }
  assert {
    condition = alltrue([for answer in aws_api_gateway_integration_response.preflight :
      answer.response_parameters["method.response.header.Access-Control-Allow-Origin"] == "'https://app.example.com'" && answer.response_templates["application/json"] == join("\n", [
        "#if($input.params(\"Origin\") == \"https://admin.example.com\" || $input.params(\"origin\") == \"https://admin.example.com\")#set($context.responseOverride.header.Access-Control-Allow-Origin = \"https://admin.example.com\")#end",
        "#if($input.params(\"Origin\") == \"http://localhost:3000\" || $input.params(\"origin\") == \"http://localhost:3000\")#set($context.responseOverride.header.Access-Control-Allow-Origin = \"http://localhost:3000\")#end",
      ])
    ])
    error_message = "The first is said to all, and each other to its own pages."
  }
  assert {
    condition     = alltrue([for answer in aws_api_gateway_gateway_response.rest : answer.response_parameters["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"])
    error_message = "A gateway's own answers can't choose."
  }
  assert {
    condition     = aws_lambda_function.handler[0].environment[0].variables["CORS_ORIGINS"] == "https://app.example.com https://admin.example.com http://localhost:3000"
    error_message = "The handler can."
  }
}
