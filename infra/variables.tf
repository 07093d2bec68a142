# Inputs, in the order of the files that use them. The README's table is made from this file.

variable "name" {
  description = "Prefix of all names. One stack per name and account: roles belong to no region."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name: 3 to 32 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

# The user pool.

variable "existing_user_pool_id" {
  description = "Id of a pool that exists in this account and region, or has a replica there (`replica`). Then no pool, client, group or domain is made; the output `pool_lambda_config` says what to merge into the pool."
  type        = string
  default     = null

  validation {
    condition     = var.existing_user_pool_id == null || can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]_[0-9A-Za-z]+$", var.existing_user_pool_id))
    error_message = "existing_user_pool_id: the id of a pool, such as eu-west-1_AbCdEfGhI, not its name or ARN."
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
    condition     = !var.rest_api || !startswith(coalesce(var.issuer, "none"), "https://issuer-cognito-idp.")
    error_message = "issuer: the REST API's authorizer, COGNITO_USER_POOLS, takes no tokens with the issuer UPDATED. Set rest_api to false and take the HTTP API, or keep the pool's issuer ORIGINAL."
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

variable "mfa" {
  description = "A second factor by an authenticator app: `OFF`, `OPTIONAL` or `ON`."
  type        = string
  default     = "OPTIONAL"

  validation {
    condition     = contains(["OFF", "OPTIONAL", "ON"], var.mfa)
    error_message = "mfa: OFF, OPTIONAL or ON."
  }
}

variable "self_sign_up" {
  description = "Whether strangers may sign themselves up. Off: only administrators make users."
  type        = bool
  default     = false
}

variable "custom_attributes" {
  description = "Names of custom attributes (texts) without `custom:`. No app client may read or write them, so a policy may trust them. They can be added later, never removed."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.custom_attributes : can(regex("^[a-z][a-z0-9_]{0,19}$", name))])
    error_message = "custom_attributes: up to 20 lower-case letters, digits and underscores, without custom:."
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

variable "domain_prefix" {
  description = "Prefix of the pool's domain, unique in the region. Without it there are no sign-in pages and no token endpoint, so no code flow and no client credentials."
  type        = string
  default     = null

  validation {
    condition     = var.domain_prefix == null || (can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain_prefix)) && !can(regex("aws|amazon|cognito", var.domain_prefix)))
    error_message = "domain_prefix: lower-case letters, digits and hyphens; Cognito refuses aws, amazon and cognito in it."
  }
}

variable "callback_urls" {
  description = "Where the web client may be sent after a sign-in. Without any, it has no code flow."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for url in var.callback_urls : !strcontains(url, "#") && (can(regex("^http://localhost(:[0-9]+)?(/|$)", url)) || can(regex("^[a-z][a-z0-9+.-]*://", url)) && !startswith(url, "http://"))])
    error_message = "callback_urls: https, or http on localhost, or an app's own scheme, and no fragment."
  }
}

variable "logout_urls" {
  description = "Where the web client may be sent after a sign-out."
  type        = list(string)
  default     = []
}

variable "resource_server" {
  description = "Identifier of the resource server: the scopes are `<identifier>/read`, `/write` and `/admin`."
  type        = string
  default     = "items"

  validation {
    condition     = can(regex("^[!#-.0-\\[\\]-~]{1,256}$", var.resource_server))
    error_message = "resource_server: printable ASCII without blanks, slashes, quotes and backslashes."
  }
}

variable "web_scopes" {
  description = "Scopes that the web client may ask for. Any user may ask for them all, so `admin` doesn't belong here unless the API asks for more than the scope."
  type        = set(string)
  default     = ["read", "write"]

  validation {
    condition     = length(setsubtract(var.web_scopes, ["read", "write", "admin"])) == 0
    error_message = "web_scopes: read, write and admin."
  }
}

variable "machine_clients" {
  description = "Machines by name, each with its scopes. One app client is one identity: the table has a record for each."
  type        = map(set(string))
  default     = { machine = ["read", "write"] }

  validation {
    condition     = alltrue([for name in keys(var.machine_clients) : can(regex("^[a-z][a-z0-9-]{0,62}$", name)) && name != "web"])
    error_message = "machine_clients: names of lower-case letters, digits and hyphens, other than web."
  }

  validation {
    condition     = alltrue([for scopes in values(var.machine_clients) : length(scopes) > 0 && length(setsubtract(scopes, ["read", "write", "admin"])) == 0])
    error_message = "machine_clients: scopes are read, write and admin, and each machine needs one at least."
  }
}

variable "more_client_ids" {
  description = "App clients made elsewhere whose tokens the APIs take too. With an existing pool they are all clients that there are."
  type        = list(string)
  default     = []
}

variable "password_auth" {
  description = "Whether the web client may send a user's password (`USER_PASSWORD_AUTH`). Off: only its proof (SRP), or the sign-in pages."
  type        = bool
  default     = false
}

variable "access_token_minutes" {
  description = "How long ID and access tokens live. A claim that changed is seen at the next refresh, and a revoked token passes JWT authorizers until it expires."
  type        = number
  default     = 60

  validation {
    condition     = var.access_token_minutes >= 5 && var.access_token_minutes <= 1440
    error_message = "access_token_minutes: 5 minutes to a day (1440)."
  }
}

variable "refresh_token_days" {
  description = "How long the web client's refresh tokens live."
  type        = number
  default     = 30

  validation {
    condition     = var.refresh_token_days >= 1 && var.refresh_token_days <= 3650
    error_message = "refresh_token_days: 1 to 3650."
  }
}

# The functions.

variable "trigger_zip" {
  description = "Path of the trigger's package: `bootstrap` and its `claims.toml`."
  type        = string
}

variable "authorizer_zip" {
  description = "Path of the Lambda authorizer's package: `bootstrap` and its `authorizer.toml`. Null: no Lambda authorizer."
  type        = string
  default     = null
}

variable "handler_zip" {
  description = "Path of the package of the function behind the APIs, such as examples/items-api. Null: no function, no items table and no APIs."
  type        = string
  default     = null
}

variable "handler_runtime" {
  description = "The runtime of that function, such as `nodejs22.x` or `python3.13`. The default runs a program, `bootstrap`."
  type        = string
  default     = "provided.al2023"
}

variable "handler_entry" {
  description = "What a managed runtime calls, such as `index.handler`."
  type        = string
  default     = "bootstrap"

  # Lambda takes one without the other, and then every request fails.
  validation {
    condition     = startswith(var.handler_runtime, "provided") == (var.handler_entry == "bootstrap")
    error_message = "handler_entry: a managed runtime (handler_runtime) calls a function in a file, such as index.handler; a program is bootstrap."
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

variable "authorizer_environment" {
  description = "More environment variables of the authorizer. They win over the module's."
  type        = map(string)
  default     = {}
}

variable "handler_environment" {
  description = "More environment variables of the function behind the APIs. They win over the module's."
  type        = map(string)
  default     = {}
}

variable "alias_version" {
  description = "Version of the trigger that the alias `live` points to. Null: the newest. An older number is a rollback."
  type        = string
  default     = null

  validation {
    condition     = var.alias_version == null || can(regex("^[1-9][0-9]*$", var.alias_version))
    error_message = "alias_version: the number of a published version."
  }
}

variable "alias_weights" {
  description = "A second version of the trigger and its share of sign-ins, such as `{ \"8\" = 0.1 }`. Empty: all go to `alias_version`."
  type        = map(number)
  default     = {}

  validation {
    condition     = length(var.alias_weights) <= 1 && alltrue([for version, weight in var.alias_weights : can(regex("^[1-9][0-9]*$", version)) && weight > 0 && weight < 1])
    error_message = "alias_weights: one published version with a share between 0 and 1; Lambda splits between two versions at most."
  }

  validation {
    condition     = length(var.alias_weights) == 0 || var.alias_version != null
    error_message = "alias_weights: name the other version in alias_version, or the newest could be both."
  }

  validation {
    condition     = var.alias_version == null || !contains(keys(var.alias_weights), coalesce(var.alias_version, "none"))
    error_message = "alias_weights: a second version, other than alias_version."
  }

  validation {
    condition     = length(var.alias_weights) == 0 || var.provisioned_concurrency == 0
    error_message = "alias_weights: Lambda refuses weights on an alias with provisioned concurrency; set provisioned_concurrency to 0 while two versions run."
  }
}

variable "provisioned_concurrency" {
  description = "Trigger environments that are kept warm, and paid for. 0: none."
  type        = number
  default     = 0

  validation {
    condition     = var.provisioned_concurrency >= 0 && floor(var.provisioned_concurrency) == var.provisioned_concurrency
    error_message = "provisioned_concurrency: a whole number from 0."
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

variable "tracing" {
  description = "X-Ray traces of the functions and the REST API."
  type        = bool
  default     = false
}

# The tables.

variable "deletion_protection" {
  description = "Whether pool and tables can't be deleted. Set it to false and apply before a destroy."
  type        = bool
  default     = true
}

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

variable "kms_key_arn" {
  description = "KMS key for tables and log groups. Null: keys that AWS owns. Its policy must let CloudWatch Logs use it."
  type        = string
  default     = null
}

# The APIs.

variable "http_api" {
  description = "Whether there is an HTTP API in front of the handler."
  type        = bool
  default     = true
}

variable "rest_api" {
  description = "Whether there is a REST API in front of the handler."
  type        = bool
  default     = false
}

variable "rest_api_account_role" {
  description = "Whether to make the role by which REST APIs write logs, and set it for the whole account and region. It replaces the one that is set, and a destroy doesn't bring that back: leave it off where there is one."
  type        = bool
  default     = false
}

variable "cors_origins" {
  description = "Origins whose pages may call the HTTP API. Empty: none."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.cors_origins : can(regex("^(https://[^/*]+|http://localhost(:[0-9]+)?)$", origin))])
    error_message = "cors_origins: origins such as https://app.example.com, without a path or an asterisk; http on localhost only."
  }
}

variable "throttling" {
  description = "Requests per second and burst that each API lets through."
  type        = object({ rate = number, burst = number })
  default     = { rate = 100, burst = 200 }
}

variable "authorizer_cache_seconds" {
  description = "How long the HTTP API keeps the Lambda authorizer's answers. Not more than `caching` in its authorizer.toml says."
  type        = number
  default     = 0

  validation {
    condition     = var.authorizer_cache_seconds >= 0 && var.authorizer_cache_seconds <= 3600
    error_message = "authorizer_cache_seconds: 0 (off) to 3600."
  }
}

variable "authorizer_revocation" {
  description = "Whether the authorizer may look revoked tokens up in the claims table, as the shipped file does (`[revocation]`). False takes the right and `CLAIMS_TABLE` away, for a file without it."
  type        = bool
  default     = true
}

# What is watched.

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 90

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: a number of days that CloudWatch Logs knows, such as 30, 90 or 365."
  }
}

variable "alarm_topic_arn" {
  description = "SNS topic that hears of alarms. Null: alarms only change their colour."
  type        = string
  default     = null
}

variable "alarm_thresholds" {
  description = "In five minutes, more than so many refusals or omitted claims raise an alarm; so does a deadline with less than so many milliseconds left."
  type = object({
    refusals         = optional(number, 10)
    omitted_claims   = optional(number, 10)
    deadline_left_ms = optional(number, 1000)
  })
  default = {}
}
