# How a version goes live, and what keeps the stack from being taken away.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "demo"
  trigger_zip = "trigger.tf" # any file
}

# What is planned first: an applied result would stay.

run "a_version_that_fails_does_not_go_live" {
  command = plan
  override_resource {
    target          = aws_lambda_invocation.self_test
    override_during = plan
    values          = { result = "{\"self_test\":\"failed\"}" }
  }
  expect_failures = [aws_lambda_invocation.self_test]
}

run "another_version_than_the_one_that_was_asked_does_not_either" {
  command = plan
  variables {
    alias_version = "7"
  }
  override_resource {
    target          = aws_lambda_invocation.self_test
    override_during = plan
    values          = { result = "{\"self_test\":\"passed\",\"function_version\":\"6\"}" }
  }
  expect_failures = [aws_lambda_invocation.self_test]
}

run "a_version_that_reads_more_than_its_rights_does_not_go_live" {
  command = plan
  override_resource {
    target          = aws_lambda_function.trigger
    override_during = plan
    values          = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", version = "7" }
  }
  override_resource {
    target          = aws_dynamodb_table.claims
    override_during = plan
    values          = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/demo-claims" }
  }
  override_resource {
    target          = aws_lambda_invocation.self_test
    override_during = plan
    values          = { result = "{\"self_test\":\"passed\",\"function_version\":\"7\",\"reads\":[{\"table\":\"demo-claims\",\"index\":null,\"action\":\"dynamodb:BatchGetItem\"},{\"table\":\"demo-claims\",\"index\":null,\"action\":\"dynamodb:Query\"}]}" }
  }
  expect_failures = [aws_lambda_invocation.self_test]
}

run "one_that_reads_what_its_rights_say_does" {
  command = plan
  variables {
    policy_rights = [{ table = "$${CLAIMS_TABLE}", actions = ["dynamodb:BatchGetItem"], indexes = { by_org = ["dynamodb:Query"] } }]
  }
  override_resource {
    target          = aws_lambda_function.trigger
    override_during = plan
    values          = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", version = "7" }
  }
  override_resource {
    target          = aws_lambda_invocation.self_test
    override_during = plan
    values          = { result = "{\"self_test\":\"passed\",\"function_version\":\"7\",\"reads\":[{\"table\":\"demo-claims\",\"index\":null,\"action\":\"dynamodb:BatchGetItem\"},{\"table\":\"demo-claims\",\"index\":\"by_org\",\"action\":\"dynamodb:Query\"}]}" }
  }
  assert {
    condition     = aws_lambda_alias.trigger[0].function_version == "7"
    error_message = "It goes live."
  }
}

run "a_roll_back_is_tried_too" {
  command = plan
  variables {
    alias_version = "6"
  }
  override_resource {
    target          = aws_lambda_invocation.self_test
    override_during = plan
    values          = { result = "{\"self_test\":\"passed\",\"function_version\":\"6\"}" }
  }
  assert {
    condition     = aws_lambda_invocation.self_test["live"].qualifier == "6" && aws_lambda_alias.trigger[0].function_version == "6"
    error_message = "The older version, not the newest."
  }
}

run "a_second_version_is_tried_before_it_has_its_share" {
  command = plan
  variables {
    alias_version = "6"
    alias_weights = { "7" = 0.1 }
  }
  assert {
    condition     = { for at, test in aws_lambda_invocation.self_test : at => test.qualifier } == { live = "6", weighted = "7" }
    error_message = "Both versions answer."
  }
  assert {
    condition     = aws_lambda_alias.trigger[0].routing_config[0].additional_version_weights == tomap({ "7" = 0.1 })
    error_message = "A tenth of the sign-ins goes to version 7."
  }
}

run "without_protection_nothing_is_asked" {
  command = plan
  variables {
    deletion_protection = false
  }
  assert {
    condition     = aws_lambda_invocation.guard.lifecycle_scope == "CREATE_ONLY" && length(data.aws_cognito_user_pool.leaving) == 0
    error_message = "A new pool goes with the stack."
  }
}

run "a_pool_that_calls_keeps_the_protection_on" {
  command = plan
  override_resource {
    target          = aws_lambda_function.trigger
    override_during = plan
    values          = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", version = "7" }
  }
  variables {
    deletion_protection   = false
    existing_user_pool_id = "eu-west-1_TheirPool"
    event_version         = "V2_0"
  }
  override_data {
    target          = data.aws_cognito_user_pool.leaving
    override_during = plan
    values = { lambda_config = [{
      pre_token_generation        = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation:live"
      pre_token_generation_config = []
    }] }
  }
  expect_failures = [aws_lambda_invocation.pool["eu-west-1_TheirPool"]]
}

run "also_by_the_newer_setting_and_without_the_alias" {
  command = plan
  override_resource {
    target          = aws_lambda_function.trigger
    override_during = plan
    values          = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", version = "7" }
  }
  variables {
    deletion_protection   = false
    existing_user_pool_id = "eu-west-1_TheirPool"
    event_version         = "V2_0"
  }
  override_data {
    target          = data.aws_cognito_user_pool.leaving
    override_during = plan
    values = { lambda_config = [{
      pre_token_generation_config = [{ lambda_arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", lambda_version = "V2_0" }]
    }] }
  }
  expect_failures = [aws_lambda_invocation.pool["eu-west-1_TheirPool"]]
}

run "a_pool_that_calls_another_lets_it_go" {
  command = plan
  override_resource {
    target          = aws_lambda_function.trigger
    override_during = plan
    values          = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", version = "7" }
  }
  variables {
    deletion_protection   = false
    existing_user_pool_id = "eu-west-1_TheirPool"
    event_version         = "V2_0"
  }
  override_data {
    target          = data.aws_cognito_user_pool.leaving
    override_during = plan
    values = { lambda_config = [{
      pre_token_generation_config = [{ lambda_arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation-2:live", lambda_version = "V2_0" }]
    }] }
  }
  assert {
    condition     = aws_lambda_invocation.guard.lifecycle_scope == "CREATE_ONLY" && length(data.aws_cognito_user_pool.leaving) == 1
    error_message = "Nothing is in the way."
  }
}

run "a_pool_leaves_when_it_no_longer_calls" {
  command = plan
  override_resource {
    target          = aws_lambda_function.trigger
    override_during = plan
    values          = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", version = "7" }
  }
  variables {
    more_user_pool_ids     = ["eu-west-1_Second", "eu-west-1_Third"]
    detached_user_pool_ids = ["eu-west-1_Third"]
  }
  override_data {
    target          = data.aws_cognito_user_pool.leaving
    override_during = plan
    values          = { lambda_config = [{ pre_token_generation_config = [] }] }
  }
  assert {
    condition = { for id, pool in aws_lambda_invocation.pool : id => pool.lifecycle_scope } == {
      own = "CRUD", eu-west-1_Second = "CRUD", eu-west-1_Third = "CREATE_ONLY"
    } && keys(data.aws_cognito_user_pool.leaving) == ["eu-west-1_Third"]
    error_message = "The others stay."
  }
}

run "a_pool_that_still_calls_does_not_leave" {
  command = plan
  override_resource {
    target          = aws_lambda_function.trigger
    override_during = plan
    values          = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", version = "7" }
  }
  variables {
    more_user_pool_ids     = ["eu-west-1_Second", "eu-west-1_Third"]
    detached_user_pool_ids = ["eu-west-1_Third"]
  }
  override_data {
    target          = data.aws_cognito_user_pool.leaving
    override_during = plan
    values          = { lambda_config = [{ pre_token_generation_config = [{ lambda_arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation:live", lambda_version = "V3_0" }] }] }
  }
  expect_failures = [aws_lambda_invocation.pool["eu-west-1_Third"]]
}

run "a_pool_has_one_permission_whichever_input_names_it" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_First"
    more_user_pool_ids    = ["eu-west-1_Second"]
    event_version         = "V2_0"
  }
  assert {
    condition     = keys(aws_lambda_permission.pools) == ["eu-west-1_First", "eu-west-1_Second"] && keys(aws_lambda_invocation.pool) == keys(aws_lambda_permission.pools)
    error_message = "By its id."
  }
}

run "only_pools_of_the_stack_leave_it" {
  command = plan
  variables {
    more_user_pool_ids     = ["eu-west-1_Second"]
    detached_user_pool_ids = ["eu-west-1_Third"]
  }
  expect_failures = [var.detached_user_pool_ids]
}

run "what_runs_beside_a_canary_keeps_its_rights" {
  command = plan
  variables {
    canary = {}
  }
  override_resource {
    target          = aws_lambda_function.trigger
    override_during = plan
    values          = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", version = "8" }
  }
  override_resource {
    target          = aws_lambda_invocation.self_test
    override_during = plan
    values          = { result = "{\"self_test\":\"passed\",\"function_version\":\"8\"}" }
  }
  override_resource {
    target          = aws_lambda_invocation.running
    override_during = plan
    values          = { result = "{\"self_test\":\"passed\",\"function_version\":\"7\",\"reads\":[{\"table\":\"other\",\"index\":null,\"action\":\"dynamodb:Query\"}]}" }
  }
  expect_failures = [aws_lambda_invocation.running]
}

run "codedeploy_moves_the_alias_if_it_shall" {
  command = plan
  variables {
    canary          = { refusals = 3 }
    alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
  }
  override_resource {
    target          = aws_lambda_function.trigger
    override_during = plan
    values          = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation", version = "8" }
  }
  override_resource {
    target          = aws_lambda_invocation.self_test
    override_during = plan
    values          = { result = "{\"self_test\":\"passed\",\"function_version\":\"8\"}" }
  }
  assert {
    condition     = length(aws_lambda_alias.trigger) == 0 && aws_lambda_alias.canary[0].name == "live" && aws_lambda_alias.canary[0].function_version == "8" && output.deployment == null
    error_message = "The first version is live at once."
  }
  assert {
    condition = [
      aws_codedeploy_app.trigger[0].compute_platform, aws_codedeploy_deployment_group.trigger[0].deployment_config_name,
      aws_codedeploy_deployment_group.trigger[0].deployment_style[0].deployment_option, aws_codedeploy_deployment_group.trigger[0].deployment_style[0].deployment_type,
      ] == [
      "Lambda", "CodeDeployDefault.LambdaCanary10Percent5Minutes", "WITH_TRAFFIC_CONTROL", "BLUE_GREEN",
    ]
    error_message = "A tenth for five minutes, then all."
  }
  assert {
    condition     = aws_codedeploy_deployment_group.trigger[0].auto_rollback_configuration[0].enabled && contains(aws_codedeploy_deployment_group.trigger[0].auto_rollback_configuration[0].events, "DEPLOYMENT_STOP_ON_ALARM") && aws_codedeploy_deployment_group.trigger[0].alarm_configuration[0].alarms == toset(["demo-version"]) && !aws_codedeploy_deployment_group.trigger[0].alarm_configuration[0].ignore_poll_alarm_failure
    error_message = "Its alarm takes it back."
  }
  assert {
    condition = { for query in aws_cloudwatch_metric_alarm.version[0].metric_query : query.id => query.metric[0].dimensions if length(query.metric) > 0 } == {
      errors  = tomap({ FunctionName = "demo-pre-token-generation", Resource = "demo-pre-token-generation:live", ExecutedVersion = "8" })
      refused = tomap({ FunctionName = "demo-pre-token-generation", FunctionVersion = "8" })
    } && strcontains(join("", [for query in aws_cloudwatch_metric_alarm.version[0].metric_query : coalesce(query.expression, "-")]), "> 3")
    error_message = "The alarm is about the new version alone."
  }
  assert {
    condition     = [aws_cloudwatch_metric_alarm.version[0].evaluation_periods, aws_cloudwatch_metric_alarm.version[0].datapoints_to_alarm] == [3, 2] && contains(output.alarm_names, "demo-version")
    error_message = "One minute alone takes nothing back."
  }
  assert {
    condition     = jsondecode(aws_iam_role.deployments[0].assume_role_policy).Statement[0].Principal == { Service = "codedeploy.amazonaws.com" } && aws_iam_role_policy_attachment.deployments[0].policy_arn == "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"
    error_message = "CodeDeploy may move aliases, and no code."
  }
}

run "codedeploy_and_terraform_do_not_both_move_it" {
  command = plan
  variables {
    canary                  = {}
    alias_version           = "6"
    provisioned_concurrency = 1
  }
  expect_failures = [var.canary]
}

run "a_version_is_tried_before_it_is_live" {
  assert {
    condition     = keys(aws_lambda_invocation.self_test) == ["live"] && jsonencode([for test in aws_lambda_invocation.self_test : [test.function_name, test.qualifier, test.lifecycle_scope == "CRUD"]]) == jsonencode([["demo-pre-token-generation", "7", false]])
    error_message = "The newest version is asked, and nothing is asked at a destroy."
  }
  assert {
    condition     = jsondecode(aws_lambda_invocation.self_test["live"].input) == { claimsmith = "self-test" } && aws_lambda_invocation.self_test["live"].triggers == tomap({ rights = sha256(aws_iam_role_policy.trigger.policy) })
    error_message = "It is asked again when its rights change."
  }
  assert {
    condition     = aws_lambda_alias.trigger[0].name == "live" && aws_lambda_alias.trigger[0].function_version == "7" && output.trigger_self_test.self_test == "passed"
    error_message = "The alias follows what the version said of itself."
  }
  assert {
    condition     = [aws_lambda_invocation.guard.lifecycle_scope, aws_lambda_invocation.guard.qualifier, aws_lambda_invocation.guard.input] == ["CRUD", "live", jsonencode({ claimsmith = "self-test" })]
    error_message = "The function is asked before the stack is destroyed."
  }
  assert {
    condition     = keys(aws_lambda_invocation.pool) == ["own"] && aws_lambda_invocation.pool["own"].lifecycle_scope == "CRUD"
    error_message = "And before an existing pool takes the place of its own."
  }
}
