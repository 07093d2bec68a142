// One read and two claims with the AWS SDK for JavaScript v3, as its documents show it.
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});

export const handler = async (event) => {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: process.env.CLAIMS_TABLE,
      Key: { pk: { S: `USER#${event.request.userAttributes.sub}` }, sk: { S: "PROFILE" } },
    }),
  );
  const claims = { claimsToAddOrOverride: { org_id: Item.org_id.S } };
  console.log(JSON.stringify({ outcome: "customized", reads: 1 }));
  event.response = {
    claimsAndScopeOverrideDetails: { idTokenGeneration: claims, accessTokenGeneration: claims },
  };
  return event;
};
