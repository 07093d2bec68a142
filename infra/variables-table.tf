# The claims table, and the keys of tables.

variable "existing_table_name" {
  description = "Name of a claims table of the stack's region and account that exists, such as the copy that another stack's `table_replicas` made. Null: a table is made, if anything reads it."
  type        = string
  default     = null

  validation {
    condition     = var.existing_table_name == null || can(regex("^[A-Za-z0-9_.-]{3,255}$", var.existing_table_name))
    error_message = "existing_table_name: the name of a table, not its ARN."
  }

  validation {
    condition     = var.existing_table_name == null || length(var.table_replicas) == 0
    error_message = "existing_table_name: copies belong to the stack that made the table."
  }

  validation {
    condition     = var.existing_table_name == null || local.claims_table
    error_message = "existing_table_name: nothing reads it. The policy names $${CLAIMS_TABLE} in none of policy_rights, and no authorizer looks for revoked tokens. Tables of your own need no input but policy_rights."
  }
}

variable "table_replicas" {
  description = "Regions with a copy of the claims table, each with a KMS key of its own if `kms_key_arn` is set."
  type        = map(object({ kms_key_arn = optional(string) }))
  default     = {}

  validation {
    condition     = alltrue([for replica in values(var.table_replicas) : (replica.kms_key_arn == null) == (var.kms_key_arn == null)])
    error_message = "table_replicas: with kms_key_arn every replica needs its region's key; without it none may have one."
  }

  validation {
    condition     = length(var.table_replicas) == 0 || local.claims_table
    error_message = "table_replicas: there is no claims table to copy, because policy_rights names $${CLAIMS_TABLE} nowhere and no authorizer looks for revoked tokens. Copies of your own tables are yours to make."
  }
}

variable "table_key_arns" {
  description = "KMS keys of tables that the policy reads, other than `kms_key_arn`: ARNs of keys, not of aliases. The trigger may decrypt with them, through DynamoDB of the key's region only. Tables with keys of AWS need none."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for key in var.table_key_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", key))])
    error_message = "table_key_arns: ARNs of keys, arn:aws:kms:REGION:ACCOUNT:key/ID. Rights know no aliases."
  }
}
