/**
 * Typed claims of Amazon Cognito tokens for API handlers, the same behind every AWS front door.
 *
 * @packageDocumentation
 */

export {
  BitsError,
  type BitsErrorCode,
  Catalogue,
  CATALOGUE_LIMIT,
  CatalogueError,
  type CatalogueErrorCode,
  catalogue,
  type Flags,
} from "./bits.js";
export { Claims, type ClaimsOf, type Shape } from "./claims.js";
export { list, type OneOf, oneOf, optional } from "./composite.js";
export type { Door } from "./door.js";
export { ClaimsError, ReadError, type ReadErrorCode } from "./error.js";
export { type Feature, Features, features, featuresIn } from "./features.js";
export { CLOCK_LEEWAY, Guard } from "./guard.js";
export type { Actor, Identity, TokenUse } from "./identity.js";
export type { Json, JsonObject } from "./json.js";
export { ListClaim, type Listed } from "./listed.js";
export { type OrgId, orgId, type Tier, tier } from "./org.js";
export { type Organisation, Organisations, organisations } from "./organisations.js";
export { type Problem, type ProxyResponse, type Reason, Refusal } from "./refusal.js";
export type { ClaimType } from "./type.js";
export { boolean, integer, json, number, object, text } from "./value.js";
export { Words, words } from "./words.js";
