# An AppSync API takes the tokens of some app clients of the pool.
# It has no rules for claims, but for groups: resolvers test them.
# Made by `claimsmith check --door appsync`; docs/doors.md says what to look out for.

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
  description = "The API's name."
  type        = string
}

variable "schema" {
  description = "The schema. Fields without @aws_auth or @aws_cognito_user_pools are closed."
  type        = string
}

variable "user_pool_id" {
  description = "The pool."
  type        = string
}

variable "user_pool_region" {
  description = "The pool's region, which the prefix of its id needn't be: a replica has another."
  type        = string
}

variable "client_ids" {
  description = "The app clients whose tokens are let in."
  type        = list(string)

  validation {
    condition     = length(var.client_ids) >= 1 && alltrue([for id in var.client_ids : can(regex("^[A-Za-z0-9_]+$", id))])
    error_message = "client_ids: one at least; without any, every client of the pool would be let in."
  }
}

resource "aws_appsync_graphql_api" "claims" {
  name                = var.name
  authentication_type = "AMAZON_COGNITO_USER_POOLS"
  schema              = var.schema

  user_pool_config {
    default_action      = "DENY"
    user_pool_id        = var.user_pool_id
    aws_region          = var.user_pool_region
    app_id_client_regex = "^(${join("|", var.client_ids)})$"
  }
}
