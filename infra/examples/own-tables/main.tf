# A policy of your own and the tables that it reads: people under numbers, found by their address
# through an index, and workspaces. It is the policy of docs/your-table.md.
#
#   ./package --arch arm64 --only pre-token-generation --policy infra/examples/own-tables/claims.toml   (in the root of the repository)
#   terraform init && terraform apply                                                                   (here)
#
# After a change of the policy:   claimsmith check --policy claims.toml --json >claims.check.json

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

variable "trigger_zip" {
  type    = string
  default = "../../../target/package/pre-token-generation-arm64.zip"
}

# False and an apply, before a destroy.
variable "deletion_protection" {
  type    = bool
  default = true
}

# What you have already. If Terraform doesn't know your tables, write their names below.
resource "aws_dynamodb_table" "people" {
  name                        = "acme-people"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "email"
    type = "S"
  }

  # The index has the item's key, which is all that the policy takes from it.
  global_secondary_index {
    name            = "by-email"
    hash_key        = "email"
    projection_type = "KEYS_ONLY"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "workspaces" {
  name                        = "acme-workspaces"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "wsId"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "wsId"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

module "claims" {
  source = "../.."

  name        = "claims-own"
  trigger_zip = var.trigger_zip
  # What the policy reads. It names no claims table, so none is made.
  policy_rights = jsondecode(file("${path.module}/claims.check.json")).rights
  # The tables' names in the policy. They also make Terraform wait for the tables.
  trigger_environment = {
    PEOPLE_TABLE     = aws_dynamodb_table.people.name
    WORKSPACES_TABLE = aws_dynamodb_table.workspaces.name
  }
  deletion_protection = var.deletion_protection
}

output "user_pool_id" {
  value = module.claims.user_pool_id
}

output "web_client_id" {
  value = module.claims.web_client_id
}
