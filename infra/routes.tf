# The routes of both APIs: who checks the token of each, and for which scopes.

locals {
  default_routes = {
    for key, route in {
      "GET /items"            = { scopes = tolist(["read"]), authorizer = "jwt" }
      "POST /items"           = { scopes = tolist(["write"]), authorizer = "jwt" }
      "DELETE /items/{id}"    = { scopes = tolist(["write"]), authorizer = "jwt" }
      "GET /authorized/items" = { scopes = tolist([]), authorizer = "lambda" }
    } : key => route if route.authorizer == "jwt" || var.authorizer_zip != null
  }
  routes = {
    for key, route in var.routes == null ? tomap(local.default_routes) : var.routes : key => {
      method     = split(" ", key)[0]
      path       = trimprefix(split(" ", key)[1], "/")
      authorizer = route.authorizer
      # Whole ones stay as they are.
      scopes = [for scope in route.scopes : lookup(local.scope_names, scope, scope)]
      # In the ARN by which a gateway calls a function. Whether a parameter stands there by its name or
      # by its value isn't documented for both APIs; `*` is either.
      arn = replace(replace(key, " ", ""), "/\\{[^}]*\\}/", "*")
    }
  }
  http_routes = { for key, route in local.routes : key => route if local.http_api }
  rest_routes = { for key, route in local.routes : key => route if local.rest_api }
  # Which authorizers are needed.
  jwt_routes    = length([for route in local.routes : route if route.authorizer == "jwt"]) > 0
  lambda_routes = length([for route in local.routes : route if route.authorizer == "lambda"]) > 0
}

# By route: a gateway that keeps a route which was taken out doesn't reach the handler by it.

resource "aws_lambda_permission" "http" {
  for_each = local.http_routes

  statement_id  = "http-api-${substr(sha1(each.key), 0, 16)}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.handler[0].function_name
  qualifier     = aws_lambda_alias.handler[0].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.http[0].execution_arn}/*/${each.value.arn}"
}

resource "aws_lambda_permission" "rest" {
  for_each = local.rest_routes

  statement_id  = "rest-api-${substr(sha1(each.key), 0, 16)}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.handler[0].function_name
  qualifier     = aws_lambda_alias.handler[0].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.rest[0].execution_arn}/*/${each.value.arn}"
}
