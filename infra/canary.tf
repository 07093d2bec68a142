# Sign-ins that move to a new version bit by bit, and back by themselves: CodeDeploy, on demand.

# The alias is CodeDeploy's then: Terraform makes it and leaves it alone.
resource "aws_lambda_alias" "canary" {
  count = var.canary == null ? 0 : 1

  name             = "live"
  description      = "What the user pool calls; CodeDeploy moves it"
  function_name    = aws_lambda_function.trigger.function_name
  function_version = jsondecode(aws_lambda_invocation.self_test["live"].result).function_version

  lifecycle {
    ignore_changes = [function_version, routing_config]
  }
}

# The version that runs until CodeDeploy moves the alias: asked, too, when rights change, so that they
# aren't taken from it.
resource "aws_lambda_invocation" "running" {
  count = var.canary == null ? 0 : 1

  function_name = aws_lambda_function.trigger.function_name
  qualifier     = aws_lambda_alias.canary[0].function_version
  input         = jsonencode({ claimsmith = "self-test" })
  triggers      = { rights = sha256(aws_iam_role_policy.trigger.policy) }

  lifecycle {
    postcondition {
      condition     = length(setsubtract([for read in try(jsondecode(self.result).reads, []) : join(" ", compact([read.table, read.index, read.action]))], local.policy_reads)) == 0
      error_message = "The version that runs ${local.reads_more}"
    }
  }
}

resource "aws_codedeploy_app" "trigger" {
  count = var.canary == null ? 0 : 1

  name             = "${var.name}-pre-token-generation"
  compute_platform = "Lambda"
}

resource "aws_codedeploy_deployment_group" "trigger" {
  count = var.canary == null ? 0 : 1

  app_name               = aws_codedeploy_app.trigger[0].name
  deployment_group_name  = "live"
  deployment_config_name = var.canary.configuration
  service_role_arn       = aws_iam_role.deployments[0].arn

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
  }

  # An alarm that can't be read stops the deployment, too.
  alarm_configuration {
    enabled                   = true
    ignore_poll_alarm_failure = false
    alarms                    = [aws_cloudwatch_metric_alarm.version[0].alarm_name]
  }

  depends_on = [aws_iam_role_policy_attachment.deployments]
}

# Of the newest version alone, as far as the alias calls it: failures that are no refusals, as the alarm
# `errors` has them. Refusals of its own are counted against it from `refusals` on. Two minutes of three
# decide: a refusal's line is counted later than its error, so the latest minute may look wrong.
resource "aws_cloudwatch_metric_alarm" "version" {
  count = var.canary == null ? 0 : 1

  alarm_name          = "${var.name}-version"
  alarm_description   = "The newest version of the trigger fails, or refuses more than it may while it is tried: CodeDeploy takes it back."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  metric_query {
    id          = "wrong"
    expression  = "IF(FILL(errors, 0) - FILL(refused, 0) > 0 OR FILL(refused, 0) > ${var.canary.refusals}, 1, 0)"
    label       = "Failures, or too many refusals"
    return_data = true
  }

  # SPEC: Lambda, "Types of metrics for Lambda functions", dimension ExecutedVersion.
  metric_query {
    id = "errors"
    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      period      = 60
      stat        = "Sum"
      dimensions = {
        FunctionName    = local.function_name
        Resource        = "${local.function_name}:live"
        ExecutedVersion = aws_lambda_function.trigger.version
      }
    }
  }

  metric_query {
    id = "refused"
    metric {
      namespace   = "Claimsmith"
      metric_name = "Refused"
      period      = 60
      stat        = "Sum"
      dimensions  = { FunctionName = local.function_name, FunctionVersion = aws_lambda_function.trigger.version }
    }
  }
}

resource "aws_iam_role" "deployments" {
  count = var.canary == null ? 0 : 1

  name                 = "${var.name}-deployments"
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codedeploy.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

# AWS's own rights for this: aliases, alarms and topics, and no code.
resource "aws_iam_role_policy_attachment" "deployments" {
  count = var.canary == null ? 0 : 1

  role       = aws_iam_role.deployments[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"
}
