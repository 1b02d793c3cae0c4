//! What the switch is given of what is kept about calls outside: the tokens of lines, what was used
//! up of late, the phones that were met.

use crate::{Configuration, Desk};
use office::{DeviceId, Office};
use std::sync::Arc;
use store::{Store, StoreError};
use switch::{Input, KnownCallBack};

/// For how many days back the switch is told which countries were called.
const LEDGER_DAYS: u64 = 92;

/// How far back calls for help are looked for: a day, of which the switch takes its hour.
const CALLS_FOR_HELP_READ_MS: i64 = 86_400_000;

/// All of it, for the switch to begin with; `unix_ms` is what the wall clock shows.
///
/// # Errors
/// What the database says.
pub fn outside_calls(store: &mut Store, unix_ms: i64) -> Result<Vec<Input>, StoreError> {
    let at = chrono::DateTime::from_timestamp_millis(unix_ms).unwrap_or_default();
    let since = at.date_naive() - chrono::Days::new(LEDGER_DAYS);
    Ok(vec![
        Input::LineTokens(store.line_tokens()?),
        Input::Ledger(store.usage_since(&since.to_string())?),
        Input::KnownPhones(known_phones(store)?),
        Input::CallBacks(call_backs(store, unix_ms)?),
    ])
}

/// Who called for help within the hour. What the wall clock says may be off by less than a day: the
/// switch looks again.
fn call_backs(store: &Store, unix_ms: i64) -> Result<Vec<KnownCallBack>, StoreError> {
    let since = unix_ms.saturating_sub(CALLS_FOR_HELP_READ_MS);
    let called = store.calls_for_help_since(since)?.into_iter();
    Ok(called
        .map(|called| KnownCallBack {
            number: called.number,
            person: called.person,
            device: called.device,
            unix_ms: called.at,
        })
        .collect())
}

/// The phones that were met, with whether somebody has said that they are the office's.
pub(crate) fn known_phones(store: &Store) -> Result<Vec<(DeviceId, String, bool)>, StoreError> {
    let known = store.known_devices()?.into_iter();
    Ok(known
        .map(|known| (known.device, known.mark, known.cleared))
        .collect())
}

/// A changed office takes effect. A line that is new has its token before.
pub(crate) fn put_into_effect(
    desk: &Desk,
    store: &mut Store,
    office: Office,
) -> Result<(), StoreError> {
    let before = desk.office();
    let has_other_lines = !before
        .trunks()
        .map(|trunk| trunk.id)
        .eq(office.trunks().map(|trunk| trunk.id));
    if has_other_lines {
        desk.send(Input::LineTokens(store.line_tokens()?));
    }
    desk.publish(Configuration::with_revisions(Arc::new(office), store)?);
    Ok(())
}
