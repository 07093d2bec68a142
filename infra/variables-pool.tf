# The user pool: a new one, or one that exists.

variable "existing_user_pool_id" {
  description = "Id of a pool that exists in this account and region, or has a replica there (`replica`). Then no pool, client, group or domain is made; the output `pool_lambda_config` says what to merge into the pool."
  type        = string
  default     = null

  validation {
    condition     = var.existing_user_pool_id == null || can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]_[0-9A-Za-z]+$", var.existing_user_pool_id))
    error_message = "existing_user_pool_id: the id of a pool, such as eu-west-1_AbCdEfGhI, not its name or ARN."
  }
}

variable "more_user_pool_ids" {
  description = "Ids of more pools of this account and region that call the same trigger. They exist already, and `pool_lambda_config` is to be merged into each."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.more_user_pool_ids : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]_[0-9A-Za-z]+$", id))]) && !contains(var.more_user_pool_ids, coalesce(var.existing_user_pool_id, "none"))
    error_message = "more_user_pool_ids: ids of pools such as eu-west-1_AbCdEfGhI, other than existing_user_pool_id."
  }
}

variable "detached_user_pool_ids" {
  description = "Of these pools, those that no longer call the trigger and are to leave the stack: the apply looks whether that is so. Then they may be taken out of both inputs. Until then the stack's protection keeps their permission."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.detached_user_pool_ids, concat(compact([var.existing_user_pool_id]), tolist(var.more_user_pool_ids)))) == 0
    error_message = "detached_user_pool_ids: pools that are still in existing_user_pool_id or more_user_pool_ids."
  }
}

variable "replica" {
  description = "Whether the stack's region serves the existing pool by a replica. Then the pool's id begins with another region, its primary's."
  type        = bool
  default     = false

  validation {
    condition     = !var.replica || var.existing_user_pool_id != null
    error_message = "replica: name the pool in existing_user_pool_id; it has the same id in both regions."
  }

  # Of ORIGINAL it isn't documented which region the tokens of a replica name.
  validation {
    condition     = !var.replica || var.issuer != null
    error_message = "replica: say the issuer; with the issuer type UPDATED it is the same in both regions."
  }
}

variable "issuer" {
  description = "What the claim `iss` of the pool's tokens says. Null: the issuer type `ORIGINAL` in the stack's region. With `UPDATED` it is `https://issuer-cognito-idp.<region of the primary>.amazonaws.com/<pool id>`."
  type        = string
  default     = null

  validation {
    condition     = var.issuer == null || can(regex("^https://[^/?#@]+/[^/?#]+$", var.issuer))
    error_message = "issuer: https, a host, and the pool's id, with nothing behind it."
  }

  validation {
    condition     = var.issuer == null || var.existing_user_pool_id == null || endswith(coalesce(var.issuer, "none"), "/${coalesce(var.existing_user_pool_id, "none")}")
    error_message = "issuer: it ends with the id of existing_user_pool_id."
  }

  # SPEC: AWS, "Identity provider and relying party endpoints".
  validation {
    condition     = !var.rest_api || !startswith(coalesce(var.issuer, "none"), "https://issuer-cognito-idp.") || (var.routes != null && alltrue([for route in values(coalesce(var.routes, {})) : route.authorizer == "lambda"]))
    error_message = "issuer: COGNITO_USER_POOLS, which checks tokens at the REST API, takes none with the issuer UPDATED. Give every one of the routes the authorizer lambda, or set rest_api to false and take the HTTP API, or keep the pool's issuer ORIGINAL."
  }
}

variable "event_version" {
  description = "Version of the trigger's event. `V1_0`: ID tokens only. `V2_0`: access tokens too. `V3_0`: machines too."
  type        = string
  default     = "V3_0"

  validation {
    condition     = contains(["V1_0", "V2_0", "V3_0"], var.event_version)
    error_message = "event_version: V1_0, V2_0 or V3_0."
  }
}

variable "feature_plan" {
  description = "The new pool's feature plan. `V2_0` and `V3_0` need `ESSENTIALS` or `PLUS`."
  type        = string
  default     = "ESSENTIALS"

  validation {
    condition     = contains(["LITE", "ESSENTIALS", "PLUS"], var.feature_plan)
    error_message = "feature_plan: LITE, ESSENTIALS or PLUS."
  }

  # Some old pools have V2_0 on Lite; those are existing pools, whose plan is not ours to know.
  validation {
    condition     = var.feature_plan != "LITE" || var.event_version == "V1_0" || var.existing_user_pool_id != null
    error_message = "feature_plan: the plan LITE has event version V1_0 only; take ESSENTIALS or PLUS, or event_version V1_0."
  }
}

variable "custom_attributes" {
  description = "Names of custom attributes (texts) without `custom:`. No app client may read or write them, so a policy may trust them. Those that an identity provider says are not named here. They can be added later, never removed."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.custom_attributes : can(regex("^[a-z][a-z0-9_]{0,19}$", name))])
    error_message = "custom_attributes: up to 20 lower-case letters, digits and underscores, without custom:."
  }

  # What is mapped must be writable, so the promise would be broken.
  validation {
    condition     = length(setintersection(var.custom_attributes, local.mapped_attributes)) == 0
    error_message = "custom_attributes: one of them is an attribute that an identity provider says, and the client of its people writes those. Take it out here, and name it in the policy's [providers]."
  }
}

variable "groups" {
  description = "Groups of the pool. The group with the lowest precedence decides a user's preferred role."
  type = map(object({
    precedence  = number
    description = optional(string)
  }))
  default = {}

  # Cognito allows brackets and commas. Gateways hand groups on as "[a b]" or "a,b", so a group
  # `x,admin` would read as two groups.
  validation {
    condition     = alltrue([for name in keys(var.groups) : can(regex("^[0-9A-Za-z_.-]{1,128}$", name))])
    error_message = "groups: letters, digits, full stops, hyphens and underscores only: gateways join group names by commas and blanks."
  }

  # On a tie between groups with different roles there is no preferred role.
  validation {
    condition     = length(distinct([for group in values(var.groups) : group.precedence])) == length(var.groups)
    error_message = "groups: every group needs a precedence of its own."
  }

  validation {
    condition     = alltrue([for group in values(var.groups) : group.precedence >= 0 && floor(group.precedence) == group.precedence])
    error_message = "groups: a precedence is a whole number from 0."
  }
}

# A map, because the ARN of a function that the same apply makes isn't known before.
variable "other_triggers" {
  description = "Functions that the new pool calls at other moments, by the trigger's name, such as `{ post_confirmation = <ARN> }`; of the version or alias if the ARN names one. The module gives the pool the right to call each."
  type        = map(string)
  default     = {}

  validation {
    condition = length(setsubtract(keys(var.other_triggers), [
      "create_auth_challenge", "custom_message", "define_auth_challenge", "post_authentication", "post_confirmation",
      "pre_authentication", "pre_sign_up", "user_migration", "verify_auth_challenge_response",
    ])) == 0
    error_message = "other_triggers: create_auth_challenge, custom_message, define_auth_challenge, post_authentication, post_confirmation, pre_authentication, pre_sign_up, user_migration and verify_auth_challenge_response. The pre token generation trigger is the module's."
  }

  validation {
    condition     = alltrue([for arn in values(var.other_triggers) : can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[0-9A-Za-z_-]+(:[0-9A-Za-z_-]+)?$", arn))])
    error_message = "other_triggers: the whole ARN of each function."
  }

  validation {
    condition     = length(var.other_triggers) == 0 || var.existing_user_pool_id == null
    error_message = "other_triggers: an existing pool isn't touched; its triggers are its owner's."
  }
}

variable "threat_protection" {
  description = "What the new pool does about passwords that leaked and sign-ins that look odd: `OFF`, `AUDIT` (writes it down) or `ENFORCED`. It needs the plan `PLUS`."
  type        = string
  default     = "OFF"

  validation {
    condition     = contains(["OFF", "AUDIT", "ENFORCED"], var.threat_protection)
    error_message = "threat_protection: OFF, AUDIT or ENFORCED."
  }

  validation {
    condition     = var.threat_protection == "OFF" || (var.feature_plan == "PLUS" && var.existing_user_pool_id == null)
    error_message = "threat_protection: only a new pool of the plan PLUS has it; set feature_plan."
  }
}

variable "user_pool_web_acl_arn" {
  description = "Regional web ACL of AWS WAF that stands before the new pool's sign-in pages and API. It is made elsewhere."
  type        = string
  default     = null

  validation {
    condition     = var.user_pool_web_acl_arn == null || can(regex("^arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[^/]+/[^/]+$", var.user_pool_web_acl_arn))
    error_message = "user_pool_web_acl_arn: the ARN of a web ACL of the scope REGIONAL, in the stack's region."
  }

  validation {
    condition     = var.user_pool_web_acl_arn == null || var.existing_user_pool_id == null
    error_message = "user_pool_web_acl_arn: an existing pool isn't touched; join the two where the pool is made."
  }
}
