# The claims table.

variable "existing_table_name" {
  description = "Name of a claims table of the stack's region and account that exists, such as the copy that another stack's `table_replicas` made. Null: a table is made."
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
}

variable "table_replicas" {
  description = "Regions with a copy of the claims table, each with a KMS key of its own if `kms_key_arn` is set."
  type        = map(object({ kms_key_arn = optional(string) }))
  default     = {}

  validation {
    condition     = alltrue([for replica in values(var.table_replicas) : (replica.kms_key_arn == null) == (var.kms_key_arn == null)])
    error_message = "table_replicas: with kms_key_arn every replica needs its region's key; without it none may have one."
  }
}
