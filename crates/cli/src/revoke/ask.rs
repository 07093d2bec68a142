//! What is asked of the table, and what its answers mean for whoever asked.

use super::place::Place;
use super::record::Record;
#[cfg(feature = "dynamodb")]
use super::record::{There, there};
#[cfg(feature = "dynamodb")]
use super::report::in_words;
use super::subject::Subject;
#[cfg(feature = "dynamodb")]
use super::table::{Put, Table, Taken};
use crate::status::Failure;
#[cfg(not(feature = "dynamodb"))]
use crate::table::WITHOUT_DYNAMODB;
#[cfg(feature = "dynamodb")]
use crate::terminal::{Progress, count_many};

#[cfg(feature = "dynamodb")]
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// All records.
#[cfg(feature = "dynamodb")]
pub fn list(place: &Place) -> Result<Vec<Record>, Failure> {
    let mut progress = Progress::new();
    let mut items = 0;
    let mut read = |page: usize| {
        items += page;
        progress.show(|_| format!("reading, {}", count_many(items, "item")));
    };
    runtime()?.block_on(async {
        let table = Box::pin(Table::connect(place)).await?;
        Box::pin(table.list(&mut read)).await
    })
}

/// Takes a record away, which must be there.
#[cfg(feature = "dynamodb")]
pub fn take(place: &Place, subject: &Subject) -> Result<Record, Failure> {
    let taken = runtime()?.block_on(async {
        let table = Box::pin(Table::connect(place)).await?;
        table.take(subject).await
    })?;
    let problem = match taken {
        Taken::Away(record) => return Ok(record),
        Taken::Nothing => "is not revoked here, so nothing was taken back",
        Taken::Foreign => {
            "has a record that this command didn't write, so it was left; take the item away by \
             other means"
        }
    };
    Err(left(place, subject, problem))
}

/// Writes a record; gives what is there already, if that is enough.
#[cfg(feature = "dynamodb")]
pub fn put(place: &Place, subject: &Subject, record: &Record) -> Result<Option<Record>, Failure> {
    let put = runtime()?.block_on(async {
        let table = Box::pin(Table::connect(place)).await?;
        table.put(subject, record).await
    })?;
    let Put::Left(found) = put else { return Ok(None) };
    let problem = match there(&found, record) {
        There::Enough => return Ok(Some(found)),
        There::Wider => "more is revoked already",
        There::Longer => "something else is revoked already, for longer",
    };
    let found = in_words(&found);
    let problem = format!("{problem} ({found}), so nothing was written; --undo takes it back");
    Err(left(place, subject, &problem))
}

#[cfg(feature = "dynamodb")]
fn left(place: &Place, subject: &Subject, problem: &str) -> Failure {
    let (kind, value) = (subject.kind.as_str(), &subject.value);
    Failure::Input(format!("table `{}`: {kind} {value}: {problem}", place.table))
}

#[cfg(not(feature = "dynamodb"))]
fn without<T>() -> Result<T, Failure> {
    Err(Failure::Input(WITHOUT_DYNAMODB.to_owned()))
}

/// All records, which this build can't read.
#[cfg(not(feature = "dynamodb"))]
pub fn list(_: &Place) -> Result<Vec<Record>, Failure> {
    without()
}

/// Takes a record away, which this build can't.
#[cfg(not(feature = "dynamodb"))]
pub fn take(_: &Place, _: &Subject) -> Result<Record, Failure> {
    without()
}

/// Writes a record, which this build can't.
#[cfg(not(feature = "dynamodb"))]
pub fn put(_: &Place, _: &Subject, _: &Record) -> Result<Option<Record>, Failure> {
    without()
}
