//! Which of the latest packets were there already (RFC 3711 §3.3.2).

/// The packets of one source, by an index that never wraps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    highest: u64,
    /// Bit n: packet `highest - n` was there.
    seen: u64,
}

impl Window {
    /// Begins with its first packet.
    pub(super) const fn new(first: u64) -> Self {
        Self {
            highest: first,
            seen: 1,
        }
    }

    pub(super) const fn highest(&self) -> u64 {
        self.highest
    }

    /// Whether a packet was not there before, as far as that is known.
    pub(super) const fn is_new(&self, index: u64) -> bool {
        match self.highest.checked_sub(index) {
            None => true,
            Some(behind) => behind < 64 && self.seen & (1 << behind) == 0,
        }
    }

    /// Notes a packet that is new.
    pub(super) fn note(&mut self, index: u64) {
        if let Some(ahead) = index.checked_sub(self.highest).filter(|ahead| *ahead > 0) {
            let shifted = u32::try_from(ahead).ok();
            self.seen = shifted
                .and_then(|by| self.seen.checked_shl(by))
                .unwrap_or(0)
                | 1;
            self.highest = index;
        } else if let Some(bit) = u32::try_from(self.highest - index)
            .ok()
            .and_then(|by| 1u64.checked_shl(by))
        {
            self.seen |= bit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn no_packet_is_new_twice(indices in prop::collection::vec(0u64..400, 1..300)) {
            let mut window = Window::new(indices[0]);
            let mut seen = BTreeSet::from([indices[0]]);
            for index in &indices[1..] {
                let highest = *seen.last().unwrap();
                let expected = !seen.contains(index) && index + 64 > highest;
                prop_assert_eq!(window.is_new(*index), expected, "{} after {:?}", index, seen);
                if expected {
                    window.note(*index);
                    seen.insert(*index);
                }
            }
        }
    }
}
