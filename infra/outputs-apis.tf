# Of the APIs.

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
