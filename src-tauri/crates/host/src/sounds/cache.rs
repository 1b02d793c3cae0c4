//! Decoded sounds that are likely to be played again.

use std::{collections::BTreeMap, fs::Metadata, sync::Arc, time::SystemTime};

use media::{Samples, SoundFile};

/// Which content of a file was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// The one that came with the engine.
    Shipped,
    /// Of the disk, by length and time of its last change.
    Of(u64, Option<SystemTime>),
}

impl Version {
    pub(super) fn of(about: &Metadata) -> Version {
        Version::Of(about.len(), about.modified().ok())
    }
}

/// The sounds played last, bounded by their bytes.
///
/// A sound that somebody hears just now is never thrown out: that would free nothing, and the next
/// listener would get a second copy.
#[derive(Debug)]
pub(super) struct Cache {
    most: usize,
    bytes: usize,
    /// Counts up with each use.
    uses: u64,
    sounds: BTreeMap<SoundFile, Kept>,
}

#[derive(Debug)]
struct Kept {
    version: Version,
    samples: Samples,
    used: u64,
}

impl Cache {
    /// A cache that holds `most` bytes.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            bytes: 0,
            uses: 0,
            sounds: BTreeMap::new(),
        }
    }

    /// A sound, unless its file has changed.
    pub(super) fn get(&mut self, file: &SoundFile, version: Version) -> Option<Samples> {
        let kept = self.sounds.get_mut(file)?;
        if kept.version != version {
            return None;
        }
        self.uses += 1;
        kept.used = self.uses;
        Some(Arc::clone(&kept.samples))
    }

    /// Keeps a sound and lets those go that were not used for longest.
    pub(super) fn keep(&mut self, file: SoundFile, version: Version, samples: Samples) {
        self.uses += 1;
        self.bytes += size(&samples);
        let kept = Kept {
            version,
            samples,
            used: self.uses,
        };
        if let Some(before) = self.sounds.insert(file, kept) {
            self.bytes -= size(&before.samples);
        }
        while self.bytes > self.most {
            let unheard = self
                .sounds
                .iter()
                .filter(|(_, kept)| Arc::strong_count(&kept.samples) == 1)
                .min_by_key(|(_, kept)| kept.used)
                .map(|(file, _)| file.clone());
            let Some(gone) = unheard.and_then(|file| self.sounds.remove(&file)) else {
                return;
            };
            self.bytes -= size(&gone.samples);
        }
    }
}

fn size(samples: &Samples) -> usize {
    size_of_val::<[i16]>(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(samples: usize) -> Samples {
        vec![0; samples].into()
    }

    #[test]
    fn what_was_not_used_for_longest_goes_unless_somebody_hears_it() {
        let mut cache = Cache::new(1_000);
        let [a, b, c, d] = ["a", "b", "c", "d"].map(SoundFile::new);
        let heard = sound(200);
        cache.keep(a.clone(), Version::Shipped, Arc::clone(&heard));
        cache.keep(b.clone(), Version::Shipped, sound(200));
        cache.keep(c.clone(), Version::Shipped, sound(50));
        assert!(cache.get(&b, Version::Shipped).is_some());
        cache.keep(d.clone(), Version::Shipped, sound(200));
        assert!(cache.bytes <= 1_000);
        let has = |cache: &mut Cache, file: &SoundFile| cache.get(file, Version::Shipped).is_some();
        assert!(has(&mut cache, &a), "is being heard");
        assert!(!has(&mut cache, &c), "not used for longest");
        assert!(!has(&mut cache, &b), "then this");
        assert!(has(&mut cache, &d));
        drop(heard);
        cache.keep(b.clone(), Version::Shipped, sound(400));
        assert!(!has(&mut cache, &a));
        assert_eq!(
            cache.bytes,
            cache
                .sounds
                .values()
                .map(|kept| size(&kept.samples))
                .sum::<usize>()
        );
    }

    #[test]
    fn a_sound_larger_than_the_cache_does_not_stay() {
        let mut cache = Cache::new(1_000);
        let file = SoundFile::new("a");
        cache.keep(file.clone(), Version::Shipped, sound(2_000));
        assert!(cache.get(&file, Version::Shipped).is_none());
        assert_eq!(cache.bytes, 0);
    }

    #[test]
    fn a_changed_file_takes_the_place_of_the_old_one() {
        let mut cache = Cache::new(1_000);
        let file = SoundFile::new("a");
        cache.keep(file.clone(), Version::Of(1, None), sound(100));
        assert!(cache.get(&file, Version::Of(2, None)).is_none());
        cache.keep(file.clone(), Version::Of(2, None), sound(150));
        assert_eq!(cache.bytes, 300);
        assert_eq!(cache.get(&file, Version::Of(2, None)).unwrap().len(), 150);
    }
}
