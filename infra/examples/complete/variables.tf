# What differs between a first try, a test and production. Each is described in the module.

variable "name" {
  type    = string
  default = "claims"
}

variable "domain_prefix" {
  type = string
}

variable "trigger_zip" {
  type    = string
  default = "../../../target/package/pre-token-generation-arm64.zip"
}

variable "authorizer_zip" {
  type    = string
  default = "../../../target/package/authorizer-arm64.zip"
}

variable "handler_zip" {
  type    = string
  default = "../../../target/package/items-api-arm64.zip"
}

variable "handler_runtime" {
  type    = string
  default = "provided.al2023"
}

variable "handler_entry" {
  type    = string
  default = "bootstrap"
}

variable "architecture" {
  type    = string
  default = "arm64"
}

variable "event_version" {
  type    = string
  default = "V3_0"
}

variable "machine_clients" {
  type    = map(set(string))
  default = { machine = ["read", "write"] }
}

variable "alias_version" {
  type    = string
  default = null
}

variable "alias_weights" {
  type    = map(number)
  default = {}
}

# Sets the role by which all REST APIs of the account and region write logs, theirs included, so it
# is off. Where no role is set yet, the REST API can't be made without this.
variable "rest_api_account_role" {
  type    = bool
  default = false
}

variable "alarm_topic_arn" {
  type    = string
  default = null
}

variable "deletion_protection" {
  type    = bool
  default = true
}

variable "password_auth" {
  type    = bool
  default = false
}

variable "trigger_environment" {
  type    = map(string)
  default = {}
}

variable "authorizer_environment" {
  type    = map(string)
  default = {}
}

variable "handler_environment" {
  type    = map(string)
  default = {}
}
