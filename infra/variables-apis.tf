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
  description = "How long the APIs keep the Lambda authorizer's answers. Not more than `caching` in its authorizer.toml says."
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

variable "routes" {
  description = "The routes of both APIs, such as `GET /items/{id}`. A token needs one of the `scopes`: names of `scopes`, or whole ones of another resource server. The `authorizer` is `jwt`, the gateway's own, or `lambda`, whose file says what it asks. Null: `GET /items` (`read`), `POST /items` and `DELETE /items/{id}` (`write`), and `GET /authorized/items` by the Lambda authorizer if there is one."
  type = map(object({
    scopes     = optional(list(string), [])
    authorizer = optional(string, "jwt")
  }))
  default = null

  # Without OPTIONS, which is the preflights', and without ANY, which would take them too.
  validation {
    condition     = alltrue([for key in keys(coalesce(var.routes, {})) : can(regex("^(DELETE|GET|HEAD|PATCH|POST|PUT) (/([A-Za-z0-9._-]+|\\{[A-Za-z0-9_]+\\})){1,5}$", key))])
    error_message = "routes: a method (DELETE, GET, HEAD, PATCH, POST, PUT), one blank and a path of one to five parts, such as GET /items/{id}; parts of letters, digits and ._- or one parameter."
  }

  # A REST API refuses a second parameter beside the first.
  validation {
    condition = alltrue([for paths in [distinct(flatten([
      for key in keys(coalesce(var.routes, {})) : [for depth in range(2, length(split("/", key)) + 1) : join("/", slice(split("/", trimprefix(key, split(" ", key)[0])), 0, depth))]
    ]))] : length(distinct([for path in paths : replace(path, "/\\{[^}]*\\}$/", "{}")])) == length(paths)])
    error_message = "routes: a parameter has one name in one place; /items/{id} and /items/{item} can't be told apart."
  }

  # The resource policy of a function has 20 KB, and each route takes some of it for each API (AWS,
  # "Lambda quotas").
  validation {
    condition     = var.routes == null || (length(coalesce(var.routes, {})) >= 1 && length(coalesce(var.routes, {})) <= 20)
    error_message = "routes: 1 to 20, because each needs a permission of the handler's; more are made elsewhere, by the output http_api."
  }

  validation {
    condition     = alltrue([for route in values(coalesce(var.routes, {})) : contains(["jwt", "lambda"], route.authorizer)])
    error_message = "routes: the authorizer is jwt or lambda."
  }

  # Without a scope a JWT authorizer lets ID tokens in. SPEC: API Gateway, "Quotas for configuring and
  # running an HTTP API in API Gateway", scopes per route.
  validation {
    condition     = alltrue([for route in values(coalesce(var.routes, {})) : route.authorizer == "lambda" ? length(route.scopes) == 0 : length(route.scopes) >= 1 && length(route.scopes) <= 10])
    error_message = "routes: 1 to 10 scopes with the authorizer jwt, because ID tokens pass without one; none with lambda, whose authorizer.toml says them."
  }

  validation {
    condition     = alltrue([for scope in flatten([for route in values(coalesce(var.routes, {})) : route.scopes]) : contains(keys(var.scopes), scope) || can(regex("^[!#-\\[\\]-~]+/[!#-.0-\\[\\]-~]+$", scope))])
    error_message = "routes: each scope is a name of scopes, or a whole one of another resource server, such as billing/read."
  }

  # SPEC: Amazon API Gateway V2 API reference, Route: `authorizationScopes`.
  validation {
    condition     = !var.http_api || alltrue([for scope in flatten([for route in values(coalesce(var.routes, {})) : route.scopes]) : length(scope) <= 64])
    error_message = "routes: the HTTP API takes scopes of up to 64 characters."
  }

  validation {
    condition     = var.authorizer_zip != null || alltrue([for route in values(coalesce(var.routes, {})) : route.authorizer != "lambda"])
    error_message = "routes: the authorizer lambda needs authorizer_zip."
  }

  validation {
    condition     = var.routes != null || var.handler_zip == null || length(setsubtract(["read", "write"], keys(var.scopes))) == 0
    error_message = "routes: the routes that are there without it ask for the scopes read and write, which scopes doesn't have: write your own."
  }
}

variable "rest_api_account_role" {
  description = "Whether to make the role by which REST APIs write logs, and set it for the whole account and region. It replaces the one that is set, and a destroy doesn't bring that back: leave it off where there is one."
  type        = bool
  default     = false
}

variable "rest_api_web_acl_arn" {
  description = "Regional web ACL of AWS WAF that stands before the REST API. It is made elsewhere. The HTTP API takes none."
  type        = string
  default     = null

  validation {
    condition     = var.rest_api_web_acl_arn == null || can(regex("^arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[^/]+/[^/]+$", var.rest_api_web_acl_arn))
    error_message = "rest_api_web_acl_arn: the ARN of a web ACL of the scope REGIONAL, in the stack's region."
  }

  validation {
    condition     = var.rest_api_web_acl_arn == null || (var.rest_api && var.handler_zip != null)
    error_message = "rest_api_web_acl_arn: there is no REST API to protect. Set rest_api and handler_zip; an HTTP API takes no web ACL."
  }
}

variable "cors" {
  description = "Origins whose pages may call the APIs, by which methods and with which headers. No origins: none."
  type = object({
    origins = optional(list(string), [])
    methods = optional(set(string), ["DELETE", "GET", "POST"])
    headers = optional(set(string), ["authorization", "content-type"])
  })
  default = {}

  validation {
    condition     = alltrue([for origin in var.cors.origins : can(regex("^(https://[a-z0-9.-]+|http://localhost)(:[0-9]+)?$", origin))])
    error_message = "cors: origins as browsers say them, such as https://app.example.com, in small letters, without a path or an asterisk; http on localhost only."
  }

  validation {
    condition     = length(setsubtract(var.cors.methods, ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"])) == 0 && contains(var.cors.headers, "authorization") && alltrue([for name in var.cors.headers : can(regex("^[a-z0-9-]+$", name))])
    error_message = "cors: methods such as GET and PUT by name; headers by name in small letters, and authorization among them, or no page can send a token."
  }
}

variable "throttling" {
  description = "Requests per second and burst that each API lets through."
  type        = object({ rate = number, burst = number })
  default     = { rate = 100, burst = 200 }
}
