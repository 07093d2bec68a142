# What the functions have in common: who may be one, where their packages are, the rights that
# settings bring.

locals {
  # Who may be a function, for all roles of the module.
  lambda_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  # X-Ray knows no resources.
  tracing_statements = var.tracing ? [{
    Sid      = "Tracing"
    Effect   = "Allow"
    Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    Resource = "*"
  }] : []
}

# A package is a path, or a place in S3: `s3://BUCKET/KEY?versionId=VERSION`, or `?sha256=` and the
# package's sum. Either changes with the content, and so does the function.
locals {
  zips = { trigger = var.trigger_zip, authorizer = var.authorizer_zip, handler = var.handler_zip }
  in_s3 = {
    for name, zip in local.zips : name => try(regex("^s3://(?P<bucket>[a-z0-9.-]+)/(?P<key>[^?]+)\\?(?P<by>versionId|sha256)=(?P<is>\\S+)$", zip), null)
  }
  packages = {
    for name, zip in local.zips : name => {
      filename  = local.in_s3[name] == null ? zip : null
      s3_bucket = try(local.in_s3[name].bucket, null)
      s3_key    = try(local.in_s3[name].key, null)
      version   = try(local.in_s3[name].by == "versionId" ? local.in_s3[name].is : null, null)
      sha256    = try(local.in_s3[name].by == "sha256" ? local.in_s3[name].is : null, null)
    }
  }
  s3_form = "a package in S3 is s3://BUCKET/KEY?versionId=VERSION, or ?sha256= and the sum of the zip in base64, as filebase64sha256 gives it."
}

# Lambda makes network interfaces with the function's role, and describing knows no resources
# (Lambda, "Giving Lambda functions access to resources in an Amazon VPC"). The page also says how the
# function's own code is kept from it: its calls, and no others, have lambda:SourceFunctionArn.
locals {
  network_actions = [
    "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
  ]
  # By name, because the function needs the role before it has an ARN.
  function_arns = {
    for name, suffix in { trigger = "pre-token-generation", authorizer = "authorizer", handler = "items" } : name => join(":", [
      "arn", data.aws_partition.current.partition, "lambda", local.region,
      data.aws_caller_identity.current.account_id, "function:${var.name}-${suffix}",
    ])
  }
  network_statements = {
    for name, arn in local.function_arns : name => [
      for statement in [
        {
          Sid      = "Network"
          Effect   = "Allow"
          Action   = local.network_actions
          Resource = "*"
        },
        {
          Sid      = "NetworkNotByCode"
          Effect   = "Deny"
          Action   = local.network_actions
          Resource = "*"
          # Whether or not it names the version.
          Condition = { ArnLike = { "lambda:SourceFunctionArn" = [arn, "${arn}:*"] } }
        },
      ] : statement if contains(keys(var.vpc), name)
    ]
  }
}

# Tables with keys of one's own are read with the right to those keys, through DynamoDB only. A key
# serves tables of its own region.
locals {
  # Of the module's tables.
  key_statements = var.kms_key_arn == null ? [] : [merge({ Sid = "Key" }, local.decrypt[var.kms_key_arn])]
  decrypt = {
    for key in compact(concat([var.kms_key_arn], tolist(var.table_key_arns))) : key => {
      Effect    = "Allow"
      Action    = ["kms:Decrypt"]
      Resource  = key
      Condition = { StringEquals = { "kms:ViaService" = "dynamodb.${split(":", key)[3]}.${data.aws_partition.current.dns_suffix}" } }
    }
  }
}
