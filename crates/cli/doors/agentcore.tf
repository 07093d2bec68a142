# An AgentCore gateway lets a request in if its access token is the pool's, for one of the app clients,
# and its claims have the values that are demanded.
# Made by `claimsmith check --door agentcore`; docs/doors.md says what to look out for.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.69, < 7"
    }
  }
}

locals {
  # The claims that it can test, and the type of each.
  formats = {
    # claims
  }
}

variable "name" {
  description = "The gateway's name."
  type        = string
}

variable "role_arn" {
  description = "The role by which the gateway calls what is behind it."
  type        = string
}

variable "issuer" {
  description = "What the claim `iss` of the pool's tokens says."
  type        = string

  validation {
    condition     = can(regex("^https://[^/?#]+/[^/?#]+$", var.issuer))
    error_message = "issuer: https, a host, and the pool's id."
  }
}

variable "client_ids" {
  description = "The app clients whose tokens are let in."
  type        = list(string)

  validation {
    condition     = length(var.client_ids) >= 1 && !contains(var.client_ids, "")
    error_message = "client_ids: one at least."
  }
}

variable "demanded" {
  description = "Claims and their values. Every claim must fit; of several words of a list, one is enough."
  type        = map(list(string))

  validation {
    condition     = length(var.demanded) >= 1 && length(setsubtract(keys(var.demanded), keys(local.formats))) == 0
    error_message = "demanded: one at least of the claims in formats."
  }

  validation {
    condition     = alltrue([for name, values in var.demanded : length(values) == 1 || (length(values) > 1 && lookup(local.formats, name, "") == "STRING_ARRAY")])
    error_message = "demanded: one value, or several words of a list."
  }

  validation {
    condition     = alltrue([for value in flatten(values(var.demanded)) : can(regex("^[A-Za-z0-9_.-]{1,255}$", value))])
    error_message = "demanded: values of letters, digits and _.- only."
  }
}

resource "aws_bedrockagentcore_gateway" "claims" {
  name            = var.name
  role_arn        = var.role_arn
  protocol_type   = "MCP"
  authorizer_type = "CUSTOM_JWT"

  authorizer_configuration {
    custom_jwt_authorizer {
      discovery_url   = "${var.issuer}/.well-known/openid-configuration"
      allowed_clients = var.client_ids

      # ID tokens have another place.
      custom_claim {
        inbound_token_claim_name       = "token_use"
        inbound_token_claim_value_type = "STRING"
        authorizing_claim_match_value {
          claim_match_operator = "EQUALS"
          claim_match_value {
            match_value_string = "access"
          }
        }
      }

      dynamic "custom_claim" {
        for_each = var.demanded
        content {
          inbound_token_claim_name       = custom_claim.key
          inbound_token_claim_value_type = local.formats[custom_claim.key]
          authorizing_claim_match_value {
            claim_match_operator = local.formats[custom_claim.key] == "STRING" ? "EQUALS" : "CONTAINS_ANY"
            claim_match_value {
              match_value_string      = local.formats[custom_claim.key] == "STRING" ? one(custom_claim.value) : null
              match_value_string_list = local.formats[custom_claim.key] == "STRING" ? null : custom_claim.value
            }
          }
        }
      }
    }
  }
}
