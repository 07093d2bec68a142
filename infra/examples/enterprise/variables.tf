# What is made elsewhere.

variable "trigger_zip" {
  type    = string
  default = "../../../target/package/pre-token-generation-arm64.zip"
}

variable "domain" {
  description = "Such as example.com: people sign in at auth.example.com."
  type        = string
}

variable "zone_id" {
  description = "Route 53's zone of the domain."
  type        = string
}

variable "certificate_arn" {
  description = "Of auth.example.com, in us-east-1."
  type        = string
}

variable "web_acl_arn" {
  type = string
}

variable "ses_arn" {
  description = "The verified identity of SES that sends: the domain's."
  type        = string
}

variable "entra" {
  type = object({ issuer = string, client_id = string })
}

variable "entra_secret" {
  type      = string
  sensitive = true
}

variable "globex_metadata" {
  description = "Address of the SAML provider's metadata."
  type        = string
}
