# Routes that the module doesn't make, to see what its handler gets there.

locals {
  api = module.trigger["v3"].http_api
}

# One without an authorizer, and one whose authorizer asks for no scope.
resource "aws_apigatewayv2_route" "echo" {
  for_each = toset(["open", "any"])

  api_id             = local.api.id
  route_key          = "GET /kit/${each.key}"
  target             = "integrations/${local.api.integration_id}"
  authorization_type = each.key == "any" ? "JWT" : "NONE"
  authorizer_id      = each.key == "any" ? local.api.jwt_authorizer_id : null
}

# Asks for a scope `kit`, of a pool whose trigger can add a claim `scp` that says so.
resource "aws_apigatewayv2_route" "scp" {
  api_id               = local.api.id
  route_key            = "GET /kit/scp"
  target               = "integrations/${local.api.integration_id}"
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.scp.id
  authorization_scopes = ["kit"]
}

resource "aws_apigatewayv2_authorizer" "scp" {
  api_id           = local.api.id
  name             = "scp"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = "https://${aws_cognito_user_pool.recorder["v3"].endpoint}"
    audience = [aws_cognito_user_pool_client.web["v3"].id]
  }
}

resource "aws_lambda_permission" "kit" {
  statement_id  = "kit"
  action        = "lambda:InvokeFunction"
  function_name = module.trigger["v3"].functions.handler.name
  qualifier     = "live"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${local.api.execution_arn}/*/*/kit/*"
}
