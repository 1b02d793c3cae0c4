//! A slab whose keys carry a generation: a key of a removed value never finds its successor.

use crate::ids::Key;
use slab::Slab;

/// Values by [`Key`].
#[derive(Debug)]
pub(crate) struct Table<T> {
    slots: Slab<(u32, T)>,
    /// Generation of the next value; wraps after 2^32 values, when no old key is left.
    generation: u32,
}

impl<T> Table<T> {
    pub(crate) fn new() -> Table<T> {
        Table {
            slots: Slab::new(),
            generation: 0,
        }
    }

    pub(crate) fn insert(&mut self, value: T) -> Key {
        self.generation = self.generation.wrapping_add(1);
        let generation = self.generation;
        let index = self.slots.insert((generation, value));
        Key {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            generation,
        }
    }

    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        match self.slots.get(key.index as usize) {
            Some((generation, value)) if *generation == key.generation => Some(value),
            _ => None,
        }
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        match self.slots.get_mut(key.index as usize) {
            Some((generation, value)) if *generation == key.generation => Some(value),
            _ => None,
        }
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        self.get(key)?;
        self.slots.try_remove(key.index as usize).map(|(_, v)| v)
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Every value, in the order of their slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &T)> {
        self.slots.iter().map(|(index, (generation, value))| {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            let generation = *generation;
            (Key { index, generation }, value)
        })
    }
}
