# What the REST API answers where no handler is asked: problem documents, as the handlers' are.
#
# Fixed texts, and nothing of what the caller or the authorizer said. They have no `reason`: that is
# the handlers' own word, and tells their refusals from these.

locals {
  # By AWS's names, "Gateway response types for API Gateway". Without a status it stays what it is.
  rest_answers = {
    UNAUTHORIZED = {
      status = 401, title = "Unauthorized", detail = "there is no token, or none that opens this"
    }
    ACCESS_DENIED = {
      status = 403, title = "Forbidden", detail = "the token doesn't open this"
    }
    # What AWS says of a path or a method that isn't there.
    MISSING_AUTHENTICATION_TOKEN = {
      status = 404, title = "Not Found", detail = "there is no such path with this method"
    }
    REQUEST_TOO_LARGE = {
      status = 413, title = "Content Too Large", detail = "the request is too large"
    }
    THROTTLED = {
      status = 429, title = "Too Many Requests", detail = "try again in a moment"
    }
    QUOTA_EXCEEDED = {
      status = 429, title = "Too Many Requests", detail = "the quota is used up"
    }
    AUTHORIZER_FAILURE = {
      status = 500, title = "Internal Server Error", detail = "whether the token opens this couldn't be found out"
    }
    AUTHORIZER_CONFIGURATION_ERROR = {
      status = 500, title = "Internal Server Error", detail = "whether the token opens this couldn't be found out"
    }
    INTEGRATION_TIMEOUT = {
      status = 504, title = "Gateway Timeout", detail = "no answer came in time"
    }
    # All others. A template doesn't know their status, and so not their title: both may be left out
    # (RFC 9457, section 3.1).
    DEFAULT_4XX = { status = null, title = null, detail = "the request can't be served as it is" }
    DEFAULT_5XX = { status = null, title = null, detail = "the request couldn't be served" }
  }
}

resource "aws_api_gateway_gateway_response" "rest" {
  for_each = { for type, answer in local.rest_answers : type => answer if local.rest_api }

  rest_api_id   = aws_api_gateway_rest_api.rest[0].id
  response_type = each.key
  status_code   = each.value.status == null ? null : tostring(each.value.status)

  # This template is taken whatever the request accepts; the type is said by the header.
  response_templates = {
    "application/json" = jsonencode({
      for member, value in {
        type   = "about:blank"
        title  = each.value.title
        status = each.value.status
        detail = each.value.detail
        # A caller can choose `requestId`. The access log has this one.
        request_id = "$context.extendedRequestId"
      } : member => value if value != null
    })
  }

  response_parameters = merge(
    {
      "gatewayresponse.header.Content-Type"  = "'application/problem+json'"
      "gatewayresponse.header.Cache-Control" = "'no-store'"
    },
    # A gateway's own answer can't choose among several origins (the template isn't processed), and `*`
    # shows nobody more than a fixed text. It gives no right to send a token: that is the preflight's.
    local.rest_cors ? { "gatewayresponse.header.Access-Control-Allow-Origin" = length(var.cors.origins) == 1 ? "'${var.cors.origins[0]}'" : "'*'" } : {},
    # SPEC: RFC 6750, section 3: with a parameter at least, and without `error`, because it isn't known
    # here whether there was a token.
    each.value.status == 401 ? { "gatewayresponse.header.WWW-Authenticate" = "'Bearer realm=\"api\"'" } : {},
  )
}
