# The trigger for a pool that you already have: function, permission and table, and no pool.
#
#   ./package --arch arm64 --only pre-token-generation                        (in the root of the repository)
#   terraform init && terraform apply -var user_pool_id=eu-west-1_YOURPOOL    (here)
#
# The pool isn't touched. The output `pool_lambda_config` is what to merge into it, by whatever owns
# it; docs/deploy.md says how. UpdateUserPool resets every setting that a call leaves out.

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
  type = string
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

module "claims" {
  source = "../.."

  name                  = "claims-existing"
  existing_user_pool_id = var.user_pool_id
  trigger_zip           = var.trigger_zip
  # V2_0 and V3_0 need the plan Essentials or Plus; the plan of your pool isn't known here.
  event_version       = "V2_0"
  deletion_protection = var.deletion_protection
}

output "pool_lambda_config" {
  value = module.claims.pool_lambda_config
}

output "table_name" {
  value = module.claims.table_name
}
