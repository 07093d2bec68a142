# What the module runs on. Version 6 of the provider is supported: `tests/infra/run` compares every
# name used here with it, and nothing here uses what it has renamed.

terraform {
  # Conditions on an input may name other inputs since 1.9.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 5.100 is the first tested version; 6.x must not be skipped over to a 7 that nobody has seen.
      version = ">= 5.100, < 7"
    }
  }
}
