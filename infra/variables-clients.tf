# App clients: who may ask the pool for tokens, and for which scopes.

variable "resource_server" {
  description = "Identifier of the resource server: the scopes are `<identifier>/read`, `/write` and `/admin`."
  type        = string
  default     = "items"

  validation {
    condition     = can(regex("^[!#-.0-\\[\\]-~]{1,256}$", var.resource_server))
    error_message = "resource_server: printable ASCII without blanks, slashes, quotes and backslashes."
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
