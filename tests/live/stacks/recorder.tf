# The kit's own trigger and its pools.

data "aws_region" "current" {}

resource "aws_dynamodb_table" "events" {
  name         = "${var.name}-events"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"

  attribute {
    name = "pk"
    type = "S"
  }
}

# May store an event, and has no right to write a log.
resource "aws_iam_role" "recorder" {
  name = "${var.name}-recorder"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "recorder" {
  name = "events"
  role = aws_iam_role.recorder.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "dynamodb:PutItem"
      Resource = aws_dynamodb_table.events.arn
    }]
  })
}

# Whatever comes to be there goes with the stack: the emulator writes a log without a right to it.
resource "aws_cloudwatch_log_group" "recorder" {
  name              = "/aws/lambda/${var.name}-recorder"
  retention_in_days = 1
}

resource "aws_lambda_function" "recorder" {
  function_name    = "${var.name}-recorder"
  role             = aws_iam_role.recorder.arn
  filename         = var.packages.recorder
  source_code_hash = filebase64sha256(var.packages.recorder)
  runtime          = "python3.13"
  handler          = "recorder.handler"
  architectures    = [var.architecture]
  memory_size      = 512
  timeout          = 5

  environment {
    variables = { EVENTS_TABLE = aws_dynamodb_table.events.name }
  }

  # Without its right an event would be lost, and a sign-in with it.
  depends_on = [aws_iam_role_policy.recorder, aws_cloudwatch_log_group.recorder]
}

resource "aws_lambda_permission" "recorder" {
  for_each = local.versions

  statement_id  = each.key
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.recorder.function_name
  principal     = "cognito-idp.amazonaws.com"
  source_arn    = aws_cognito_user_pool.recorder[each.key].arn
}

resource "aws_cognito_user_pool" "recorder" {
  for_each = local.versions

  name                = "${var.name}-recorder-${each.key}"
  user_pool_tier      = "ESSENTIALS"
  username_attributes = ["email"]
  deletion_protection = "INACTIVE"

  lambda_config {
    pre_token_generation_config {
      lambda_arn     = aws_lambda_function.recorder.arn
      lambda_version = each.value
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = true
  }
}

# A pool without any trigger: what a sign-in takes by itself.
resource "aws_cognito_user_pool" "plain" {
  name                = "${var.name}-plain"
  user_pool_tier      = "ESSENTIALS"
  username_attributes = ["email"]
  deletion_protection = "INACTIVE"

  admin_create_user_config {
    allow_admin_create_user_only = true
  }
}

resource "aws_cognito_user_pool_client" "plain" {
  name                = "plain"
  user_pool_id        = aws_cognito_user_pool.plain.id
  explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
}

output "plain" {
  value = { id = aws_cognito_user_pool.plain.id, client = aws_cognito_user_pool_client.plain.id }
}

resource "aws_cognito_user_group" "recorder" {
  for_each = { for pair in setproduct(keys(local.versions), ["admins", "auditors"]) : join("-", pair) => pair }

  name         = each.value[1]
  user_pool_id = aws_cognito_user_pool.recorder[each.value[0]].id
}

resource "aws_cognito_resource_server" "recorder" {
  for_each = local.versions

  identifier   = "items"
  name         = "items"
  user_pool_id = aws_cognito_user_pool.recorder[each.key].id

  scope {
    scope_name        = "read"
    scope_description = "Read"
  }
}

resource "aws_cognito_user_pool_domain" "recorder" {
  for_each = local.versions

  domain       = "${var.name}-r${each.key}"
  user_pool_id = aws_cognito_user_pool.recorder[each.key].id
}

resource "aws_cognito_user_pool_client" "web" {
  for_each = local.versions

  name                                 = "web"
  user_pool_id                         = aws_cognito_user_pool.recorder[each.key].id
  explicit_auth_flows                  = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["openid", "email", "profile", "items/read"]
  callback_urls                        = [local.callback]
  supported_identity_providers         = ["COGNITO"]
  depends_on                           = [aws_cognito_resource_server.recorder]
}

resource "aws_cognito_user_pool_client" "machine" {
  name                                 = "machine"
  user_pool_id                         = aws_cognito_user_pool.recorder["v3"].id
  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["client_credentials"]
  allowed_oauth_scopes                 = ["items/read"]
  depends_on                           = [aws_cognito_resource_server.recorder]
}
