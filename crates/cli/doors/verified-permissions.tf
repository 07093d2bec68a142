# A policy of Verified Permissions that permits actions by the claims of the access token.
# Made by `claimsmith check --door verified-permissions`; docs/doors.md says what to look out for.

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
  # The claims that it can test, and how each is written.
  formats = {
    # claims
  }

  # By format: the claim is the first, its value the second. A word in a text stands alone, first,
  # last, or between two.
  tests = {
    text  = "%[1]s == \"%[2]s\""
    value = "%[1]s == %[2]s"
    list  = "%[1]s.contains(\"%[2]s\")"
    comma = "%[1]s == \"%[2]s\" || %[1]s like \"%[2]s,*\" || %[1]s like \"*,%[2]s\" || %[1]s like \"*,%[2]s,*\""
    space = "%[1]s == \"%[2]s\" || %[1]s like \"%[2]s *\" || %[1]s like \"* %[2]s\" || %[1]s like \"* %[2]s *\""
  }
  conditions = [
    for name, values in var.demanded : format(
      "context.token has \"%s\" && (%s)",
      name,
      join(" || ", [for value in values : format(local.tests[local.formats[name]], "context.token[\"${name}\"]", value)]),
    )
  ]
}

variable "policy_store_id" {
  description = "The policy store."
  type        = string
}

variable "user_pool_arn" {
  description = "The user pool."
  type        = string
}

variable "client_ids" {
  description = "The app clients whose tokens count."
  type        = list(string)

  validation {
    condition     = length(var.client_ids) >= 1 && !contains(var.client_ids, "")
    error_message = "client_ids: one at least; without any, those of every client would count."
  }
}

variable "principal_entity_type" {
  description = "The entity type of people, such as `Items::User`."
  type        = string

  validation {
    condition     = can(regex("^([A-Za-z_][A-Za-z0-9_]*::)*[A-Za-z_][A-Za-z0-9_]*$", var.principal_entity_type))
    error_message = "principal_entity_type: names of letters, digits and underscores, joined by ::."
  }
}

variable "actions" {
  description = "What is permitted, such as `Items::Action::\"Read\"`."
  type        = list(string)

  validation {
    condition     = length(var.actions) >= 1 && alltrue([for action in var.actions : can(regex("^([A-Za-z_][A-Za-z0-9_]*::)+\"[A-Za-z0-9 _./:-]+\"$", action))])
    error_message = "actions: one at least, each with its entity type and its name in quotes."
  }
}

variable "demanded" {
  description = "Claims and their values. Every claim must fit; of several values, one is enough."
  type        = map(list(string))

  validation {
    condition     = length(var.demanded) >= 1 && length(setsubtract(keys(var.demanded), keys(local.formats))) == 0
    error_message = "demanded: one at least of the claims in formats."
  }

  # What Cedar would read as more than a value isn't among them, and neither is `*`.
  validation {
    condition = alltrue(flatten([
      for name, values in var.demanded : [
        length(values) >= 1,
        [for value in values : can(regex(lookup(local.formats, name, "") == "value" ? "^(true|false|-?[0-9]+)$" : "^[A-Za-z0-9_./:@-]+$", value))],
      ]
    ]))
    error_message = "demanded: a value at least, of letters, digits and _./:@- only; true, false or a whole number where the claim is one."
  }
}

resource "aws_verifiedpermissions_identity_source" "pool" {
  policy_store_id       = var.policy_store_id
  principal_entity_type = var.principal_entity_type

  configuration {
    cognito_user_pool_configuration {
      user_pool_arn = var.user_pool_arn
      client_ids    = var.client_ids
    }
  }
}

resource "aws_verifiedpermissions_policy" "claims" {
  policy_store_id = var.policy_store_id

  definition {
    static {
      description = "By claims"
      statement   = <<-CEDAR
        permit (
          principal is ${var.principal_entity_type},
          action in [${join(", ", var.actions)}],
          resource
        ) when {
          context has token &&
          ${join(" &&\n  ", local.conditions)}
        };
      CEDAR
    }
  }
}
