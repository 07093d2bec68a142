# The Lambda authorizer: what the APIs ask before they let a request in on its routes.

locals {
  # What its authorizer.toml may name: the pool, each app client by its name, and the resource
  # server, so that its scopes need no second place.
  authorizer_variables = merge(
    { USER_POOL_ID = local.user_pool_id, RESOURCE_SERVER = var.resource_server },
    { for client in aws_cognito_user_pool_client.web : "WEB_CLIENT_ID" => client.id },
    { for client in aws_cognito_user_pool_client.federated : "FEDERATED_CLIENT_ID" => client.id },
    { for name, client in aws_cognito_user_pool_client.machine : "${upper(replace(name, "-", "_"))}_CLIENT_ID" => client.id },
    var.authorizer_revocation ? { CLAIMS_TABLE = local.table_name } : {},
    var.authorizer_environment,
  )
}

# Not an error: another file may name others.
check "authorizer_knows_its_clients" {
  assert {
    condition     = var.authorizer_zip == null || length(setsubtract(["WEB_CLIENT_ID", "MACHINE_CLIENT_ID"], keys(local.authorizer_variables))) == 0
    error_message = "The shipped authorizer.toml names WEB_CLIENT_ID and MACHINE_CLIENT_ID, and not both are set: there is no machine named `machine`, or the pool was there before. Set them in authorizer_environment or pack a file of your own, or the authorizer can't start."
  }
}

resource "aws_lambda_function" "authorizer" {
  count = var.authorizer_zip == null ? 0 : 1

  function_name = "${var.name}-authorizer"
  description   = "Lets requests in by their Cognito token"
  role          = aws_iam_role.authorizer[0].arn
  runtime       = "provided.al2023"
  handler       = "bootstrap"
  architectures = [var.architecture]
  memory_size   = var.memory_mb.authorizer
  # More than a fetch of keys (3 seconds) and a look at revoked tokens take; API Gateway waits for 10.
  timeout                 = 5
  filename                = local.packages.authorizer.filename
  s3_bucket               = local.packages.authorizer.s3_bucket
  s3_key                  = local.packages.authorizer.s3_key
  s3_object_version       = local.packages.authorizer.version
  code_signing_config_arn = var.code_signing_config_arn
  source_code_hash        = local.in_s3.authorizer == null ? filebase64sha256(var.authorizer_zip) : local.packages.authorizer.sha256
  publish                 = true

  environment {
    variables = local.authorizer_variables
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.authorizer[0].name
    application_log_level = "INFO"
    system_log_level      = "WARN"
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  dynamic "vpc_config" {
    for_each = [for name, vpc in var.vpc : vpc if name == "authorizer"]
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  depends_on = [aws_iam_role_policy.authorizer]

  lifecycle {
    precondition {
      condition     = local.in_s3.authorizer != null || !startswith(var.authorizer_zip, "s3://")
      error_message = "authorizer_zip: ${local.s3_form}"
    }
  }
}

resource "aws_lambda_alias" "authorizer" {
  count = var.authorizer_zip == null ? 0 : 1

  name             = "live"
  description      = "What gateways call"
  function_name    = aws_lambda_function.authorizer[0].function_name
  function_version = aws_lambda_function.authorizer[0].version
}

resource "aws_iam_role" "authorizer" {
  count = var.authorizer_zip == null ? 0 : 1

  name                 = "${var.name}-authorizer"
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = local.lambda_trust
}

resource "aws_iam_role_policy" "authorizer" {
  count = var.authorizer_zip == null ? 0 : 1

  name = "authorizer"
  role = aws_iam_role.authorizer[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.authorizer[0].arn}:*"
      }],
      [for right in [{
        Sid      = "Revocation"
        Effect   = "Allow"
        Action   = ["dynamodb:BatchGetItem"]
        Resource = local.table_arn
      }] : right if var.authorizer_revocation],
      [for right in local.key_statements : right if var.authorizer_revocation],
      local.network_statements.authorizer,
      local.tracing_statements,
    )
  })
}

resource "aws_cloudwatch_log_group" "authorizer" {
  count = var.authorizer_zip == null ? 0 : 1

  name = "/aws/lambda/${var.name}-authorizer"
  # A metric filter reads it.
  log_group_class   = "STANDARD"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# What asks it: each API where a route names it.

resource "aws_apigatewayv2_authorizer" "lambda" {
  count = local.http_api && local.lambda_routes ? 1 : 0

  api_id          = aws_apigatewayv2_api.http[0].id
  name            = "lambda"
  authorizer_type = "REQUEST"
  authorizer_uri  = aws_lambda_alias.authorizer[0].invoke_arn
  # Policies, not simple answers: a policy that is kept opens its routes and no others.
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = false
  # The place of the token, which finds kept answers.
  identity_sources                 = ["$request.header.Authorization"]
  authorizer_result_ttl_in_seconds = var.authorizer_cache_seconds

  # As the JWT authorizer.
  lifecycle {
    create_before_destroy = true
  }
}

# A request and not the token alone, so that it can log the gateway's id. Said even if it is 0: a REST
# API keeps answers for five minutes otherwise.
resource "aws_api_gateway_authorizer" "lambda" {
  count = local.rest_api && local.lambda_routes ? 1 : 0

  rest_api_id                      = aws_api_gateway_rest_api.rest[0].id
  name                             = "lambda"
  type                             = "REQUEST"
  authorizer_uri                   = aws_lambda_alias.authorizer[0].invoke_arn
  identity_source                  = "method.request.header.Authorization"
  authorizer_result_ttl_in_seconds = var.authorizer_cache_seconds
}

# The ARN names API and account; whether API Gateway always sends the account by itself is not
# documented for authorizers, and a condition on it could close the API.
resource "aws_lambda_permission" "authorizer" {
  for_each = merge(
    { for authorizer in aws_apigatewayv2_authorizer.lambda : "http-api" => "${aws_apigatewayv2_api.http[0].execution_arn}/authorizers/${authorizer.id}" },
    { for authorizer in aws_api_gateway_authorizer.lambda : "rest-api" => "${aws_api_gateway_rest_api.rest[0].execution_arn}/authorizers/${authorizer.id}" },
  )

  statement_id  = each.key
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.authorizer[0].function_name
  qualifier     = aws_lambda_alias.authorizer[0].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = each.value
}
