//! The accounts of a load run: the same for every server, found in an office and in a text database.

use anyhow::{Context, Result};
use office::{DigestCredentials, Extension, ExtensionNumber, MediaPolicy, RouteTarget};
use std::{
    fmt::Write as _,
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
};
use store::{NewDevice, NewLogin, NewPerson, Store};

/// Devices with their passwords, in one realm.
pub struct Accounts {
    pub realm: String,
    pub all: Vec<Account>,
}

/// One device.
#[derive(Clone)]
pub struct Account {
    pub user: String,
    pub password: String,
    /// The number that rings it in the office.
    pub extension: String,
    /// What its password is checked against: MD5 of user, realm and password.
    ha1: String,
}

impl Accounts {
    /// Founds an office in a folder, straight through the store: `persons` with so many devices each.
    pub fn found(folder: &Path, persons: u32, devices_each: u32) -> Result<Accounts> {
        let (mut store, _) = Store::open(folder)?;
        let realm = store.settings()?.value.realm;
        let (all, _) = store.change(|change| {
            let mut all = Vec::new();
            for person in 0..persons {
                let number = extension(person);
                let id = change.add_person(&NewPerson {
                    name: format!("Person {person}"),
                    number: Some(number.clone()),
                    ..NewPerson::default()
                })?;
                change.add_extension(&Extension::to(number.clone(), RouteTarget::User(id)))?;
                for device in 0..devices_each {
                    let mut login = change.add_device(&NewDevice {
                        person: id,
                        label: format!("Phone {device}"),
                        sip_user: None,
                        max_contacts: 5,
                        media: MediaPolicy::Auto,
                    })?;
                    // SIPp takes a password that begins so for hexadecimal digits.
                    for revision in 1.. {
                        if !login.secret.expose().starts_with("0x") {
                            break;
                        }
                        login = change.renew_secret(login.device, revision)?;
                    }
                    all.push((login, number.to_string()));
                }
            }
            Ok(all)
        })?;
        let account = |(login, extension): (NewLogin, String)| {
            let NewLogin {
                sip_user, secret, ..
            } = login;
            let hashes = DigestCredentials::of_password(&sip_user, &realm, &secret);
            Account {
                user: sip_user.to_string(),
                password: secret.expose().to_owned(),
                extension,
                ha1: hashes.ha1_md5.expose().to_owned(),
            }
        };
        Ok(Accounts {
            all: all.into_iter().map(account).collect(),
            realm: realm.to_string(),
        })
    }

    /// Writes the accounts as tables that Kamailio's `db_text` reads.
    pub fn write_tables(&self, folder: &Path) -> Result<()> {
        let mut table = "id(int,auto) key_name(string) key_type(int) value_type(int) \
                         key_value(string) expires(int)\n"
            .to_owned();
        for (id, account) in self.all.iter().enumerate() {
            writeln!(table, "{}:{}:0:0:{}:0", id + 1, account.user, account.ha1)?;
        }
        fs::write(folder.join("htable"), table)?;
        let versions = "table_name(string) table_version(int)\nhtable:2\n";
        fs::write(folder.join("version"), versions)?;
        Ok(())
    }
}

/// Lines for SIPp's scenarios: user, password as its keyword, own address, one more field.
pub struct Lines(String);

impl Lines {
    pub fn new() -> Lines {
        Lines("SEQUENTIAL\n".to_owned())
    }

    pub fn push(&mut self, account: &Account, address: Ipv4Addr, last: &str) -> Result<()> {
        let Account { user, password, .. } = account;
        // SIPp's keywords do not nest: the whole one stands in the table.
        writeln!(
            self.0,
            "{user};[authentication username={user} password={password}];{address};{last}"
        )?;
        Ok(())
    }

    pub fn write(self, folder: &Path, name: &str) -> Result<PathBuf> {
        let path = folder.join(name);
        fs::write(&path, self.0).with_context(|| path.display().to_string())?;
        Ok(path)
    }
}

fn extension(person: u32) -> ExtensionNumber {
    let number = (20_000 + person).to_string();
    ExtensionNumber::parse(&number).unwrap_or_else(|_| unreachable!("five digits"))
}
