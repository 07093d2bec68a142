import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyResultV2 } from "aws-lambda";
import { Claims, Guard, Refusal } from "cognito-claims";

import { accessClaims } from "./claims.js";

const guard = Guard.accessToken().anyScope(["orders/read"]);

export function handler(event: APIGatewayProxyEventV2WithJWTAuthorizer): APIGatewayProxyResultV2 {
  try {
    const claims = Claims.fromHttpApi(event);
    guard.check(claims);
    const { org_id, feature_flags } = claims.read(accessClaims);
    return { org_id, exports: feature_flags.feature("export") === "on" };
  } catch (error) {
    return Refusal.from(error).proxyResponse();
  }
}
