# Of the functions, their tables, and what is watched.

output "trigger_function_name" {
  description = "The trigger."
  value       = aws_lambda_function.trigger.function_name
}

output "trigger_version" {
  description = "Its newest published version."
  value       = aws_lambda_function.trigger.version
}

output "trigger_self_test" {
  description = "What the version behind `live` said of itself: release, hash of its policy file (`policy_sha256`), claims, and what it read."
  value       = jsondecode(one(concat(aws_lambda_invocation.running[*].result, var.canary == null ? [aws_lambda_invocation.self_test["live"].result] : [])))
}

output "deployment" {
  description = "With `canary`: the command that moves `live` from the version that runs to the newest. Null without, or if it runs already."
  value = one([
    for alias in aws_lambda_alias.canary : join(" ", [
      "aws deploy create-deployment --application-name ${aws_codedeploy_app.trigger[0].name} --deployment-group-name live --revision",
      "'${jsonencode({
        revisionType = "AppSpecContent"
        appSpecContent = { content = jsonencode({
          version = "0.0"
          Resources = [{ trigger = {
            Type = "AWS::Lambda::Function"
            Properties = {
              Name           = aws_lambda_function.trigger.function_name
              Alias          = alias.name
              CurrentVersion = alias.function_version
              TargetVersion  = aws_lambda_function.trigger.version
            }
          } }]
        }) }
      })}'",
    ]) if alias.function_version != aws_lambda_function.trigger.version
  ])
}

output "trigger_alias_arn" {
  description = "The alias that the pool calls."
  value       = local.alias.arn
}

output "authorizer_alias_arn" {
  description = "The Lambda authorizer's alias, for other gateways. Null without one."
  value       = one(aws_lambda_alias.authorizer[*].arn)
}

# By the functions' names in inputs.
output "functions" {
  description = "What one attaches to, by function (`trigger`, `authorizer`, `handler`; those that there are): `name`, `arn`, `version`, `alias_arn`, `invoke_arn` (of the alias), `role_name`, `role_arn`, `log_group_name`."
  value = {
    for name, made in {
      trigger    = [aws_lambda_function.trigger, local.alias, aws_iam_role.trigger, aws_cloudwatch_log_group.trigger]
      authorizer = flatten([aws_lambda_function.authorizer, aws_lambda_alias.authorizer, aws_iam_role.authorizer, aws_cloudwatch_log_group.authorizer])
      handler    = flatten([aws_lambda_function.handler, aws_lambda_alias.handler, aws_iam_role.handler, aws_cloudwatch_log_group.handler])
      } : name => {
      name           = made[0].function_name
      arn            = made[0].arn
      version        = made[0].version
      alias_arn      = made[1].arn
      invoke_arn     = made[1].invoke_arn
      role_name      = made[2].name
      role_arn       = made[2].arn
      log_group_name = made[3].name
    } if length(made) > 0
  }
}

output "table_name" {
  description = "The claims table. Null if nothing reads one."
  value       = local.table_name
}

output "table_arn" {
  description = "Its ARN. Null if nothing reads one."
  value       = local.table_arn
}

output "items_table_name" {
  description = "The handler's table. Null without a handler."
  value       = one(aws_dynamodb_table.items[*].name)
}

output "alarm_names" {
  description = "All alarms."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.simple : alarm.alarm_name],
    [for alarm in concat([aws_cloudwatch_metric_alarm.errors, aws_cloudwatch_metric_alarm.store, aws_cloudwatch_metric_alarm.deadline], aws_cloudwatch_metric_alarm.version) : alarm.alarm_name],
  ))
}
