# What the live kit makes: the module once for each event version, and beside each a pool of the kit
# whose trigger stores its events. The shipped trigger never does that.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

variable "name" {
  type = string
}

variable "architecture" {
  type = string
}

variable "packages" {
  type = object({ trigger = string, authorizer = string, recorder = string, echo = string })
}

variable "rest_api_account_role" {
  type = bool
}

locals {
  versions = { v1 = "V1_0", v2 = "V2_0", v3 = "V3_0" }
  callback = "http://localhost:3000/callback"
}

module "trigger" {
  source   = "../.."
  for_each = local.versions

  name                  = "${var.name}-${each.key}"
  trigger_zip           = var.packages.trigger
  architecture          = var.architecture
  event_version         = each.value
  deletion_protection   = false
  password_auth         = true
  access_token_minutes  = 5
  log_retention_days    = 1
  domain_prefix         = "${var.name}-${each.key}"
  callback_urls         = [local.callback]
  groups                = { admins = { precedence = 1 }, auditors = { precedence = 2 } }
  machine_clients       = each.key == "v3" ? { machine = ["read"] } : {}
  handler_zip           = each.key == "v3" ? var.packages.echo : null
  handler_runtime       = "python3.13"
  handler_entry         = "echo.handler"
  rest_api              = each.key == "v3"
  rest_api_account_role = each.key == "v3" && var.rest_api_account_role

  authorizer_zip = each.key == "v3" ? var.packages.authorizer : null
}

output "pools" {
  value = concat(
    [for key, made in module.trigger : {
      kind           = "trigger"
      version        = local.versions[key]
      id             = made.user_pool_id
      client         = made.web_client_id
      machine        = made.machine_client_id
      machine_secret = made.machine_client_secret
      hosted         = made.hosted_ui
      scope          = "items/read"
      table          = made.table_name
      function       = made.trigger_function_name
    }],
    [for key, pool in aws_cognito_user_pool.recorder : {
      kind           = "recorder"
      version        = local.versions[key]
      id             = pool.id
      client         = aws_cognito_user_pool_client.web[key].id
      machine        = key == "v3" ? aws_cognito_user_pool_client.machine.id : null
      machine_secret = key == "v3" ? aws_cognito_user_pool_client.machine.client_secret : null
      hosted         = "https://${aws_cognito_user_pool_domain.recorder[key].domain}.auth.${data.aws_region.current.id}.amazoncognito.com"
      scope          = "items/read"
      table          = aws_dynamodb_table.events.name
      function       = aws_lambda_function.recorder.function_name
    }],
  )
  sensitive = true
}

output "doors" {
  value = {
    http_api = module.trigger["v3"].http_api.endpoint
    rest_api = module.trigger["v3"].rest_api.endpoint
    http_id  = module.trigger["v3"].http_api.id
    rest_id  = module.trigger["v3"].rest_api.id
  }
}
