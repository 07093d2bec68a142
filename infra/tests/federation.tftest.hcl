# People of identity providers: whose client they use, and what is written by it.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name          = "demo"
  trigger_zip   = "trigger.tf" # any file
  callback_urls = ["https://app.example.com/callback"]
  domain_prefix = "acme"
}

run "standard_attributes_come_by_the_web_client" {
  variables {
    oidc_providers = {
      Okta = { issuer = "https://acme.okta.com", client_id = "abc", attributes = { email = "email", email_verified = "email_verified", nickname = "nickname" } }
    }
    oidc_secrets = { Okta = "hush" }
  }

  assert {
    condition     = aws_cognito_user_pool_client.web[0].supported_identity_providers == toset(["COGNITO", "Okta"]) && length(aws_cognito_user_pool_client.federated) == 0 && output.federated_client_id == null
    error_message = "No client of their own."
  }
  assert {
    condition     = aws_cognito_user_pool_client.web[0].write_attributes == toset(["email", "family_name", "given_name", "locale", "name", "nickname", "zoneinfo"])
    error_message = "What is mapped is writable; what Cognito alone may write isn't named."
  }
  assert {
    condition = { for name, value in aws_cognito_identity_provider.oidc["Okta"].provider_details : name => nonsensitive(value) } == {
      oidc_issuer      = "https://acme.okta.com", client_id = "abc", client_secret = "hush"
      authorize_scopes = "openid email profile", attributes_request_method = "GET"
    }
    error_message = "What Cognito is told of the provider."
  }
  assert {
    condition     = aws_cognito_identity_provider.oidc["Okta"].attribute_mapping == tomap({ email = "email", email_verified = "email_verified", nickname = "nickname", username = "sub" }) && aws_cognito_identity_provider.oidc["Okta"].provider_type == "OIDC"
    error_message = "The mapping."
  }
  assert {
    condition     = issensitive(aws_cognito_identity_provider.oidc["Okta"].provider_details["client_secret"])
    error_message = "A plan doesn't show the secret."
  }
}

run "custom_attributes_come_by_a_client_of_their_own" {
  variables {
    custom_attributes = ["tenant"]
    password_auth     = true
    passwordless      = { passkeys = true }
    refresh_rotation  = {}
    authorizer_zip    = "authorizer.tf"
    handler_zip       = "handler.tf"
    oidc_providers = {
      EntraID = { issuer = "https://login.example.com", client_id = "abc", attributes = { email = "email", "custom:entra_tid" = "tid" }, identifiers = ["example.com"] }
      Okta    = { issuer = "https://acme.okta.com", client_id = "def", attributes = { email = "email" } }
    }
    oidc_secrets   = { EntraID = "hush", Okta = "hush" }
    saml_providers = { Globex = { metadata_url = "https://idp.globex.com/metadata", attributes = { "custom:role" = "role", email_verified = "checked" } } }
  }

  assert {
    condition     = aws_cognito_user_pool_client.web[0].supported_identity_providers == toset(["COGNITO", "Okta"]) && aws_cognito_user_pool_client.federated[0].supported_identity_providers == toset(["EntraID", "Globex"])
    error_message = "Each provider has one client, and nobody of the pool comes by theirs."
  }
  assert {
    condition     = [for name in aws_cognito_user_pool_client.web[0].write_attributes : name if startswith(name, "custom:")] == []
    error_message = "Who signs in by password writes no custom attribute."
  }
  assert {
    condition     = aws_cognito_user_pool_client.federated[0].write_attributes == toset(["custom:entra_tid", "custom:role", "email", "family_name", "given_name", "locale", "name", "zoneinfo"])
    error_message = "What is mapped, and no custom attribute that nobody may write."
  }
  assert {
    condition     = aws_cognito_user_pool_client.federated[0].explicit_auth_flows == toset(["ALLOW_REFRESH_TOKEN_AUTH"]) && length(aws_cognito_user_pool_client.federated[0].refresh_token_rotation) == 0
    error_message = "No flow that begins a sign-in, and no empty list, which would mean such flows."
  }
  assert {
    condition     = aws_cognito_user_pool_client.federated[0].allowed_oauth_scopes == toset(["openid", "email", "profile", "items/read", "items/write"]) && aws_cognito_user_pool_client.federated[0].allowed_oauth_flows == toset(["code"]) && !aws_cognito_user_pool_client.federated[0].generate_secret
    error_message = "Not the scope by which people write their attributes."
  }
  assert {
    condition     = aws_cognito_user_pool_client.federated[0].enable_token_revocation && aws_cognito_user_pool_client.federated[0].prevent_user_existence_errors == "ENABLED" && aws_cognito_user_pool_client.federated[0].read_attributes == aws_cognito_user_pool_client.web[0].read_attributes
    error_message = "As the web client is."
  }
  assert {
    condition     = toset([for attribute in aws_cognito_user_pool.main[0].schema : attribute.name]) == toset(["tenant", "entra_tid", "role"])
    error_message = "The pool has what is mapped."
  }
  assert {
    condition     = aws_cognito_identity_provider.oidc["EntraID"].idp_identifiers == tolist(["example.com"])
    error_message = "identifiers."
  }
  assert {
    condition     = aws_lambda_function.authorizer[0].environment[0].variables.FEDERATED_CLIENT_ID == "3federatedclient" && contains(aws_apigatewayv2_authorizer.jwt[0].jwt_configuration[0].audience, "3federatedclient") && output.federated_client_id == "3federatedclient"
    error_message = "Both authorizers know the client."
  }
}

run "saml" {
  variables {
    saml_providers = {
      Globex  = { metadata_url = "https://idp.globex.com/metadata", attributes = { email = "mail" } }
      Initech = { metadata = "<xml/>", attributes = {}, sign_out = true, signed_requests = false, encrypted = true, identifiers = ["initech.com"] }
    }
  }

  assert {
    condition = { for name, provider in aws_cognito_identity_provider.saml : name => provider.provider_details } == {
      Globex  = tomap({ MetadataURL = "https://idp.globex.com/metadata", IDPSignout = "false", RequestSigningAlgorithm = "rsa-sha256" })
      Initech = tomap({ MetadataFile = "<xml/>", IDPSignout = "true", EncryptedResponses = "true" })
    }
    error_message = "Requests are signed unless said otherwise, and no provider begins a sign-in."
  }
  assert {
    condition     = aws_cognito_identity_provider.saml["Globex"].provider_type == "SAML" && aws_cognito_identity_provider.saml["Globex"].attribute_mapping == tomap({ email = "mail" }) && aws_cognito_identity_provider.saml["Initech"].idp_identifiers == tolist(["initech.com"])
    error_message = "The mapping."
  }
  assert {
    condition     = output.saml_urls == { acs = "https://acme.auth.eu-west-1.amazoncognito.com/saml2/idpresponse", entity_id = "urn:amazon:cognito:sp:eu-west-1_NewPool01" }
    error_message = "What the provider is told."
  }
}

# What breaks a promise, or can't work.

run "an_attribute_that_nobody_may_write_is_not_mapped" {
  command = plan
  variables {
    custom_attributes = ["tenant"]
    saml_providers    = { Globex = { metadata = "<xml/>", attributes = { "custom:tenant" = "tenant" } } }
  }
  expect_failures = [var.custom_attributes]
}

run "strangers_do_not_write_what_is_mapped" {
  command = plan
  variables {
    self_sign_up   = true
    other_triggers = { post_confirmation = "arn:aws:lambda:eu-west-1:123456789012:function:first" }
    saml_providers = { Globex = { metadata = "<xml/>", attributes = { "custom:tenant" = "tenant" } } }
  }
  expect_failures = [var.self_sign_up]
}

# Terraform doesn't look at an input whose conditions name one that is refused, so each has a run.

run "http" {
  command = plan
  variables {
    saml_providers = { Globex = { metadata_url = "http://idp.globex.com", attributes = {} } }
  }
  expect_failures = [var.saml_providers]
}

run "an_issuer_without_https" {
  command = plan
  variables {
    oidc_providers = { Okta = { issuer = "http://acme.okta.com", client_id = "abc", attributes = {} } }
    oidc_secrets   = { Okta = "hush" }
  }
  expect_failures = [var.oidc_providers]
}

run "a_secret_too_few" {
  command = plan
  variables {
    oidc_providers = { Okta = { issuer = "https://acme.okta.com", client_id = "abc", attributes = {} } }
  }
  expect_failures = [var.oidc_secrets]
}

run "scopes_without_openid" {
  command = plan
  variables {
    oidc_providers = { Okta = { issuer = "https://acme.okta.com", client_id = "abc", attributes = {}, scopes = ["email"] } }
    oidc_secrets   = { Okta = "hush" }
  }
  expect_failures = [var.oidc_providers]
}

run "names_of_cognitos_own" {
  command = plan
  variables {
    saml_providers = { Cognito = { metadata = "<xml/>", attributes = {} } }
  }
  expect_failures = [var.oidc_providers]
}

run "names_with_an_underscore" {
  command = plan
  variables {
    saml_providers = { Globex_1 = { metadata = "<xml/>", attributes = {} } }
  }
  expect_failures = [var.oidc_providers]
}

run "one_name_twice" {
  command = plan
  variables {
    oidc_providers = { Globex = { issuer = "https://acme.okta.com", client_id = "abc", attributes = {} } }
    oidc_secrets   = { Globex = "hush" }
    saml_providers = { GLOBEX = { metadata = "<xml/>", attributes = {} } }
  }
  expect_failures = [var.oidc_providers]
}

run "username_is_not_mapped" {
  command = plan
  variables {
    saml_providers = { Globex = { metadata = "<xml/>", attributes = { username = "mail" } } }
  }
  expect_failures = [var.oidc_providers]
}

run "a_secret_too_many" {
  command = plan
  variables {
    oidc_secrets = { Okta = "hush" }
  }
  expect_failures = [var.oidc_secrets]
}

run "two_sources_of_metadata" {
  command = plan
  variables {
    saml_providers = { Globex = { metadata = "<xml/>", metadata_url = "https://idp.globex.com", attributes = {} } }
  }
  expect_failures = [var.saml_providers]
}

run "no_way_in" {
  command = plan
  variables {
    callback_urls  = []
    saml_providers = { Globex = { metadata = "<xml/>", attributes = {} } }
  }
  expect_failures = [var.oidc_providers]
}

run "no_domain" {
  command = plan
  variables {
    domain_prefix  = null
    saml_providers = { Globex = { metadata = "<xml/>", attributes = {} } }
  }
  expect_failures = [var.oidc_providers]
}

run "an_existing_pool_has_its_own" {
  command = plan
  variables {
    existing_user_pool_id = "eu-west-1_TheirPool"
    saml_providers        = { Globex = { metadata = "<xml/>", attributes = {} } }
  }
  expect_failures = [var.oidc_providers]
}

run "a_provider_is_made" {
  variables {
    oidc_providers = { Okta = { issuer = "https://acme.okta.com", client_id = "abc", attributes = { email = "email" } } }
    oidc_secrets   = { Okta = "hush" }
    callback_urls  = ["https://app.example.com/callback"]
    domain_prefix  = "acme"
  }
}

run "and_keeps_its_issuer" {
  command = plan
  variables {
    oidc_providers = { Okta = { issuer = "https://other.okta.com", client_id = "abc", attributes = { email = "email" } } }
    oidc_secrets   = { Okta = "hush" }
    callback_urls  = ["https://app.example.com/callback"]
    domain_prefix  = "acme"
  }
  expect_failures = [aws_cognito_identity_provider.oidc]
}
