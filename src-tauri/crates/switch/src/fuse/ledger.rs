//! What is kept of calls outside, so that a restart gives nobody a new day.

use super::{Fare, FareKind, FuseId, FuseLimit, FuseOf};
use crate::gate::OnBehalfOf;
use office::{Country, OutsideUsage, PeerId, TrunkId};
use std::collections::{BTreeMap, BTreeSet};

/// What calls of a day add up to, and what of it is not kept yet.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    rows: BTreeMap<Row, Sum>,
    reached: BTreeSet<(OnBehalfOf, Country)>,
    notes: Vec<(FuseId, Note)>,
    /// How often each fuse had blown and was reset, while an earlier run's entries are read.
    pub(super) blown: BTreeMap<FuseId, (u32, u32)>,
}

/// Calls that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    payer: OnBehalfOf,
    line: Option<TrunkId>,
    kind: RowKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RowKind {
    Home,
    Abroad,
    Emergency,
}

#[derive(Debug, Default)]
struct Sum {
    ms: u64,
    written_seconds: u64,
    money: u64,
    calls: u32,
}

#[derive(Debug)]
enum Note {
    Blown,
    Reset(u64),
}

/// What an entry says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    Calls(Row),
    Reached(OnBehalfOf, Country),
    Blown(FuseId),
    Reset(FuseId),
}

impl Ledger {
    /// Adds to what calls of a row make.
    pub(super) fn count(&mut self, row: Row, ms: u64, money: u32, calls: u32) {
        let sum = self.rows.entry(row).or_default();
        sum.ms += ms;
        sum.money += u64::from(money);
        sum.calls += calls;
    }

    pub(super) fn reached(&mut self, payer: OnBehalfOf, country: &Country) {
        self.reached.insert((payer, country.clone()));
    }

    pub(super) fn blow(&mut self, fuse: FuseId) {
        self.notes.push((fuse, Note::Blown));
    }

    /// A fuse is put back in: so much, in milliseconds or money, no longer counts.
    pub(super) fn reset(&mut self, fuse: FuseId, forgiven: u64) {
        self.notes.push((fuse, Note::Reset(forgiven)));
    }

    pub(super) fn begin_day(&mut self) {
        self.rows.clear();
    }

    /// What is not kept yet. A begun second is a second.
    pub(super) fn unwritten(&mut self, day: &str) -> Vec<OutsideUsage> {
        let mut entries = Vec::new();
        for (row, sum) in &mut self.rows {
            let seconds = sum.ms.div_ceil(1_000) - sum.written_seconds;
            if (seconds, sum.money, sum.calls) == (0, 0, 0) {
                continue;
            }
            sum.written_seconds += seconds;
            entries.push(OutsideUsage {
                seconds,
                money: std::mem::take(&mut sum.money),
                calls: std::mem::take(&mut sum.calls),
                ..entry(day, row.payer.into(), row.line, row.kind.word())
            });
        }
        for (payer, country) in std::mem::take(&mut self.reached) {
            entries.push(entry(
                day,
                payer.into(),
                None,
                &format!("to:{}", country.as_str()),
            ));
        }
        for (fuse, note) in std::mem::take(&mut self.notes) {
            let line = match fuse.of {
                FuseOf::Line(line) => Some(line),
                FuseOf::Office | FuseOf::Person(_) | FuseOf::Peer(_) => None,
            };
            let mark = if matches!(note, Note::Blown) {
                '!'
            } else {
                '~'
            };
            let mut kept = entry(day, fuse.of, line, &format!("{mark}{}", word(fuse.limit)));
            if let Note::Reset(forgiven) = note {
                match fuse.limit {
                    FuseLimit::Money => kept.money = forgiven,
                    _ => kept.seconds = forgiven.div_ceil(1_000),
                }
            }
            entries.push(kept);
        }
        entries
    }
}

/// What an entry says, if it is one of ours.
pub(super) fn read(entry: &OutsideUsage) -> Option<Read> {
    let (kind, peer) = match entry.kind.split_once('@') {
        Some((kind, peer)) => (kind, Some(PeerId(peer.parse().ok()?))),
        None => (entry.kind.as_str(), None),
    };
    let payer = match (entry.person, peer) {
        (Some(person), _) => OnBehalfOf::Person(person),
        (None, Some(peer)) => OnBehalfOf::Peer(peer),
        (None, None) => OnBehalfOf::Office,
    };
    let fuse = |name: &str| {
        let limits = [
            FuseLimit::ForeignMinutes,
            FuseLimit::Minutes,
            FuseLimit::Money,
            FuseLimit::Tries,
            FuseLimit::NewCountries,
        ];
        let limit = limits.into_iter().find(|limit| word(*limit) == name)?;
        let of = entry.trunk.map_or_else(|| payer.into(), FuseOf::Line);
        Some(FuseId { of, limit })
    };
    if let Some(country) = kind.strip_prefix("to:") {
        return Some(Read::Reached(payer, Country::parse(country).ok()?));
    }
    if let Some(name) = kind.strip_prefix('!') {
        return fuse(name).map(Read::Blown);
    }
    if let Some(name) = kind.strip_prefix('~') {
        return fuse(name).map(Read::Reset);
    }
    let kinds = [RowKind::Home, RowKind::Abroad, RowKind::Emergency];
    let kind = kinds.into_iter().find(|known| known.word() == kind)?;
    let line = entry.trunk;
    Some(Read::Calls(Row { payer, line, kind }))
}

fn entry(day: &str, of: FuseOf, trunk: Option<TrunkId>, kind: &str) -> OutsideUsage {
    let (person, kind) = match of {
        FuseOf::Person(person) => (Some(person), kind.to_owned()),
        FuseOf::Peer(peer) => (None, format!("{kind}@{}", peer.0)),
        FuseOf::Office | FuseOf::Line(_) => (None, kind.to_owned()),
    };
    OutsideUsage {
        day: day.to_owned(),
        person,
        trunk,
        kind,
        seconds: 0,
        money: 0,
        calls: 1,
    }
}

fn word(limit: FuseLimit) -> &'static str {
    match limit {
        FuseLimit::ForeignMinutes => "abroad",
        FuseLimit::Minutes => "minutes",
        FuseLimit::Money => "money",
        FuseLimit::Tries => "tries",
        FuseLimit::NewCountries => "countries",
    }
}

impl Row {
    pub(super) fn of(fare: &Fare) -> Row {
        Row {
            payer: fare.payer,
            line: fare.line,
            kind: match fare.kind {
                FareKind::Home => RowKind::Home,
                FareKind::Abroad(_) => RowKind::Abroad,
                FareKind::Emergency => RowKind::Emergency,
            },
        }
    }

    /// The fare that such calls are counted by, whatever a minute of theirs cost.
    pub(super) fn fare(&self) -> Fare {
        Fare {
            payer: self.payer,
            line: self.line,
            kind: match self.kind {
                RowKind::Home => FareKind::Home,
                RowKind::Abroad => FareKind::Abroad(None),
                RowKind::Emergency => FareKind::Emergency,
            },
            per_minute: 0,
        }
    }
}

impl RowKind {
    fn word(self) -> &'static str {
        match self {
            RowKind::Home => "home",
            RowKind::Abroad => "abroad",
            RowKind::Emergency => "emergency",
        }
    }
}
