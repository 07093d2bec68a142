# The REST API: a Cognito authorizer and scopes on the methods, or the Lambda authorizer, in front of
# the same handler.

resource "aws_api_gateway_rest_api" "rest" {
  count = local.rest_api ? 1 : 0

  name = "${var.name}-rest"

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

# It knows pools, not clients: any app client of the pool passes, if its token has the scope.
resource "aws_api_gateway_authorizer" "cognito" {
  count = local.rest_api && local.jwt_routes ? 1 : 0

  rest_api_id     = aws_api_gateway_rest_api.rest[0].id
  name            = "cognito"
  type            = "COGNITO_USER_POOLS"
  provider_arns   = concat([local.user_pool_arn], [for id in var.more_user_pool_ids : "${local.pools_arn}/${id}"])
  identity_source = "method.request.header.Authorization"
}

# With scopes a method takes access tokens, without them ID tokens.
resource "aws_api_gateway_method" "handler" {
  for_each = local.rest_routes

  rest_api_id          = aws_api_gateway_rest_api.rest[0].id
  resource_id          = local.rest_resource_ids[each.value.path]
  http_method          = each.value.method
  authorization        = each.value.authorizer == "jwt" ? "COGNITO_USER_POOLS" : "CUSTOM"
  authorizer_id        = each.value.authorizer == "jwt" ? aws_api_gateway_authorizer.cognito[0].id : aws_api_gateway_authorizer.lambda[0].id
  authorization_scopes = each.value.authorizer == "jwt" ? each.value.scopes : null
}

resource "aws_api_gateway_integration" "handler" {
  for_each = local.rest_routes

  rest_api_id             = aws_api_gateway_rest_api.rest[0].id
  resource_id             = aws_api_gateway_method.handler[each.key].resource_id
  http_method             = aws_api_gateway_method.handler[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST" # how a function is called, whatever the request's method
  uri                     = aws_lambda_alias.handler[0].invoke_arn
}

# A REST API serves what was deployed last, so what changes an answer is named here.
#
# A deployment is made before what was taken out is gone (hashicorp/terraform-provider-aws#11344), so a
# route that was taken out is served until the next one. It reaches nothing, because its permission is
# gone, unless that of another route covers its path, as `GET /items/{id}` does with `GET /items/export`.
resource "aws_api_gateway_deployment" "rest" {
  count = local.rest_api ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.rest[0].id
  triggers = {
    redeployment = sha1(jsonencode([
      { for key, method in aws_api_gateway_method.handler : key => [method.resource_id, method.authorization, method.authorizer_id, method.authorization_scopes] },
      { for key, integration in aws_api_gateway_integration.handler : key => [integration.id, integration.uri] },
      [for authorizer in aws_api_gateway_authorizer.cognito : [authorizer.id, authorizer.provider_arns]],
      [for authorizer in aws_api_gateway_authorizer.lambda : [authorizer.id, authorizer.authorizer_uri, authorizer.authorizer_result_ttl_in_seconds]],
      { for path, preflight in aws_api_gateway_integration_response.preflight : path => [preflight.resource_id, preflight.response_parameters, preflight.response_templates] },
      { for type, answer in aws_api_gateway_gateway_response.rest : type => [answer.status_code, answer.response_parameters, answer.response_templates] },
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "rest" {
  count = local.rest_api ? 1 : 0

  rest_api_id          = aws_api_gateway_rest_api.rest[0].id
  deployment_id        = aws_api_gateway_deployment.rest[0].id
  stage_name           = "live"
  xray_tracing_enabled = var.tracing

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.rest[0].arn
    # As at the HTTP API: no claims.
    format = jsonencode({
      requestId        = "$context.requestId"
      time             = "$context.requestTimeEpoch"
      ip               = "$context.identity.sourceIp"
      method           = "$context.httpMethod"
      resource         = "$context.resourcePath"
      status           = "$context.status"
      responseLength   = "$context.responseLength"
      responseLatency  = "$context.responseLatency"
      authorizerError  = "$context.authorizer.error"
      integrationError = "$context.integrationErrorMessage"
      error            = "$context.error.message"
      # What the handler's own line is found by. A caller can choose the request id, but not this one.
      extendedRequestId    = "$context.extendedRequestId"
      integrationRequestId = "$context.integration.requestId"
      xrayTraceId          = "$context.xrayTraceId"
    })
  }

  # Without the region's role a stage with logs is refused.
  depends_on = [aws_api_gateway_account.logs]
}

# Only a REST API takes one: an HTTP API has none (AWS WAF Developer Guide, "Resources that you can
# protect with AWS WAF").
resource "aws_wafv2_web_acl_association" "rest" {
  count = local.rest_api && var.rest_api_web_acl_arn != null ? 1 : 0

  resource_arn = aws_api_gateway_stage.rest[0].arn
  web_acl_arn  = var.rest_api_web_acl_arn
}

resource "aws_api_gateway_method_settings" "rest" {
  count = local.rest_api ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.rest[0].id
  stage_name  = aws_api_gateway_stage.rest[0].stage_name
  method_path = "*/*"

  settings {
    throttling_rate_limit  = var.throttling.rate
    throttling_burst_limit = var.throttling.burst
    # By method, as in http_api.tf.
    metrics_enabled = false
    # Execution logs hold requests, and with them tokens.
    logging_level      = "OFF"
    data_trace_enabled = false
    # Answers belong to one organisation; a cache of the gateway knows nothing of that.
    caching_enabled = false
  }
}

resource "aws_cloudwatch_log_group" "rest" {
  count = local.rest_api ? 1 : 0

  name              = "/aws/vendedlogs/apigateway/${var.name}-rest"
  log_group_class   = var.log_class
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# One setting for all REST APIs of an account and region, so it is only made on demand.

resource "aws_api_gateway_account" "logs" {
  count = var.rest_api_account_role ? 1 : 0

  cloudwatch_role_arn = aws_iam_role.api_logs[0].arn
  depends_on          = [aws_iam_role_policy_attachment.api_logs]
}

resource "aws_iam_role" "api_logs" {
  count = var.rest_api_account_role ? 1 : 0

  name                 = "${var.name}-rest-api-logs"
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

# The role is every REST API's, so its rights are the ones that AWS made for it.
resource "aws_iam_role_policy_attachment" "api_logs" {
  count = var.rest_api_account_role ? 1 : 0

  role       = aws_iam_role.api_logs[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

check "the_firewall_has_no_door_beside_it" {
  assert {
    condition     = var.rest_api_web_acl_arn == null || !local.http_api
    error_message = "rest_api_web_acl_arn: the HTTP API serves the same routes, and no web ACL stands before it. Set http_api to false if all requests are to pass the firewall."
  }
}
