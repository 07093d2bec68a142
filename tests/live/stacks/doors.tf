# Two routes that the module doesn't make, to see what its handler gets there: one without an
# authorizer, and one whose authorizer asks for no scope.

resource "aws_apigatewayv2_integration" "echo" {
  api_id                 = module.trigger["v3"].http_api_id
  integration_type       = "AWS_PROXY"
  integration_method     = "POST"
  integration_uri        = module.trigger["v3"].functions.handler.invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_authorizer" "any" {
  api_id           = module.trigger["v3"].http_api_id
  name             = "any"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = module.trigger["v3"].issuer
    audience = [module.trigger["v3"].web_client_id]
  }
}

resource "aws_apigatewayv2_route" "echo" {
  for_each = toset(["open", "any"])

  api_id             = module.trigger["v3"].http_api_id
  route_key          = "GET /kit/${each.key}"
  target             = "integrations/${aws_apigatewayv2_integration.echo.id}"
  authorization_type = each.key == "any" ? "JWT" : "NONE"
  authorizer_id      = each.key == "any" ? aws_apigatewayv2_authorizer.any.id : null
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

resource "aws_lambda_permission" "echo" {
  statement_id  = "kit"
  action        = "lambda:InvokeFunction"
  function_name = module.trigger["v3"].functions.handler.name
  qualifier     = "live"
  principal     = "apigateway.amazonaws.com"
  source_arn = join(":", [
    "arn", data.aws_partition.current.partition, "execute-api", data.aws_region.current.id,
    data.aws_caller_identity.current.account_id, "${module.trigger["v3"].http_api_id}/*/*/kit/*",
  ])
}

# Asks for a scope `kit`, of a pool whose trigger can add a claim `scp` that says so.
resource "aws_apigatewayv2_authorizer" "scp" {
  api_id           = module.trigger["v3"].http_api_id
  name             = "scp"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = "https://cognito-idp.${data.aws_region.current.id}.${data.aws_partition.current.dns_suffix}/${aws_cognito_user_pool.recorder["v3"].id}"
    audience = [aws_cognito_user_pool_client.web["v3"].id]
  }
}

resource "aws_apigatewayv2_route" "scp" {
  api_id               = module.trigger["v3"].http_api_id
  route_key            = "GET /kit/scp"
  target               = "integrations/${aws_apigatewayv2_integration.echo.id}"
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.scp.id
  authorization_scopes = ["kit"]
}
