//! An API of items that belong to organisations, top-down: what a request asks for, who asks, and
//! the answer. Who asks is read from the token's claims; no database knows the callers.
//!
//! One code for four front doors: an HTTP API with a JWT authorizer, a REST API with a Cognito
//! authorizer, and both with a Lambda authorizer. Which paths lead here is their business.

mod caller;
mod cors;
mod item;
mod log;
mod page;
mod problem;
mod table;

use aws_sdk_dynamodb::Client;
use lambda_http::http::Method;
use lambda_http::{Request, RequestExt, Response};
use serde_json::json;

use caller::{Caller, Scopes};
use item::{Id, Item};
use page::Page;
use table::{Added, Table};

pub use cors::Origins;
pub use log::AccessLine;
pub use problem::Problem;

/// The API on its table.
#[derive(Debug)]
pub struct ItemsApi {
    table: Table,
    scopes: Scopes,
}

impl ItemsApi {
    /// The API on a table with the text keys `pk` and `sk`. Its scopes are `read` and `write` of
    /// the resource server.
    pub fn new(client: Client, table: impl Into<String>, resource_server: &str) -> Self {
        Self { table: Table::new(client, table.into()), scopes: Scopes::of(resource_server) }
    }

    /// Answers one request. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// [`Problem`]: what the caller is told instead.
    pub async fn answer(&self, request: &Request, now: u64) -> Result<Response<String>, Problem> {
        match (request.method(), request.uri().path().rsplit_once('/')) {
            (&Method::GET, Some((_, "items"))) => self.list(request, now).await,
            (&Method::POST, Some((_, "items"))) => self.create(request, now).await,
            (&Method::DELETE, Some((items, id))) if items.ends_with("/items") => {
                self.delete(id, request, now).await
            }
            _ => Err(Problem::no_route()),
        }
    }

    /// `GET /items?limit=…&next=…`: the organisation's items by id, a page at a time.
    async fn list(&self, request: &Request, now: u64) -> Result<Response<String>, Problem> {
        let caller = Caller::with_scope(&self.scopes.read, request, now)?;
        let query = request.query_string_parameters();
        let page = Page::parse(query.first("limit"), query.first("next"))?;
        let (items, last) = self.table.items(&caller.org_id, &page).await?;
        let items: Vec<_> = items.iter().map(|item| item.shown_to(&caller)).collect();
        Ok(json_response(200, &json!({ "items": items, "next": last.as_ref().map(page::token) })))
    }

    /// `POST /items` with `{"id": …, "name": …}`: a new item of the organisation.
    async fn create(&self, request: &Request, now: u64) -> Result<Response<String>, Problem> {
        let caller = Caller::with_scope(&self.scopes.write, request, now)?;
        let limit = caller.item_limit()?;
        let item = Item::new(item::of_body(request)?, &caller, now);
        Ok(match self.table.add(&caller.org_id, &item, limit).await? {
            Added::Now => json_response(201, &item.shown_to(&caller)),
            Added::Before(kept) => json_response(200, &kept.shown_to(&caller)),
        })
    }

    /// `DELETE /items/{id}`: by who made the item, or by an admin of the organisation.
    async fn delete(
        &self,
        id: &str,
        request: &Request,
        now: u64,
    ) -> Result<Response<String>, Problem> {
        let caller = Caller::with_scope(&self.scopes.write, request, now)?;
        let id = Id::parse(id).ok_or_else(Problem::no_item)?;
        let maker = (!caller.is_admin()).then_some(caller.name.as_str());
        self.table.delete(&caller.org_id, &id, maker).await?;
        Ok(problem::no_content())
    }
}

fn json_response(status: u16, body: &serde_json::Value) -> Response<String> {
    problem::response(status, "application/json", body)
}
