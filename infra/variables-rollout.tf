# How a version of the trigger goes live.

variable "alias_version" {
  description = "Version of the trigger that the alias `live` points to. Null: the newest. An older number is a rollback."
  type        = string
  default     = null

  validation {
    condition     = var.alias_version == null || can(regex("^[1-9][0-9]*$", var.alias_version))
    error_message = "alias_version: the number of a published version."
  }
}

variable "alias_weights" {
  description = "A second version of the trigger and its share of sign-ins, such as `{ \"8\" = 0.1 }`. Empty: all go to `alias_version`."
  type        = map(number)
  default     = {}

  validation {
    condition     = length(var.alias_weights) <= 1 && alltrue([for version, weight in var.alias_weights : can(regex("^[1-9][0-9]*$", version)) && weight > 0 && weight < 1])
    error_message = "alias_weights: one published version with a share between 0 and 1; Lambda splits between two versions at most."
  }

  validation {
    condition     = length(var.alias_weights) == 0 || var.alias_version != null
    error_message = "alias_weights: name the other version in alias_version, or the newest could be both."
  }

  validation {
    condition     = var.alias_version == null || !contains(keys(var.alias_weights), coalesce(var.alias_version, "none"))
    error_message = "alias_weights: a second version, other than alias_version."
  }

  validation {
    condition     = length(var.alias_weights) == 0 || var.provisioned_concurrency == 0
    error_message = "alias_weights: Lambda refuses weights on an alias with provisioned concurrency; set provisioned_concurrency to 0 while two versions run."
  }
}

variable "provisioned_concurrency" {
  description = "Trigger environments that are kept warm, and paid for. 0: none."
  type        = number
  default     = 0

  validation {
    condition     = var.provisioned_concurrency >= 0 && floor(var.provisioned_concurrency) == var.provisioned_concurrency
    error_message = "provisioned_concurrency: a whole number from 0."
  }
}

variable "canary" {
  description = "CodeDeploy moves the alias `live`, by the steps of `configuration`, and back when the newest version fails, or refuses more than `refusals` a minute, in two minutes of three. Terraform starts no deployment: the output `deployment` is the command. Null: Terraform moves the alias at once."
  type = object({
    configuration = optional(string, "CodeDeployDefault.LambdaCanary10Percent5Minutes")
    refusals      = optional(number, 10)
  })
  default = null

  validation {
    condition     = var.canary == null || (var.alias_version == null && length(var.alias_weights) == 0)
    error_message = "canary: CodeDeploy says which version runs; take alias_version and alias_weights away."
  }

  validation {
    condition     = var.canary == null || var.provisioned_concurrency == 0
    error_message = "canary: Lambda refuses two versions behind an alias with provisioned concurrency; set provisioned_concurrency to 0."
  }
}
