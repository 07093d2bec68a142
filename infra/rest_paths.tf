# The paths of the REST API's routes. There a resource is one part of a path, below the one before it,
# and Terraform knows no resources below themselves: hence one for each depth.

locals {
  # All beginnings of all paths, by how many parts they have: each with its last part.
  rest_beginnings = distinct(flatten([
    for route in values(local.rest_routes) : [
      for depth in range(1, length(split("/", route.path)) + 1) : join("/", slice(split("/", route.path), 0, depth))
    ]
  ]))
  rest_parts = [
    for depth in range(1, 6) : {
      for path in local.rest_beginnings : path => reverse(split("/", path))[0] if length(split("/", path)) == depth
    }
  ]
  rest_resource_ids = { for path, part in merge(
    aws_api_gateway_resource.first, aws_api_gateway_resource.second, aws_api_gateway_resource.third,
    aws_api_gateway_resource.fourth, aws_api_gateway_resource.fifth,
  ) : path => part.id }
}

resource "aws_api_gateway_resource" "first" {
  for_each = local.rest_parts[0]

  rest_api_id = aws_api_gateway_rest_api.rest[0].id
  parent_id   = aws_api_gateway_rest_api.rest[0].root_resource_id
  path_part   = each.value
}

resource "aws_api_gateway_resource" "second" {
  for_each = local.rest_parts[1]

  rest_api_id = aws_api_gateway_rest_api.rest[0].id
  parent_id   = aws_api_gateway_resource.first[trimsuffix(each.key, "/${each.value}")].id
  path_part   = each.value
}

resource "aws_api_gateway_resource" "third" {
  for_each = local.rest_parts[2]

  rest_api_id = aws_api_gateway_rest_api.rest[0].id
  parent_id   = aws_api_gateway_resource.second[trimsuffix(each.key, "/${each.value}")].id
  path_part   = each.value
}

resource "aws_api_gateway_resource" "fourth" {
  for_each = local.rest_parts[3]

  rest_api_id = aws_api_gateway_rest_api.rest[0].id
  parent_id   = aws_api_gateway_resource.third[trimsuffix(each.key, "/${each.value}")].id
  path_part   = each.value
}

resource "aws_api_gateway_resource" "fifth" {
  for_each = local.rest_parts[4]

  rest_api_id = aws_api_gateway_rest_api.rest[0].id
  parent_id   = aws_api_gateway_resource.fourth[trimsuffix(each.key, "/${each.value}")].id
  path_part   = each.value
}
