//! Parking: the slots in which calls wait until somebody fetches them.

use crate::limits::{
    EXTENSION_NUMBER_MAX_CHARS, PARKING_BACK_MAX_SECONDS, PARKING_BACK_MIN_SECONDS,
    PARKING_SLOTS_MAX,
};
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};

/// Where calls are parked, and when they come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parking {
    /// Whether calls can be parked.
    pub on: bool,
    /// The number of the first slot.
    pub first: u32,
    /// How many slots there are, 1 to [`PARKING_SLOTS_MAX`].
    pub slots: u16,
    /// After how many seconds a parked call comes back to whoever has parked it.
    pub back_seconds: u32,
}

/// A slot, by the number that is dialled for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParkSlot(pub u32);

impl Default for Parking {
    /// Ten slots that few offices have given to people, as 70 is where most telephone systems park.
    fn default() -> Self {
        Self {
            on: true,
            first: 70,
            slots: 10,
            back_seconds: 120,
        }
    }
}

impl Parking {
    /// All slots; none while parking is off.
    pub fn all(&self) -> impl Iterator<Item = ParkSlot> {
        let count = if self.on { u32::from(self.slots) } else { 0 };
        let first = self.first;
        (0..count).filter_map(move |at| first.checked_add(at).map(ParkSlot))
    }

    /// The slot that is dialled so, if there is one.
    #[must_use]
    pub fn slot(&self, dialled: &str) -> Option<ParkSlot> {
        let number: u32 = dialled.parse().ok()?;
        let is_one = self.on && (self.first..=self.last().0).contains(&number);
        // "+71" and "071" are other numbers.
        (is_one && number.to_string() == dialled).then_some(ParkSlot(number))
    }

    /// The last slot.
    #[must_use]
    pub fn last(&self) -> ParkSlot {
        let more = u32::from(self.slots.saturating_sub(1));
        ParkSlot(self.first.saturating_add(more))
    }

    /// After how long a parked call comes back.
    #[must_use]
    pub fn back_after(&self) -> Duration {
        Duration::from_secs(self.back_seconds.into())
    }

    /// Whether all of it can be dialled and is within its limits.
    pub(crate) fn is_in_bounds(&self) -> bool {
        (1..=PARKING_SLOTS_MAX).contains(&self.slots)
            && self.first > 0
            && self.last().to_string().len() <= EXTENSION_NUMBER_MAX_CHARS
            && (PARKING_BACK_MIN_SECONDS..=PARKING_BACK_MAX_SECONDS).contains(&self.back_seconds)
    }
}

impl fmt::Display for ParkSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_dialled_by_its_number_and_no_other_spelling() {
        let parking = Parking::default();
        assert_eq!(parking.slot("70"), Some(ParkSlot(70)));
        assert_eq!(parking.slot("79"), Some(ParkSlot(79)));
        for other in ["69", "80", "070", "+70", "7", "", "*70", "99999999999"] {
            assert_eq!(parking.slot(other), None, "{other}");
        }
        let off = Parking {
            on: false,
            ..parking
        };
        assert_eq!(off.slot("70"), None);
        assert_eq!(off.all().count(), 0);
    }

    #[test]
    fn slots_beyond_what_can_be_dialled_are_none() {
        let parking = |first, slots| Parking {
            first,
            slots,
            ..Parking::default()
        };
        assert!(parking(99_999_990, 10).is_in_bounds());
        assert!(!parking(99_999_991, 10).is_in_bounds());
        assert!(!parking(u32::MAX, 10).is_in_bounds());
        assert!(!parking(70, 0).is_in_bounds());
        assert!(!parking(70, PARKING_SLOTS_MAX + 1).is_in_bounds());
        assert!(!parking(0, 10).is_in_bounds());
    }
}
