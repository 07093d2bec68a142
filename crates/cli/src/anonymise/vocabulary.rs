//! Words that stay: AWS's own, and those of the protocols around it.

/// Whether a word between signs is one of these; capital and small letters matter.
pub fn is_word(word: &str) -> bool {
    stands_in(WORDS, word)
}

/// Whether a member's whole name is one of AWS's.
pub fn is_key(name: &str) -> bool {
    stands_in(KEYS, name)
}

/// Whether a word stays in the name of a member: those of headers.
pub fn is_header(word: &str) -> bool {
    stands_in(HEADERS, word)
}

fn stands_in(lines: &[&str], word: &str) -> bool {
    lines.iter().any(|line| line.split(' ').any(|known| known == word))
}

/// Names of keys that no sign parts.
///
/// SPEC: AWS, "Pre token generation Lambda trigger", "Input format of a Lambda function for proxy
/// integration", "Input to an API Gateway Lambda authorizer", "AppSync resolver mapping template
/// context reference", "Using AWS Lambda with an Application Load Balancer".
const KEYS: &[&str] = &[
    // The trigger's event.
    "triggerSource userPoolId userName callerContext awsSdkVersion clientId userAttributes",
    "groupConfiguration groupsToOverride iamRolesToOverride preferredRole clientMetadata",
    "claimsOverrideDetails claimsAndScopeOverrideDetails idTokenGeneration",
    "accessTokenGeneration claimsToAddOrOverride claimsToSuppress scopesToAdd",
    "scopesToSuppress groupOverrideDetails userId providerName providerType dateCreated",
    // Front doors.
    "httpMethod multiValueHeaders queryStringParameters multiValueQueryStringParameters",
    "pathParameters stageVariables requestContext resourceId resourcePath requestId",
    "extendedRequestId sourceIp userAgent apiId principalId integrationLatency",
    "isBase64Encoded routeKey rawPath rawQueryString domainName domainPrefix accessKey",
    "accountId callerId cognitoIdentity principalOrgId userArn requestTime requestTimeEpoch",
    "timeEpoch methodArn authorizationToken identitySource routeArn fieldName parentTypeName",
    "selectionSetList selectionSetGraphQL resolverContext defaultAuthStrategy targetGroupArn",
    "cognitoIdentityId cognitoIdentityPoolId cognitoIdentityAuthType",
    "cognitoIdentityAuthProvider cognitoAuthenticationType cognitoAuthenticationProvider",
    "connectionId connectedAt eventType messageDirection messageId identityId identityPoolId",
    "caller requestHeaders queryString operationName",
];

/// Words that signs part, and whole values.
const WORDS: &[&str] = &[
    // JSON and HTTP.
    "true false True False null undefined GET HEAD POST PUT PATCH DELETE OPTIONS ANY HTTP",
    "http https Bearer Basic UTC REQUEST TOKEN",
    "type authorization application json charset",
    "utf gzip deflate br",
    "cookies",
    // Claims and attributes.
    "version region request response scopes scope sub iss aud exp iat nbf jti nonce acr amr",
    "act azp origin event id token use auth time client username cognito groups roles role",
    "preferred device key at hash identities issuer primary custom dev email phone number",
    "verified name given family middle nickname profile picture website gender birthdate",
    "zoneinfo locale address updated user status alias mfa enabled default val access openid",
    "admin formatted",
    // Front doors.
    "resource path headers protocol stage identity authorizer claims body method jwt lambda",
    "iam elb arguments source prev info stash variables query fieldName execute api",
    "apigateway elasticloadbalancing targetgroup domain account connect CONNECT MESSAGE EVENT",
    "ALLOW DENY",
    // Values of Cognito.
    "TokenGeneration Authentication AuthenticateDevice ClientCredentials HostedAuth",
    "NewPasswordChallenge RefreshTokens CONFIRMED UNCONFIRMED EXTERNAL PROVIDER FORCE CHANGE",
    "PASSWORD RESET REQUIRED ARCHIVED COMPROMISED UNKNOWN Google Facebook LoginWithAmazon",
    "SignInWithApple OIDC SAML aws sdk java js dotnet unknown signin urn",
    "loa pwd otp sms swk hwk fed",
    // Hosts, names of resources and regions.
    "arn cn gov amazonaws com idp amazoncognito userpool oauth2 well known jwks",
    "example",
];

/// Words of headers.
const HEADERS: &[&str] = &[
    "Host Accept Content Type User Agent Authorization Cache Control Encoding Forwarded For Port Proto",
    "Via Amzn Trace Root X Id Cookie host accept content agent encoding forwarded for port proto via amzn",
    "trace cookie oidc accesstoken data x",
];
