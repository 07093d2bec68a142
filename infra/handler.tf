# The function behind the APIs, such as examples/items-api, and its table. It trusts what a gateway
# says about the token, so nobody but the gateways may invoke it.

locals {
  handler  = var.handler_zip != null
  http_api = local.handler && var.http_api
  rest_api = local.handler && var.rest_api
}

resource "aws_lambda_function" "handler" {
  count = local.handler ? 1 : 0

  function_name           = "${var.name}-items"
  description             = "The API behind the token"
  role                    = aws_iam_role.handler[0].arn
  runtime                 = var.handler_runtime
  handler                 = var.handler_entry
  architectures           = [var.architecture]
  memory_size             = coalesce(var.memory_mb.handler, startswith(var.handler_runtime, "provided") ? 256 : 512) # of an interpreter
  timeout                 = 10
  filename                = local.packages.handler.filename
  s3_bucket               = local.packages.handler.s3_bucket
  s3_key                  = local.packages.handler.s3_key
  s3_object_version       = local.packages.handler.version
  code_signing_config_arn = var.code_signing_config_arn
  source_code_hash        = local.in_s3.handler == null ? filebase64sha256(var.handler_zip) : local.packages.handler.sha256
  publish                 = true

  environment {
    variables = merge(
      { ITEMS_TABLE = aws_dynamodb_table.items[0].name, RESOURCE_SERVER = var.resource_server },
      # A REST API hands on what the handler says; an HTTP API says it by itself.
      local.rest_cors ? { CORS_ORIGINS = join(" ", var.cors.origins) } : {},
      var.handler_environment,
    )
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.handler[0].name
    application_log_level = "INFO"
    system_log_level      = "WARN"
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  dynamic "vpc_config" {
    for_each = [for name, vpc in var.vpc : vpc if name == "handler"]
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  depends_on = [aws_iam_role_policy.handler]

  lifecycle {
    precondition {
      condition     = local.in_s3.handler != null || !startswith(var.handler_zip, "s3://")
      error_message = "handler_zip: ${local.s3_form}"
    }
  }
}

resource "aws_lambda_alias" "handler" {
  count = local.handler ? 1 : 0

  name             = "live"
  description      = "What the APIs call"
  function_name    = aws_lambda_function.handler[0].function_name
  function_version = aws_lambda_function.handler[0].version
}

resource "aws_iam_role" "handler" {
  count = local.handler ? 1 : 0

  name                 = "${var.name}-items"
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = local.lambda_trust
}

resource "aws_iam_role_policy" "handler" {
  count = local.handler ? 1 : 0

  name = "handler"
  role = aws_iam_role.handler[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid    = "Items"
        Effect = "Allow"
        # A transaction needs the rights of its parts.
        Action   = ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
        Resource = aws_dynamodb_table.items[0].arn
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.handler[0].arn}:*"
      },
    ], local.key_statements, local.network_statements.handler, local.tracing_statements)
  })
}

resource "aws_cloudwatch_log_group" "handler" {
  count = local.handler ? 1 : 0

  name              = "/aws/lambda/${var.name}-items"
  log_group_class   = var.log_class
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# Items by organisation; the claims table stays the trigger's alone.
resource "aws_dynamodb_table" "items" {
  count = local.handler ? 1 : 0

  name                        = "${var.name}-items"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = var.kms_key_arn != null
    kms_key_arn = var.kms_key_arn
  }
}
