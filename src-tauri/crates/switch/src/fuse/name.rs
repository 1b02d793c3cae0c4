//! The name of a fuse: whose it is and what it counts.

use crate::gate::OnBehalfOf;
use office::{PeerId, PersonId, TrunkId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A limit that stops a bill from growing. As text `office-foreignMinutes`, `person-3-money`,
/// `line-1-minutes`, `peer-2-tries`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FuseId {
    /// Whose.
    pub of: FuseOf,
    /// Of what.
    pub limit: FuseLimit,
}

/// Whose fuse it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FuseOf {
    /// The whole office's.
    Office,
    /// One person's.
    Person(PersonId),
    /// Another telephone system's.
    Peer(PeerId),
    /// One line's.
    Line(TrunkId),
}

/// What a fuse counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FuseLimit {
    /// Minutes abroad a day.
    ForeignMinutes,
    /// Minutes outside a day.
    Minutes,
    /// Money a day.
    Money,
    /// Tries abroad in a short time.
    Tries,
    /// Countries a day that were never called before.
    NewCountries,
}

impl FuseLimit {
    const ALL: [(FuseLimit, &'static str); 5] = [
        (FuseLimit::ForeignMinutes, "foreignMinutes"),
        (FuseLimit::Minutes, "minutes"),
        (FuseLimit::Money, "money"),
        (FuseLimit::Tries, "tries"),
        (FuseLimit::NewCountries, "newCountries"),
    ];

    /// Whether it tells of a stolen password rather than of a long day. Such a fuse stays blown until
    /// somebody has looked.
    pub(crate) fn is_suspicion(self) -> bool {
        matches!(self, FuseLimit::Tries | FuseLimit::NewCountries)
    }

    fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(limit, _)| *limit == self);
        found.map_or("", |(_, name)| name)
    }
}

impl From<OnBehalfOf> for FuseOf {
    fn from(payer: OnBehalfOf) -> FuseOf {
        match payer {
            OnBehalfOf::Person(person) => FuseOf::Person(person),
            OnBehalfOf::Peer(peer) => FuseOf::Peer(peer),
            OnBehalfOf::Office => FuseOf::Office,
        }
    }
}

impl fmt::Display for FuseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = self.limit.name();
        match self.of {
            FuseOf::Office => write!(f, "office-{limit}"),
            FuseOf::Person(person) => write!(f, "person-{}-{limit}", person.0),
            FuseOf::Peer(peer) => write!(f, "peer-{}-{limit}", peer.0),
            FuseOf::Line(line) => write!(f, "line-{}-{limit}", line.0),
        }
    }
}

impl FromStr for FuseId {
    type Err = BadFuseId;

    fn from_str(text: &str) -> Result<FuseId, BadFuseId> {
        let (of, limit) = text.rsplit_once('-').ok_or(BadFuseId)?;
        let found = FuseLimit::ALL.iter().find(|(_, name)| *name == limit);
        let (limit, _) = *found.ok_or(BadFuseId)?;
        let of = match of.split_once('-') {
            None if of == "office" => FuseOf::Office,
            None => return Err(BadFuseId),
            Some((kind, id)) => {
                let id = id.parse().map_err(|_| BadFuseId)?;
                match kind {
                    "person" => FuseOf::Person(PersonId(id)),
                    "peer" => FuseOf::Peer(PeerId(id)),
                    "line" => FuseOf::Line(TrunkId(id)),
                    _ => return Err(BadFuseId),
                }
            }
        };
        Ok(FuseId { of, limit })
    }
}

impl From<FuseId> for String {
    fn from(fuse: FuseId) -> String {
        fuse.to_string()
    }
}

impl TryFrom<String> for FuseId {
    type Error = BadFuseId;

    fn try_from(text: String) -> Result<FuseId, BadFuseId> {
        text.parse()
    }
}

/// The text names no fuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadFuseId;

impl fmt::Display for BadFuseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no such fuse")
    }
}

impl std::error::Error for BadFuseId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fuse_is_found_by_its_name() {
        let all = [
            FuseOf::Office,
            FuseOf::Person(PersonId(3)),
            FuseOf::Peer(PeerId(2)),
            FuseOf::Line(TrunkId(1)),
        ];
        for of in all {
            for (limit, _) in FuseLimit::ALL {
                let fuse = FuseId { of, limit };
                assert_eq!(fuse.to_string().parse(), Ok(fuse), "{fuse}");
            }
        }
        for wrong in [
            "",
            "office",
            "office-3-money",
            "person-money",
            "person-x-money",
            "person-3-gold",
        ] {
            assert_eq!(wrong.parse::<FuseId>(), Err(BadFuseId), "{wrong:?}");
        }
    }
}
