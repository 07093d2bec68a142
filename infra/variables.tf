# What all parts of the stack share.

variable "name" {
  description = "Prefix of all names. One stack per name and account: roles belong to no region."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name: 3 to 32 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "architecture" {
  description = "What all packages were built for: `arm64` or `x86_64`."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture: arm64 or x86_64."
  }
}

variable "tracing" {
  description = "X-Ray traces of the functions and the REST API."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether pool and tables can't be deleted. Set it to false and apply before a destroy; while a pool that exists elsewhere calls the function, that is refused."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "KMS key for tables and log groups. Null: keys that AWS owns. Its policy must let CloudWatch Logs use it."
  type        = string
  default     = null
}
