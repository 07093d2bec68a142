// The items on DynamoDB. The partition is the organisation of the claims and nothing else, so that
// no request can reach into another one.

import { setTimeout } from "node:timers/promises";

import {
  type AttributeValue,
  type CancellationReason,
  type DynamoDBClient,
  DynamoDBServiceException,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";

import { type Id, isAsAskedFor, type Item } from "./item";
import type { Page } from "./page";
import { Problem } from "./problem";
import * as row from "./row";

/**
 * How often writing an item is tried: two callers of one organisation may change its counter at the
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
   * Adds an item, and counts it, so that no number of callers at once can bring an organisation above
   * its limit.
   */
  async add(orgId: string, item: Item, limit: number | undefined): Promise<Added> {
    const put = {
      TableName: this.#name,
      Item: row.attributes(orgId, item),
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
    const count = this.#count(orgId, "1");
    if (limit !== undefined) {
      count.ConditionExpression = "attribute_not_exists(item_count) OR item_count < :limit";
      count.ExpressionAttributeValues[":limit"] = { N: `${limit}` };
    }
    const before = await this.#write([{ Put: put }, { Update: count }], (reasons) => {
      const kept = reasons[0]?.Item && row.itemOf(reasons[0].Item);
      if (typeof kept === "object" && isAsAskedFor(kept, item)) return { isNew: false, item: kept };
      return cancelledBy(reasons.map(codeOf), Problem.exists);
    });
    return before ?? { isNew: true, item };
  }

  /**
   * Deletes an item that the maker made, or whoever, and counts it no more.
   *
   * The table itself compares the maker, when it deletes: looked at before, the item could be another
   * one by then.
   */
  async delete(orgId: string, id: Id, maker: string | undefined): Promise<void> {
    const remove = {
      TableName: this.#name,
      Key: row.itemKey(orgId, id),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
      ...(maker === undefined
        ? { ConditionExpression: "attribute_exists(pk)" }
        : {
            ConditionExpression: "created_by = :maker",
            ExpressionAttributeValues: { ":maker": { S: maker } },
          }),
    };
    await this.#write([{ Delete: remove }, { Update: this.#count(orgId, "-1") }], (reasons) => {
      const isThere = reasons[0]?.Item !== undefined;
      return cancelledBy(reasons.map(codeOf), isThere ? Problem.notOwner : Problem.noItem);
    });
  }

  #count(orgId: string, change: string) {
    const values: Record<string, AttributeValue> = { ":change": { N: change } };
    return {
      TableName: this.#name,
      Key: row.countKey(orgId),
      UpdateExpression: "ADD item_count :change",
      ConditionExpression: undefined as string | undefined,
      ExpressionAttributeValues: values,
    };
  }

  /**
   * Writes an item and the counter: both or neither. `otherwise` says what it means if the table
   * wrote nothing; when another caller was met at the same counter, trying again helps.
   */
  async #write<T>(
    both: TransactWriteItem[],
    otherwise: (reasons: readonly CancellationReason[]) => T | "met",
  ): Promise<T | undefined> {
    const deadline = AbortSignal.timeout(DEADLINE);
    try {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        const wait = attempt === 0 ? 0 : 20 * 2 ** attempt * Math.random();
        await setTimeout(wait, undefined, { signal: deadline });
        const reasons = await this.#tryToWrite(both, deadline);
        if (reasons === undefined) return undefined;
        const told = otherwise(reasons);
        if (told !== "met") return told;
      }
    } catch (error) {
      throw deadline.aborted ? Problem.unavailable("no answer before the deadline") : error;
    }
    throw Problem.unavailable("too many callers write at once");
  }

  /** Why nothing was written, if so. */
  async #tryToWrite(
    both: TransactWriteItem[],
    deadline: AbortSignal,
  ): Promise<readonly CancellationReason[] | undefined> {
    const abortSignal = AbortSignal.any([deadline, AbortSignal.timeout(CALL)]);
    try {
      await this.#client.send(new TransactWriteItemsCommand({ TransactItems: both }), { abortSignal });
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw failed(error);
      return error.CancellationReasons ?? [];
    }
  }
}

/**
 * Why a transaction was cancelled. `refused` is what it means if the item's condition didn't hold.
 *
 * SPEC: AWS, DynamoDB API reference, TransactWriteItems: one reason per action, in their order.
 */
export function cancelledBy(codes: readonly string[], refused: () => Problem): "met" {
  const [item, count] = codes;
  if (item === "ConditionalCheckFailed") throw refused();
  if (count === "ConditionalCheckFailed") throw Problem.tierLimit();
  if (codes.includes("TransactionConflict")) return "met";
  throw Problem.unavailable(codes.join(", "));
}

function codeOf(reason: CancellationReason): string {
  return reason.Code ?? "";
}

/** The error's name, without texts of the table's. */
function failed(error: unknown): Problem {
  const answered = error instanceof DynamoDBServiceException;
  return Problem.unavailable(answered ? error.name : "no answer");
}
