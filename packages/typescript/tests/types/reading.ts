// What the compiler knows of claims that are read. Compiled and never run.

import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyWebsocketEventV2WithRequestContext,
  APIGatewayProxyWithCognitoAuthorizerEvent,
  ALBEvent,
  AppSyncResolverEvent,
} from "aws-lambda";
import {
  boolean,
  type Catalogue,
  catalogue,
  Claims,
  type ClaimsOf,
  type Feature,
  type Features,
  features,
  featuresIn,
  Guard,
  integer,
  type JsonObject,
  list,
  type Listed,
  object,
  oneOf,
  optional,
  type OrgId,
  orgId,
  type Tier,
  tier,
  text,
  type Words,
  words,
} from "cognito-claims";
import { UnverifiedClaims } from "cognito-claims/dangerous";

/** Fails to compile unless both types are the same. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}

declare const claims: Claims;
const flags = catalogue(["beta", "export"]);
same<typeof flags, Catalogue<"beta" | "export">>(true);

const orderClaims = {
  org_id: orgId,
  org_tier: tier,
  seats: optional(integer),
  active: boolean,
  plan: oneOf("free", "pro"),
  other_plan: oneOf("free", "pro").or("unknown"),
  tags: list(optional(text)),
  address: object,
  feature_flags: featuresIn(flags),
  more_flags: features<"audit">(),
  permissions: words<"orders:read" | "orders:write">(),
  roles: words(),
};
type OrderClaims = ClaimsOf<typeof orderClaims>;
const read = claims.read(orderClaims);
same<typeof read, OrderClaims>(true);
same<
  OrderClaims,
  {
    readonly org_id: OrgId;
    readonly org_tier: Tier;
    readonly seats: number | undefined;
    readonly active: boolean;
    readonly plan: "free" | "pro";
    readonly other_plan: "free" | "pro" | "unknown";
    readonly tags: readonly (string | undefined)[];
    readonly address: JsonObject;
    readonly feature_flags: Features<"beta" | "export">;
    readonly more_flags: Features<"audit">;
    readonly permissions: Words<"orders:read" | "orders:write">;
    readonly roles: Words;
  }
>(true);
same<ReturnType<typeof read.feature_flags.feature>, Feature>(true);
same<ReturnType<typeof read.permissions.contains>, Listed>(true);
const seats = claims.claim("seats", integer);
same<typeof seats, number>(true);

read.feature_flags.feature("export");
read.permissions.contains("orders:read");
read.roles.contains("anything");
if (read.org_id === "acme" || claims.orgId() === "acme" || claims.tier() === "pro") {
  Guard.accessToken().org(read.org_id);
}
for (const { id, name } of claims.organisations()) {
  same<typeof id, OrgId>(true);
  same<typeof name, string | undefined>(true);
}
const identity = claims.identity();
const who: string = identity.kind === "user" ? identity.username : identity.clientId;

// @ts-expect-error: a flag that the catalogue doesn't have
read.feature_flags.feature("exprot");
// @ts-expect-error: a flag that isn't asked for
read.more_flags.feature("beta");
// @ts-expect-error: a permission that isn't asked for
read.permissions.contains("orders:delete");
// @ts-expect-error: a claim that isn't read
read.email;
// @ts-expect-error: a claim that may be missing
read.seats.toFixed();
// @ts-expect-error: what is read can't be written
read.active = true;
// @ts-expect-error: a text is no organisation until it was read as one
const forged: OrgId = "acme";
// @ts-expect-error: an organisation is no tier
const mixed: Tier = read.org_id;
// @ts-expect-error: a word that the plan can't be
if (read.plan === "enterprise") throw new Error();
// @ts-expect-error: a type and not its name
claims.claim("seats", "integer");
// @ts-expect-error: a client has no user name
identity.username;
// @ts-expect-error: a text is no list
Guard.accessToken().anyScope("orders/read");
// @ts-expect-error: another flag than the catalogue's
Guard.accessToken().featureIn("exprot", flags);
// @ts-expect-error: claims come from an event
new Claims({});
// @ts-expect-error: a token is no payload
Claims.fromVerified("e30.e30.c2ln");

// Nobody's token is a verified one.
const unverified = UnverifiedClaims.decode("e30.e30.c2ln");
// @ts-expect-error: a guard judges what has been verified
Guard.accessToken().check(unverified);
// @ts-expect-error: nothing makes it verified
const made: Claims = unverified;
// @ts-expect-error: it has no claims of the contract
unverified.orgId();
const anybodys = unverified.readUnverified({ org_id: orgId });
same<typeof anybodys, { readonly org_id: OrgId }>(true);

// Every event of @types/aws-lambda is taken without a cast.
declare const events: {
  rest: APIGatewayProxyEvent;
  cognito: APIGatewayProxyWithCognitoAuthorizerEvent;
  http: APIGatewayProxyEventV2;
  jwt: APIGatewayProxyEventV2WithJWTAuthorizer;
  lambda: APIGatewayProxyEventV2WithLambdaAuthorizer<{ org_id: string }>;
  websocket: APIGatewayProxyWebsocketEventV2WithRequestContext<{
    authorizer: object;
  } & APIGatewayProxyWebsocketEventV2WithRequestContext<never>["requestContext"]>;
  appsync: AppSyncResolverEvent<{ id: string }>;
  batch: AppSyncResolverEvent<{ id: string }>[];
  alb: ALBEvent;
};
Claims.fromRestJwt(events.rest);
Claims.fromRestCognito(events.cognito);
Claims.fromHttpApi(events.http);
Claims.fromHttpApi(events.jwt);
Claims.fromLambdaAuthorizer(events.lambda);
Claims.fromEvent(events.websocket);
Claims.fromAppsync(events.appsync);
const both = events.batch.map(Claims.fromAppsync);
UnverifiedClaims.fromAlb(events.alb);

export { both, forged, made, mixed, who };
