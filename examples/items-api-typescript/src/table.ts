// The items on DynamoDB. The partition is the organisation of the claims and nothing else, so that
// no request can reach into another one.

import { setTimeout } from "node:timers/promises";

import {
  type DynamoDBClient,
  DynamoDBServiceException,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";

import { type Id, isAsAskedFor, type Item } from "./item";
import type { Page } from "./page";
import { Problem } from "./problem";
import * as row from "./row";

/**
 * How often adding an item is tried: two callers of one organisation may change its counter at the
 * same time, and then one of them has to try again.
 */
const MOST_ATTEMPTS = 6;
/**
 * How long all attempts may take together, in milliseconds, so that there is an answer before Lambda
 * ends the function (after 10 seconds in `infra/`).
 */
const DEADLINE = 8_000;
/** How long one call may take with its repetition: a gateway waits for half a minute, a person for less. */
const CALL = 5_000;

/** A page of items. */
export interface Listed {
  readonly items: readonly Item[];
  /** The last item, unless it is the last page. */
  readonly last: Id | undefined;
  /** For the log. */
  readonly leftOut: row.LeftOut;
}

/** An item that is in the table now. */
export interface Added {
  /**
   * If it isn't new, the same caller has added the same item before, and this is how it is kept.
   * Asking again is no mistake: the first answer may have been lost after everything was written.
   */
  readonly isNew: boolean;
  readonly item: Item;
}

/** The table with everybody's items. */
export class Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /**
   * A page of an organisation's items.
   *
   * An item that somebody else wrote in another form is left out, so that it doesn't hide the
   * organisation's other items.
   */
  async items(orgId: string, page: Page): Promise<Listed> {
    const query = new QueryCommand({
      TableName: this.#name,
      KeyConditionExpression: "pk = :org AND begins_with(sk, :item)",
      ExpressionAttributeValues: { ":org": row.partition(orgId), ":item": { S: row.ITEM } },
      ExclusiveStartKey: page.after === undefined ? undefined : row.itemKey(orgId, page.after),
      Limit: page.limit,
    });
    const abortSignal = AbortSignal.timeout(CALL);
    const output = await this.#client.send(query, { abortSignal }).catch((error: unknown) => {
      throw failed(error);
    });
    const last = output.LastEvaluatedKey && row.idOf(output.LastEvaluatedKey);
    // Without the last item's id there is no token for the next page, and an answer without a
    // token would mean that the list ends here.
    if (output.LastEvaluatedKey && last === undefined) {
      throw Problem.unavailable("an item's `sk` is of another form");
    }
    return { ...row.readable(output.Items ?? []), last };
  }

  /**
   * Adds an item, and counts it: both or neither, so that no number of callers at once can bring an
   * organisation above its limit.
   */
  async add(orgId: string, item: Item, limit: number | undefined): Promise<Added> {
    const deadline = AbortSignal.timeout(DEADLINE);
    try {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        const wait = attempt === 0 ? 0 : 20 * 2 ** attempt * Math.random();
        await setTimeout(wait, undefined, { signal: deadline });
        const added = await this.#tryToAdd(orgId, item, limit, deadline);
        if (added !== "met") return added;
      }
    } catch (error) {
      throw deadline.aborted ? Problem.unavailable("no answer before the deadline") : error;
    }
    throw Problem.unavailable("too many callers add at once");
  }

  /** Adds an item, unless another caller was met at the same counter; then trying again helps. */
  async #tryToAdd(
    orgId: string,
    item: Item,
    limit: number | undefined,
    deadline: AbortSignal,
  ): Promise<Added | "met"> {
    const put = {
      TableName: this.#name,
      Item: row.attributes(orgId, item),
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
    const below = "attribute_not_exists(item_count) OR item_count < :limit";
    const count = {
      TableName: this.#name,
      Key: row.countKey(orgId),
      UpdateExpression: "ADD item_count :one",
      ConditionExpression: limit === undefined ? undefined : below,
      ExpressionAttributeValues: {
        ":one": { N: "1" },
        ...(limit === undefined ? {} : { ":limit": { N: `${limit}` } }),
      },
    };
    const both = new TransactWriteItemsCommand({ TransactItems: [{ Put: put }, { Update: count }] });
    const abortSignal = AbortSignal.any([deadline, AbortSignal.timeout(CALL)]);
    try {
      await this.#client.send(both, { abortSignal });
      return { isNew: true, item };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw failed(error);
      const reasons = error.CancellationReasons ?? [];
      const kept = reasons[0]?.Item && row.itemOf(reasons[0].Item);
      if (typeof kept === "object" && isAsAskedFor(kept, item)) return { isNew: false, item: kept };
      return cancelledBy(reasons.map((reason) => reason.Code ?? ""));
    }
  }
}

/**
 * Why a transaction was cancelled.
 *
 * SPEC: AWS, DynamoDB API reference, TransactWriteItems: one reason per action, in their order.
 */
export function cancelledBy(codes: readonly string[]): "met" {
  const [put, count] = codes;
  if (put === "ConditionalCheckFailed") throw Problem.exists();
  if (count === "ConditionalCheckFailed") throw Problem.tierLimit();
  if (codes.includes("TransactionConflict")) return "met";
  throw Problem.unavailable(codes.join(", "));
}

/** The error's name, without texts of the table's. */
function failed(error: unknown): Problem {
  const answered = error instanceof DynamoDBServiceException;
  return Problem.unavailable(answered ? error.name : "no answer");
}
