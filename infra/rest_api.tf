# The REST API: a Cognito authorizer and scopes on the methods, in front of the same handler.
# It has no CORS: pages take the HTTP API.

locals {
  rest_methods = local.rest_api ? { GET = local.scope_names.read, POST = local.scope_names.write } : {}
}

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

resource "aws_api_gateway_resource" "items" {
  count = local.rest_api ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.rest[0].id
  parent_id   = aws_api_gateway_rest_api.rest[0].root_resource_id
  path_part   = "items"
}

# It knows pools, not clients: any app client of the pool passes, if its token has the scope.
resource "aws_api_gateway_authorizer" "cognito" {
  count = local.rest_api ? 1 : 0

  rest_api_id     = aws_api_gateway_rest_api.rest[0].id
  name            = "cognito"
  type            = "COGNITO_USER_POOLS"
  provider_arns   = concat([local.user_pool_arn], values(local.more_pool_arns))
  identity_source = "method.request.header.Authorization"
}

# With scopes a method takes access tokens, without them ID tokens.
resource "aws_api_gateway_method" "items" {
  for_each = local.rest_methods

  rest_api_id          = aws_api_gateway_rest_api.rest[0].id
  resource_id          = aws_api_gateway_resource.items[0].id
  http_method          = each.key
  authorization        = "COGNITO_USER_POOLS"
  authorizer_id        = aws_api_gateway_authorizer.cognito[0].id
  authorization_scopes = [each.value]
}

resource "aws_api_gateway_integration" "items" {
  for_each = local.rest_methods

  rest_api_id             = aws_api_gateway_rest_api.rest[0].id
  resource_id             = aws_api_gateway_resource.items[0].id
  http_method             = aws_api_gateway_method.items[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST" # how a function is called, whatever the request's method
  uri                     = aws_lambda_alias.handler[0].invoke_arn
}

resource "aws_lambda_permission" "rest" {
  count = local.rest_api ? 1 : 0

  statement_id  = "rest-api"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.handler[0].function_name
  qualifier     = aws_lambda_alias.handler[0].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.rest[0].execution_arn}/*/*/items"
}

# A REST API serves what was deployed last, so what changes an answer is named here.
resource "aws_api_gateway_deployment" "rest" {
  count = local.rest_api ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.rest[0].id
  triggers = {
    redeployment = sha1(jsonencode([
      local.rest_methods,
      [for integration in aws_api_gateway_integration.items : [integration.id, integration.uri]],
      [for authorizer in aws_api_gateway_authorizer.cognito : [authorizer.id, authorizer.provider_arns]],
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
