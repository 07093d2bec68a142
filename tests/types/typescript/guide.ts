import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyResultV2 } from "aws-lambda";
import { Claims, Guard, Refusal } from "cognito-claims";

import { accessClaims } from "./claims.js";

const guard = Guard.accessToken().anyScope(["orders/read"]);

export function handler(event: APIGatewayProxyEventV2WithJWTAuthorizer): APIGatewayProxyResultV2 {
  try {
    const claims = Claims.fromHttpApi(event);
    guard.check(claims);
    const { org_id, feature_flags } = claims.read(accessClaims);
    const exports = feature_flags.feature("export") === "on";
    return { statusCode: 200, body: JSON.stringify({ org_id, exports }) };
  } catch (error) {
    return Refusal.from(error).proxyResponse();
  }
}
