# What accounts ask of functions: roles, memory, networks, signatures, packages in S3.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name           = "demo"
  trigger_zip    = "trigger.tf" # any files
  authorizer_zip = "authorizer.tf"
  handler_zip    = "handler.tf"
}

run "by_default" {
  assert {
    condition = jsonencode([
      for function in [aws_lambda_function.trigger, aws_lambda_function.authorizer[0], aws_lambda_function.handler[0]] :
      [function.memory_size, length(function.vpc_config), function.code_signing_config_arn]
    ]) == jsonencode([[256, 0, null], [256, 0, null], [256, 0, null]])
    error_message = "Small, in no VPC, unsigned."
  }
  assert {
    condition = jsonencode([
      for role in [aws_iam_role.trigger, aws_iam_role.authorizer[0], aws_iam_role.handler[0]] : [role.path, role.permissions_boundary]
    ]) == jsonencode([["/", null], ["/", null], ["/", null]])
    error_message = "Roles without a boundary."
  }
  assert {
    condition     = !anytrue([for role in [aws_iam_role_policy.trigger, aws_iam_role_policy.authorizer[0], aws_iam_role_policy.handler[0]] : strcontains(role.policy, "ec2:")])
    error_message = "No right to networks."
  }
  assert {
    condition     = aws_cloudwatch_log_group.handler[0].log_group_class == "STANDARD"
    error_message = "log_class."
  }
  assert {
    condition = { for name, function in output.functions : name => [function.name, function.version, function.alias_arn, function.log_group_name] } == {
      trigger    = ["demo-pre-token-generation", "7", "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation:live", "/aws/lambda/demo-pre-token-generation"]
      authorizer = ["demo-authorizer", "3", "arn:aws:lambda:eu-west-1:123456789012:function:demo-authorizer:live", "/aws/lambda/demo-authorizer"]
      handler    = ["demo-items", "5", "arn:aws:lambda:eu-west-1:123456789012:function:demo-items:live", "/aws/lambda/demo-items"]
    }
    error_message = "What one attaches to."
  }
  assert {
    condition = { for name, function in output.functions : name => [function.arn, function.invoke_arn, function.role_name, function.role_arn] } == {
      trigger    = [aws_lambda_function.trigger.arn, aws_lambda_alias.trigger[0].invoke_arn, "demo-pre-token-generation", aws_iam_role.trigger.arn]
      authorizer = [aws_lambda_function.authorizer[0].arn, aws_lambda_alias.authorizer[0].invoke_arn, "demo-authorizer", aws_iam_role.authorizer[0].arn]
      handler    = [aws_lambda_function.handler[0].arn, aws_lambda_alias.handler[0].invoke_arn, "demo-items", aws_iam_role.handler[0].arn]
    }
    error_message = "Of each function its own."
  }
}

run "the_trigger_alone" {
  variables {
    authorizer_zip = null
    handler_zip    = null
  }
  assert {
    condition     = jsonencode(keys(output.functions)) == jsonencode(["trigger"])
    error_message = "Functions that aren't made have no names to attach to."
  }
}

run "on_demand" {
  variables {
    rest_api              = true
    rest_api_account_role = true
    roles                 = { path = "/acme/", permissions_boundary = "arn:aws:iam::123456789012:policy/boundary" }
    memory_mb             = { trigger = 512, handler = 1024 }
    log_class             = "INFREQUENT_ACCESS"
    vpc = {
      trigger = { subnet_ids = ["subnet-1", "subnet-2"], security_group_ids = ["sg-1"] }
      handler = { subnet_ids = ["subnet-3"], security_group_ids = ["sg-3"] }
    }
    code_signing_config_arn = "arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-11111111111111111"
  }
  assert {
    condition     = toset([for role in [aws_iam_role.trigger, aws_iam_role.authorizer[0], aws_iam_role.handler[0], aws_iam_role.api_logs[0]] : [role.path, role.permissions_boundary]]) == toset([["/acme/", "arn:aws:iam::123456789012:policy/boundary"]])
    error_message = "A role without its boundary can't be made where one is asked for."
  }
  assert {
    condition     = [aws_lambda_function.trigger.memory_size, aws_lambda_function.authorizer[0].memory_size, aws_lambda_function.handler[0].memory_size] == [512, 256, 1024]
    error_message = "memory_mb."
  }
  assert {
    condition     = toset([aws_lambda_function.trigger.code_signing_config_arn, aws_lambda_function.authorizer[0].code_signing_config_arn, aws_lambda_function.handler[0].code_signing_config_arn]) == toset([var.code_signing_config_arn])
    error_message = "All or none are signed."
  }
  assert {
    condition     = [aws_cloudwatch_log_group.trigger.log_group_class, aws_cloudwatch_log_group.authorizer[0].log_group_class] == ["STANDARD", "STANDARD"]
    error_message = "Metrics are made of these."
  }
  assert {
    condition     = toset([for group in [aws_cloudwatch_log_group.handler[0], aws_cloudwatch_log_group.http[0], aws_cloudwatch_log_group.rest[0]] : group.log_group_class]) == toset(["INFREQUENT_ACCESS"])
    error_message = "And none of these."
  }

  # Functions in a VPC, whose role makes interfaces and whose code can't.
  assert {
    condition = (
      aws_lambda_function.trigger.vpc_config[0].subnet_ids == toset(["subnet-1", "subnet-2"]) && aws_lambda_function.trigger.vpc_config[0].security_group_ids == toset(["sg-1"])
      && aws_lambda_function.handler[0].vpc_config[0].subnet_ids == toset(["subnet-3"]) && length(aws_lambda_function.authorizer[0].vpc_config) == 0
    )
    error_message = "vpc, by function."
  }
  assert {
    condition = slice(jsondecode(aws_iam_role_policy.trigger.policy).Statement, 2, 4) == [
      {
        Sid = "Network", Effect = "Allow", Resource = "*"
        Action = [
          "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
        ]
      },
      {
        Sid = "NetworkNotByCode", Effect = "Deny", Resource = "*"
        Action = [
          "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
        ]
        Condition = { ArnLike = { "lambda:SourceFunctionArn" = [
          "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation",
          "arn:aws:lambda:eu-west-1:123456789012:function:demo-pre-token-generation:*",
        ] } }
      },
    ]
    error_message = "What Lambda needs for interfaces, and nothing for the function itself."
  }
  assert {
    condition = [for statement in slice(jsondecode(aws_iam_role_policy.handler[0].policy).Statement, 2, 4) : [statement.Sid, try(statement.Condition.ArnLike["lambda:SourceFunctionArn"][0], null)]] == [
      ["Network", null], ["NetworkNotByCode", "arn:aws:lambda:eu-west-1:123456789012:function:${aws_lambda_function.handler[0].function_name}"],
    ]
    error_message = "The handler's role in the same way."
  }
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.authorizer[0].policy).Statement : statement.Sid] == ["Log", "Revocation"]
    error_message = "The authorizer stays outside."
  }
}

run "packages_in_s3" {
  variables {
    trigger_zip    = "s3://acme-packages/claims/trigger.zip?versionId=3/L4kqtJlcpXro+DTDmJ"
    authorizer_zip = "s3://acme-packages/authorizer.zip?sha256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
  }
  assert {
    condition = jsonencode([
      for function in [aws_lambda_function.trigger, aws_lambda_function.authorizer[0], aws_lambda_function.handler[0]] :
      [function.filename, function.s3_bucket, function.s3_key, function.s3_object_version]
      ]) == jsonencode([
      [null, "acme-packages", "claims/trigger.zip", "3/L4kqtJlcpXro+DTDmJ"],
      [null, "acme-packages", "authorizer.zip", null],
      ["handler.tf", null, null, null],
    ])
    error_message = "Each package from where it is."
  }
  assert {
    condition     = [aws_lambda_function.authorizer[0].source_code_hash, aws_lambda_function.handler[0].source_code_hash] == ["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", filebase64sha256("handler.tf")]
    error_message = "Another content is another version of the function."
  }
}

# Without either, other content under the same key would never arrive.
run "a_package_in_s3_says_which" {
  command = plan
  variables {
    trigger_zip = "s3://acme-packages/trigger.zip"
    handler_zip = null
  }
  expect_failures = [aws_lambda_function.trigger]
}

run "so_do_the_others" {
  command = plan
  variables {
    existing_user_pool_id  = "eu-west-1_TheirPool"
    authorizer_environment = { WEB_CLIENT_ID = "8web", MACHINE_CLIENT_ID = "9machine" }
    authorizer_zip         = "s3://acme-packages/authorizer.zip"
    handler_zip            = "s3://acme-packages/handler.zip?version=1"
    more_client_ids        = ["8web"]
  }
  expect_failures = [aws_lambda_function.authorizer, aws_lambda_function.handler]
}

run "settings_that_can_not_work" {
  command = plan
  variables {
    roles     = { path = "acme" }
    memory_mb = { trigger = 64 }
    vpc       = { items = { subnet_ids = ["subnet-1"], security_group_ids = [] } }
    log_class = "DELIVERY"
  }
  expect_failures = [var.roles, var.memory_mb, var.vpc, var.log_class]
}
