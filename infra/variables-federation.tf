# Identity providers by which people sign in.

variable "oidc_providers" {
  description = "OpenID Connect providers by name. `attributes` are the pool's attributes, each with the provider's claim, such as `{ email = \"email\", \"custom:entra_tid\" = \"tid\" }`. `identifiers` find the provider by the domain of an address. The secret of each stands in `oidc_secrets`."
  type = map(object({
    issuer      = string
    client_id   = string
    attributes  = map(string)
    scopes      = optional(list(string), ["openid", "email", "profile"])
    identifiers = optional(list(string))
  }))
  default = {}

  validation {
    condition     = alltrue([for provider in values(var.oidc_providers) : can(regex("^https://[^/?#@]+(/[^?#]*)?$", provider.issuer)) && contains(provider.scopes, "openid")])
    error_message = "oidc_providers: each issuer begins with https and has no query, and openid is among the scopes."
  }

  # Another letter case or an underscore makes names of people that can't be told from another's.
  validation {
    condition     = alltrue([for name in concat(keys(var.oidc_providers), keys(var.saml_providers)) : can(regex("^[A-Za-z][0-9A-Za-z-]{2,31}$", name)) && !contains(["cognito", "facebook", "google", "loginwithamazon", "signinwithapple"], lower(name))])
    error_message = "oidc_providers, saml_providers: names of 3 to 32 letters, digits and hyphens, none of Cognito's own."
  }

  validation {
    condition     = length(distinct([for name in concat(keys(var.oidc_providers), keys(var.saml_providers)) : lower(name)])) == length(var.oidc_providers) + length(var.saml_providers)
    error_message = "oidc_providers, saml_providers: a name stands for one provider, whatever its letter case."
  }

  # `username` is Cognito's to map.
  validation {
    condition = alltrue(flatten([for provider in concat(values(var.oidc_providers)[*].attributes, values(var.saml_providers)[*].attributes) : [
      for attribute in keys(provider) : can(regex("^custom:[a-z][a-z0-9_]{0,19}$", attribute)) || contains([
        "address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale", "middle_name", "name", "nickname",
        "phone_number", "phone_number_verified", "picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo",
      ], attribute)
    ]]))
    error_message = "oidc_providers, saml_providers: attributes are standard ones, or custom: and up to 20 lower-case letters, digits and underscores."
  }

  validation {
    condition     = length(var.oidc_providers) + length(var.saml_providers) == 0 || (length(var.callback_urls) > 0 && (var.domain_prefix != null || var.custom_domain != null))
    error_message = "oidc_providers, saml_providers: people come in by the sign-in pages, which need callback_urls, and domain_prefix or custom_domain."
  }

  validation {
    condition     = length(var.oidc_providers) + length(var.saml_providers) == 0 || var.existing_user_pool_id == null
    error_message = "oidc_providers, saml_providers: an existing pool isn't touched."
  }
}

variable "oidc_secrets" {
  description = "The client secret of each OpenID Connect provider, by its name. It is in Terraform's state."
  type        = map(string)
  default     = {}
  sensitive   = true

  validation {
    condition     = nonsensitive(setunion(keys(var.oidc_secrets), []) == setunion(keys(var.oidc_providers), []))
    error_message = "oidc_secrets: one for each of oidc_providers, and no other."
  }
}

variable "saml_providers" {
  description = "SAML providers by name, each with its `metadata_url` or the `metadata` itself, and the pool's attributes, each with the provider's. `sign_out` ends the provider's session too; requests are signed unless `signed_requests` is false; `encrypted` demands encrypted answers."
  type = map(object({
    metadata_url    = optional(string)
    metadata        = optional(string)
    attributes      = map(string)
    identifiers     = optional(list(string))
    sign_out        = optional(bool, false)
    signed_requests = optional(bool, true)
    encrypted       = optional(bool, false)
  }))
  default = {}

  validation {
    condition     = alltrue([for provider in values(var.saml_providers) : (provider.metadata == null) != (provider.metadata_url == null)])
    error_message = "saml_providers: each has metadata_url or metadata."
  }

  validation {
    condition     = alltrue([for provider in values(var.saml_providers) : startswith(coalesce(provider.metadata_url, "https://"), "https://")])
    error_message = "saml_providers: metadata_url begins with https, because the provider's keys are there."
  }
}
