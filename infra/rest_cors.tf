# CORS at the REST API: it answers preflights by itself. What lets a page read the other answers is in
# them: rest_responses.tf has the gateway's, and the handler says it in its own, by CORS_ORIGINS.

locals {
  rest_cors = local.rest_api && length(var.cors.origins) > 0
  # A path has one preflight, however many routes it has.
  preflights = toset([for route in values(local.rest_routes) : route.path if local.rest_cors])
  preflight_headers = {
    # A page of another origin than the one that stands here may read nothing: browsers compare.
    Access-Control-Allow-Origin  = try(var.cors.origins[0], "")
    Access-Control-Allow-Methods = join(",", var.cors.methods)
    Access-Control-Allow-Headers = join(",", var.cors.headers)
    Access-Control-Max-Age       = "3600"
    Vary                         = "Origin"
  }
  # So for each other origin its pages are told theirs. A header's name comes as it was sent. SPEC: API
  # Gateway, "Override your API's request and response parameters and status codes for REST APIs".
  preflight_template = join("\n", [
    for origin in slice(var.cors.origins, min(1, length(var.cors.origins)), length(var.cors.origins)) :
    "#if($input.params(\"Origin\") == \"${origin}\" || $input.params(\"origin\") == \"${origin}\")#set($context.responseOverride.header.Access-Control-Allow-Origin = \"${origin}\")#end"
  ])
}

# Without a token: browsers send none with a preflight.
resource "aws_api_gateway_method" "preflight" {
  for_each = local.preflights

  rest_api_id   = aws_api_gateway_rest_api.rest[0].id
  resource_id   = local.rest_resource_ids[each.key]
  http_method   = "OPTIONS"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "preflight" {
  for_each = local.preflights

  rest_api_id          = aws_api_gateway_rest_api.rest[0].id
  resource_id          = aws_api_gateway_method.preflight[each.key].resource_id
  http_method          = aws_api_gateway_method.preflight[each.key].http_method
  type                 = "MOCK"
  passthrough_behavior = "NEVER"
  request_templates    = { "application/json" = jsonencode({ statusCode = 204 }) }
}

resource "aws_api_gateway_method_response" "preflight" {
  for_each = local.preflights

  rest_api_id         = aws_api_gateway_rest_api.rest[0].id
  resource_id         = aws_api_gateway_method.preflight[each.key].resource_id
  http_method         = aws_api_gateway_method.preflight[each.key].http_method
  status_code         = "204"
  response_parameters = { for name in keys(local.preflight_headers) : "method.response.header.${name}" => true }
}

resource "aws_api_gateway_integration_response" "preflight" {
  for_each = local.preflights

  rest_api_id         = aws_api_gateway_rest_api.rest[0].id
  resource_id         = aws_api_gateway_integration.preflight[each.key].resource_id
  http_method         = aws_api_gateway_integration.preflight[each.key].http_method
  status_code         = aws_api_gateway_method_response.preflight[each.key].status_code
  response_parameters = { for name, value in local.preflight_headers : "method.response.header.${name}" => "'${value}'" }
  response_templates  = { "application/json" = local.preflight_template }
}
