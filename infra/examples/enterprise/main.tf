# A pool of a company: people come from identity providers (OpenID Connect and SAML), to a domain of
# the company's own, behind a firewall, and letters are sent by SES.
#
#   ./package --arch arm64 --only pre-token-generation   (in the root of the repository)
#   terraform init && terraform apply -var-file=…        (here)
#
# The zone, the certificate (in us-east-1), the web ACL and SES's identity are made elsewhere. The
# domain needs an A record at its parent, or Cognito refuses it. Managed login needs a branding style:
# `aws_cognito_managed_login_branding` since version 6 of the provider, or the console.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

module "claims" {
  source = "../.."

  name         = "claims"
  trigger_zip  = var.trigger_zip
  feature_plan = "PLUS"

  # What APIs are asked for, by the address of the API.
  resource_server = "https://api.${var.domain}"
  scopes          = { "orders.read" = "Read orders", "orders.write" = "Place orders" }
  web_scopes      = ["orders.read", "orders.write"]
  machine_clients = { warehouse = ["orders.read"] }

  # Who comes, and from where.
  oidc_providers = {
    # `tid` says the company and is trusted, so these people have an app client of their own, and the
    # policy says so: [providers.EntraID] writes = ["custom:entra_tid"]. docs/federation.md
    EntraID = {
      issuer     = var.entra.issuer
      client_id  = var.entra.client_id
      attributes = { email = "email", "custom:entra_tid" = "tid" }
    }
  }
  oidc_secrets = { EntraID = var.entra_secret }
  saml_providers = {
    # Nothing but names: by the web client, beside the people of the pool.
    Globex = {
      metadata_url = var.globex_metadata
      attributes   = { email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress" }
      identifiers  = ["globex.com"]
    }
  }
  callback_urls = ["https://app.${var.domain}/callback"]
  logout_urls   = ["https://app.${var.domain}/"]

  # Where they come to.
  custom_domain         = { name = "auth.${var.domain}", certificate_arn = var.certificate_arn }
  managed_login         = true
  user_pool_web_acl_arn = var.web_acl_arn
  threat_protection     = "ENFORCED"
  passwordless          = { passkeys = true, relying_party = "auth.${var.domain}" }
  refresh_rotation      = {}
  refresh_token_days    = 1
  email                 = { identity_arn = var.ses_arn, from = "Sign-in <no-reply@${var.domain}>" }
}

resource "aws_route53_record" "auth" {
  zone_id = var.zone_id
  name    = "auth.${var.domain}"
  type    = "A"

  alias {
    name                   = module.claims.custom_domain_target.name
    zone_id                = module.claims.custom_domain_target.zone_id
    evaluate_target_health = false
  }
}

# What apps are told.
output "clients" {
  value = {
    openid_configuration = module.claims.openid_configuration
    hosted_ui            = module.claims.hosted_ui
    token_endpoint       = module.claims.token_endpoint
    web                  = module.claims.web_client_id
    federated            = module.claims.federated_client_id
    machines             = module.claims.machine_client_ids
    scopes               = module.claims.scopes
  }
}

# What the providers are told.
output "saml_urls" {
  value = module.claims.saml_urls
}
