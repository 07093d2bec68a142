# The HTTP API: a JWT authorizer, which also asks for scopes, or the Lambda authorizer, in front of
# the handler.

resource "aws_apigatewayv2_api" "http" {
  count = local.http_api ? 1 : 0

  name          = "${var.name}-http"
  protocol_type = "HTTP"

  # At the API, so that it answers preflights itself: they come without a token.
  dynamic "cors_configuration" {
    for_each = length(var.cors.origins) > 0 ? [true] : []
    content {
      allow_origins = var.cors.origins
      allow_methods = var.cors.methods
      allow_headers = var.cors.headers
      max_age       = 3600
    }
  }

  lifecycle {
    precondition {
      condition     = !local.jwt_routes || length(local.client_ids) > 0
      error_message = "The HTTP API takes the tokens of no app client: name the pool's in more_client_ids."
    }
  }
}

# The issuer's signature, time and scope, and that the token is for one of our clients. It keeps no
# answers, only keys. An access token has no `aud`, so its `client_id` is compared. An ID token
# would pass too, if the routes didn't ask for scopes.
resource "aws_apigatewayv2_authorizer" "jwt" {
  count = local.http_api && local.jwt_routes ? 1 : 0

  api_id           = aws_apigatewayv2_api.http[0].id
  name             = "jwt"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer = local.issuer
    # All clients, or the tokens of those that are left out get 401. A client that is replaced
    # stays here until its last token has expired.
    audience = local.client_ids
  }

  lifecycle {
    # A route lets go of it first: AWS deletes none that a route names.
    create_before_destroy = true
    # SPEC: API Gateway, "Quotas for configuring and running an HTTP API in API Gateway", audiences per
    # authorizer; it can't be raised.
    precondition {
      condition     = local.client_count <= 50
      error_message = "The JWT authorizer takes the tokens of 50 app clients at most, and these are ${local.client_count}. Give some of them an API of their own, or let the Lambda authorizer check them, whose file lists any number."
    }
  }
}

# What the Lambda authorizer asks on its routes, its file says.
resource "aws_apigatewayv2_route" "handler" {
  for_each = local.http_routes

  api_id               = aws_apigatewayv2_api.http[0].id
  route_key            = each.key
  target               = "integrations/${aws_apigatewayv2_integration.handler[0].id}"
  authorization_type   = each.value.authorizer == "jwt" ? "JWT" : "CUSTOM"
  authorizer_id        = each.value.authorizer == "jwt" ? aws_apigatewayv2_authorizer.jwt[0].id : aws_apigatewayv2_authorizer.lambda[0].id
  authorization_scopes = each.value.authorizer == "jwt" ? each.value.scopes : null
}

resource "aws_apigatewayv2_integration" "handler" {
  count = local.http_api ? 1 : 0

  api_id                 = aws_apigatewayv2_api.http[0].id
  integration_type       = "AWS_PROXY"
  integration_method     = "POST"
  integration_uri        = aws_lambda_alias.handler[0].invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_stage" "http" {
  count = local.http_api ? 1 : 0

  api_id      = aws_apigatewayv2_api.http[0].id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.throttling.rate
    throttling_burst_limit = var.throttling.burst
    # Metrics by route cost extra; the alarms take those of the stage, and the access log has the route.
    detailed_metrics_enabled = false
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.http[0].arn
    # Why a request was not let in, and nothing of its token: claims are personal data.
    format = jsonencode({
      requestId        = "$context.requestId"
      time             = "$context.requestTimeEpoch"
      ip               = "$context.identity.sourceIp"
      routeKey         = "$context.routeKey"
      status           = "$context.status"
      responseLength   = "$context.responseLength"
      responseLatency  = "$context.responseLatency"
      authorizerError  = "$context.authorizer.error"
      integrationError = "$context.integrationErrorMessage"
      error            = "$context.error.message"
      # What the handler's and the authorizer's own lines are found by.
      integrationRequestId = "$context.integration.requestId"
    })
  }
}

# Below `vendedlogs`, so that deliveries don't fill up the resource policy of the account's logs.
resource "aws_cloudwatch_log_group" "http" {
  count = local.http_api ? 1 : 0

  name              = "/aws/vendedlogs/apigateway/${var.name}-http"
  log_group_class   = var.log_class
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
