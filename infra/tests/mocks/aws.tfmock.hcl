# What AWS would make up, where a test needs to know it or the provider checks its form.

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_partition.current
  values = { partition = "aws", dns_suffix = "amazonaws.com" }
}

override_data {
  target = data.aws_region.current
  values = { id = "eu-west-1" }
}

override_resource {
  target = aws_cognito_user_pool.main
  values = {
    id  = "eu-west-1_NewPool01"
    arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_NewPool01"
  }
}

override_resource {
  target = aws_cognito_user_pool_client.web
  values = { id = "1webclient" }
}

override_resource {
  target = aws_cognito_user_pool_client.federated
  values = { id = "3federatedclient" }
}

override_resource {
  target = aws_cognito_user_pool_client.machine
  values = { id = "2machineclient", client_secret = "secret" }
}

override_resource {
  target = aws_lambda_function.trigger
  values = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", version = "7" }
}

override_resource {
  target = aws_lambda_alias.trigger
  values = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation:live" }
}

override_resource {
  target = aws_lambda_function.authorizer
  values = { version = "3" }
}

override_resource {
  target = aws_lambda_alias.authorizer
  values = {
    arn        = "arn:aws:lambda:eu-west-1:123456789012:function:demo-authorizer:live"
    invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:demo-authorizer:live/invocations"
  }
}

override_resource {
  target = aws_lambda_function.handler
  values = { version = "5" }
}

override_resource {
  target = aws_lambda_alias.handler
  values = {
    arn        = "arn:aws:lambda:eu-west-1:123456789012:function:demo-items:live"
    invoke_arn = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:demo-items:live/invocations"
  }
}

override_resource {
  target = aws_dynamodb_table.claims
  values = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/demo-claims" }
}

override_resource {
  target = aws_dynamodb_table.items
  values = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/demo-items" }
}

override_resource {
  target = aws_cloudwatch_log_group.trigger
  values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/demo-pre-token-generation" }
}

override_resource {
  target = aws_cloudwatch_log_group.authorizer
  values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/demo-authorizer" }
}

override_resource {
  target = aws_cloudwatch_log_group.handler
  values = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/demo-items" }
}

override_resource {
  target = aws_apigatewayv2_api.http
  values = { id = "http1", execution_arn = "arn:aws:execute-api:eu-west-1:123456789012:http1" }
}

override_resource {
  target = aws_apigatewayv2_authorizer.jwt
  values = { id = "jwt1" }
}

override_resource {
  target = aws_apigatewayv2_authorizer.lambda
  values = { id = "lambda1" }
}

override_resource {
  target = aws_apigatewayv2_integration.handler
  values = { id = "integration1" }
}

override_resource {
  target = aws_api_gateway_rest_api.rest
  values = { id = "rest1", execution_arn = "arn:aws:execute-api:eu-west-1:123456789012:rest1" }
}

override_resource {
  target = aws_api_gateway_stage.rest
  values = { arn = "arn:aws:apigateway:eu-west-1::/restapis/rest1/stages/live" }
}

override_resource {
  target = aws_api_gateway_authorizer.cognito
  values = { id = "cognito1" }
}

override_resource {
  target = aws_api_gateway_authorizer.lambda
  values = { id = "lambda2" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/made-up" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:made-up" }
}

mock_resource "aws_lambda_invocation" {
  defaults = { result = "{\"self_test\":\"passed\",\"function_version\":\"7\"}" }
}
