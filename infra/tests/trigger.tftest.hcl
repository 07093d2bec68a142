# The trigger: who may invoke it, what it may do, and which version runs.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "demo"
  trigger_zip = "trigger.tf" # any file
}

run "by_default" {

  # A pool calls the alias.
  assert {
    condition     = aws_cognito_user_pool.main[0].lambda_config[0].pre_token_generation_config[0].lambda_arn == "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation:live"
    error_message = "The pool must be bound to the alias."
  }
  assert {
    condition     = aws_cognito_user_pool.main[0].lambda_config[0].pre_token_generation_config[0].lambda_version == "V3_0"
    error_message = "V3_0 is the default: machines get claims too."
  }

  # Only this pool of this account may invoke it and only through the alias.
  assert {
    condition = [
      aws_lambda_permission.trigger[0].action,
      aws_lambda_permission.trigger[0].principal,
      aws_lambda_permission.trigger[0].source_arn,
      aws_lambda_permission.trigger[0].source_account,
      aws_lambda_permission.trigger[0].function_name,
      aws_lambda_permission.trigger[0].qualifier,
      ] == [
      "lambda:InvokeFunction",
      "cognito-idp.amazonaws.com",
      "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_NewPool01",
      "123456789012",
      "demo-pre-token-generation",
      "live",
    ]
    error_message = "The permission must name principal, pool, account and alias."
  }

  # Its role is a functions and reads one table and writes one log.
  assert {
    condition = jsondecode(aws_iam_role.trigger.assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow", Action = "sts:AssumeRole"
        Principal = { Service = "lambda.amazonaws.com" }
      }]
    }
    error_message = "Only Lambda may take the role."
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.trigger.policy) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid      = "Table1", Effect = "Allow", Action = ["dynamodb:BatchGetItem"]
          Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/demo-claims"
        },
        {
          Sid      = "Log", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/demo-pre-token-generation:*"
        },
      ]
    }
    error_message = "The role must have these rights and no others."
  }

  # It is built and limited as cognito needs.
  assert {
    condition     = aws_lambda_function.trigger.timeout < 5
    error_message = "Cognito waits for 5 seconds."
  }
  assert {
    condition     = aws_lambda_function.trigger.runtime == "provided.al2023" && aws_lambda_function.trigger.handler == "bootstrap" && aws_lambda_function.trigger.architectures == tolist(["arm64"])
    error_message = "The package is a program for Amazon Linux 2023, for arm64 unless told otherwise."
  }
  assert {
    condition     = aws_lambda_function.trigger.environment[0].variables == tomap({ CLAIMS_TABLE = "demo-claims", CLAIMS_LOG_ONE_IN = "1" })
    error_message = "The trigger's variables."
  }
  assert {
    condition     = aws_lambda_function.trigger.logging_config[0].log_format == "JSON" && aws_lambda_function.trigger.logging_config[0].application_log_level == "INFO" && aws_lambda_function.trigger.logging_config[0].log_group == aws_cloudwatch_log_group.trigger.name
    error_message = "Its log is JSON, complete, and in the group with retention."
  }
  assert {
    condition     = aws_cloudwatch_log_group.trigger.retention_in_days == 90
    error_message = "Logs end after 90 days."
  }
  assert {
    condition     = aws_lambda_function.trigger.tracing_config[0].mode == "PassThrough" && length(aws_lambda_provisioned_concurrency_config.trigger) == 0
    error_message = "Nothing that costs is on by itself."
  }

  # A changed package is a new version and the alias follows.
  assert {
    condition     = aws_lambda_function.trigger.publish && aws_lambda_function.trigger.source_code_hash == filebase64sha256("trigger.tf")
    error_message = "The hash of the package, policy included, makes a new version."
  }
  assert {
    condition     = aws_lambda_alias.trigger[0].name == "live" && aws_lambda_alias.trigger[0].function_version == "7" && length(aws_lambda_alias.trigger[0].routing_config) == 0
    error_message = "The alias follows the newest version."
  }
}

run "on_demand" {
  variables {
    kms_key_arn          = "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-4111-8111-111111111111"
    tracing              = true
    architecture         = "x86_64"
    log_one_in           = 100
    report_mode          = true
    shadow_policy        = "next.toml"
    trigger_environment  = { CLAIMS_POLICY_FILE = "other.toml", CLAIMS_TABLE = "theirs" }
    reserved_concurrency = 50
  }

  # A key of your own and traces need one right more each.
  assert {
    condition = slice(jsondecode(aws_iam_role_policy.trigger.policy).Statement, 2, 4) == [
      {
        Sid       = "Key1", Effect = "Allow", Action = ["kms:Decrypt"]
        Resource  = "arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-4111-8111-111111111111"
        Condition = { StringEquals = { "kms:ViaService" = "dynamodb.eu-west-1.amazonaws.com" } }
      },
      {
        Sid      = "Tracing", Effect = "Allow", Action = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = "*"
      },
    ]
    error_message = "The key is used through DynamoDB only, and X-Ray is written to."
  }
  assert {
    condition     = aws_lambda_function.trigger.tracing_config[0].mode == "Active"
    error_message = "tracing must switch traces on."
  }
  assert {
    condition     = aws_dynamodb_table.claims[0].server_side_encryption[0].kms_key_arn == var.kms_key_arn && aws_dynamodb_table.claims[0].server_side_encryption[0].enabled && aws_cloudwatch_log_group.trigger.kms_key_id == var.kms_key_arn
    error_message = "Table and log must use the key."
  }

  # Other variables win and another architecture is built for.
  assert {
    condition     = aws_lambda_function.trigger.environment[0].variables == tomap({ CLAIMS_TABLE = "theirs", CLAIMS_LOG_ONE_IN = "100", CLAIMS_MODE = "report", CLAIMS_POLICY_FILE = "other.toml", CLAIMS_SHADOW_POLICY = "next.toml" })
    error_message = "trigger_environment is merged in last."
  }
  assert {
    condition     = aws_lambda_function.trigger.architectures == tolist(["x86_64"])
    error_message = "architecture."
  }

  # A reservation warns.
  expect_failures = [check.reserved_concurrency]
  assert {
    condition     = aws_lambda_function.trigger.reserved_concurrent_executions == 50
    error_message = "reserved_concurrency."
  }
}

run "kept_warm" {
  variables {
    provisioned_concurrency = 2
  }

  # Environments are kept warm behind the alias.
  assert {
    condition     = aws_lambda_provisioned_concurrency_config.trigger[0].provisioned_concurrent_executions == 2 && aws_lambda_provisioned_concurrency_config.trigger[0].qualifier == "live"
    error_message = "provisioned_concurrency."
  }
}
