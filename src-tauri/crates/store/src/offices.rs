//! The list of further offices of this engine. Each is an office of its own, with a data directory of
//! its own below that of the first, whose store keeps this list.

use crate::described::Kind;
use crate::limits::{FURTHER_OFFICES_MAX, OFFICE_FOLDER_MAX_CHARS};
use crate::office_change::OfficeChange;
use crate::row::{Revised, expect_one, get_optional_parsed, get_parsed, get_try};
use crate::{Store, StoreError};
use office::{Domain, Language, Record, TimeZone};
use rusqlite::{Connection, OptionalExtension, params};
use std::fmt;
use std::str::FromStr;

/// The identity of a further office: never used twice, 1 and up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FurtherOfficeId(pub i64);

/// A further office of this engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FurtherOffice {
    /// Its identity.
    pub id: FurtherOfficeId,
    /// What it is called in the list: clean text, not empty.
    pub name: String,
    /// Its data directory below `offices`.
    pub folder: OfficeFolder,
    /// The office it is a part of; none for one that is only beside the first.
    pub parent: Option<FurtherOfficeId>,
    /// The colour by which its window is told from others.
    pub accent: Option<Accent>,
    /// The language it began with.
    pub language: Language,
    /// The time zone it began with.
    pub time_zone: TimeZone,
    /// The hosts it answers for; no other office of the engine has one of them.
    pub domains: Vec<Domain>,
    /// Where its API was last, on this computer.
    pub api_port: Option<u16>,
    /// Whether it runs.
    pub enabled: bool,
}

/// A folder's name: small letters, digits and hyphens, 1 to
/// [`OFFICE_FOLDER_MAX_CHARS`](crate::limits::OFFICE_FOLDER_MAX_CHARS).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfficeFolder(String);

/// A colour as `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accent(String);

/// No folder of an office can be called so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a folder's name has small letters, digits and hyphens only")]
pub struct BadOfficeFolder;

/// Not a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written as #rrggbb")]
pub struct BadAccent;

impl OfficeFolder {
    /// The folder for an office of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let mut folder = String::new();
        for letter in name.chars().flat_map(char::to_lowercase) {
            let plain = match letter {
                'ä' => "ae",
                'ö' => "oe",
                'ü' => "ue",
                'ß' => "ss",
                'a'..='z' | '0'..='9' => {
                    folder.push(letter);
                    continue;
                }
                _ => "-",
            };
            if plain != "-" || !(folder.is_empty() || folder.ends_with('-')) {
                folder.push_str(plain);
            }
        }
        // Room for the number of one more with that name.
        folder.truncate(OFFICE_FOLDER_MAX_CHARS - 4);
        let folder = folder.trim_end_matches('-');
        Self(if folder.is_empty() { "office" } else { folder }.to_owned())
    }

    /// The folder for one more office of that name.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        Self(format!("{}-{number}", self.0))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OfficeFolder {
    type Err = BadOfficeFolder;

    fn from_str(text: &str) -> Result<Self, BadOfficeFolder> {
        let is_plain = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-');
        let fits = (1..=OFFICE_FOLDER_MAX_CHARS).contains(&text.len());
        match fits && text.chars().all(is_plain) {
            true => Ok(Self(text.to_owned())),
            false => Err(BadOfficeFolder),
        }
    }
}

impl fmt::Display for OfficeFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Accent {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Accent {
    type Err = BadAccent;

    fn from_str(text: &str) -> Result<Self, BadAccent> {
        let digits = text.strip_prefix('#').ok_or(BadAccent)?;
        match digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            true => Ok(Self(text.to_ascii_lowercase())),
            false => Err(BadAccent),
        }
    }
}

const EXISTS: &str = "SELECT 1 FROM offices WHERE id = ?1";

const OFFICE: Kind = Kind {
    select: "SELECT offices.id, offices.name, json_object(
                 'name', offices.name, 'folder', offices.folder,
                 'parent', (SELECT name FROM offices AS parents WHERE parents.id = offices.parent),
                 'accent', offices.accent, 'language', offices.language,
                 'timeZone', offices.time_zone,
                 'enabled', json(iif(offices.enabled, 'true', 'false')),
                 'domains', (SELECT group_concat(domain, ', ' ORDER BY domain)
                     FROM office_domains WHERE office = offices.id))
             FROM offices WHERE true",
    key: "offices.id",
};

impl OfficeChange<'_> {
    /// Adds an office. Which identity it names does not matter.
    ///
    /// # Errors
    /// [`StoreError::DomainTaken`], [`StoreError::TooManyOffices`], [`StoreError::NotFound`] for its
    /// parent, or what the disk says.
    pub fn add_office(&self, office: &FurtherOffice) -> Result<FurtherOfficeId, StoreError> {
        let count: u32 = self
            .connection
            .query_row("SELECT count(*) FROM offices", [], |row| row.get(0))?;
        if usize::try_from(count).unwrap_or(usize::MAX) >= FURTHER_OFFICES_MAX {
            return Err(StoreError::TooManyOffices);
        }
        self.check_parent(None, office.parent)?;
        self.connection.execute(
            "INSERT INTO offices (name, folder, parent, accent, language, time_zone, api_port,
                 enabled)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                office.name,
                office.folder.as_str(),
                office.parent.map(|parent| parent.0),
                office.accent.as_ref().map(Accent::as_str),
                office.language.as_str(),
                office.time_zone.name(),
                office.api_port,
                office.enabled,
            ],
        )?;
        let id = FurtherOfficeId(self.connection.last_insert_rowid());
        self.write_domains(id, &office.domains)?;
        let added = OFFICE.find(self.connection, &id.0)?;
        self.record("office.added", None, added)?;
        Ok(id)
    }

    /// Replaces an office's record, if it still has that revision. Its folder stays.
    ///
    /// # Errors
    /// Those of [`add_office`](Self::add_office), and [`StoreError::ChangedMeanwhile`].
    pub fn edit_office(&self, office: &FurtherOffice, revision: i64) -> Result<(), StoreError> {
        let id = office.id;
        self.check_parent(Some(id), office.parent)?;
        self.recorded("office.edited", &OFFICE, &id.0, || {
            let changed = self.connection.execute(
                "UPDATE offices SET revision = revision + 1, name = ?1, parent = ?2, accent = ?3,
                     enabled = ?4
                 WHERE id = ?5 AND revision = ?6",
                params![
                    office.name,
                    office.parent.map(|parent| parent.0),
                    office.accent.as_ref().map(Accent::as_str),
                    office.enabled,
                    id.0,
                    revision,
                ],
            )?;
            let record = Record::FurtherOffice(id.0);
            expect_one(changed, self.connection, EXISTS, &id.0, record)?;
            self.write_domains(id, &office.domains)
        })
    }

    /// Takes an office off the list. Its data stays where it is.
    ///
    /// # Errors
    /// [`StoreError::OfficeRuns`] while it is enabled, [`StoreError::OfficeHasParts`] while others
    /// name it as their parent, [`StoreError::ChangedMeanwhile`] or [`StoreError::NotFound`].
    pub fn remove_office(&self, id: FurtherOfficeId, revision: i64) -> Result<(), StoreError> {
        let is = |question: &str| self.connection.prepare(question)?.exists([id.0]);
        if is("SELECT 1 FROM offices WHERE id = ?1 AND enabled")? {
            return Err(StoreError::OfficeRuns);
        }
        if is("SELECT 1 FROM offices WHERE parent = ?1")? {
            return Err(StoreError::OfficeHasParts);
        }
        self.recorded("office.removed", &OFFICE, &id.0, || {
            let removed = self.connection.execute(
                "DELETE FROM offices WHERE id = ?1 AND revision = ?2",
                [id.0, revision],
            )?;
            let record = Record::FurtherOffice(id.0);
            expect_one(removed, self.connection, EXISTS, &id.0, record)
        })
    }

    /// The parent must be there, and must not be the office itself or a part of it.
    fn check_parent(
        &self,
        id: Option<FurtherOfficeId>,
        parent: Option<FurtherOfficeId>,
    ) -> Result<(), StoreError> {
        let mut above = parent;
        for _ in 0..=FURTHER_OFFICES_MAX {
            let Some(at) = above else {
                return Ok(());
            };
            if Some(at) == id {
                return Err(StoreError::OfficeInItself);
            }
            let next: Option<Option<i64>> = self
                .connection
                .query_row("SELECT parent FROM offices WHERE id = ?1", [at.0], |row| {
                    row.get(0)
                })
                .optional()?;
            let next = next.ok_or(StoreError::NotFound(Record::FurtherOffice(at.0)))?;
            above = next.map(FurtherOfficeId);
        }
        Err(StoreError::OfficeInItself)
    }

    fn write_domains(&self, id: FurtherOfficeId, domains: &[Domain]) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM office_domains WHERE office = ?1", [id.0])?;
        let mut taken = self.connection.prepare_cached(
            "SELECT 1 FROM office_domains WHERE domain = ?1 AND office <> ?2
             UNION ALL SELECT 1 FROM domains WHERE domain = ?1",
        )?;
        let mut insert = self.connection.prepare_cached(
            "INSERT OR IGNORE INTO office_domains (domain, office) VALUES (?1, ?2)",
        )?;
        for domain in domains {
            if taken.exists(params![domain.as_str(), id.0])? {
                return Err(StoreError::DomainTaken {
                    domain: domain.clone(),
                });
            }
            insert.execute(params![domain.as_str(), id.0])?;
        }
        Ok(())
    }
}

impl Store {
    /// The further offices of this engine, in the order in which they were added.
    ///
    /// # Errors
    /// A saved value cannot be understood.
    pub fn further_offices(&self) -> Result<Vec<Revised<FurtherOffice>>, StoreError> {
        let mut select = self.connection.prepare(
            "SELECT id, revision, name, folder, parent, accent, language, time_zone, api_port,
                 enabled
             FROM offices ORDER BY id",
        )?;
        let mut rows = select.query([])?;
        let mut offices = Vec::new();
        while let Some(row) = rows.next()? {
            let id = FurtherOfficeId(row.get(0)?);
            offices.push(Revised {
                revision: row.get(1)?,
                value: FurtherOffice {
                    id,
                    name: row.get(2)?,
                    folder: get_parsed(row, 3)?,
                    parent: row.get::<_, Option<i64>>(4)?.map(FurtherOfficeId),
                    accent: get_optional_parsed(row, 5)?,
                    language: get_parsed(row, 6)?,
                    time_zone: get_try::<String, _>(row, 7)?,
                    domains: domains_of(&self.connection, id)?,
                    api_port: row.get(8)?,
                    enabled: row.get(9)?,
                },
            });
        }
        Ok(offices)
    }

    /// Keeps where the API of an office is, so that it is there again after the next start. That is
    /// no change of the office.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keep_office_port(&mut self, id: FurtherOfficeId, port: u16) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE offices SET api_port = ?1 WHERE id = ?2",
            params![port, id.0],
        )?;
        Ok(())
    }
}

fn domains_of(connection: &Connection, id: FurtherOfficeId) -> Result<Vec<Domain>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT domain FROM office_domains WHERE office = ?1 ORDER BY rowid")?;
    let domains = select.query_map([id.0], |row| get_parsed(row, 0))?;
    Ok(domains.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_plain_whatever_the_office_is_called() {
        for (name, folder) in [
            ("Acme Ltd.", "acme-ltd"),
            ("Bäckerei Müller & Söhne", "baeckerei-mueller-soehne"),
            ("../../etc", "etc"),
            ("株式会社", "office"),
            ("", "office"),
        ] {
            let made = OfficeFolder::of_name(name);
            assert_eq!(made.as_str(), folder);
            assert_eq!(made.as_str().parse(), Ok(made.clone()));
        }
        let long = OfficeFolder::of_name(&"x".repeat(500)).numbered(99);
        assert!(long.as_str().parse::<OfficeFolder>().is_ok());
        for bad in ["", "..", "a/b", "A", "a b"] {
            assert_eq!(bad.parse::<OfficeFolder>(), Err(BadOfficeFolder), "{bad}");
        }
    }

    #[test]
    fn a_colour_is_six_digits() {
        assert_eq!("#0A7f3c".parse::<Accent>().unwrap().as_str(), "#0a7f3c");
        for bad in ["", "red", "#fff", "#12345g", "#1234567", "0a7f3c"] {
            assert_eq!(bad.parse::<Accent>(), Err(BadAccent), "{bad}");
        }
    }
}
