# Of the functions, their tables, and what is watched.

output "trigger_function_name" {
  description = "The trigger."
  value       = aws_lambda_function.trigger.function_name
}

output "trigger_version" {
  description = "Its newest published version."
  value       = aws_lambda_function.trigger.version
}

output "trigger_alias_arn" {
  description = "The alias that the pool calls."
  value       = aws_lambda_alias.trigger.arn
}

output "authorizer_alias_arn" {
  description = "The Lambda authorizer's alias, for other gateways. Null without one."
  value       = one(aws_lambda_alias.authorizer[*].arn)
}

output "table_name" {
  description = "The claims table."
  value       = local.table_name
}

output "table_arn" {
  description = "Its ARN."
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
    [for alarm in [aws_cloudwatch_metric_alarm.errors, aws_cloudwatch_metric_alarm.store, aws_cloudwatch_metric_alarm.deadline] : alarm.alarm_name],
  ))
}
