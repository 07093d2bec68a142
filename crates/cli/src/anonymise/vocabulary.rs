//! Words that stay: AWS's own, and those of the protocols around it. Nobody's name is among them.

/// Whether a word between signs is one of these; capital and small letters matter.
pub fn is_word(word: &str) -> bool {
    stands_in(WORDS, word)
}

/// Whether a member's whole name is one of AWS's.
pub fn is_key(name: &str) -> bool {
    stands_in(KEYS, name)
}

/// Whether a digit behind this word is the end of a region's name.
pub fn is_direction(word: &str) -> bool {
    stands_in(&[DIRECTIONS], word)
}

fn stands_in(lines: &[&str], word: &str) -> bool {
    lines.iter().any(|line| line.split(' ').any(|known| known == word))
}

/// The last words of regions.
const DIRECTIONS: &str = "east west north south central northeast southeast northwest southwest";

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
    "http https Bearer Basic UTC REQUEST TOKEN Host host Accept accept Content content Type",
    "type User Agent agent Authorization authorization Cache Control application json charset",
    "utf gzip deflate br Encoding encoding Forwarded forwarded For for Port port Proto proto",
    "Via Amzn amzn Trace trace Root oidc accesstoken data cookies Cookie cookie",
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
    "SignInWithApple OIDC SAML aws sdk java js dotnet python ruby go php unknown signin urn",
    "loa pwd otp sms swk hwk fed",
    // Hosts, names of resources and regions.
    "arn cn gov amazonaws com idp amazoncognito userpool oauth2 well known jwks us eu ap sa",
    "ca me af il mx east west north south central northeast southeast northwest southwest",
    "example",
];
