# A pool in which strangers sign themselves up: a function writes their first records, so that they
# get a token.
#
#   ./package --arch arm64 --only pre-token-generation             (in the root of the repository)
#   python3 -m zipfile -c first-records.zip first_records.py       (here)
#   terraform init && terraform apply                              (here)

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

variable "trigger_zip" {
  type    = string
  default = "../../../target/package/pre-token-generation-arm64.zip"
}

variable "first_records_zip" {
  type    = string
  default = "./first-records.zip"
}

locals {
  name = "claims-first-records"
}

module "claims" {
  source = "../.."

  name           = "claims"
  trigger_zip    = var.trigger_zip
  self_sign_up   = true
  other_triggers = { post_confirmation = aws_lambda_function.first_records.arn }
}

resource "aws_lambda_function" "first_records" {
  function_name    = local.name
  description      = "Writes the first records of people who sign up"
  role             = aws_iam_role.first_records.arn
  runtime          = "python3.13"
  handler          = "first_records.handler"
  architectures    = ["arm64"]
  memory_size      = 512
  timeout          = 4 # Cognito waits for 5 seconds
  filename         = var.first_records_zip
  source_code_hash = filebase64sha256(var.first_records_zip)

  environment {
    variables = { CLAIMS_TABLE = module.claims.table_name }
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.first_records.name
  }

  # The rights must be there before the first sign-up is.
  depends_on = [aws_iam_role_policy.first_records]
}

resource "aws_iam_role" "first_records" {
  name = local.name
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

# It may write what is about people, and organisations of one person; no other organisation, no tier
# and no machine. What is there already is kept by the condition of each write.
resource "aws_iam_role_policy" "first_records" {
  name = "first-records"
  role = aws_iam_role.first_records.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Records"
        Effect    = "Allow"
        Action    = ["dynamodb:PutItem"]
        Resource  = module.claims.table_arn
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["USER#*", "ORG#self-*"] } }
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.first_records.arn}:*"
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "first_records" {
  name              = "/aws/lambda/${local.name}"
  retention_in_days = 90
}

# An error here is somebody without records, who gets no token.
resource "aws_cloudwatch_metric_alarm" "first_records" {
  alarm_name          = local.name
  alarm_description   = "Somebody signed up and has no records: see the log of ${local.name}"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.first_records.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
}

output "user_pool_id" {
  value = module.claims.user_pool_id
}

output "web_client_id" {
  value = module.claims.web_client_id
}

output "table_name" {
  value = module.claims.table_name
}
