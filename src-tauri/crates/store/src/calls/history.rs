//! The call history, as the store gives it.

use super::{CallEvent, CallFilter, CallPosition, CallRecord, CallSummary, CallTrace};
use crate::limits::{CALLS_PER_EXPORT_STEP, CALLS_PER_PAGE_MAX};
use crate::{Store, StoreError};
use office::CallId;
use std::collections::BTreeMap;
use std::path::PathBuf;

impl Store {
    /// Keeps calls that are over, those of one month in one transaction. A call already kept is
    /// left as it is, so that a batch that failed can be given again.
    ///
    /// # Errors
    /// What the disk says.
    pub fn append_calls(&mut self, records: &[CallRecord]) -> Result<(), StoreError> {
        self.calls.append(records)
    }

    /// The months of call records found damaged since the store was opened, under the names they
    /// were put aside with; new calls went to a new file. To be told to the user.
    #[must_use]
    pub fn damaged_calls(&self) -> &[PathBuf] {
        self.calls.damaged()
    }

    /// The newest calls that meet a filter, or those after a position in the history; at most
    /// [`CALLS_PER_PAGE_MAX`](crate::limits::CALLS_PER_PAGE_MAX).
    ///
    /// # Errors
    /// A month's file cannot be read.
    pub fn find_calls(
        &mut self,
        filter: &CallFilter,
        limit: usize,
        position: Option<CallPosition>,
    ) -> Result<Vec<CallSummary>, StoreError> {
        self.calls
            .page(filter, limit.min(CALLS_PER_PAGE_MAX), position)
    }

    /// The next piece of an export of all calls that meet a filter, and where to go on; `None` at
    /// the end. A piece is at most
    /// [`CALLS_PER_EXPORT_STEP`](crate::limits::CALLS_PER_EXPORT_STEP) calls, so that a million
    /// calls need little memory and hold up nobody who asks in between.
    ///
    /// # Errors
    /// A month's file cannot be read.
    pub fn export_calls(
        &mut self,
        filter: &CallFilter,
        position: Option<CallPosition>,
    ) -> Result<(Vec<CallSummary>, Option<CallPosition>), StoreError> {
        let calls = self.calls.page(filter, CALLS_PER_EXPORT_STEP, position)?;
        let last = calls
            .last()
            .filter(|_| calls.len() == CALLS_PER_EXPORT_STEP);
        let next = last.map(|last| CallPosition {
            started_at: last.started_at,
            id: last.id,
        });
        Ok((calls, next))
    }

    /// The newest calls first, or those after a position in the history.
    ///
    /// # Errors
    /// A month's file cannot be read.
    pub fn recent_calls(
        &mut self,
        limit: usize,
        position: Option<CallPosition>,
    ) -> Result<Vec<CallSummary>, StoreError> {
        self.find_calls(&CallFilter::default(), limit, position)
    }

    /// The same, of the calls in which a number or a word of a name begins with each word of
    /// `text`.
    ///
    /// # Errors
    /// A month's file cannot be read.
    pub fn search_calls(
        &mut self,
        text: &str,
        limit: usize,
        position: Option<CallPosition>,
    ) -> Result<Vec<CallSummary>, StoreError> {
        let filter = CallFilter {
            text: Some(text.to_owned()),
            ..CallFilter::default()
        };
        self.find_calls(&filter, limit, position)
    }

    /// Adds what happened after the end of a call to its story, such as that its recording is whole;
    /// once, however often it is told. `unix_ms` is the moment, since 1970. `false`: there is no such
    /// call in the history, or its story is as long as it may be.
    ///
    /// # Errors
    /// A month's file cannot be read or written.
    pub fn add_call_event(
        &mut self,
        id: CallId,
        unix_ms: i64,
        kind: &str,
        detail: &str,
    ) -> Result<bool, StoreError> {
        self.calls.add_event(id, unix_ms, kind, detail)
    }

    /// When each number of the office was called last, in milliseconds since 1970, of those called in
    /// the newest [`LAST_CALLED_MONTHS`](crate::limits::LAST_CALLED_MONTHS) months that have calls.
    /// Goes through all calls of those months: for the start, not for every question.
    ///
    /// # Errors
    /// A month's file cannot be read.
    pub fn last_called(&mut self) -> Result<BTreeMap<String, i64>, StoreError> {
        self.calls.last_called()
    }

    /// One call's line; `None` if there is no such call.
    ///
    /// # Errors
    /// A month's file cannot be read.
    pub fn call(&mut self, id: CallId) -> Result<Option<CallSummary>, StoreError> {
        self.calls.summary(id)
    }

    /// What happened in a call, in order; `None` if there is no such call.
    ///
    /// # Errors
    /// A month's file cannot be read.
    pub fn call_events(&mut self, id: CallId) -> Result<Option<Vec<CallEvent>>, StoreError> {
        self.calls.events(id)
    }

    /// The SIP messages of a call, in order; `None` if there is no such call.
    ///
    /// # Errors
    /// A month's file cannot be read.
    pub fn call_trace(&mut self, id: CallId) -> Result<Option<CallTrace>, StoreError> {
        self.calls.trace(id)
    }
}
