# The whole stack: pool, domain, groups, machines, trigger, table, both APIs with the items function
# behind them, the Lambda authorizer, alarms.
#
#   ./package --arch arm64                                        (in the root of the repository)
#   terraform init && terraform apply -var domain_prefix=YOURS    (here)
#
# Add `-var rest_api_account_role=true` if no REST API of the account and region writes logs yet.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

module "claims" {
  source = "../.."

  name           = var.name
  trigger_zip    = var.trigger_zip
  authorizer_zip = var.authorizer_zip
  handler_zip    = var.handler_zip
  architecture   = var.architecture

  handler_runtime = var.handler_runtime
  handler_entry   = var.handler_entry

  domain_prefix   = var.domain_prefix
  callback_urls   = ["http://localhost:3000/callback"]
  logout_urls     = ["http://localhost:3000/"]
  cors            = { origins = ["http://localhost:3000"] }
  machine_clients = var.machine_clients
  groups = {
    admins   = { precedence = 1, description = "May administer their organisation" }
    auditors = { precedence = 10, description = "May read what happened" }
    editors  = { precedence = 20, description = "May change items" }
  }

  rest_api              = true
  rest_api_account_role = var.rest_api_account_role
  alarm_topic_arn       = var.alarm_topic_arn
  tracing               = true

  event_version          = var.event_version
  alias_version          = var.alias_version
  alias_weights          = var.alias_weights
  deletion_protection    = var.deletion_protection
  password_auth          = var.password_auth
  trigger_environment    = var.trigger_environment
  authorizer_environment = var.authorizer_environment
  handler_environment    = var.handler_environment
}

# Everything, secrets included: terraform output -json claims
output "claims" {
  value     = module.claims
  sensitive = true
}

output "http_api_endpoint" {
  value = module.claims.http_api.endpoint
}

output "rest_api_endpoint" {
  value = module.claims.rest_api.endpoint
}

output "hosted_ui" {
  value = module.claims.hosted_ui
}
