//! The fuse: what calls outside may cost in a day, counted while they are going on.
//!
//! Seconds are counted as they pass, money with the beginning of each minute, as the dearest way of
//! billing does, so that no bill is higher than what was counted. Several calls that use up one limit
//! use it up together: the fuse blows when what is left is less than they need, and all of them end.
//! A day is that of the office's time zone.

mod day;
mod ledger;
mod name;
mod pace;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod tests;

pub use name::{BadFuseId, FuseId, FuseLimit, FuseOf};

use crate::gate::OnBehalfOf;
use crate::limits::LEDGER_EVERY;
use day::Day;
use ledger::{Ledger, Row};
use office::{CallId, Country, Office, OutsideUsage, TrunkId};
use pace::Pace;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// All limits of a day, what is used up of them, and the calls that use them up.
#[derive(Debug, Default)]
pub(crate) struct Fuses {
    day: Option<Day>,
    /// What is used up of each limit: milliseconds, or money.
    meters: BTreeMap<FuseId, Meter>,
    charges: BTreeMap<ChargeId, Charge>,
    next_charge: u64,
    /// Until when running calls are counted.
    counted_to: Option<Instant>,
    pace: Pace,
    ledger: Ledger,
    next_write: Option<Instant>,
    news: VecDeque<FuseNews>,
}

/// The moment and the office it is in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    pub(crate) now: Instant,
    /// The wall clock: milliseconds since 1970 UTC.
    pub(crate) unix_ms: i64,
    pub(crate) office: &'a Office,
}

/// What a call outside will be counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fare {
    /// Who pays.
    pub(crate) payer: OnBehalfOf,
    /// The line it takes; none to another telephone system.
    pub(crate) line: Option<TrunkId>,
    /// How it is counted.
    pub(crate) kind: FareKind,
    /// What a minute costs, in hundredths of the smallest coin.
    pub(crate) per_minute: u32,
}

/// How a call outside is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FareKind {
    /// In the office's country.
    Home,
    /// To another country, or to a network that belongs to none.
    Abroad(Option<Country>),
    /// No fuse stops it.
    Emergency,
}

/// Names a call outside to the fuse, from the moment it is allowed until it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ChargeId(u64);

/// What the fuse has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FuseNews {
    /// A limit is used up.
    Tripped {
        fuse: FuseId,
        /// Seconds, money, or tries.
        used: u64,
        max: u64,
        by: Option<CallId>,
    },
    /// It is a new day, or the limit was raised.
    Mended { fuse: FuseId },
    /// This call has to end now.
    Cut {
        charge: ChargeId,
        call: CallId,
        fuse: FuseId,
    },
    /// Something to be kept.
    Ledger(Vec<OutsideUsage>),
}

/// How much of a limit is used up, for the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FuseState {
    /// Which.
    pub fuse: FuseId,
    /// Seconds, money in hundredths of the smallest coin, or tries.
    pub used: u64,
    /// As many as may be.
    pub max: u64,
    /// Whether it has blown.
    pub blown: bool,
}

/// Milliseconds, or money.
#[derive(Clone, Copy, Debug, Default)]
struct Meter {
    /// What was used up on this day, and what calls that ring will need for their first minute.
    used: u64,
    /// What was used up when somebody reset it last: that no longer counts.
    forgiven: u64,
    /// The limit that was used up.
    blown: Option<u64>,
}

#[derive(Debug)]
struct Charge {
    call: CallId,
    fare: Fare,
    running: Option<Running>,
    cut: bool,
}

#[derive(Clone, Copy, Debug)]
struct Running {
    since: Instant,
    counted_ms: u64,
    next_minute: Instant,
}

impl Fuses {
    /// How long a call could last if no other began, or the fuse that stops it.
    pub(crate) fn holds(&self, at: &At<'_>, fare: &Fare) -> Result<Option<Duration>, FuseId> {
        let mut left: Option<Duration> = None;
        let mut at_most = |limit: Duration| left = Some(left.map_or(limit, |left| left.min(limit)));
        for fuse in fare.suspicions() {
            if self.is_blown(fuse) {
                return Err(fuse);
            }
        }
        for fuse in fare.time_fuses() {
            let Some(remains) = self.remains(at.office, fuse) else {
                continue;
            };
            let each = Duration::from_millis(remains / (self.drained_by(fuse).count() as u64 + 1));
            if self.is_blown(fuse) || each < Duration::from_secs(1) {
                return Err(fuse);
            }
            at_most(each);
        }
        for fuse in fare.money_fuses() {
            let Some(remains) = self.remains(at.office, fuse) else {
                continue;
            };
            if self.is_blown(fuse) || remains < u64::from(fare.per_minute) {
                return Err(fuse);
            }
            let minutes = remains / u64::from(fare.per_minute.max(1));
            at_most(MINUTE.saturating_mul(u32::try_from(minutes).unwrap_or(u32::MAX)));
        }
        Ok(left)
    }

    /// A call is allowed. It costs nothing before it is answered, but its first minute is put by.
    pub(crate) fn begin(&mut self, at: &At<'_>, call: CallId, fare: Fare) -> ChargeId {
        self.advance(at);
        let id = ChargeId(self.next_charge);
        self.next_charge += 1;
        self.use_money(&fare);
        let charge = Charge {
            call,
            fare,
            running: None,
            cut: false,
        };
        self.charges.insert(id, charge);
        id
    }

    /// A call that rings takes another line.
    pub(crate) fn take_line(
        &mut self,
        at: &At<'_>,
        id: ChargeId,
        line: TrunkId,
        per_minute: u32,
    ) -> Result<(), FuseId> {
        self.advance(at);
        let Some(before) = self.charges.get(&id).map(|charge| charge.fare.clone()) else {
            return Ok(());
        };
        self.give_money_back(&before);
        let fare = Fare {
            line: Some(line),
            per_minute,
            ..before.clone()
        };
        let done = self.holds(at, &fare).map(|_| ());
        let fare = if done.is_ok() { fare } else { before };
        self.use_money(&fare);
        if let Some(charge) = self.charges.get_mut(&id) {
            charge.fare = fare;
        }
        done
    }

    /// A call is answered: from now on it is counted.
    pub(crate) fn answered(&mut self, at: &At<'_>, id: ChargeId) {
        self.advance(at);
        let Some(charge) = self
            .charges
            .get_mut(&id)
            .filter(|charge| charge.running.is_none())
        else {
            return;
        };
        charge.running = Some(Running {
            since: at.now,
            counted_ms: 0,
            next_minute: at.now + MINUTE,
        });
        self.ledger
            .count(Row::of(&charge.fare), 0, charge.fare.per_minute, 1);
        if let FareKind::Abroad(Some(country)) = &charge.fare.kind {
            self.pace.reached(charge.fare.payer, country);
            self.ledger.reached(charge.fare.payer, country);
        }
        if self.next_write.is_none() {
            self.next_write = Some(at.now + LEDGER_EVERY);
        }
    }

    /// A call is over, answered or not. Said twice it does nothing.
    pub(crate) fn end(&mut self, at: &At<'_>, id: ChargeId) {
        self.advance(at);
        let Some(charge) = self.charges.remove(&id) else {
            return;
        };
        if charge.running.is_none() {
            self.give_money_back(&charge.fare);
        }
        self.write();
        if !self.counts() {
            self.next_write = None;
        }
    }

    /// A call outside belongs to another call now.
    pub(crate) fn move_to(&mut self, id: ChargeId, call: CallId) {
        if let Some(charge) = self.charges.get_mut(&id) {
            charge.call = call;
        }
    }

    /// Somebody tries to call abroad, allowed or not.
    pub(crate) fn note_try(
        &mut self,
        at: &At<'_>,
        payer: OnBehalfOf,
        country: Option<&Country>,
        call: CallId,
    ) {
        self.advance(at);
        let policy = at.office.calling();
        let of = FuseOf::from(payer);
        let (tries, countries) = self.pace.note(at.now, payer, country, policy.foreign_tries);
        let found = [
            (FuseLimit::Tries, tries, policy.foreign_tries),
            (FuseLimit::NewCountries, countries, policy.new_countries),
        ];
        for (limit, used, max) in found {
            if used > usize::from(max) {
                self.blow(
                    FuseId { of, limit },
                    used as u64,
                    u64::from(max),
                    Some(call),
                );
            }
        }
    }

    /// Puts a fuse back in: what was used up no longer counts. Whether it had blown.
    pub(crate) fn reset(&mut self, at: &At<'_>, fuse: FuseId) -> bool {
        self.advance(at);
        let Some(meter) = self
            .meters
            .get_mut(&fuse)
            .filter(|meter| meter.blown.is_some())
        else {
            return false;
        };
        meter.blown = None;
        let forgiven = meter.used - meter.forgiven;
        meter.forgiven = meter.used;
        self.ledger.reset(fuse, forgiven);
        self.pace.forgive(fuse);
        self.write();
        true
    }

    /// The office was changed: limits that were raised hold again.
    pub(crate) fn on_office_changed(&mut self, at: &At<'_>) {
        self.advance(at);
        let raised = self.meters.iter().filter(|(fuse, meter)| {
            let max = max(at.office, **fuse);
            !fuse.limit.is_suspicion()
                && meter
                    .blown
                    .is_some_and(|blown| max.is_none_or(|max| max > blown))
        });
        for fuse in raised.map(|(fuse, _)| *fuse).collect::<Vec<_>>() {
            if let Some(meter) = self.meters.get_mut(&fuse) {
                meter.blown = None;
            }
            self.ledger.reset(fuse, 0);
            self.news.push_back(FuseNews::Mended { fuse });
        }
        self.write();
    }

    /// What an earlier run of the engine has counted. Before any call.
    pub(crate) fn load(&mut self, at: &At<'_>, entries: &[OutsideUsage]) {
        self.advance(at);
        let Some(today) = self.day.as_ref().map(|day| day.date.clone()) else {
            return;
        };
        for entry in entries {
            let is_today = entry.day == today;
            match ledger::read(entry) {
                Some(ledger::Read::Calls(row)) if is_today => {
                    let fare = row.fare();
                    for fuse in fare.time_fuses() {
                        self.meter(fuse).used += entry.seconds.saturating_mul(1_000);
                    }
                    for fuse in fare.all_money_fuses() {
                        self.meter(fuse).used += entry.money;
                    }
                }
                Some(ledger::Read::Reached(payer, country)) => {
                    self.pace.remember(payer, country, is_today);
                }
                Some(ledger::Read::Blown(fuse)) if is_today || fuse.limit.is_suspicion() => {
                    self.ledger.blown.entry(fuse).or_default().0 += entry.calls;
                }
                Some(ledger::Read::Reset(fuse)) if is_today || fuse.limit.is_suspicion() => {
                    self.ledger.blown.entry(fuse).or_default().1 += entry.calls;
                    self.meter(fuse).forgiven += match fuse.limit {
                        FuseLimit::Money => entry.money,
                        _ => entry.seconds.saturating_mul(1_000),
                    };
                }
                _ => {}
            }
        }
        let blown = std::mem::take(&mut self.ledger.blown).into_iter();
        // That they blew was news in the run they blew in.
        for (fuse, _) in blown.filter(|(_, (blown, reset))| blown > reset) {
            let max = max(at.office, fuse).unwrap_or_default();
            self.meter(fuse).blown = Some(max);
        }
        for meter in self.meters.values_mut() {
            meter.forgiven = meter.forgiven.min(meter.used);
        }
    }

    /// Counts what has passed until now, and ends what has to end.
    pub(crate) fn advance(&mut self, at: &At<'_>) {
        self.counted_to.get_or_insert(at.now);
        match &mut self.day {
            None => self.day = Some(Day::of(at)),
            // The clock was set back: nothing is to be had from that.
            Some(day) if at.unix_ms < day.begins_ms => *day = Day::of(at),
            Some(_) => {}
        }
        while let Some(next) = self.next_event(at).filter(|next| *next <= at.now) {
            self.count_until(next);
            if self.day.as_ref().is_some_and(|day| day.ends(at) <= next) {
                self.begin_day(at);
            }
            self.begin_minutes(at, next);
            self.blow_what_is_used_up(at);
        }
        self.count_until(at.now);
        if self.next_write.is_some_and(|next| next <= at.now) {
            self.write();
            self.next_write = self.counts().then(|| at.now + LEDGER_EVERY);
        }
    }

    /// When something is to be done next.
    pub(crate) fn next_timeout(&self, at: &At<'_>) -> Option<Instant> {
        if self.charges.is_empty() && self.meters.is_empty() {
            return None;
        }
        self.next_event(at).into_iter().chain(self.next_write).min()
    }

    /// What the fuse has to say.
    pub(crate) fn poll(&mut self) -> Option<FuseNews> {
        self.news.pop_front()
    }

    /// All limits that something was used up of, and those of the office.
    pub(crate) fn states(&self, office: &Office) -> Vec<FuseState> {
        let own = [FuseLimit::ForeignMinutes, FuseLimit::Money];
        let own = own.map(|limit| FuseId {
            of: FuseOf::Office,
            limit,
        });
        let all: BTreeSet<FuseId> = self.meters.keys().copied().chain(own).collect();
        let state = |fuse| {
            let meter = self.meters.get(&fuse).copied().unwrap_or_default();
            let used = match fuse.limit {
                FuseLimit::Tries | FuseLimit::NewCountries => self.pace.used(fuse),
                _ => shown(fuse, meter.used - meter.forgiven),
            };
            Some(FuseState {
                fuse,
                used,
                max: shown(fuse, max(office, fuse)?),
                blown: meter.blown.is_some(),
            })
        };
        all.into_iter().filter_map(state).collect()
    }

    /// Whether it has blown and nobody has put it back in.
    pub(crate) fn is_blown(&self, fuse: FuseId) -> bool {
        self.meters
            .get(&fuse)
            .is_some_and(|meter| meter.blown.is_some())
    }

    /// How many calls outside there are, those that ring among them.
    pub(crate) fn len(&self) -> usize {
        self.charges.len()
    }

    /// What is left of a limit, in milliseconds or money; none if there is no limit.
    fn remains(&self, office: &Office, fuse: FuseId) -> Option<u64> {
        let meter = self.meters.get(&fuse).copied().unwrap_or_default();
        Some(max(office, fuse)?.saturating_sub(meter.used - meter.forgiven))
    }

    /// The calls going on that use a limit of time up.
    fn drained_by(&self, fuse: FuseId) -> impl Iterator<Item = ChargeId> + '_ {
        let running = self
            .charges
            .iter()
            .filter(|(_, charge)| charge.is_counted());
        running
            .filter(move |(_, charge)| charge.fare.time_fuses().any(|of| of == fuse))
            .map(|(id, _)| *id)
    }

    /// The limits of time that are being used up.
    fn draining(&self) -> BTreeSet<FuseId> {
        let counted = self.charges.values().filter(|charge| charge.is_counted());
        counted
            .flat_map(|charge| charge.fare.time_fuses())
            .collect()
    }

    fn next_event(&self, at: &At<'_>) -> Option<Instant> {
        let counted_to = self.counted_to?;
        let used_up = self.draining().into_iter().filter_map(|fuse| {
            let calls = self.drained_by(fuse).count() as u64;
            let left = self.remains(at.office, fuse)? / calls.max(1);
            counted_to.checked_add(Duration::from_millis(left))
        });
        let counted = self.charges.values().filter(|charge| charge.is_counted());
        let minutes = counted
            .filter(|charge| charge.fare.per_minute > 0)
            .filter_map(|charge| Some(charge.running?.next_minute));
        let midnight = self.day.as_ref().map(|day| day.ends(at).max(counted_to));
        used_up.chain(minutes).chain(midnight).min()
    }

    fn count_until(&mut self, until: Instant) {
        let counted = self
            .charges
            .values_mut()
            .filter(|charge| charge.is_counted());
        for charge in counted {
            let Some(running) = &mut charge.running else {
                continue;
            };
            let passed = until.saturating_duration_since(running.since).as_millis();
            let passed = u64::try_from(passed).unwrap_or(u64::MAX);
            let more = passed.saturating_sub(running.counted_ms);
            running.counted_ms += more;
            for fuse in charge.fare.time_fuses() {
                self.meters.entry(fuse).or_default().used += more;
            }
            self.ledger.count(Row::of(&charge.fare), more, 0, 0);
        }
        self.counted_to = self.counted_to.max(Some(until));
    }

    /// Pays for the minutes that begin, or ends the calls whose next minute cannot be paid.
    fn begin_minutes(&mut self, at: &At<'_>, now: Instant) {
        let due = self.charges.iter().filter(|(_, charge)| {
            let next = charge.running.map(|running| running.next_minute);
            charge.is_counted()
                && charge.fare.per_minute > 0
                && next.is_some_and(|next| next <= now)
        });
        for id in due.map(|(id, _)| *id).collect::<Vec<_>>() {
            let Some(charge) = self.charges.get(&id) else {
                continue;
            };
            let (call, fare) = (charge.call, charge.fare.clone());
            let too_dear = fare.money_fuses().find(|fuse| {
                let remains = self.remains(at.office, *fuse);
                remains.is_some_and(|remains| remains < u64::from(fare.per_minute))
            });
            if let Some(fuse) = too_dear {
                let used = self.meter(fuse).used - self.meter(fuse).forgiven;
                let max = max(at.office, fuse).unwrap_or_default();
                self.blow(fuse, used, max, Some(call));
                self.cut(id, fuse);
                continue;
            }
            self.use_money(&fare);
            self.ledger.count(Row::of(&fare), 0, fare.per_minute, 0);
            if let Some(running) = self
                .charges
                .get_mut(&id)
                .and_then(|charge| charge.running.as_mut())
            {
                running.next_minute += MINUTE;
            }
        }
    }

    /// Ends the calls whose time is up. What is left is less than a millisecond for each.
    fn blow_what_is_used_up(&mut self, at: &At<'_>) {
        for fuse in self.draining() {
            let calls: Vec<ChargeId> = self.drained_by(fuse).collect();
            let remains = self.remains(at.office, fuse);
            if remains.is_none_or(|remains| remains >= calls.len() as u64) {
                continue;
            }
            let by = calls
                .first()
                .and_then(|id| Some(self.charges.get(id)?.call));
            let used = self.meter(fuse).used - self.meter(fuse).forgiven;
            let max = max(at.office, fuse).unwrap_or_default();
            self.blow(fuse, used, max, by);
            // Those that still ring would be answered for nothing.
            let ringing = self.charges.iter().filter(|(_, charge)| {
                charge.running.is_none() && charge.fare.time_fuses().any(|of| of == fuse)
            });
            let ringing: Vec<ChargeId> = ringing.map(|(id, _)| *id).collect();
            for id in calls.into_iter().chain(ringing) {
                self.cut(id, fuse);
            }
        }
    }

    fn blow(&mut self, fuse: FuseId, used: u64, max: u64, by: Option<CallId>) {
        let meter = self.meter(fuse);
        if meter.blown.replace(max).is_some() {
            return;
        }
        self.ledger.blow(fuse);
        let (used, max) = (shown(fuse, used), shown(fuse, max));
        self.news.push_back(FuseNews::Tripped {
            fuse,
            used,
            max,
            by,
        });
        self.write();
    }

    fn cut(&mut self, id: ChargeId, fuse: FuseId) {
        let Some(charge) = self.charges.get_mut(&id) else {
            return;
        };
        if !std::mem::replace(&mut charge.cut, true) {
            let call = charge.call;
            self.news.push_back(FuseNews::Cut {
                charge: id,
                call,
                fuse,
            });
        }
    }

    /// Midnight: what was used up is past. Who looked like a thief still does.
    fn begin_day(&mut self, at: &At<'_>) {
        self.write();
        let before = std::mem::take(&mut self.meters);
        for (fuse, meter) in before {
            if fuse.limit.is_suspicion() {
                self.meters.insert(fuse, meter);
            } else if meter.blown.is_some() {
                self.news.push_back(FuseNews::Mended { fuse });
            }
        }
        self.ledger.begin_day();
        self.pace.begin_day();
        self.day = Some(Day::of(at));
        let ringing = self
            .charges
            .values()
            .filter(|charge| charge.running.is_none());
        for fare in ringing
            .map(|charge| charge.fare.clone())
            .collect::<Vec<_>>()
        {
            self.use_money(&fare);
        }
    }

    fn write(&mut self) {
        let Some(day) = &self.day else { return };
        let entries = self.ledger.unwritten(&day.date);
        if !entries.is_empty() {
            self.news.push_back(FuseNews::Ledger(entries));
        }
    }

    fn use_money(&mut self, fare: &Fare) {
        for fuse in fare.money_fuses() {
            self.meter(fuse).used += u64::from(fare.per_minute);
        }
    }

    fn give_money_back(&mut self, fare: &Fare) {
        for fuse in fare.money_fuses() {
            let meter = self.meter(fuse);
            meter.used = meter.used.saturating_sub(u64::from(fare.per_minute));
            // It was reset while the call rang.
            meter.forgiven = meter.forgiven.min(meter.used);
        }
    }

    fn meter(&mut self, fuse: FuseId) -> &mut Meter {
        self.meters.entry(fuse).or_default()
    }

    fn counts(&self) -> bool {
        self.charges.values().any(Charge::is_counted)
    }
}

impl Charge {
    fn is_counted(&self) -> bool {
        self.running.is_some() && !self.cut
    }
}

impl Fare {
    /// Of an emergency call.
    pub(crate) fn emergency(payer: OnBehalfOf, line: TrunkId) -> Fare {
        Fare {
            payer,
            line: Some(line),
            kind: FareKind::Emergency,
            per_minute: 0,
        }
    }

    fn is_abroad(&self) -> bool {
        matches!(self.kind, FareKind::Abroad(_))
    }

    /// The limits of time it uses up.
    fn time_fuses(&self) -> impl Iterator<Item = FuseId> + use<> {
        let of_payer = (self.payer != OnBehalfOf::Office).then(|| FuseOf::from(self.payer));
        let abroad = [Some(FuseOf::Office), of_payer].into_iter().flatten();
        let abroad = abroad
            .filter(|_| self.is_abroad())
            .map(|of| (of, FuseLimit::ForeignMinutes));
        let line = self.line.filter(|_| self.kind != FareKind::Emergency);
        let line = line.map(|line| (FuseOf::Line(line), FuseLimit::Minutes));
        let all: Vec<_> = abroad.chain(line).collect();
        all.into_iter().map(|(of, limit)| FuseId { of, limit })
    }

    /// The limits of money it uses up.
    fn money_fuses(&self) -> impl Iterator<Item = FuseId> + use<> {
        let costs = self.per_minute > 0 && self.kind != FareKind::Emergency;
        self.all_money_fuses().filter(move |_| costs)
    }

    fn all_money_fuses(&self) -> impl Iterator<Item = FuseId> + use<> {
        let payer = (self.payer != OnBehalfOf::Office).then(|| FuseOf::from(self.payer));
        let all = [Some(FuseOf::Office), payer, self.line.map(FuseOf::Line)];
        all.into_iter().flatten().map(|of| FuseId {
            of,
            limit: FuseLimit::Money,
        })
    }

    /// The fuses that tell of a stolen password.
    fn suspicions(&self) -> impl Iterator<Item = FuseId> + use<> {
        let of = FuseOf::from(self.payer);
        let abroad = self.is_abroad();
        [FuseLimit::Tries, FuseLimit::NewCountries]
            .into_iter()
            .filter(move |_| abroad)
            .map(move |limit| FuseId { of, limit })
    }
}

/// A limit of the office: milliseconds, money, tries or countries; none if there is none.
fn max(office: &Office, fuse: FuseId) -> Option<u64> {
    let policy = office.calling();
    let unless_zero = |max: u64| Some(max).filter(|max| *max > 0);
    let rights = match fuse.of {
        FuseOf::Person(person) => office.calling_rights(person),
        FuseOf::Office | FuseOf::Peer(_) | FuseOf::Line(_) => None,
    };
    let minutes = |minutes: u32| u64::from(minutes) * 60_000;
    match (fuse.limit, fuse.of) {
        (FuseLimit::ForeignMinutes, FuseOf::Office) => Some(minutes(policy.foreign_minutes_office)),
        (FuseLimit::ForeignMinutes, FuseOf::Person(_) | FuseOf::Peer(_)) => {
            let own = rights.and_then(|rights| rights.foreign_minutes);
            Some(minutes(own.unwrap_or(policy.foreign_minutes_person)))
        }
        (FuseLimit::Minutes, FuseOf::Line(_)) => unless_zero(minutes(policy.minutes_line)),
        (FuseLimit::Money, FuseOf::Office) => unless_zero(policy.money_office),
        (FuseLimit::Money, FuseOf::Person(_) | FuseOf::Peer(_)) => {
            let own = rights.and_then(|rights| rights.money);
            unless_zero(own.unwrap_or(policy.money_person))
        }
        (FuseLimit::Money, FuseOf::Line(_)) => unless_zero(policy.money_line),
        (FuseLimit::Tries, _) => Some(u64::from(policy.foreign_tries)),
        (FuseLimit::NewCountries, _) => Some(u64::from(policy.new_countries)),
        (FuseLimit::ForeignMinutes, FuseOf::Line(_)) | (FuseLimit::Minutes, _) => None,
    }
}

/// An amount as it is told: seconds instead of milliseconds, a begun second being one.
fn shown(fuse: FuseId, amount: u64) -> u64 {
    match fuse.limit {
        FuseLimit::ForeignMinutes | FuseLimit::Minutes => amount.div_ceil(1_000),
        FuseLimit::Money | FuseLimit::Tries | FuseLimit::NewCountries => amount,
    }
}
