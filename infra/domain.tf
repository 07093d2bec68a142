# Where the pool's sign-in pages and its token endpoint are.

locals {
  # SPEC: Amazon Cognito Developer Guide, "Using the Amazon Cognito prefix domain for managed login";
  # AWS GovCloud (US) User Guide, "Amazon Cognito in AWS GovCloud (US)". No page says one for China
  # and other partitions.
  prefix_domains = {
    aws        = "auth.${local.region}.amazoncognito.com"
    aws-us-gov = "auth-fips.${local.region}.amazoncognito.com"
  }
  prefix_domain = lookup(local.prefix_domains, data.aws_partition.current.partition, null)
  hosted_ui = one(concat(
    [for domain in aws_cognito_user_pool_domain.custom : "https://${domain.domain}"],
    [for domain in aws_cognito_user_pool_domain.main : "https://${domain.domain}.${local.prefix_domain}"
    if local.prefix_domain != null && var.custom_domain == null],
  ))
  # 1 is the classic sign-in pages, which need no branding; managed login shows nothing without.
  login_version = var.managed_login ? 2 : null
}

resource "aws_cognito_user_pool_domain" "main" {
  count = local.new_pool && var.domain_prefix != null ? 1 : 0

  domain                = var.domain_prefix
  user_pool_id          = local.user_pool_id
  managed_login_version = local.login_version
}

# Cognito makes a distribution of CloudFront for it; the DNS record that leads there is yours.
resource "aws_cognito_user_pool_domain" "custom" {
  count = local.new_pool && var.custom_domain != null ? 1 : 0

  domain                = var.custom_domain.name
  certificate_arn       = var.custom_domain.certificate_arn
  user_pool_id          = local.user_pool_id
  managed_login_version = local.login_version

  lifecycle {
    # SPEC: AWS GovCloud (US) User Guide, "Amazon Cognito in AWS GovCloud (US)".
    precondition {
      condition     = data.aws_partition.current.partition != "aws-us-gov"
      error_message = "custom_domain: GovCloud has none; take domain_prefix."
    }
  }
}

check "sign_in_pages_have_an_address" {
  assert {
    condition     = !local.new_pool || var.domain_prefix == null || local.prefix_domain != null
    error_message = "domain_prefix: AWS documents no address of prefix domains in this partition, so hosted_ui and token_endpoint are null; look them up in the console, or take custom_domain."
  }
}
