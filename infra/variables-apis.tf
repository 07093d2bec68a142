# The Lambda authorizer, the function behind the APIs, and the APIs.

variable "authorizer_zip" {
  description = "Path of the Lambda authorizer's package: `bootstrap` and its `authorizer.toml`. Null: no Lambda authorizer."
  type        = string
  default     = null
}

variable "authorizer_environment" {
  description = "More environment variables of the authorizer. They win over the module's."
  type        = map(string)
  default     = {}
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

variable "handler_environment" {
  description = "More environment variables of the function behind the APIs. They win over the module's."
  type        = map(string)
  default     = {}
}

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

variable "cors" {
  description = "Origins whose pages may call the HTTP API, by which methods and with which headers. No origins: none."
  type = object({
    origins = optional(list(string), [])
    methods = optional(set(string), ["GET", "POST"])
    headers = optional(set(string), ["authorization", "content-type"])
  })
  default = {}

  validation {
    condition     = alltrue([for origin in var.cors.origins : can(regex("^(https://[^/*]+|http://localhost(:[0-9]+)?)$", origin))])
    error_message = "cors: origins such as https://app.example.com, without a path or an asterisk; http on localhost only."
  }

  validation {
    condition     = length(setsubtract(var.cors.methods, ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"])) == 0 && contains(var.cors.headers, "authorization") && !contains(var.cors.headers, "*")
    error_message = "cors: methods such as GET and PUT by name; headers by name in small letters, and authorization among them, or no page can send a token."
  }
}

variable "throttling" {
  description = "Requests per second and burst that each API lets through."
  type        = object({ rate = number, burst = number })
  default     = { rate = 100, burst = 200 }
}
