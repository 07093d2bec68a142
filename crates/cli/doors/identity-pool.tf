# An identity pool gives a role by a claim of the ID token, and refuses whom no rule fits.
# Made by `claimsmith check --door identity-pool`; docs/doors.md says what to look out for.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

locals {
  # The claims that it can compare as a whole.
  claims = [
    # claims
  ]
}

variable "identity_pool_id" {
  description = "The identity pool."
  type        = string
}

variable "provider_name" {
  description = "The user pool as the identity pool's provider, such as `cognito-idp.<region>.amazonaws.com/<pool>`."
  type        = string

  validation {
    condition     = can(regex("^cognito-idp\\.[^/:]+/[^/:]+$", var.provider_name))
    error_message = "provider_name: cognito-idp, region and pool, without https and without a client."
  }
}

variable "client_ids" {
  description = "All app clients of the identity pool. One that is left out gets the default role."
  type        = set(string)

  validation {
    condition     = length(var.client_ids) >= 1 && !contains(var.client_ids, "")
    error_message = "client_ids: one at least."
  }
}

variable "default_role_arn" {
  description = "The role of whoever comes by something else than these clients: give it no rights."
  type        = string
}

variable "rules" {
  description = "Claims, their values and a role for each, in order: the first that fits decides."
  type        = list(object({ claim = string, value = string, role_arn = string }))

  validation {
    condition     = length(var.rules) >= 1 && alltrue([for rule in var.rules : contains(local.claims, rule.claim)])
    error_message = "rules: one at least, with claims that can be compared."
  }

  validation {
    condition     = alltrue([for rule in var.rules : length(rule.value) >= 1 && length(rule.value) <= 128])
    error_message = "rules: values of 1 to 128 characters."
  }
}

resource "aws_cognito_identity_pool_roles_attachment" "claims" {
  identity_pool_id = var.identity_pool_id
  roles            = { authenticated = var.default_role_arn }

  dynamic "role_mapping" {
    for_each = var.client_ids
    content {
      identity_provider         = "${var.provider_name}:${role_mapping.value}"
      type                      = "Rules"
      ambiguous_role_resolution = "Deny"

      # Never `Contains`: it finds `beta` in `beta2`.
      dynamic "mapping_rule" {
        for_each = var.rules
        content {
          claim      = mapping_rule.value.claim
          match_type = "Equals"
          value      = mapping_rule.value.value
          role_arn   = mapping_rule.value.role_arn
        }
      }
    }
  }
}
