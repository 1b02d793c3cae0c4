//! A hashed timer wheel as a value: inserted and cancelled in constant time, driven by `now`.

use slab::Slab;
use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap},
    time::{Duration, Instant},
};

/// Timers by deadline. Each holds a key that [`TimerWheel::pop`] gives back when it is due.
///
/// The near future (65 s) is a ring of 4 ms slots, each a linked list through one slab; timers
/// beyond wait in a sorted set and move into the ring when their time comes near. Deadlines are
/// exact: a slot only says where to look. A slot whose time has come is emptied into a heap, so that
/// many timers of one moment cost no more each than few.
#[derive(Debug)]
pub struct TimerWheel<K> {
    entries: Slab<Entry<K>>,
    /// First entry of each slot's list.
    heads: Box<[u32]>,
    /// Which slots hold something.
    occupied: Occupied,
    /// Timers at or beyond `cursor + SLOTS`, soonest first.
    far: BTreeSet<(Instant, u64, u32)>,
    /// Timers of slots whose time has come; the first is never a cancelled one.
    ripe: BinaryHeap<Reverse<(Instant, u64, u32)>>,
    /// Where tick 0 begins: when the first timer was started.
    origin: Option<Instant>,
    /// Ring entries lie in ticks `cursor .. cursor + SLOTS`; overdue ones at `cursor`.
    cursor: u64,
    sequence: u64,
}

/// Names a timer for [`TimerWheel::cancel`]; never confused with a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimerId {
    index: u32,
    sequence: u64,
}

#[derive(Debug)]
struct Entry<K> {
    deadline: Instant,
    /// Counts insertions: tells timers of one place apart and orders equal deadlines.
    sequence: u64,
    /// The ring slot, `NONE` while in `far`, or `RIPE`.
    slot: u32,
    previous: u32,
    next: u32,
    key: K,
}

const NONE: u32 = u32::MAX;
/// In place of a slot: in the heap.
const RIPE: u32 = u32::MAX - 1;
const SLOTS: u64 = 16_384;
const TICK: Duration = Duration::from_millis(4);
const TICKS_PER_SECOND: u64 = 250;

impl<K> Default for TimerWheel<K> {
    fn default() -> TimerWheel<K> {
        TimerWheel {
            entries: Slab::new(),
            heads: vec![NONE; SLOTS as usize].into_boxed_slice(),
            occupied: Occupied::default(),
            far: BTreeSet::new(),
            ripe: BinaryHeap::new(),
            origin: None,
            cursor: 0,
            sequence: 0,
        }
    }
}

impl<K> TimerWheel<K> {
    /// Starts a timer.
    pub fn insert(&mut self, now: Instant, deadline: Instant, key: K) -> TimerId {
        self.origin.get_or_insert(now);
        if self.entries.is_empty() {
            self.cursor = self.tick(now).max(self.cursor);
        }
        self.sequence += 1;
        let sequence = self.sequence;
        let index = self.entries.insert(Entry {
            deadline,
            sequence,
            slot: NONE,
            previous: NONE,
            next: NONE,
            key,
        });
        let index = u32::try_from(index).unwrap_or(NONE);
        let tick = self.tick(deadline).max(self.cursor);
        if tick - self.cursor < SLOTS {
            self.link(index, tick);
        } else {
            self.far.insert((deadline, sequence, index));
        }
        TimerId { index, sequence }
    }

    /// Stops a timer and gives its key; `None` when it has fired or was cancelled before.
    pub fn cancel(&mut self, id: TimerId) -> Option<K> {
        let entry = self.entries.get(id.index as usize)?;
        if entry.sequence != id.sequence {
            return None;
        }
        self.remove(id.index)
    }

    /// The key of the timer longest due at `now`, which is removed. Call until `None`.
    pub fn pop(&mut self, now: Instant) -> Option<K> {
        self.advance(now);
        let Reverse((deadline, _, index)) = *self.ripe.peek()?;
        if deadline > now {
            return None;
        }
        self.remove(index)
    }

    /// When the next timer is due.
    pub fn next_deadline(&self) -> Option<Instant> {
        let ripe = self.ripe.peek().map(|Reverse((deadline, ..))| *deadline);
        let ring = self.first_in_ring();
        // The far ones come after all of the ring.
        let far = || self.far.first().map(|(deadline, ..)| *deadline);
        ripe.into_iter().chain(ring).min().or_else(far)
    }

    /// Number of timers running.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no timer is running.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Goes on to the tick of `now`: the far timers that come within reach move into the ring, and
    /// the slots passed into the heap.
    fn advance(&mut self, now: Instant) {
        let last = self.tick(now).max(self.cursor);
        loop {
            let slot = self.occupied.first_from((self.cursor % SLOTS) as usize);
            let tick = slot.map(|slot| self.tick_of(slot));
            match (slot, tick) {
                (Some(slot), Some(tick)) if tick <= last => {
                    self.cursor = tick;
                    self.ripen(slot);
                }
                _ => {
                    self.cursor = last;
                    if !self.bring_near() {
                        return;
                    }
                }
            }
        }
    }

    /// The tick that a slot stands for now.
    fn tick_of(&self, slot: usize) -> u64 {
        let ahead = (slot as u64 + SLOTS - self.cursor % SLOTS) % SLOTS;
        self.cursor + ahead
    }

    /// Empties a slot into the heap.
    fn ripen(&mut self, slot: usize) {
        let mut at = match self.heads.get_mut(slot) {
            Some(head) => std::mem::replace(head, NONE),
            None => NONE,
        };
        self.occupied.clear(slot);
        while let Some(entry) = self.entries.get_mut(at as usize) {
            self.ripe
                .push(Reverse((entry.deadline, entry.sequence, at)));
            entry.slot = RIPE;
            at = entry.next;
        }
    }

    /// Moves the far timers that lie within the ring's reach into it. `false`: none.
    fn bring_near(&mut self) -> bool {
        let mut moved = false;
        while let Some((deadline, _, index)) = self.far.first().copied() {
            let tick = self.tick(deadline).max(self.cursor);
            if tick - self.cursor >= SLOTS {
                break;
            }
            self.far.pop_first();
            self.link(index, tick);
            moved = true;
        }
        moved
    }

    /// Deadline of the soonest timer in the ring.
    fn first_in_ring(&self) -> Option<Instant> {
        let slot = self.occupied.first_from((self.cursor % SLOTS) as usize)?;
        let mut at = self.heads.get(slot).copied().unwrap_or(NONE);
        let mut soonest: Option<Instant> = None;
        while let Some(entry) = self.entries.get(at as usize) {
            soonest = Some(soonest.map_or(entry.deadline, |s| s.min(entry.deadline)));
            at = entry.next;
        }
        soonest
    }

    fn link(&mut self, index: u32, tick: u64) {
        let slot = (tick % SLOTS) as usize;
        let Some(head) = self.heads.get_mut(slot) else {
            return;
        };
        let next = std::mem::replace(head, index);
        self.occupied.set(slot);
        if let Some(after) = self.entries.get_mut(next as usize) {
            after.previous = index;
        }
        if let Some(entry) = self.entries.get_mut(index as usize) {
            entry.slot = slot as u32;
            entry.previous = NONE;
            entry.next = next;
        }
    }

    fn remove(&mut self, index: u32) -> Option<K> {
        let entry = self.entries.try_remove(index as usize)?;
        match entry.slot {
            NONE => {
                self.far.remove(&(entry.deadline, entry.sequence, index));
                return Some(entry.key);
            }
            RIPE => {
                self.drop_cancelled();
                return Some(entry.key);
            }
            _ => {}
        }
        match self.entries.get_mut(entry.previous as usize) {
            Some(before) => before.next = entry.next,
            None => {
                if let Some(head) = self.heads.get_mut(entry.slot as usize) {
                    *head = entry.next;
                }
                if entry.next == NONE {
                    self.occupied.clear(entry.slot as usize);
                }
            }
        }
        if let Some(after) = self.entries.get_mut(entry.next as usize) {
            after.previous = entry.previous;
        }
        Some(entry.key)
    }

    /// Takes timers that are gone off the heap's top.
    fn drop_cancelled(&mut self) {
        while let Some(Reverse((_, sequence, index))) = self.ripe.peek() {
            match self.entries.get(*index as usize) {
                Some(entry) if entry.sequence == *sequence => return,
                _ => self.ripe.pop(),
            };
        }
    }

    fn tick(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.origin.unwrap_or(at));
        since.as_secs() * TICKS_PER_SECOND
            + u64::from(since.subsec_nanos()) / TICK.as_nanos() as u64
    }
}

/// One bit per slot, and one bit per word of them.
#[derive(Debug)]
struct Occupied {
    words: [u64; WORDS],
    summary: [u64; WORDS / 64],
}

const WORDS: usize = SLOTS as usize / 64;

impl Default for Occupied {
    fn default() -> Occupied {
        Occupied {
            words: [0; WORDS],
            summary: [0; WORDS / 64],
        }
    }
}

impl Occupied {
    fn set(&mut self, slot: usize) {
        let word = slot / 64;
        if let Some(bits) = self.words.get_mut(word) {
            *bits |= 1 << (slot % 64);
        }
        if let Some(bits) = self.summary.get_mut(word / 64) {
            *bits |= 1 << (word % 64);
        }
    }

    fn clear(&mut self, slot: usize) {
        let word = slot / 64;
        let Some(bits) = self.words.get_mut(word) else {
            return;
        };
        *bits &= !(1 << (slot % 64));
        if *bits == 0
            && let Some(bits) = self.summary.get_mut(word / 64)
        {
            *bits &= !(1 << (word % 64));
        }
    }

    /// The first occupied slot at or after `slot`, going round.
    fn first_from(&self, slot: usize) -> Option<usize> {
        let word = slot / 64;
        let here = self.words.get(word)? & (u64::MAX << (slot % 64));
        if here != 0 {
            return Some(word * 64 + here.trailing_zeros() as usize);
        }
        // Every later word, then round to the first and up to this one.
        let word = first_bit(&self.summary, word + 1).or_else(|| first_bit(&self.summary, 0))?;
        let bits = self.words.get(word)?;
        Some(word * 64 + bits.trailing_zeros() as usize)
    }
}

/// The first bit set at or after `from`.
fn first_bit(words: &[u64], from: usize) -> Option<usize> {
    let mut mask = u64::MAX << (from % 64);
    for (index, bits) in words.iter().enumerate().skip(from / 64) {
        if bits & mask != 0 {
            return Some(index * 64 + (bits & mask).trailing_zeros() as usize);
        }
        mask = u64::MAX;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug)]
    enum Move {
        Start(u64),
        Cancel(usize),
        Advance(u64),
    }

    fn moves() -> impl Strategy<Value = Move> {
        let after = prop_oneof![0..50u64, 0..40_000u64, 60_000..70_000u64, 0..10_000_000u64];
        prop_oneof![
            4 => after.clone().prop_map(Move::Start),
            1 => any::<usize>().prop_map(Move::Cancel),
            2 => after.prop_map(Move::Advance),
        ]
    }

    proptest! {
        /// The wheel fires what a sorted map fires, in the same order, at the same time.
        #[test]
        fn behaves_like_a_sorted_map(moves in proptest::collection::vec(moves(), 1..200)) {
            let origin = Instant::now();
            let mut now = origin;
            let mut wheel = TimerWheel::default();
            let mut model: BTreeMap<(Instant, u64), TimerId> = BTreeMap::new();
            let mut started = Vec::new();
            for (number, this) in (0u64..).zip(moves) {
                match this {
                    Move::Start(after) => {
                        let deadline = now + Duration::from_micros(after * 997);
                        let id = wheel.insert(now, deadline, number);
                        model.insert((deadline, number), id);
                        started.push((deadline, number, id));
                    }
                    Move::Cancel(which) if !started.is_empty() => {
                        let (deadline, number, id) = started[which % started.len()];
                        let expected = model.remove(&(deadline, number)).map(|_| number);
                        prop_assert_eq!(wheel.cancel(id), expected);
                    }
                    Move::Cancel(_) => {}
                    Move::Advance(by) => {
                        now += Duration::from_micros(by * 997);
                        while let Some((&(deadline, number), _)) = model.first_key_value() {
                            if deadline > now {
                                break;
                            }
                            model.pop_first();
                            prop_assert_eq!(wheel.pop(now), Some(number));
                        }
                        prop_assert_eq!(wheel.pop(now), None);
                    }
                }
                prop_assert_eq!(wheel.len(), model.len());
                let next = model.first_key_value().map(|((deadline, _), _)| *deadline);
                prop_assert_eq!(wheel.next_deadline(), next);
            }
        }
    }

    #[test]
    fn a_timer_further_away_than_the_ring_reaches_fires_on_time() {
        let start = Instant::now();
        let mut wheel = TimerWheel::default();
        let hour = start + Duration::from_secs(3600);
        wheel.insert(start, hour, "registration");
        wheel.insert(start, start + Duration::from_secs(32), "transaction");
        assert_eq!(wheel.pop(start + Duration::from_secs(31)), None);
        assert_eq!(
            wheel.pop(start + Duration::from_secs(40)),
            Some("transaction")
        );
        assert_eq!(wheel.next_deadline(), Some(hour));
        assert_eq!(wheel.pop(hour - Duration::from_nanos(1)), None);
        assert_eq!(wheel.pop(hour), Some("registration"));
        assert!(wheel.is_empty());
    }

    #[test]
    fn an_old_id_does_not_cancel_the_timer_that_took_its_place() {
        let now = Instant::now();
        let mut wheel = TimerWheel::default();
        let old = wheel.insert(now, now, 1);
        assert_eq!(wheel.pop(now), Some(1));
        wheel.insert(now, now, 2);
        assert_eq!(wheel.cancel(old), None);
        assert_eq!(wheel.pop(now), Some(2));
    }
}
