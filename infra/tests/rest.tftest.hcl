# The REST API: what it answers by itself.

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
    condition     = length(aws_api_gateway_gateway_response.rest) == 0
    error_message = "They belong to it."
  }
}
