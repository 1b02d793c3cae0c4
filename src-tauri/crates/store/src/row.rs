//! Reading database rows into checked values.

use rusqlite::types::{FromSql, Type};
use rusqlite::{Connection, Row, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::str::FromStr;

use crate::StoreError;
use office::Record;

/// A record with the revision to name when changing it: if someone else changed it first, the
/// revision is no longer the same and the change is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revised<T> {
    /// Raised by one with every change.
    pub revision: i64,
    /// The record.
    pub value: T,
}

/// Reads a text column into a type that checks it.
pub(crate) fn get_parsed<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    parse(column, &row.get::<_, String>(column)?)
}

/// The same for a column that may be NULL.
pub(crate) fn get_optional_parsed<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    row.get::<_, Option<String>>(column)?
        .map(|text| parse(column, &text))
        .transpose()
}

/// Reads a column of type `C` into a type that checks it.
pub(crate) fn get_try<C, T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    C: FromSql,
    T: TryFrom<C, Error: Error + Send + Sync + 'static>,
{
    T::try_from(row.get(column)?).map_err(|error| bad(column, error.into()))
}

/// The error of a column whose content makes no sense.
pub(crate) fn bad(column: usize, why: Box<dyn Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, why)
}

/// Reads a column of JSON.
pub(crate) fn get_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|why| bad(column, why.into()))
}

/// Writes a value as the JSON it is kept as.
pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    Ok(serde_json::to_string(value).map_err(|why| bad(0, why.into()))?)
}

fn parse<T>(column: usize, text: &str) -> rusqlite::Result<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    text.parse()
        .map_err(|error: T::Err| bad(column, error.into()))
}

/// Tells why a change by identity and revision met no row: the row is gone, or its revision is
/// another one.
pub(crate) fn expect_one(
    changed: usize,
    connection: &Connection,
    exists: &str,
    id: &dyn ToSql,
    record: Record,
) -> Result<(), StoreError> {
    if changed == 1 {
        Ok(())
    } else if connection.prepare_cached(exists)?.exists([id])? {
        Err(StoreError::ChangedMeanwhile(record))
    } else {
        Err(StoreError::NotFound(record))
    }
}
