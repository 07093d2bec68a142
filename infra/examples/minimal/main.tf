# A user pool whose tokens carry the claims, and nothing else: no APIs, no domain.
#
#   ./package --arch arm64 --only pre-token-generation   (in the root of the repository)
#   terraform init && terraform apply                    (here)
#
# Fill the table with `claimsmith seed`, sign in with an app that knows SRP, and look at the token.

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

module "claims" {
  source = "../.."

  name                = "claims"
  trigger_zip         = var.trigger_zip
  deletion_protection = var.deletion_protection
}

output "user_pool_id" {
  value = module.claims.user_pool_id
}

output "web_client_id" {
  value = module.claims.web_client_id
}

output "table_name" {
  value = module.claims.table_name
}
