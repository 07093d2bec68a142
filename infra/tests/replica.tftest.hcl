# A pool that a replica serves, and its issuer.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "demo"
  trigger_zip = "trigger.tf" # any file
}

run "an_updated_issuer_reaches_the_http_api" {
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    issuer                = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
    more_client_ids       = ["8web"]
    handler_zip           = "handler.tf"
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.jwt[0].jwt_configuration[0].issuer == var.issuer && output.issuer == var.issuer
    error_message = "With another issuer every token gets 401."
  }
}

run "a_replica_has_its_own_trigger" {
  override_data {
    target = data.aws_region.current
    values = { id = "eu-central-1" }
  }
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    replica               = true
    issuer                = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
    existing_table_name   = "first-claims"
    authorizer_zip        = "authorizer.tf"
    authorizer_environment = {
      WEB_CLIENT_ID = "8web", MACHINE_CLIENT_ID = "9machine"
    }
  }

  # The region that serves, and the id that the primary gave it.
  assert {
    condition     = aws_lambda_permission.pools["eu-west-1_TheirPool"].source_arn == "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-west-1_TheirPool" && output.user_pool_arn == aws_lambda_permission.pools["eu-west-1_TheirPool"].source_arn
    error_message = "Cognito invokes it in the name of the replica."
  }

  # The copy of the table in this region, and no table of its own.
  assert {
    condition     = length(aws_dynamodb_table.claims) == 0 && output.table_name == "first-claims" && output.table_arn == "arn:aws:dynamodb:eu-central-1:123456789012:table/first-claims"
    error_message = "The copy is there already."
  }
  assert {
    condition     = aws_lambda_function.trigger.environment[0].variables["CLAIMS_TABLE"] == "first-claims" && aws_lambda_function.authorizer[0].environment[0].variables["CLAIMS_TABLE"] == "first-claims"
    error_message = "Both functions read the copy."
  }
  assert {
    condition = [
      jsondecode(aws_iam_role_policy.trigger.policy).Statement[0].Resource,
      jsondecode(aws_iam_role_policy.authorizer[0].policy).Statement[1].Resource,
    ] == [output.table_arn, output.table_arn]
    error_message = "The rights are for the copy, not for the table of the other region."
  }
  assert {
    condition     = aws_lambda_function.authorizer[0].environment[0].variables["USER_POOL_ID"] == "eu-west-1_TheirPool"
    error_message = "The pool has one id."
  }
  assert {
    condition     = output.pool_lambda_config.LambdaConfig.PreTokenGenerationConfig.LambdaVersion == "V3_0"
    error_message = "What to merge into the replica's settings."
  }
}

run "a_replica_is_not_where_its_primary_is" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    replica               = true
    issuer                = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
  }
  expect_failures = [aws_lambda_permission.pools]
}

run "a_replica_is_of_a_pool_that_exists" {
  command = plan
  variables {
    replica = true
    issuer  = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
  }
  expect_failures = [var.replica]
}

run "a_replicas_issuer_is_said" {
  command = plan
  override_data {
    target = data.aws_region.current
    values = { id = "eu-central-1" }
  }
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    replica               = true
  }
  expect_failures = [var.replica]
}

run "cognito_user_pools_takes_no_updated_issuer" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    issuer                = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
    rest_api              = true
  }
  expect_failures = [var.issuer]
}

run "but_an_original_one" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    issuer                = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_TheirPool"
    rest_api              = true
    handler_zip           = "handler.tf"
    more_client_ids       = ["8web"]
  }
}

run "an_issuer_of_another_pool_is_refused" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    issuer                = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_OtherPool"
  }
  expect_failures = [var.issuer]
}

run "of_a_new_pool_too" {
  variables {
    issuer = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_OtherPool"
  }
  expect_failures = [output.issuer]
}

run "an_issuer_is_an_address" {
  command = plan
  variables {
    issuer              = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/"
    existing_table_name = "arn:aws:dynamodb:eu-west-1:123456789012:table/first-claims"
  }
  expect_failures = [var.issuer, var.existing_table_name]
}

run "copies_belong_to_the_table_that_is_made" {
  command = plan
  variables {
    existing_table_name = "first-claims"
    table_replicas      = { eu-central-1 = {} }
  }
  expect_failures = [var.existing_table_name]
}
