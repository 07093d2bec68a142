# What the module runs on. `tests/infra/run` takes version 5.100.0 of the provider and compares every
# name used here with version 6; continuous integration runs it with 6 too.

terraform {
  # Conditions on an input may name other inputs since 1.9.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 5.100 is the oldest that is tested. Nobody has seen 7.
      version = ">= 5.100, < 7"
    }
  }
}
