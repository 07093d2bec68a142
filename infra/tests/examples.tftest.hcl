# Each example can be planned, and the one with tables of its own makes what its policy reads.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
}

mock_provider "aws" {
  alias = "replica"
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_region" {
    defaults = { id = "eu-central-1" }
  }
}

variables {
  trigger_zip = "trigger.tf" # any files
}

run "minimal" {
  command = plan
  module {
    source = "./examples/minimal"
  }
  assert {
    condition     = output.table_name == "claims-claims"
    error_message = "The shipped policy has its table."
  }
}

run "existing_pool" {
  command = plan
  module {
    source = "./examples/existing-pool"
  }
  variables {
    user_pool_id = "eu-west-1_TheirPool"
  }
  assert {
    condition     = output.pool_lambda_config.LambdaConfig.PreTokenGenerationConfig.LambdaVersion == "V2_0"
    error_message = "What to merge."
  }
}

run "own_tables" {
  command = plan
  module {
    source = "./examples/own-tables"
  }
  assert {
    condition = (
      { for attribute in aws_dynamodb_table.people.attribute : attribute.name => attribute.type } == { email = "S", id = "N" }
      && [for index in aws_dynamodb_table.people.global_secondary_index : [index.name, index.hash_key, index.projection_type]] == [["by-email", "email", "KEYS_ONLY"]]
    )
    error_message = "People are found by their address, and read by their number."
  }
  assert {
    condition     = [aws_dynamodb_table.people.hash_key, aws_dynamodb_table.workspaces.hash_key] == ["id", "wsId"]
    error_message = "The keys of docs/your-table.md."
  }
  assert {
    condition     = alltrue([for table in [aws_dynamodb_table.people, aws_dynamodb_table.workspaces] : table.deletion_protection_enabled && table.point_in_time_recovery[0].enabled])
    error_message = "As safe as the module's own."
  }
}

run "complete" {
  command = plan
  module {
    source = "./examples/complete"
  }
  variables {
    domain_prefix  = "acme"
    authorizer_zip = "authorizer.tf"
    handler_zip    = "handler.tf"
  }
}

run "replica" {
  command = plan
  module {
    source = "./examples/replica"
  }
  providers = {
    aws         = aws
    aws.replica = aws.replica
  }
  variables {
    user_pool_id   = "eu-west-1_TheirPool"
    primary_region = "eu-west-1"
    replica_region = "eu-central-1"
    client_ids     = { web = "8web", machine = "9machine" }
    authorizer_zip = "authorizer.tf"
  }
  assert {
    condition     = output.table_name == "claims-claims" && keys(output.pool_lambda_config) == ["eu-central-1", "eu-west-1"]
    error_message = "One table, and in each region what to merge."
  }
}
