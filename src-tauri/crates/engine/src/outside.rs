//! What the office keeps of its lines and of calls outside, handed to the switch at its start.

use chrono::{DateTime, Days, Utc};
use std::time::Instant;
use store::{Store, StoreError};
use switch::{Input, LedgerEntry, Switch};

/// How many days of calls outside the switch remembers: countries called before, limits of today.
const DAYS_REMEMBERED: u64 = 31;

/// Tells a switch what earlier runs have left: by what calls of a line are known, what was used up,
/// and which phones are no strangers. Before anything is listened on.
pub(crate) fn remember(
    switch: &mut Switch,
    store: &mut Store,
    now: Instant,
    unix_ms: i64,
) -> Result<(), StoreError> {
    switch.handle(now, Input::LineTokens(store.line_tokens()?));
    let today = DateTime::from_timestamp_millis(unix_ms).unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
    let first = today.checked_sub_days(Days::new(DAYS_REMEMBERED));
    let first = first.unwrap_or(today).format("%Y-%m-%d").to_string();
    let usage = store.usage_since(&first)?.into_iter();
    let entries = usage.map(|usage| LedgerEntry {
        day: usage.day,
        person: usage.person,
        trunk: usage.trunk,
        kind: usage.kind,
        seconds: usage.seconds,
        money: usage.money,
        calls: usage.calls,
    });
    switch.handle(now, Input::Ledger(entries.collect()));
    let known = store.known_devices()?.into_iter();
    let known = known.map(|known| (known.device, known.mark, known.cleared));
    switch.handle(now, Input::KnownPhones(known.collect()));
    Ok(())
}
