# Examples that nothing applies are planned, and their promises looked at.

mock_provider "aws" {
  source = "./tests/mocks"
}

# What the provider checks the form of.
override_data {
  target = module.claims.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = module.claims.data.aws_partition.current
  values = { partition = "aws", dns_suffix = "amazonaws.com" }
}

override_data {
  target = module.claims.data.aws_region.current
  values = { id = "eu-west-1" }
}

override_resource {
  target = module.claims.aws_cognito_user_pool.main
  values = { id = "eu-west-1_NewPool01", arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_NewPool01" }
}

override_resource {
  target = module.claims.aws_lambda_function.trigger
  values = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:claims-pre-token-generation", version = "7" }
}

override_resource {
  target = module.claims.aws_lambda_alias.trigger
  values = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:claims-pre-token-generation:live" }
}

override_resource {
  target = module.claims.aws_dynamodb_table.claims
  values = { arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/claims-claims" }
}

variables {
  trigger_zip = "trigger.tf" # any file
}

run "enterprise" {
  module {
    source = "./examples/enterprise"
  }
  override_resource {
    target = module.claims.aws_cognito_user_pool_domain.custom
    values = { cloudfront_distribution = "d1.cloudfront.net", cloudfront_distribution_zone_id = "Z2" }
  }
  override_resource {
    target = module.claims.aws_cognito_user_pool_client.federated
    values = { id = "3federatedclient" }
  }
  variables {
    domain          = "example.com"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    web_acl_arn     = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/pool/1"
    ses_arn         = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
    zone_id         = "Z1"
    entra           = { issuer = "https://login.example.com", client_id = "abc" }
    entra_secret    = "secret"
    globex_metadata = "https://idp.globex.com/metadata"
  }
  assert {
    condition     = output.clients.hosted_ui == "https://auth.example.com" && output.clients.token_endpoint == "https://auth.example.com/oauth2/token" && output.clients.openid_configuration == "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_NewPool01/.well-known/openid-configuration"
    error_message = "What apps are told."
  }
  assert {
    condition     = output.clients.scopes == { "orders.read" = "https://api.example.com/orders.read", "orders.write" = "https://api.example.com/orders.write" } && output.clients.federated == "3federatedclient"
    error_message = "Scopes by the address of the API, and a client for those whose company is a claim."
  }
  assert {
    condition     = output.saml_urls == { acs = "https://auth.example.com/saml2/idpresponse", entity_id = "urn:amazon:cognito:sp:eu-west-1_NewPool01" }
    error_message = "What the providers are told."
  }
  assert {
    condition     = aws_route53_record.auth.name == "auth.example.com" && aws_route53_record.auth.alias[0].name == "d1.cloudfront.net" && aws_route53_record.auth.alias[0].zone_id == "Z2"
    error_message = "The record leads to the domain."
  }
}

run "post_confirmation" {
  module {
    source = "./examples/post-confirmation"
  }
  override_resource {
    target = aws_lambda_function.first_records
    values = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:claims-first-records" }
  }
  variables {
    first_records_zip = "trigger.tf" # any file
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.first_records.policy).Statement[0] == {
      Sid       = "Records", Effect = "Allow", Action = ["dynamodb:PutItem"]
      Resource  = "arn:aws:dynamodb:eu-west-1:123456789012:table/claims-claims"
      Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["USER#*", "ORG#self-*"] } }
    } && length(jsondecode(aws_iam_role_policy.first_records.policy).Statement) == 2
    error_message = "People, and organisations of one person."
  }
  assert {
    condition     = aws_lambda_function.first_records.environment[0].variables == tomap({ CLAIMS_TABLE = output.table_name }) && aws_lambda_function.first_records.handler == "first_records.handler" && aws_lambda_function.first_records.timeout < 5
    error_message = "It writes into the module's table, before Cognito gives up."
  }
}
