# How the functions are made: what accounts ask for.

variable "roles" {
  description = "Path and permissions boundary (an ARN) of all roles that the module makes. The path is fixed once they are made."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default = {}

  validation {
    condition     = can(regex("^/([!-~]+/)?$", var.roles.path))
    error_message = "roles.path: begins and ends with a slash."
  }
}

variable "memory_mb" {
  description = "Memory of the functions, and with it their share of a processor. The handler has 256 MB, with a managed runtime 512, unless set."
  type = object({
    trigger    = optional(number, 256)
    authorizer = optional(number, 256)
    handler    = optional(number)
  })
  default = {}

  validation {
    condition     = alltrue([for memory in values(var.memory_mb) : memory == null || try(memory >= 128 && memory <= 10240 && floor(memory) == memory, false)])
    error_message = "memory_mb: whole numbers from 128 to 10240."
  }
}

variable "vpc" {
  description = "Functions that stand in a VPC, by name (`trigger`, `authorizer`, `handler`), each with its subnets and security groups. What they need there is in the README."
  type = map(object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.vpc), ["trigger", "authorizer", "handler"])) == 0
    error_message = "vpc: the functions are trigger, authorizer and handler."
  }

  validation {
    condition     = alltrue([for vpc in values(var.vpc) : length(vpc.subnet_ids) > 0 && length(vpc.security_group_ids) > 0])
    error_message = "vpc: at least one subnet and one security group each; without them a function is outside."
  }
}

variable "code_signing_config_arn" {
  description = "Code signing configuration of all functions. A policy that is packed anew is signed anew."
  type        = string
  default     = null
}
