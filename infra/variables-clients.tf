# App clients: who may ask the pool for tokens, and for which scopes.

variable "resource_server" {
  description = "Identifier of the resource server, a word or a URL: the scopes are `<identifier>/<scope>`, such as `items/read` or `https://api.example.com/read`."
  type        = string
  default     = "items"

  # SPEC: Amazon Cognito API reference, ResourceServerType.
  validation {
    condition     = can(regex("^[!#-\\[\\]-~]{1,256}$", var.resource_server)) && !endswith(var.resource_server, "/")
    error_message = "resource_server: printable ASCII without blanks, quotes and backslashes, and no slash at its end."
  }
}

variable "scopes" {
  description = "The resource server's scopes, each with what it allows."
  type        = map(string)
  default = {
    read  = "Read items"
    write = "Add items"
    admin = "Administer items"
  }

  # SPEC: Amazon Cognito API reference, ResourceServerScopeType.
  validation {
    condition     = alltrue([for name in keys(var.scopes) : can(regex("^[!#-.0-\\[\\]-~]{1,256}$", name))])
    error_message = "scopes: names of printable ASCII without blanks, slashes, quotes and backslashes; the resource server's part isn't written here."
  }

  validation {
    condition     = length(var.scopes) > 0 && length(var.scopes) <= 100 && alltrue([for text in values(var.scopes) : length(text) >= 1 && length(text) <= 256])
    error_message = "scopes: 1 to 100, each with a text of 1 to 256 characters."
  }

  # SPEC: Amazon API Gateway V2 API reference, Route: `authorizationScopes`.
  validation {
    condition     = var.handler_zip == null || !var.http_api || alltrue([for name in keys(var.scopes) : length("${var.resource_server}/${name}") <= 64])
    error_message = "scopes: routes of the HTTP API take scopes of up to 64 characters, resource_server and the slash included."
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

variable "web_scopes" {
  description = "Scopes that the web client may ask for. Any user may ask for them all, so `admin` doesn't belong here unless the API asks for more than the scope."
  type        = set(string)
  default     = ["read", "write"]

  validation {
    condition     = length(setsubtract(var.web_scopes, keys(var.scopes))) == 0
    error_message = "web_scopes: ${join(", ", setsubtract(var.web_scopes, keys(var.scopes)))} isn't among scopes."
  }
}

variable "machine_clients" {
  description = "Machines by name, each with its scopes. One app client is one identity: the table has a record for each."
  type        = map(set(string))
  default     = { machine = ["read", "write"] }

  validation {
    condition     = alltrue([for name in keys(var.machine_clients) : can(regex("^[a-z][a-z0-9-]{0,62}$", name)) && !contains(["web", "federated"], name)])
    error_message = "machine_clients: names of lower-case letters, digits and hyphens, other than web and federated."
  }

  validation {
    condition     = alltrue([for scopes in values(var.machine_clients) : length(scopes) > 0 && length(setsubtract(scopes, keys(var.scopes))) == 0])
    error_message = "machine_clients: each machine needs one scope at least, all of them among scopes."
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

variable "refresh_rotation" {
  description = "Whether a refresh gives the web client a new refresh token and ends the old one, which works for `grace_seconds` more. Null: no word on it; to switch it off again, say `enabled = false`. Then apps refresh at the token endpoint or by `GetTokensFromRefreshToken`, never by `REFRESH_TOKEN_AUTH`."
  type = object({
    enabled       = optional(bool, true)
    grace_seconds = optional(number, 10)
  })
  default = null

  # SPEC: Amazon Cognito API reference, RefreshTokenRotationType.
  validation {
    condition     = var.refresh_rotation == null || try(var.refresh_rotation.grace_seconds >= 0 && var.refresh_rotation.grace_seconds <= 60, false)
    error_message = "refresh_rotation: grace_seconds from 0 to 60."
  }
}
