//! The sounds that are played now or soon: asked of the host, held as long as somebody needs them.

use std::collections::{BTreeMap, VecDeque};

use crate::sound::{Samples, SoundFile};

#[derive(Debug, Default)]
pub(super) struct Shelf {
    sounds: BTreeMap<SoundFile, Held>,
    /// To be asked of the host, the most urgent first.
    wanted: VecDeque<SoundFile>,
}

#[derive(Debug)]
struct Held {
    /// How many chains need it.
    holders: usize,
    /// What the host brought, once it did.
    brought: Option<Result<Samples, ()>>,
}

impl Shelf {
    /// Somebody needs this sound now or soon; to be given back with [`release`](Self::release).
    pub(super) fn hold(&mut self, file: &SoundFile) {
        if let Some(held) = self.sounds.get_mut(file) {
            held.holders += 1;
            return;
        }
        let held = Held {
            holders: 1,
            brought: None,
        };
        self.sounds.insert(file.clone(), held);
        if !self.wanted.contains(file) {
            self.wanted.push_back(file.clone());
        }
    }

    /// Somebody may need this sound soon: the host reads it, and remembers it for a while.
    pub(super) fn prepare(&mut self, file: &SoundFile) {
        if !self.sounds.contains_key(file) && !self.wanted.contains(file) {
            self.wanted.push_back(file.clone());
        }
    }

    /// Somebody who held this sound needs it no more.
    pub(super) fn release(&mut self, file: &SoundFile) {
        let Some(held) = self.sounds.get_mut(file) else {
            return;
        };
        held.holders -= 1;
        if held.holders == 0 {
            let never_came = held.brought.is_none();
            self.sounds.remove(file);
            if never_came {
                self.wanted.retain(|wanted| wanted != file);
            }
        }
    }

    /// What the host brought of a sound that is held; `None` as long as it has brought nothing.
    pub(super) fn get(&self, file: &SoundFile) -> Option<&Result<Samples, ()>> {
        self.sounds.get(file)?.brought.as_ref()
    }

    /// The next sound the host is to load.
    pub(super) fn poll_want(&mut self) -> Option<SoundFile> {
        self.wanted.pop_front()
    }

    /// The host loaded a sound, or could not. One nobody needs any more is not kept.
    pub(super) fn put(&mut self, file: &SoundFile, samples: Result<Samples, ()>) {
        if let Some(held) = self.sounds.get_mut(file) {
            held.brought = Some(samples);
        }
    }

    /// Nobody needs anything.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.sounds.is_empty()
    }
}
