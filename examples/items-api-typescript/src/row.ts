// How an item stands in the table.
//
// | `pk` | `sk` | |
// |---|---|---|
// | `ORG#acme-corp` | `ITEM#a-1` | one item |
// | `ORG#acme-corp` | `COUNT` | how many there are |

import type { AttributeValue } from "@aws-sdk/client-dynamodb";

import { type Id, type Item, parseId } from "./item";

/** How the sort key of an item begins. */
export const ITEM = "ITEM#";

type Row = Readonly<Record<string, AttributeValue>>;

/** How many items are left out, and the names of what is missing in them or of another form. */
export interface LeftOut {
  readonly items: number;
  readonly attributes: readonly string[];
}

export function partition(orgId: string): AttributeValue {
  return { S: `ORG#${orgId}` };
}

export function itemKey(orgId: string, id: Id): Row {
  return { pk: partition(orgId), sk: { S: `${ITEM}${id}` } };
}

export function countKey(orgId: string): Row {
  return { pk: partition(orgId), sk: { S: "COUNT" } };
}

export function attributes(orgId: string, item: Item): Row {
  return {
    ...itemKey(orgId, item.id),
    name: { S: item.name },
    created_at: { N: `${item.createdAt}` },
    created_by: { S: item.createdBy },
  };
}

/** The items that can be read, and what the log says of the others. */
export function readable(rows: readonly Row[]): { items: Item[]; leftOut: LeftOut } {
  const read = rows.map(itemOf);
  const odd = read.filter((item) => typeof item === "string");
  return {
    items: read.filter((item) => typeof item !== "string"),
    leftOut: { items: odd.length, attributes: [...new Set(odd)].sort() },
  };
}

/** Reads an item, or names the attribute that is missing or of another form. */
export function itemOf(row: Row): Item | string {
  const id = idOf(row);
  const name = row["name"]?.S;
  const createdAt = wholeNumber(row["created_at"]?.N);
  const createdBy = row["created_by"]?.S;
  if (id === undefined) return "sk";
  if (name === undefined) return "name";
  if (createdAt === undefined) return "created_at";
  if (createdBy === undefined) return "created_by";
  return { id, name, createdAt, createdBy };
}

export function idOf(key: Row): Id | undefined {
  const sort = key["sk"]?.S;
  return sort?.startsWith(ITEM) ? parseId(sort.slice(ITEM.length)) : undefined;
}

/** What every language reads exactly. */
function wholeNumber(digits = ""): number | undefined {
  return /^[0-9]{1,15}$/.test(digits) ? Number(digits) : undefined;
}
