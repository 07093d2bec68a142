// An API of items that belong to organisations, top-down: what a request asks for, who asks, and the
// answer. Who asks is read from the token's claims; no database knows the callers.
//
// One code for four front doors: an HTTP API with a JWT authorizer, a REST API with a Cognito authorizer,
// and both with a Lambda authorizer. Which paths lead here is their business.

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

import { Caller } from "./caller";
import * as items from "./item";
import { type Ids, Log } from "./log";
import * as pages from "./page";
import { Problem, noContent, type Response, response } from "./problem";
import { type Request, requestOf } from "./request";
import { Table } from "./table";

/** The API on its table. */
export class ItemsApi {
  readonly #table: Table;
  readonly #scopes: { readonly read: string; readonly write: string };

  /**
   * The API on a table with the text keys `pk` and `sk`. Its scopes are `read` and `write` of the
   * resource server.
   *
   * SPEC: AWS, "Scopes, M2M, and resource servers": `<identifier>/<scope>`.
   */
  constructor(client: DynamoDBClient, table: string, resourceServer: string) {
    this.#table = new Table(client, table);
    this.#scopes = { read: `${resourceServer}/read`, write: `${resourceServer}/write` };
  }

  /** Answers one event whatever happens, and writes a line about it. `now` is in seconds since 1970. */
  async handle(
    event: unknown,
    now: number,
    ids: Ids,
    write: (line: string) => void,
  ): Promise<Response> {
    const began = performance.now();
    const log = new Log(ids, write);
    const request = requestOf(event);
    const answer = await this.#answer(request, now, log).catch(Problem.of);
    const problem = answer instanceof Problem ? answer : undefined;
    const told = answer instanceof Problem ? answer.response(ids.requestId) : answer;
    log.answered(request, told.statusCode, problem, performance.now() - began);
    return told;
  }

  async #answer(request: Request, now: number, log: Log): Promise<Response> {
    const [, above, last = ""] = /^(.*)\/([^/]*)$/s.exec(request.path) ?? [];
    if (last === "items" && request.method === "GET") return this.#list(request, now, log);
    if (last === "items" && request.method === "POST") return this.#create(request, now);
    if (above?.endsWith("/items") && request.method === "DELETE") {
      return this.#delete(last, request, now);
    }
    throw Problem.noRoute();
  }

  /** `GET /items?limit=…&next=…`: the organisation's items by id, a page at a time. */
  async #list(request: Request, now: number, log: Log): Promise<Response> {
    const caller = Caller.withScope(this.#scopes.read, request, now);
    const page = pages.parse(request.query.get("limit"), request.query.get("next"));
    const { items: found, last, leftOut } = await this.#table.items(caller.orgId, page);
    if (leftOut.items > 0) log.leftOut(leftOut);
    const next = last === undefined ? null : pages.token(last);
    return response(200, { items: found.map((item) => items.shown(item, caller)), next });
  }

  /** `POST /items` with `{"id": …, "name": …}`: a new item of the organisation. */
  async #create(request: Request, now: number): Promise<Response> {
    const caller = Caller.withScope(this.#scopes.write, request, now);
    const limit = caller.itemLimit();
    const asked = { ...items.ofBody(request), createdAt: now, createdBy: caller.name };
    const { isNew, item } = await this.#table.add(caller.orgId, asked, limit);
    return response(isNew ? 201 : 200, items.shown(item, caller));
  }

  /** `DELETE /items/{id}`: by who made the item, or by an admin of the organisation. */
  async #delete(text: string, request: Request, now: number): Promise<Response> {
    const caller = Caller.withScope(this.#scopes.write, request, now);
    const id = items.parseId(text);
    if (id === undefined) throw Problem.noItem();
    await this.#table.delete(caller.orgId, id, caller.isAdmin ? undefined : caller.name);
    return noContent();
  }
}
