# What others need to know. The README's table is made from this file.

output "user_pool_id" {
  description = "Id of the user pool."
  value       = local.user_pool_id
}

output "user_pool_arn" {
  description = "ARN of the user pool."
  value       = local.user_pool_arn
}

output "issuer" {
  description = "What the claim `iss` of its tokens says."
  value       = local.issuer

  precondition {
    condition     = endswith(local.issuer, "/${local.user_pool_id}")
    error_message = "issuer: it ends with the pool's id."
  }
}

output "hosted_ui" {
  description = "Base address of sign-in pages and token endpoint. Null without a domain."
  value       = one([for domain in aws_cognito_user_pool_domain.main : "https://${domain.domain}.auth.${local.region}.amazoncognito.com"])
}

output "web_client_id" {
  description = "App client of browsers and apps. Null with an existing pool."
  value       = one(aws_cognito_user_pool_client.web[*].id)
}

output "machine_client_id" {
  description = "App client of the first machine by name. Null without machines."
  value       = one(slice([for client in aws_cognito_user_pool_client.machine : client.id], 0, min(1, length(aws_cognito_user_pool_client.machine))))
}

output "machine_client_secret" {
  description = "Its secret."
  value       = one(slice([for client in aws_cognito_user_pool_client.machine : client.client_secret], 0, min(1, length(aws_cognito_user_pool_client.machine))))
  sensitive   = true
}

output "machine_client_ids" {
  description = "App clients of all machines, by name."
  value       = { for name, client in aws_cognito_user_pool_client.machine : name => client.id }
}

output "machine_client_secrets" {
  description = "Their secrets, by name."
  value       = { for name, client in aws_cognito_user_pool_client.machine : name => client.client_secret }
  sensitive   = true
}

output "scopes" {
  description = "The resource server's scopes, by short name."
  value       = local.scope_names
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

output "http_api_id" {
  description = "The HTTP API. Null without one."
  value       = one(aws_apigatewayv2_api.http[*].id)
}

output "http_api_endpoint" {
  description = "Its address."
  value       = one(aws_apigatewayv2_api.http[*].api_endpoint)
}

output "rest_api_id" {
  description = "The REST API. Null without one."
  value       = one(aws_api_gateway_rest_api.rest[*].id)
}

output "rest_api_endpoint" {
  description = "Its address, stage included."
  value       = one(aws_api_gateway_stage.rest[*].invoke_url)
}

output "alarm_names" {
  description = "All alarms."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.simple : alarm.alarm_name],
    [for alarm in [aws_cloudwatch_metric_alarm.errors, aws_cloudwatch_metric_alarm.store, aws_cloudwatch_metric_alarm.deadline] : alarm.alarm_name],
  ))
}

output "pool_lambda_config" {
  description = "With an existing pool: what to merge into its settings, of a replica into those of its region. Merge, because UpdateUserPool resets every setting that a call leaves out, other triggers included. Null with a new pool."
  value = local.new_pool ? null : {
    LambdaConfig = {
      PreTokenGenerationConfig = {
        LambdaArn     = aws_lambda_alias.trigger.arn
        LambdaVersion = var.event_version
      }
    }
  }
}
