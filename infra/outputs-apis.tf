# Of the APIs: what routes, firewalls and names made elsewhere attach to.

output "http_api" {
  description = "The HTTP API, null without one: `id`, `endpoint`, `execution_arn`, `stage`, `integration_id` (the handler), `jwt_authorizer_id`, `lambda_authorizer_id` (each null without a route that names it). A route made elsewhere asks for a scope, or ID tokens pass its JWT authorizer; and the handler needs an `aws_lambda_permission` for it, with `source_arn` `<execution_arn>/*/*/<path>` and the alias as `qualifier`, or the route answers 500."
  value = one([for api in aws_apigatewayv2_api.http : {
    id                   = api.id
    endpoint             = api.api_endpoint
    execution_arn        = api.execution_arn
    stage                = aws_apigatewayv2_stage.http[0].name
    integration_id       = aws_apigatewayv2_integration.handler[0].id
    jwt_authorizer_id    = one(aws_apigatewayv2_authorizer.jwt[*].id)
    lambda_authorizer_id = one(aws_apigatewayv2_authorizer.lambda[*].id)
  }])
}

output "rest_api" {
  description = "The REST API, null without one: `id`, `endpoint` (stage included), `execution_arn`, `stage`, `stage_arn`, `root_resource_id`, `authorizer_id` (Cognito), `lambda_authorizer_id` (each null without a route that names it)."
  value = one([for api in aws_api_gateway_rest_api.rest : {
    id                   = api.id
    endpoint             = aws_api_gateway_stage.rest[0].invoke_url
    execution_arn        = api.execution_arn
    stage                = aws_api_gateway_stage.rest[0].stage_name
    stage_arn            = aws_api_gateway_stage.rest[0].arn
    root_resource_id     = api.root_resource_id
    authorizer_id        = one(aws_api_gateway_authorizer.cognito[*].id)
    lambda_authorizer_id = one(aws_api_gateway_authorizer.lambda[*].id)
  }])
}
