# Of the pool and its clients.

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

output "jwks_uri" {
  description = "Where its public keys are."
  value       = "${local.issuer}/.well-known/jwks.json"
}

output "openid_configuration" {
  description = "Where its OpenID configuration is, from which most libraries read the rest."
  value       = "${local.issuer}/.well-known/openid-configuration"
}

output "hosted_ui" {
  description = "Base address of sign-in pages and token endpoint, the custom domain's first. Null without a domain, and for a prefix in China and other partitions, whose address isn't documented."
  value       = local.hosted_ui
}

output "token_endpoint" {
  description = "Where machines and apps get tokens. Null as `hosted_ui` is."
  value       = local.hosted_ui == null ? null : "${local.hosted_ui}/oauth2/token"
}

output "custom_domain_target" {
  description = "The distribution of CloudFront that the DNS record of `custom_domain` leads to, for an alias: its name and its hosted zone's id. Null without one."
  value = one([for domain in aws_cognito_user_pool_domain.custom : {
    name    = domain.cloudfront_distribution
    zone_id = domain.cloudfront_distribution_zone_id
  }])
}

output "pool_lambda_config" {
  description = "With existing pools: what to merge into the settings of each, of a replica into those of its region. Merge, because UpdateUserPool resets every setting that a call leaves out, other triggers included. Null where the new pool is the only one."
  value = local.new_pool && length(var.more_user_pool_ids) == 0 ? null : {
    LambdaConfig = {
      PreTokenGenerationConfig = {
        LambdaArn     = aws_lambda_alias.trigger.arn
        LambdaVersion = var.event_version
      }
    }
  }
}

output "web_client_id" {
  description = "App client of browsers and apps. Null with an existing pool."
  value       = one(aws_cognito_user_pool_client.web[*].id)
}

output "federated_client_id" {
  description = "App client of people whose identity provider says custom attributes. Null without such a provider."
  value       = one(aws_cognito_user_pool_client.federated[*].id)
}

output "saml_urls" {
  description = "What SAML providers are told: where they send their answers (ACS), and the audience (entity id). The first is null as `hosted_ui` is."
  value = {
    acs       = local.hosted_ui == null ? null : "${local.hosted_ui}/saml2/idpresponse"
    entity_id = "urn:amazon:cognito:sp:${local.user_pool_id}"
  }
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
