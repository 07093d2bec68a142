# How a version of the trigger goes live, and what keeps the stack from being taken away under sign-ins.

locals {
  # Each version that the alias is about to send sign-ins to.
  tried_versions = merge(
    { live = coalesce(var.alias_version, aws_lambda_function.trigger.version) },
    { for version in keys(var.alias_weights) : "weighted" => version },
  )
  reads_more = "reads more than policy_rights allows: take `rights` of `claimsmith check --json`, of all policies that run."
}

# A version answers the self-test (docs/function.md) by its own role before it gets a sign-in. If it
# can't, the invocation fails, nothing of it is kept, `live` stays where it is, and the next apply asks
# again. Other rights or variables are a reason to ask again, too.
#
# While it answers, the role has the rights before beside the new ones. So what it has read is compared
# with the new ones.
resource "aws_lambda_invocation" "self_test" {
  for_each = local.tried_versions

  function_name = aws_lambda_function.trigger.function_name
  qualifier     = each.value
  input         = jsonencode({ claimsmith = "self-test" })
  triggers      = { rights = sha256(aws_iam_role_policy.trigger.policy) }

  lifecycle {
    postcondition {
      condition     = try(jsondecode(self.result).self_test == "passed" && jsondecode(self.result).function_version == each.value, false)
      error_message = "Version ${each.value} of the trigger didn't pass its self-test; `live` stays where it is."
    }
    postcondition {
      condition     = length(setsubtract([for read in try(jsondecode(self.result).reads, []) : join(" ", compact([read.table, read.index, read.action]))], local.policy_reads)) == 0
      error_message = "Version ${each.value} of the trigger ${local.reads_more}"
    }
  }
}

resource "aws_lambda_alias" "trigger" {
  count = var.canary == null ? 1 : 0

  name          = "live"
  description   = "What the user pool calls"
  function_name = aws_lambda_function.trigger.function_name
  # What the version itself said, so that the alias can't move before that.
  function_version = jsondecode(aws_lambda_invocation.self_test["live"].result).function_version

  dynamic "routing_config" {
    for_each = length(var.alias_weights) > 0 ? [true] : []
    content {
      additional_version_weights = var.alias_weights
    }
  }
}

locals {
  alias = one(concat(aws_lambda_alias.trigger, aws_lambda_alias.canary))
  # By its ARN, so that what hangs on the alias is made anew when the alias is.
  alias_name = reverse(split(":", local.alias.arn))[0]
}

resource "aws_lambda_provisioned_concurrency_config" "trigger" {
  count = var.provisioned_concurrency > 0 ? 1 : 0

  function_name                     = aws_lambda_function.trigger.function_name
  qualifier                         = local.alias_name
  provisioned_concurrent_executions = var.provisioned_concurrency
}

# A destroy, or a module block that is taken away, begins here, because this depends on everything else:
# while the stack is protected the function refuses to be removed, and nothing is gone. Otherwise AWS
# would refuse it only at the pool, when the permission to call the function is gone already and nobody
# can sign in any more.
resource "aws_lambda_invocation" "guard" {
  function_name   = aws_lambda_function.trigger.function_name
  qualifier       = local.alias_name
  input           = jsonencode({ claimsmith = "self-test" })
  lifecycle_scope = var.deletion_protection ? "CRUD" : "CREATE_ONLY"

  depends_on = [
    aws_api_gateway_account.logs,
    aws_api_gateway_authorizer.cognito,
    aws_api_gateway_authorizer.lambda,
    aws_api_gateway_deployment.rest,
    aws_api_gateway_gateway_response.rest,
    aws_api_gateway_integration.handler,
    aws_api_gateway_integration.preflight,
    aws_api_gateway_integration_response.preflight,
    aws_api_gateway_method.handler,
    aws_api_gateway_method.preflight,
    aws_api_gateway_method_response.preflight,
    aws_api_gateway_method_settings.rest,
    aws_api_gateway_resource.fifth,
    aws_api_gateway_resource.first,
    aws_api_gateway_resource.fourth,
    aws_api_gateway_resource.second,
    aws_api_gateway_resource.third,
    aws_api_gateway_rest_api.rest,
    aws_api_gateway_stage.rest,
    aws_apigatewayv2_api.http,
    aws_apigatewayv2_authorizer.jwt,
    aws_apigatewayv2_authorizer.lambda,
    aws_apigatewayv2_integration.handler,
    aws_apigatewayv2_route.handler,
    aws_apigatewayv2_stage.http,
    aws_cloudwatch_dashboard.main,
    aws_cloudwatch_log_group.authorizer,
    aws_cloudwatch_log_group.handler,
    aws_cloudwatch_log_group.http,
    aws_cloudwatch_log_group.rest,
    aws_cloudwatch_log_group.trigger,
    aws_cloudwatch_log_metric_filter.authorizer,
    aws_cloudwatch_metric_alarm.deadline,
    aws_cloudwatch_metric_alarm.errors,
    aws_cloudwatch_metric_alarm.simple,
    aws_cloudwatch_metric_alarm.store,
    aws_cloudwatch_metric_alarm.version,
    aws_codedeploy_app.trigger,
    aws_codedeploy_deployment_group.trigger,
    aws_cognito_identity_provider.oidc,
    aws_cognito_identity_provider.saml,
    aws_cognito_resource_server.main,
    aws_cognito_user_group.main,
    aws_cognito_user_pool.main,
    aws_cognito_user_pool_client.federated,
    aws_cognito_user_pool_client.machine,
    aws_cognito_user_pool_client.web,
    aws_cognito_user_pool_domain.custom,
    aws_cognito_user_pool_domain.main,
    aws_dynamodb_table.claims,
    aws_dynamodb_table.items,
    aws_iam_role.api_logs,
    aws_iam_role.authorizer,
    aws_iam_role.deployments,
    aws_iam_role.handler,
    aws_iam_role.trigger,
    aws_iam_role_policy.authorizer,
    aws_iam_role_policy.handler,
    aws_iam_role_policy.trigger,
    aws_iam_role_policy_attachment.api_logs,
    aws_iam_role_policy_attachment.deployments,
    aws_lambda_alias.authorizer,
    aws_lambda_alias.canary,
    aws_lambda_alias.handler,
    aws_lambda_alias.trigger,
    aws_lambda_function.authorizer,
    aws_lambda_function.handler,
    aws_lambda_function.trigger,
    aws_lambda_invocation.pool,
    aws_lambda_invocation.running,
    aws_lambda_invocation.self_test,
    aws_lambda_permission.authorizer,
    aws_lambda_permission.http,
    aws_lambda_permission.other_triggers,
    aws_lambda_permission.pools,
    aws_lambda_permission.rest,
    aws_lambda_permission.trigger,
    aws_lambda_provisioned_concurrency_config.trigger,
    aws_wafv2_web_acl_association.pool,
    aws_wafv2_web_acl_association.rest,
    terraform_data.issuer,
    terraform_data.trigger_rights,
  ]
}

# The same for each pool: one that is taken out of the inputs would lose its permission to call the function,
# and the stack's own its app clients, domain and people, when an existing one takes its place. Before a
# pool may go that exists elsewhere, it is looked at.
resource "aws_lambda_invocation" "pool" {
  for_each = setunion(local.existing_pools, local.new_pool ? ["own"] : [])

  function_name   = aws_lambda_function.trigger.function_name
  qualifier       = local.alias_name
  input           = jsonencode({ claimsmith = "self-test" })
  lifecycle_scope = var.deletion_protection && !contains(var.detached_user_pool_ids, each.key) ? "CRUD" : "CREATE_ONLY"

  lifecycle {
    precondition {
      condition     = !anytrue([for arn in lookup(local.called_functions, each.key, []) : arn == aws_lambda_function.trigger.arn || startswith(arn, "${aws_lambda_function.trigger.arn}:")])
      error_message = "User pool ${each.key} still calls this stack's function, and without it nobody could sign in. Detach it first (docs/deploy.md, \"Taking it away\"), or leave deletion_protection on and the pool out of detached_user_pool_ids."
    }
  }

  depends_on = [
    aws_cognito_identity_provider.oidc,
    aws_cognito_identity_provider.saml,
    aws_cognito_resource_server.main,
    aws_cognito_user_group.main,
    aws_cognito_user_pool.main,
    aws_cognito_user_pool_client.federated,
    aws_cognito_user_pool_client.machine,
    aws_cognito_user_pool_client.web,
    aws_cognito_user_pool_domain.custom,
    aws_cognito_user_pool_domain.main,
    aws_lambda_permission.other_triggers,
    aws_lambda_permission.pools,
    aws_lambda_permission.trigger,
    aws_wafv2_web_acl_association.pool,
  ]
}

locals {
  existing_pools = toset(concat(compact([var.existing_user_pool_id]), tolist(var.more_user_pool_ids)))
  called_functions = {
    for id, pool in data.aws_cognito_user_pool.leaving : id => compact(flatten([
      for config in pool.lambda_config : concat(
        [config.pre_token_generation],
        [for versioned in config.pre_token_generation_config == null ? [] : config.pre_token_generation_config : versioned.lambda_arn],
      )
    ]))
  }
}

# What they call before they issue tokens.
data "aws_cognito_user_pool" "leaving" {
  for_each = var.deletion_protection ? var.detached_user_pool_ids : local.existing_pools

  user_pool_id = each.value
}
