# An Application Load Balancer lets a request in if its access token is the pool's, for one of the app
# clients, and its claims have the values that are demanded.
# Made by `claimsmith check --door alb`; docs/doors.md says what to look out for.

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
  # The claims that it can test, and the format of each.
  formats = {
    "a_name_of_more_than_sixty_four_characters_is_too_long_for_some_rules" = "single-string"
    "cost-center"                                                          = "single-string"
    "custom:path"                                                          = "single-string"
    "feature_flags"                                                        = "single-string"
    "flags"                                                                = "single-string"
    "org_id"                                                               = "single-string"
    "org_tier"                                                             = "single-string"
    "permissions"                                                          = "space-separated-values"
    "plan"                                                                 = "single-string"
    "regions"                                                              = "string-array"
    "roles"                                                                = "string-array"
  }
}

variable "listener_arn" {
  description = "The HTTPS listener. Its default action must refuse: it gets what no rule fits."
  type        = string
}

variable "priority" {
  description = "The rule's place among the listener's."
  type        = number
}

variable "paths" {
  description = "The paths that the rule is for."
  type        = list(string)
}

variable "target_group_arn" {
  description = "Where requests go that are let in."
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
    condition     = length(var.client_ids) >= 1 && length(var.client_ids) <= 10 && !contains(var.client_ids, "")
    error_message = "client_ids: one to ten."
  }
}

variable "demanded" {
  description = "Claims and their values. Every claim must fit; of several values of a text, one."
  type        = map(list(string))

  validation {
    condition     = length(var.demanded) >= 1 && length(var.demanded) <= 8 && length(setsubtract(keys(var.demanded), keys(local.formats))) == 0
    error_message = "demanded: one to eight of the claims in formats; token_use and client_id are two of the ten."
  }

  # Whether one of several words is enough isn't documented.
  validation {
    condition     = alltrue([for name, values in var.demanded : length(values) == 1 || (length(values) > 1 && lookup(local.formats, name, "") == "single-string")])
    error_message = "demanded: one value, or several of a text."
  }

  validation {
    condition     = alltrue([for values in values(var.demanded) : length(values) <= 10 && alltrue([for value in values : length(value) >= 1 && length(value) <= 256])])
    error_message = "demanded: ten values at most, each of 1 to 256 characters."
  }
}

resource "aws_lb_listener_rule" "claims" {
  listener_arn = var.listener_arn
  priority     = var.priority

  condition {
    path_pattern {
      values = var.paths
    }
  }

  action {
    type  = "jwt-validation"
    order = 1

    jwt_validation {
      issuer        = var.issuer
      jwks_endpoint = "${var.issuer}/.well-known/jwks.json"

      # Neither is looked at unless it is listed.
      additional_claim {
        format = "single-string"
        name   = "token_use"
        values = ["access"]
      }

      additional_claim {
        format = "single-string"
        name   = "client_id"
        values = var.client_ids
      }

      dynamic "additional_claim" {
        for_each = var.demanded
        content {
          format = local.formats[additional_claim.key]
          name   = additional_claim.key
          values = additional_claim.value
        }
      }
    }
  }

  action {
    type             = "forward"
    order            = 2
    target_group_arn = var.target_group_arn
  }
}
