// The events of API Gateway around what an authorizer left.

/** An HTTP API's, payload format 2.0. */
export function httpEvent<A>(authorizer: A) {
  return {
    version: "2.0",
    routeKey: "GET /items",
    rawPath: "/items",
    rawQueryString: "",
    headers: { host: "api.example.com" },
    requestContext: {
      accountId: "123456789012",
      apiId: "api1example",
      domainName: "api.example.com",
      domainPrefix: "api",
      http: {
        method: "GET",
        path: "/items",
        protocol: "HTTP/1.1",
        sourceIp: "192.0.2.1",
        userAgent: "example",
      },
      requestId: "request1example",
      routeKey: "GET /items",
      stage: "$default",
      time: "17/Mar/2030:17:46:40 +0000",
      timeEpoch: 1_900_000_000_000,
      authorizer,
    },
    isBase64Encoded: false,
  };
}

/** A REST API's. */
export function restEvent<A>(authorizer: A) {
  return {
    resource: "/items",
    path: "/items",
    httpMethod: "GET",
    headers: { Host: "api.example.com" },
    multiValueHeaders: { Host: ["api.example.com"] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      resourceId: "abc123",
      resourcePath: "/items",
      httpMethod: "GET",
      path: "/live/items",
      accountId: "123456789012",
      apiId: "api1example",
      protocol: "HTTP/1.1",
      stage: "live",
      requestId: "request1example",
      requestTimeEpoch: 1_900_000_000_000,
      identity: { ...NOBODY, sourceIp: "192.0.2.1", userAgent: "example" },
      authorizer,
    },
    body: null,
    isBase64Encoded: false,
  };
}

/** A WebSocket API's. */
export function webSocketEvent<A>(authorizer: A) {
  return {
    requestContext: {
      routeKey: "$default",
      eventType: "MESSAGE" as const,
      messageId: "message1example",
      messageDirection: "IN" as const,
      extendedRequestId: "request1example",
      requestTime: "17/Mar/2030:17:46:41 +0000",
      connectionId: "example=",
      apiId: "api1example",
      stage: "live",
      requestId: "request1example",
      connectedAt: 1_900_000_000_000,
      requestTimeEpoch: 1_900_000_001_000,
      domainName: "api.example.com",
      identity: { sourceIp: "192.0.2.1" },
      authorizer,
    },
    body: "{}",
    isBase64Encoded: false,
  };
}

/** What a REST API says of who called, where no key of AWS was used. */
const NOBODY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};
