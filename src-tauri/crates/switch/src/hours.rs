//! Hours of numbers, extensions and persons: what is closed leads its callers elsewhere, and that is
//! told.

use crate::{
    destination::Destination,
    features::{attend, emergency, flow},
    happening::{Party, RefusalReason, What},
    rooms,
    switch::Switch,
};
use chrono::{NaiveDate, NaiveTime, TimeZone as _};
use office::{
    CallId, Closed, Coming, Led, Office, PersonId, RouteTarget, ScheduleId, SoundId, TimeZone,
    WithHours, Xform,
};

impl Switch {
    /// Where a dialled number leads a call now, as [`destination`](Self::destination) has it. What is
    /// closed on the way is told, and sets what it sets.
    pub(crate) fn destination_of(
        &mut self,
        call: CallId,
        dialled: &str,
    ) -> Result<Destination, RefusalReason> {
        let office = self.office();
        if emergency::number(&office, dialled).is_none() {
            self.pass(call, &office.led(dialled, self.unix_ms()));
        }
        let destination = self.destination(dialled)?;
        Ok(destination.for_who_comes(self.coming(call)))
    }

    /// Where a person leads a call now, over whatever number they are called.
    pub(crate) fn destination_of_person(
        &mut self,
        call: CallId,
        person: PersonId,
    ) -> Result<Destination, RefusalReason> {
        let office = self.office();
        let led = office.led_to_person(person, self.unix_ms());
        self.pass(call, &led);
        let destination = self
            .destination_led(&office, &led)
            .unwrap_or(Err(RefusalReason::UnknownNumber))?;
        Ok(destination.for_who_comes(self.coming(call)))
    }

    /// Why a caller comes where the office itself attends to them.
    pub(crate) fn coming(&self, call: CallId) -> Coming {
        let state = self.calls.get(&call);
        state.map_or(Coming::default(), |state| state.coming)
    }

    /// A number of the office leads a call elsewhere, because its hours say so: that is told, and the
    /// caller comes in closed hours from here on.
    pub(crate) fn come_by_closed(
        &mut self,
        call: CallId,
        (what, person): (&str, Option<PersonId>),
        (schedule, greeting): (ScheduleId, Option<SoundId>),
        instead: &RouteTarget,
    ) {
        if let Some(state) = self.calls.get_mut(&call) {
            state.coming = state.coming.by_closed(greeting);
        }
        let office = self.office();
        let name = office.schedule(schedule).map(|schedule| schedule.name());
        self.tell(What::HoursClosed {
            call,
            what: what.to_owned(),
            person,
            schedule: name.unwrap_or_default().to_owned(),
            opens_unix_ms: office.opens_after(schedule, self.unix_ms()),
            instead: self.party_at(&office, instead),
        });
    }

    fn pass(&mut self, call: CallId, led: &Led<'_>) {
        for Closed {
            what,
            schedule,
            openness,
            instead,
            set,
        } in &led.closed
        {
            if let Some(set) = set
                && let Some(state) = self.calls.get_mut(&call)
            {
                set_over(&mut state.xform, set);
            }
            let what = match what {
                WithHours::Extension(number) => (number.as_str(), None),
                WithHours::Person(person) => (person.shown_name(), Some(person.id)),
            };
            self.come_by_closed(call, what, (*schedule, openness.greeting), instead);
        }
    }

    /// Who callers are told they come to at a target; nobody if they are turned away.
    fn party_at(&self, office: &Office, target: &RouteTarget) -> Option<Party> {
        Some(match target {
            RouteTarget::User(person) => self.party_of(*person)?,
            RouteTarget::Voicemail(mailbox) => attend::mailbox_party(office, *mailbox),
            RouteTarget::Conference(room) => rooms::party(office, *room),
            RouteTarget::Flow(flow) => flow::party(office, *flow),
            RouteTarget::Extension(number) => Party {
                number: number.as_str().to_owned(),
                ..Party::default()
            },
            RouteTarget::Forward(number) => Party {
                name: self.name_outside(number.as_str()).unwrap_or_default(),
                number: number.as_str().to_owned(),
                ..Party::default()
            },
            RouteTarget::Hangup => return None,
        })
    }
}

/// Why a caller who was led somewhere comes there.
pub(crate) fn coming(led: &Led<'_>) -> Coming {
    let closed = led.closed.iter();
    closed.fold(Coming::default(), |coming, closed| {
        coming.by_closed(closed.openness.greeting)
    })
}

/// What is set later on the way holds; what it leaves alone stays.
fn set_over(xform: &mut Xform, later: &Xform) {
    let Xform {
        caller_name_prefix,
        language,
        ring_for,
        variables,
    } = later.clone();
    xform.caller_name_prefix = caller_name_prefix.or(xform.caller_name_prefix.take());
    xform.language = language.or(xform.language.take());
    xform.ring_for = ring_for.or(xform.ring_for);
    xform.variables.extend(variables);
}

/// The first moment of a date (milliseconds since 1970, UTC). Where the clock is put forward at midnight
/// that is an hour later.
pub(crate) fn midnight(date: NaiveDate, zone: TimeZone) -> i64 {
    let local = date.and_time(NaiveTime::MIN);
    let hours = (0..=3).map(chrono::Duration::hours);
    let mut moments = hours.filter_map(|hours| {
        zone.rules()
            .from_local_datetime(&(local + hours))
            .earliest()
    });
    moments.next().map_or(0, |moment| moment.timestamp_millis())
}
