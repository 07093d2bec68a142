// The same in Node.js: AWS's own verifier, its keys at hand, a policy for the stage.
import { readFileSync } from "node:fs";
import { CognitoJwtVerifier } from "aws-jwt-verify";

const verifier = CognitoJwtVerifier.create({
  userPoolId: "eu-west-1_EXAMPLE",
  tokenUse: "access",
  clientId: "1example23456789",
  scope: "items/read",
});
verifier.cacheJwks(JSON.parse(readFileSync(process.env.KEYS_FILE)));

export const handler = async (event) => {
  const token = event.headers.authorization.replace(/^Bearer /, "");
  const { sub, exp, org_id, org_tier, feature_flags } = verifier.verifySync(token);
  const [api, stage] = event.routeArn.split("/");
  console.log(JSON.stringify({ outcome: "allow" }));
  return {
    principalId: sub,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: [`${api}/${stage}/GET/items*`] }],
    },
    context: { sub, exp: String(exp), org_id, org_tier, feature_flags },
  };
};
