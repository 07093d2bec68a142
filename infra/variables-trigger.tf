# The trigger: its package, and what it may read.

variable "trigger_zip" {
  description = "Path of the trigger's package: `bootstrap` and its `claims.toml`. Each package may also be in S3: `s3://BUCKET/KEY?versionId=VERSION`, or `?sha256=` and the zip's sum in base64."
  type        = string
}

variable "trigger_environment" {
  description = "More environment variables of the trigger, such as those that its policy names. They win over the module's."
  type        = map(string)
  default     = {}
}

variable "policy_rights" {
  description = "What the policy reads, as `rights` of `claimsmith check --json` says it: tables, and what is done with each and with its indexes. Variables in their names are those of the trigger. The default is the shipped policy's."
  type = list(object({
    table   = string
    region  = optional(string)
    actions = set(string)
    indexes = optional(map(set(string)), {})
  }))
  default = [{ table = "$${CLAIMS_TABLE}", actions = ["dynamodb:BatchGetItem"] }]

  validation {
    condition = alltrue([
      for action in flatten([for right in var.policy_rights : [tolist(right.actions), [for actions in right.indexes : tolist(actions)]]]) :
      contains(["dynamodb:BatchGetItem", "dynamodb:Query"], action)
    ])
    error_message = "The trigger reads by dynamodb:BatchGetItem and dynamodb:Query, and does nothing else."
  }

  validation {
    condition = alltrue([
      for name in flatten([for right in var.policy_rights : [
        for text in compact(concat([right.table, right.region], keys(right.indexes))) : regexall("\\$\\{([^}]*)\\}", text)
      ]]) :
      contains(concat(["CLAIMS_TABLE", "CLAIMS_LOG_ONE_IN", "AWS_REGION"], keys(var.trigger_environment)), name)
    ])
    error_message = "A name in policy_rights holds a variable that trigger_environment doesn't set."
  }
}

variable "reserved_concurrency" {
  description = "Most invocations of the trigger at once. Sign-ins and refreshes beyond it fail. Null: the account's limit."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null || try(var.reserved_concurrency >= 1 && var.reserved_concurrency >= var.provisioned_concurrency, false)
    error_message = "reserved_concurrency: 1 at least (0 would stop every sign-in), and not less than provisioned_concurrency."
  }
}

variable "log_one_in" {
  description = "Of the trigger's records about what went well, one in so many is logged (`CLAIMS_LOG_ONE_IN`). Sums and averages of the metrics stay true; smallest, greatest and percentiles miss what isn't logged, and so may the alarm `deadline`."
  type        = number
  default     = 1

  validation {
    condition     = var.log_one_in >= 1 && floor(var.log_one_in) == var.log_one_in
    error_message = "log_one_in: a whole number from 1."
  }
}

variable "report_mode" {
  description = "The trigger sends every event back as it came and only logs what it would have done (`CLAIMS_MODE`): no claims, no refusals. An alarm says that it is on."
  type        = bool
  default     = false
}

variable "shadow_policy" {
  description = "A policy in the trigger's package that decides beside the running one and changes nothing (`CLAIMS_SHADOW_POLICY`), such as `next.toml` of `./package --next`."
  type        = string
  default     = null
}
