# The trigger and the authorizer for a pool that has a replica in a second region, which goes on when
# the first fails: in each region a trigger, a Lambda authorizer and a copy of the claims table.
#
#   ./package --arch arm64 --authorizer infra/examples/replica/authorizer.toml   (in the root of the repository)
#   terraform init && terraform apply -var user_pool_id=us-east-1_YOURPOOL …     (here)
#
# The pool and its replica are made elsewhere: hashicorp/aws has no resource for a replica yet
# (hashicorp/terraform-provider-aws#48227). CloudFormation has AWS::Cognito::UserPoolReplica. Triggers
# aren't copied to a replica: both outputs `pool_lambda_config` are to be merged, each into the pool's
# settings in its own region; README.md of the module says how.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

variable "user_pool_id" {
  description = "The same in both regions. It begins with the primary's."
  type        = string
}

variable "primary_region" {
  type    = string
  default = "us-east-1"
}

# The authorizer's file names it too.
variable "replica_region" {
  type    = string
  default = "us-west-2"
}

variable "client_ids" {
  description = "The app clients that the authorizer's file names: WEB_CLIENT_ID and MACHINE_CLIENT_ID."
  type        = object({ web = string, machine = string })
}

variable "trigger_zip" {
  type    = string
  default = "../../../target/package/pre-token-generation-arm64.zip"
}

variable "authorizer_zip" {
  type    = string
  default = "../../../target/package/authorizer-arm64.zip"
}

provider "aws" {
  region = var.primary_region
}

provider "aws" {
  alias  = "replica"
  region = var.replica_region
}

locals {
  # The issuer type UPDATED, which is the same in both regions, whichever serves.
  issuer                 = "https://issuer-cognito-idp.${var.primary_region}.amazonaws.com/${var.user_pool_id}"
  authorizer_environment = { WEB_CLIENT_ID = var.client_ids.web, MACHINE_CLIENT_ID = var.client_ids.machine }
}

module "primary" {
  source = "../.."

  name                   = "claims"
  existing_user_pool_id  = var.user_pool_id
  issuer                 = local.issuer
  trigger_zip            = var.trigger_zip
  authorizer_zip         = var.authorizer_zip
  authorizer_environment = local.authorizer_environment
  # What is written in either region comes to the other.
  table_replicas = { (var.replica_region) = {} }
}

module "replica" {
  source    = "../.."
  providers = { aws = aws.replica }

  # Roles are the account's, not a region's, so it has another name.
  name                   = "claims-replica"
  existing_user_pool_id  = var.user_pool_id
  replica                = true
  issuer                 = local.issuer
  trigger_zip            = var.trigger_zip
  authorizer_zip         = var.authorizer_zip
  authorizer_environment = local.authorizer_environment
  existing_table_name    = module.primary.table_name
}

# What to merge into the pool's settings in each region.
output "pool_lambda_config" {
  value = {
    (var.primary_region) = module.primary.pool_lambda_config
    (var.replica_region) = module.replica.pool_lambda_config
  }
}

output "authorizer_alias_arn" {
  value = {
    (var.primary_region) = module.primary.authorizer_alias_arn
    (var.replica_region) = module.replica.authorizer_alias_arn
  }
}

output "table_name" {
  value = module.primary.table_name
}
