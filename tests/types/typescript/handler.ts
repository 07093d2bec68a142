// A handler as one writes it, and what its compiler refuses: each line below `@ts-expect-error` must be
// an error, or the types say less than they should.

import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyResultV2 } from "aws-lambda";
import { Claims, Guard, type OrgId, ReadError, Refusal } from "cognito-claims";

import { type AccessClaims as FormClaims, accessClaims as formClaims } from "./every_form.js";
import { type AccessClaims, accessClaims } from "./everything.js";

const GUARD: Guard = Guard.accessToken().anyScope(["items-api/read"]);

function page(claims: AccessClaims, orgId: OrgId): string {
  const flag = claims.flags.feature("export");
  return JSON.stringify({ orgId, flag, roles: [...claims.roles], place: claims.place ?? null });
}

export async function handler(
  event: APIGatewayProxyEventV2WithJWTAuthorizer,
): Promise<APIGatewayProxyResultV2> {
  try {
    const claims = Claims.fromHttpApi(event);
    GUARD.check(claims);
    const read: AccessClaims = claims.read(accessClaims);
    if (read.org_id === undefined) return { statusCode: 403 };
    return { statusCode: 200, body: page(read, read.org_id) };
  } catch (error) {
    if (error instanceof Refusal) return error.proxyResponse();
    if (error instanceof ReadError) return Refusal.from(error).proxyResponse();
    throw error;
  }
}

export function refused(claims: AccessClaims, form: FormClaims): unknown[] {
  const seats: number | undefined = form.seats;
  return [
    seats,
    form["cost-center"]?.length,
    // @ts-expect-error: the catalogue has no such flag
    claims.flags.feature("exprot"),
    // @ts-expect-error: it may be missing
    claims.place.length,
    // @ts-expect-error: it may be missing
    form.seats + 1,
    // @ts-expect-error: no such claim
    claims.org_tier,
    // @ts-expect-error: a whole number is no text
    form.seats?.length,
    // @ts-expect-error: a claim is read, not changed
    (claims.place = "elsewhere"),
  ];
}

export const shape: typeof formClaims = formClaims;
