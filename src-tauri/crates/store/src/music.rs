//! What those hear who wait, on disk.

use crate::StoreError;
use crate::row::get_parsed;
use office::{MusicOnHold, PersonId, SoundName};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// The office itself, in the place of a person: no person has that identity.
pub(crate) const OFFICE: PersonId = PersonId(0);

/// Reads all music that was chosen.
pub(crate) fn load(connection: &Connection) -> Result<BTreeMap<PersonId, MusicOnHold>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT person, sound FROM music_on_hold ORDER BY person, position")?;
    let rows = select.query_map([], |row| {
        let sound: String = row.get(1)?;
        let sound = Some(sound).filter(|sound| !sound.is_empty());
        let sound = sound.map(|_| get_parsed::<SoundName>(row, 1)).transpose()?;
        Ok((PersonId(row.get(0)?), sound))
    })?;
    let mut chosen = BTreeMap::new();
    for row in rows {
        let (person, sound) = row?;
        let music = chosen.entry(person).or_insert(MusicOnHold::Standard);
        match (music, sound) {
            (MusicOnHold::Own(sounds), Some(sound)) => sounds.push(sound),
            (music, Some(sound)) => *music = MusicOnHold::Own(vec![sound]),
            (_, None) => {}
        }
    }
    Ok(chosen)
}

/// Replaces what one person, or the office, has chosen; `None` for nothing.
pub(crate) fn write(
    connection: &Connection,
    person: PersonId,
    music: Option<&MusicOnHold>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM music_on_hold WHERE person = ?1")?
        .execute([person.0])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO music_on_hold (person, position, sound) VALUES (?1, ?2, ?3)",
    )?;
    match music {
        None => {}
        // Whoever wants the standard music though the office has its own.
        Some(MusicOnHold::Standard) => {
            insert.execute(params![person.0, 0, ""])?;
        }
        Some(MusicOnHold::Own(sounds)) => {
            for (position, sound) in (0_i64..).zip(sounds) {
                insert.execute(params![person.0, position, sound.as_str()])?;
            }
        }
    }
    Ok(())
}
