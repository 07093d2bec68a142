# The claims table and tables of one's own: which are made, who may read them, and with which keys.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "demo"
  trigger_zip = "trigger.tf" # any file
}

# The version says what it reads, so rights of another policy are refused. Planned
# first: an applied result would stay.
run "rights_of_another_policy_are_refused" {
  command = plan
  override_resource {
    target          = aws_lambda_invocation.self_test
    override_during = plan
    values = {
      result = "{\"self_test\":\"passed\",\"function_version\":\"7\",\"reads\":[{\"table\":\"people\",\"index\":null,\"action\":\"dynamodb:BatchGetItem\"}]}"
    }
  }
  variables {
    policy_rights = [{ table = "people", actions = ["dynamodb:BatchGetItem"], indexes = { by-email = ["dynamodb:Query"] } }]
  }
  expect_failures = [aws_lambda_alias.trigger]
}

run "and_those_of_its_own_are_not" {
  command = plan
  override_resource {
    target          = aws_lambda_invocation.self_test
    override_during = plan
    values = {
      result = "{\"self_test\":\"passed\",\"function_version\":\"7\",\"reads\":[{\"table\":\"live-people\",\"index\":null,\"action\":\"dynamodb:BatchGetItem\"},{\"table\":\"live-people\",\"index\":\"by-email\",\"action\":\"dynamodb:Query\"}]}"
    }
  }
  variables {
    trigger_environment = { STAGE = "live" }
    policy_rights       = [{ table = "$${STAGE}-people", actions = ["dynamodb:BatchGetItem"], indexes = { by-email = ["dynamodb:Query"] } }]
  }
  assert {
    condition     = length(local.policy_allows) == 2 && length(local.rights_left_over) == 0
    error_message = "Two rights, and both are needed."
  }
}

# Names with variables are those of the trigger, and only what the policy reads may be read.
run "rights_of_a_policy" {
  variables {
    trigger_environment = { STAGE = "live", PEOPLE_REGION = "eu-central-1" }
    policy_rights = [
      { table = "$${CLAIMS_TABLE}", actions = ["dynamodb:Query", "dynamodb:BatchGetItem"] },
      {
        table   = "$${STAGE}-people-$1"
        region  = "$${PEOPLE_REGION}"
        actions = []
        indexes = { by-phone = ["dynamodb:Query"], by-email = ["dynamodb:Query"] }
      },
    ]
  }
  assert {
    condition = slice(jsondecode(aws_iam_role_policy.trigger.policy).Statement, 0, 3) == [
      {
        Sid      = "Table1", Effect = "Allow", Action = ["dynamodb:BatchGetItem", "dynamodb:Query"]
        Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/demo-claims"
      },
      {
        Sid      = "Table2Index1", Effect = "Allow", Action = ["dynamodb:Query"]
        Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/live-people-$1/index/by-email"
      },
      {
        Sid      = "Table2Index2", Effect = "Allow", Action = ["dynamodb:Query"]
        Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/live-people-$1/index/by-phone"
      },
    ]
    error_message = "Each table and each index has its own rights."
  }
}

run "a_policy_without_a_table" {
  variables {
    policy_rights = []
  }
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.trigger.policy).Statement : statement.Sid] == ["Log"]
    error_message = "Nothing is read, so nothing may be."
  }
  assert {
    condition     = length(aws_dynamodb_table.claims) == 0 && aws_lambda_function.trigger.environment[0].variables == tomap({ CLAIMS_LOG_ONE_IN = "1" })
    error_message = "No table, and no name of one."
  }
}


# Two tables of one's own, one of them in another region, with keys.
run "own_tables" {
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-4111-8111-111111111111" # of logs, here
    table_key_arns = [
      "arn:aws:kms:eu-central-1:123456789012:key/mrk-2222",
      "arn:aws:kms:eu-west-1:210987654321:key/33333333-3333-4333-8333-333333333333",
    ]
    policy_rights = [
      { table = "people", actions = ["dynamodb:BatchGetItem"], indexes = { by-email = ["dynamodb:Query"] } },
      { table = "workspaces", region = "eu-central-1", actions = ["dynamodb:BatchGetItem"] },
    ]
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.trigger.policy).Statement == [
      {
        Sid      = "Table1", Effect = "Allow", Action = ["dynamodb:BatchGetItem"]
        Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/people"
      },
      {
        Sid      = "Table1Index1", Effect = "Allow", Action = ["dynamodb:Query"]
        Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/people/index/by-email"
      },
      {
        Sid      = "Table2", Effect = "Allow", Action = ["dynamodb:BatchGetItem"]
        Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/workspaces"
      },
      {
        Sid      = "Log", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/demo-pre-token-generation:*"
      },
      {
        Sid       = "Key1", Effect = "Allow", Action = ["kms:Decrypt"]
        Resource  = "arn:aws:kms:eu-central-1:123456789012:key/mrk-2222"
        Condition = { StringEquals = { "kms:ViaService" = "dynamodb.eu-central-1.amazonaws.com" } }
      },
      {
        Sid       = "Key2", Effect = "Allow", Action = ["kms:Decrypt"]
        Resource  = "arn:aws:kms:eu-west-1:210987654321:key/33333333-3333-4333-8333-333333333333"
        Condition = { StringEquals = { "kms:ViaService" = "dynamodb.eu-west-1.amazonaws.com" } }
      },
    ]
    error_message = "These tables, each key in its own region, and not the key of a table that isn't read."
  }
  assert {
    condition     = length(aws_dynamodb_table.claims) == 0 && output.table_name == null && output.table_arn == null
    error_message = "No claims table is made."
  }
  assert {
    condition     = aws_lambda_function.trigger.environment[0].variables == tomap({ CLAIMS_LOG_ONE_IN = "1" })
    error_message = "The trigger is told of none."
  }
}

# Revocations stand in the claims table, whatever the policy reads.
run "own_tables_beside_revocation" {
  variables {
    authorizer_zip = "authorizer.tf"
    policy_rights  = [{ table = "people", actions = ["dynamodb:BatchGetItem"] }]
    table_replicas = { eu-central-1 = {} }
  }
  assert {
    condition     = length(aws_dynamodb_table.claims) == 1 && aws_lambda_function.authorizer[0].environment[0].variables["CLAIMS_TABLE"] == "demo-claims"
    error_message = "The authorizer has its table."
  }
  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.authorizer[0].policy).Statement : statement.Resource if statement.Sid == "Revocation"
    ] == ["arn:aws:dynamodb:eu-west-1:123456789012:table/demo-claims"]
    error_message = "And the right to it."
  }
  assert {
    condition     = aws_lambda_function.trigger.environment[0].variables == tomap({ CLAIMS_LOG_ONE_IN = "1" }) && !strcontains(aws_iam_role_policy.trigger.policy, "demo-claims")
    error_message = "The trigger doesn't."
  }
  # Tags of a provider's default_tags reach copies by this alone.
  assert {
    condition     = [for replica in aws_dynamodb_table.claims[0].replica : replica.propagate_tags] == [true]
    error_message = "Copies have the table's tags."
  }
}

run "own_tables_beside_an_authorizer_without_it" {
  variables {
    authorizer_zip        = "authorizer.tf"
    authorizer_revocation = false
    kms_key_arn           = "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-4111-8111-111111111111"
    policy_rights         = [{ table = "people", actions = ["dynamodb:BatchGetItem"] }]
  }
  assert {
    condition     = length(aws_dynamodb_table.claims) == 0 && !contains(keys(aws_lambda_function.authorizer[0].environment[0].variables), "CLAIMS_TABLE")
    error_message = "Nobody reads a claims table."
  }
  assert {
    condition     = [for policy in [aws_iam_role_policy.trigger, aws_iam_role_policy.authorizer[0]] : strcontains(policy.policy, "kms:")] == [false, false]
    error_message = "Nobody may decrypt with the key of the logs."
  }
}

run "a_table_that_nobody_reads_is_refused" {
  command = plan
  variables {
    existing_table_name = "first-claims"
    policy_rights       = [{ table = "people", actions = ["dynamodb:BatchGetItem"] }]
  }
  expect_failures = [var.existing_table_name]
}

run "and_copies_of_it" {
  command = plan
  variables {
    table_replicas = { eu-central-1 = {} }
    policy_rights  = []
  }
  expect_failures = [var.table_replicas]
}

run "an_alias_of_a_key_is_refused" {
  command = plan
  variables {
    table_key_arns = ["arn:aws:kms:eu-west-1:123456789012:alias/people"]
  }
  expect_failures = [var.table_key_arns]
}
