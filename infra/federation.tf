# Identity providers of others, by which people sign in.

locals {
  mapped = merge(
    { for name, provider in var.oidc_providers : name => keys(provider.attributes) },
    { for name, provider in var.saml_providers : name => keys(provider.attributes) },
  )
  # Those that say custom attributes have an app client of their own, the others are the web client's.
  own_providers = sort([for name, attributes in local.mapped : name if anytrue([for attribute in attributes : startswith(attribute, "custom:")])])
  web_providers = sort(setsubtract(keys(local.mapped), local.own_providers))
  own_mapped    = distinct(flatten([for name in local.own_providers : local.mapped[name]]))
  web_mapped    = distinct(flatten([for name in local.web_providers : local.mapped[name]]))
  # Attributes that the pool has because a provider says them.
  mapped_attributes = [for attribute in local.own_mapped : trimprefix(attribute, "custom:") if startswith(attribute, "custom:")]
  # By the resources, so that they are there before the clients are.
  provider_names = merge(
    { for name, provider in aws_cognito_identity_provider.oidc : name => provider.provider_name },
    { for name, provider in aws_cognito_identity_provider.saml : name => provider.provider_name },
  )
}

resource "aws_cognito_identity_provider" "oidc" {
  for_each = local.new_pool ? var.oidc_providers : {}

  user_pool_id    = local.user_pool_id
  provider_name   = each.key
  provider_type   = "OIDC"
  idp_identifiers = each.value.identifiers
  # Cognito maps the user's name by itself; not said, it would be a difference at each plan.
  attribute_mapping = merge(each.value.attributes, { username = "sub" })
  provider_details = {
    oidc_issuer               = each.value.issuer
    client_id                 = each.value.client_id
    client_secret             = var.oidc_secrets[each.key]
    authorize_scopes          = join(" ", each.value.scopes)
    attributes_request_method = "GET"
  }

  # What Cognito looks up itself and adds. It belongs to the issuer, which therefore stays.
  lifecycle {
    ignore_changes = [
      provider_details["attributes_url"], provider_details["attributes_url_add_attributes"],
      provider_details["authorize_url"], provider_details["jwks_uri"], provider_details["token_url"],
    ]
    precondition {
      condition     = terraform_data.issuer[each.key].output == each.value.issuer
      error_message = "oidc_providers: a provider keeps its issuer, because Cognito has looked its endpoints up. Add one of another name beside it, and take the old one out when nobody signs in by it."
    }
  }
}

# The issuer that each provider was made with.
resource "terraform_data" "issuer" {
  for_each = local.new_pool ? var.oidc_providers : {}

  input = each.value.issuer

  lifecycle {
    ignore_changes = [input]
  }
}

# Sign-ins begin at the pool only: one that a provider begins can't be told from one that was planted.
resource "aws_cognito_identity_provider" "saml" {
  for_each = local.new_pool ? var.saml_providers : {}

  user_pool_id      = local.user_pool_id
  provider_name     = each.key
  provider_type     = "SAML"
  idp_identifiers   = each.value.identifiers
  attribute_mapping = each.value.attributes
  provider_details = merge(
    each.value.metadata_url == null ? {} : { MetadataURL = each.value.metadata_url },
    each.value.metadata == null ? {} : { MetadataFile = each.value.metadata },
    { IDPSignout = tostring(each.value.sign_out) },
    each.value.signed_requests ? { RequestSigningAlgorithm = "rsa-sha256" } : {},
    each.value.encrypted ? { EncryptedResponses = "true" } : {},
  )

  # What Cognito reads out of the metadata and adds.
  lifecycle {
    ignore_changes = [
      provider_details["ActiveEncryptionCertificate"],
      provider_details["SLORedirectBindingURI"], provider_details["SSORedirectBindingURI"],
    ]
  }
}
