# An HTTP API lets a request in if its token is the pool's, for one of the app clients, and has a scope.
# It has no rules for claims: the function behind it tests them.
# Made by `claimsmith check --door http-api`; docs/doors.md says what to look out for.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

variable "api_id" {
  description = "The HTTP API."
  type        = string
}

variable "routes" {
  description = "Routes such as `GET /items`, each with its integration, such as `integrations/abc`."
  type        = map(string)
}

variable "issuer" {
  description = "What the claim `iss` of the pool's tokens says."
  type        = string

  validation {
    condition     = can(regex("^https://[^/?#]+/[^/?#]+$", var.issuer))
    error_message = "issuer: https, a host, and the pool's id."
  }
}

variable "client_ids" {
  description = "The app clients whose tokens are let in."
  type        = list(string)

  validation {
    condition     = length(var.client_ids) >= 1 && !contains(var.client_ids, "")
    error_message = "client_ids: one at least."
  }
}

variable "scopes" {
  description = "The scopes of which a token needs one. They keep ID tokens out, which have none."
  type        = list(string)

  validation {
    condition     = length(var.scopes) >= 1 && !contains(var.scopes, "")
    error_message = "scopes: one at least, or ID tokens pass."
  }
}

resource "aws_apigatewayv2_authorizer" "claims" {
  api_id           = var.api_id
  name             = "claims"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = var.issuer
    audience = var.client_ids
  }
}

resource "aws_apigatewayv2_route" "claims" {
  for_each = var.routes

  api_id               = var.api_id
  route_key            = each.key
  target               = each.value
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.claims.id
  authorization_scopes = var.scopes
}
