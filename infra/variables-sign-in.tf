# How people sign up and in, where, and who writes to them.

variable "self_sign_up" {
  description = "Whether strangers may sign themselves up. Off: only administrators make users."
  type        = bool
  default     = false

  # By the client of the provider's people, as `SignUp` takes any attribute that a client writes.
  validation {
    condition     = !var.self_sign_up || length(local.mapped_attributes) == 0
    error_message = "self_sign_up: strangers could write the custom attributes that an identity provider says."
  }
}

variable "mfa" {
  description = "A second factor by an authenticator app: `OFF`, `OPTIONAL` or `ON`."
  type        = string
  default     = "OPTIONAL"

  validation {
    condition     = contains(["OFF", "OPTIONAL", "ON"], var.mfa)
    error_message = "mfa: OFF, OPTIONAL or ON."
  }
}

variable "passwordless" {
  description = "Ways to sign in beside the password: passkeys, and codes by e-mail. `relying_party` is the domain that passkeys are bound to, the pool's own unless said, `user_verification` `preferred` or `required`."
  type = object({
    passkeys          = optional(bool, false)
    email_codes       = optional(bool, false)
    relying_party     = optional(string)
    user_verification = optional(string, "preferred")
  })
  default = {}

  validation {
    condition     = contains(["preferred", "required"], var.passwordless.user_verification)
    error_message = "passwordless: user_verification is preferred or required."
  }

  # SPEC: Amazon Cognito API reference, SignInPolicyType: the tier Essentials or higher.
  validation {
    condition     = !(var.passwordless.passkeys || var.passwordless.email_codes) || (var.feature_plan != "LITE" && var.existing_user_pool_id == null)
    error_message = "passwordless: only a new pool of the plan ESSENTIALS or PLUS has it."
  }

  # SPEC: Amazon Cognito API reference, WebAuthnMfaSettingsType: where a second factor is demanded, a
  # passkey needs a setting of each user.
  validation {
    condition     = !(var.passwordless.passkeys || var.passwordless.email_codes) || var.mfa != "ON"
    error_message = "passwordless: nobody could use it beside mfa ON, because it is one factor; take OPTIONAL."
  }

  validation {
    condition     = var.passwordless.relying_party == null || var.passwordless.passkeys
    error_message = "passwordless: relying_party is for passkeys."
  }
}

variable "email" {
  description = "Who sends the new pool's e-mail: an identity of SES, and what letters say. Null: Cognito itself, 50 messages a day."
  type = object({
    identity_arn      = string
    from              = optional(string)
    reply_to          = optional(string)
    configuration_set = optional(string)
  })
  default = null

  validation {
    condition     = var.email == null || can(regex("^arn:[a-z-]+:ses:[a-z0-9-]+:[0-9]{12}:identity/.+$", var.email.identity_arn))
    error_message = "email: identity_arn is the ARN of a verified identity of SES."
  }

  # A domain has many addresses.
  validation {
    condition     = var.email == null || can(regex("identity/.+@", var.email.identity_arn)) || try(var.email.from, null) != null
    error_message = "email: say from, because the identity is a domain."
  }

  validation {
    condition     = var.email == null || var.existing_user_pool_id == null
    error_message = "email: an existing pool isn't touched."
  }
}

variable "domain_prefix" {
  description = "Prefix of the pool's domain, unique in the region. Without it there are no sign-in pages and no token endpoint, so no code flow and no client credentials."
  type        = string
  default     = null

  validation {
    condition     = var.domain_prefix == null || (can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain_prefix)) && !can(regex("aws|amazon|cognito", var.domain_prefix)))
    error_message = "domain_prefix: lower-case letters, digits and hyphens; Cognito refuses aws, amazon and cognito in it."
  }
}

variable "custom_domain" {
  description = "A domain of your own for the new pool's pages: its name, and a certificate of ACM in us-east-1. It may stand beside `domain_prefix`. `custom_domain_target` is where its DNS record leads."
  type = object({
    name            = string
    certificate_arn = string
  })
  default = null

  validation {
    condition     = var.custom_domain == null || can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?){2,}$", var.custom_domain.name))
    error_message = "custom_domain: name is a name below a domain, such as auth.example.com, without https."
  }

  # SPEC: Amazon Cognito API reference, CreateUserPoolDomain. In China it isn't documented.
  validation {
    condition     = var.custom_domain == null || can(regex("^arn:aws:acm:us-east-1:|^arn:aws-[a-z-]+:acm:", var.custom_domain.certificate_arn))
    error_message = "custom_domain: the certificate must be in us-east-1, wherever the pool is."
  }

  validation {
    condition     = var.custom_domain == null || var.existing_user_pool_id == null
    error_message = "custom_domain: an existing pool isn't touched."
  }
}

variable "managed_login" {
  description = "Whether the domains show managed login instead of the classic pages. It shows nothing until it has a branding style, which is made elsewhere."
  type        = bool
  default     = false

  validation {
    condition     = !var.managed_login || (var.feature_plan != "LITE" && var.existing_user_pool_id == null)
    error_message = "managed_login: only a new pool of the plan ESSENTIALS or PLUS has it."
  }
}
