# The trigger: what Cognito asks before it issues tokens.

# What the policy reads, and nothing else. Names are written as in the policy.
locals {
  trigger_variables = merge(
    local.policy_reads_claims ? { CLAIMS_TABLE = local.table_name } : {},
    { CLAIMS_LOG_ONE_IN = tostring(var.log_one_in) },
    var.report_mode ? { CLAIMS_MODE = "report" } : {},
    var.shadow_policy == null ? {} : { CLAIMS_SHADOW_POLICY = var.shadow_policy },
    var.trigger_environment,
  )
  # Lambda sets the region itself.
  policy_variables = merge({ AWS_REGION = local.region }, local.trigger_variables)
  policy_names     = distinct(flatten([for right in var.policy_rights : [right.table, right.region, keys(right.indexes)]]))
  # Whether it names the claims table, which is made or not made by this.
  policy_reads_claims = contains(flatten([for name in compact(local.policy_names) : regexall("\\$\\{([^}]*)\\}", name)]), "CLAIMS_TABLE")
  policy_values = {
    for name in compact(local.policy_names) : name => join("", [
      for part in regexall("\\$\\{[^}]*\\}|[^$]+|\\$", name) :
      length(part) > 3 && startswith(part, "$") ? local.policy_variables[substr(part, 2, length(part) - 3)] : part
    ])
  }
  policy_tables = [for right in var.policy_rights : {
    arn = join(":", [
      "arn", data.aws_partition.current.partition, "dynamodb",
      try(local.policy_values[right.region], local.region),
      data.aws_caller_identity.current.account_id, "table/${local.policy_values[right.table]}",
    ])
    actions = sort(right.actions)
    indexes = [for name, actions in right.indexes : { name = local.policy_values[name], actions = sort(actions) }]
  }]
  # As the self-test says what it has read.
  policy_reads = flatten([for right in var.policy_rights : [
    [for action in right.actions : "${local.policy_values[right.table]} ${action}"],
    [for index, actions in right.indexes : [
      for action in actions : "${local.policy_values[right.table]} ${local.policy_values[index]} ${action}"
    ]],
  ]])
  policy_statements = flatten([for at, table in local.policy_tables : [
    [for actions in [table.actions] : {
      Sid      = "Table${at + 1}"
      Effect   = "Allow"
      Action   = actions
      Resource = table.arn
    } if length(actions) > 0],
    [for number, index in table.indexes : {
      Sid      = "Table${at + 1}Index${number + 1}"
      Effect   = "Allow"
      Action   = index.actions
      Resource = "${table.arn}/index/${index.name}"
    }],
  ]])
  policy_key_statements = [
    for at, key in distinct(compact(concat([local.policy_reads_claims ? var.kms_key_arn : null], tolist(var.table_key_arns)))) :
    merge({ Sid = "Key${at + 1}" }, local.decrypt[key])
  ]
}

resource "aws_lambda_function" "trigger" {
  function_name                  = "${var.name}-pre-token-generation"
  description                    = "Puts organisation, tier and feature flags into Cognito tokens"
  role                           = aws_iam_role.trigger.arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  memory_size                    = var.memory_mb.trigger
  reserved_concurrent_executions = var.reserved_concurrency
  # Cognito waits for 5 seconds, whatever is set here. Less, so that the log says what happened.
  timeout                 = 4
  filename                = local.packages.trigger.filename
  s3_bucket               = local.packages.trigger.s3_bucket
  s3_key                  = local.packages.trigger.s3_key
  s3_object_version       = local.packages.trigger.version
  code_signing_config_arn = var.code_signing_config_arn
  # The policy is in the package: a changed policy is a new version, as changed code is.
  source_code_hash = local.in_s3.trigger == null ? filebase64sha256(var.trigger_zip) : local.packages.trigger.sha256
  publish          = true

  environment {
    variables = local.trigger_variables
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.trigger.name
    # Its metrics come from records of this level.
    application_log_level = "INFO"
    # The function's own record has all that Lambda's reports have.
    system_log_level = "WARN"
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  dynamic "vpc_config" {
    for_each = [for name, vpc in var.vpc : vpc if name == "trigger"]
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  # The rights must be there before the first sign-in is.
  depends_on = [aws_iam_role_policy.trigger]

  lifecycle {
    precondition {
      condition     = local.in_s3.trigger != null || !startswith(var.trigger_zip, "s3://")
      error_message = "trigger_zip: ${local.s3_form}"
    }
  }
}

# Only pools of this account, and only through the alias. Cognito makes tokens for whoever can name a
# function, so the ARN alone would do; the account says it twice (confused deputy).
resource "aws_lambda_permission" "trigger" {
  count = local.new_pool ? 1 : 0

  statement_id   = "user-pool"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.trigger.function_name
  qualifier      = local.alias_name
  principal      = "cognito-idp.amazonaws.com"
  source_arn     = local.user_pool_arn
  source_account = data.aws_caller_identity.current.account_id
}

# By its id, so that a pool keeps its own when it moves from one input to the other.
resource "aws_lambda_permission" "pools" {
  for_each = local.existing_pools

  statement_id   = "user-pool-${replace(each.key, "_", "-")}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.trigger.function_name
  qualifier      = local.alias_name
  principal      = "cognito-idp.amazonaws.com"
  source_arn     = "${local.pools_arn}/${each.key}"
  source_account = data.aws_caller_identity.current.account_id

  lifecycle {
    # A pool's id begins with the region of its primary, wherever it is served from; its ARN has the
    # region that serves it, and Cognito calls functions of that one only.
    precondition {
      condition     = each.key != var.existing_user_pool_id || startswith(each.key, "${local.region}_") != var.replica
      error_message = var.replica ? "replica: the pool's primary is in the stack's region." : "existing_user_pool_id: the pool's primary is in another region than the stack. If the pool has a replica in the stack's region, set replica; otherwise the stack belongs into the pool's region."
    }
    precondition {
      condition     = each.key == var.existing_user_pool_id || startswith(each.key, "${local.region}_")
      error_message = "more_user_pool_ids: a pool is in another region than the stack, and Cognito calls functions of its own region only."
    }
  }
}

resource "aws_iam_role" "trigger" {
  name                 = "${var.name}-pre-token-generation"
  path                 = var.roles.path
  permissions_boundary = var.roles.permissions_boundary
  assume_role_policy   = local.lambda_trust
}

locals {
  trigger_rights = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.policy_statements, [
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.trigger.arn}:*"
      },
    ], local.policy_key_statements, local.network_statements.trigger, local.tracing_statements)
  })
}

# All versions have one role. So other rights are another policy beside the one before, which goes when
# `live` has moved: until then the version that runs may read what it reads. Each has a name of its own,
# or a removal could hit its successor.
resource "aws_iam_role_policy" "trigger" {
  name_prefix = "trigger-"
  role        = aws_iam_role.trigger.id
  policy      = local.trigger_rights

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.trigger_rights]
    # SPEC: IAM, "IAM and AWS STS quotas": 10,240 characters for all inline policies of a role.
    precondition {
      condition     = length(local.trigger_rights) <= 5000
      error_message = "policy_rights: the rights are longer than half of what a role may have, and the ones before stand beside them for a while. Read fewer tables."
    }
  }
}

resource "terraform_data" "trigger_rights" {
  input = local.trigger_rights
}

resource "aws_cloudwatch_log_group" "trigger" {
  name = "/aws/lambda/${var.name}-pre-token-generation"
  # Metrics are made of its records, which CloudWatch does in this class only ("Log classes").
  log_group_class   = "STANDARD"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

check "reserved_concurrency" {
  assert {
    condition     = var.reserved_concurrency == null
    error_message = "reserved_concurrency: when more people sign in or refresh at once, Cognito answers them with an error. It also takes these executions from all other functions."
  }
}
