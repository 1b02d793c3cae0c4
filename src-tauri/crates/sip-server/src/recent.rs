//! A bounded table that forgets what was not touched lately.

use std::{borrow::Borrow, collections::BTreeMap, mem};

/// Two generations: what is touched moves to the young one; when that is full the old one is
/// dropped and the young one grows old. Holds at most twice `half` entries, forgets in bulk, and
/// needs no order of use to be kept.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    young: BTreeMap<K, V>,
    old: BTreeMap<K, V>,
    half: usize,
}

impl<K: Ord, V> Recent<K, V> {
    /// A table for at most `capacity` entries.
    pub(crate) fn new(capacity: usize) -> Recent<K, V> {
        Recent {
            young: BTreeMap::new(),
            old: BTreeMap::new(),
            half: (capacity / 2).max(1),
        }
    }

    /// Looks without touching.
    pub(crate) fn peek<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// Changes an entry where it is, without touching.
    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        match self.young.get_mut(key) {
            Some(value) => Some(value),
            None => self.old.get_mut(key),
        }
    }

    /// Touches the entry, which is made when absent. `forgotten` sees every entry dropped for room.
    pub(crate) fn touch(
        &mut self,
        key: K,
        make: impl FnOnce() -> V,
        forgotten: impl FnMut(V),
    ) -> &mut V {
        let kept = self.old.remove(&key);
        if !self.young.contains_key(&key) && self.young.len() >= self.half {
            let dropped = mem::replace(&mut self.old, mem::take(&mut self.young));
            dropped.into_values().for_each(forgotten);
        }
        self.young
            .entry(key)
            .or_insert_with(|| kept.unwrap_or_else(make))
    }

    /// Forgets one entry.
    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        self.young.remove(key);
        self.old.remove(key);
    }

    /// Drops the entries for which `keep` is false.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) {
        self.young.retain(|key, value| keep(key, value));
        self.old.retain(|key, value| keep(key, value));
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_touched_stays_and_the_rest_goes() {
        let mut table = Recent::new(8);
        let mut gone = Vec::new();
        for n in 0..40 {
            table.touch(0, || 0, |v| gone.push(v));
            table.touch(n, || n, |v| gone.push(v));
        }
        assert_eq!(table.peek(&0), Some(&0));
        assert!(gone.contains(&5) && !gone.contains(&0));
    }

    proptest! {
        #[test]
        fn it_never_outgrows_its_capacity(keys in proptest::collection::vec(0u16..500, 0..2_000)) {
            let mut table = Recent::new(64);
            for key in keys {
                *table.touch(key, || 0u32, drop) += 1;
                prop_assert!(table.len() <= 64);
                prop_assert!(table.peek(&key).is_some_and(|n| *n > 0));
            }
        }
    }
}
