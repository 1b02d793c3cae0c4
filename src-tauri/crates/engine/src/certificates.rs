//! The office's own certificates, for phones that speak TLS.
//!
//! The authority is made once and kept in the data folder; phones are given `tls-authority.pem` to
//! trust. It goes along in backup files, so that a restored office is still trusted. The server's
//! certificate is made anew at each start, so that it never lapses unnoticed and always names the
//! present addresses; its key is never on disk.

use api::Identity;
use host::tls::{self, TlsError, TlsIdentity};
use office::Domain;
use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
    time::SystemTime,
};
use tokio::sync::Notify;

/// The office's authority.
#[derive(Debug)]
pub(crate) struct Authority {
    data: PathBuf,
    identity: RwLock<TlsIdentity>,
    replaced: Notify,
}

/// When the certificate that phones are shown ends; another one is shown now and then.
#[derive(Debug)]
pub(crate) struct CertificateEnd(AtomicI64);

impl CertificateEnd {
    /// Of a certificate that is shown from now on.
    pub(crate) fn of(shown: &TlsIdentity) -> Self {
        let end = Self(AtomicI64::new(0));
        end.set(shown);
        end
    }

    /// Another certificate is shown from now on.
    pub(crate) fn set(&self, shown: &TlsIdentity) {
        let end = api::certificate_end(&shown.certificates);
        self.0.store(end.map_or(0, |end| end.0), Ordering::Relaxed);
    }

    /// In milliseconds since 1970 (UTC), if it can be read.
    pub(crate) fn unix_ms(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|end| *end != 0)
    }
}

/// Why there is no authority.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorityError {
    /// Its files.
    #[error("{} cannot be read or written: {why}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The system's word.
        why: io::Error,
    },
    /// Its contents.
    #[error(
        "the certificate authority in the data folder cannot be used ({0}); move tls-authority.pem and tls-authority.key away to get a new one"
    )]
    Tls(#[from] TlsError),
}

const CERTIFICATE: &str = "tls-authority.pem";
const KEY: &str = "tls-authority.key";

impl Authority {
    /// Reads the authority, or makes one.
    pub(crate) fn of_office(data: &Path) -> Result<Self, AuthorityError> {
        finish_replacing(data)?;
        let (certificate, key) = (data.join(CERTIFICATE), data.join(KEY));
        if let Some(identity) = read(&certificate)?.zip(read(&key)?) {
            let (certificates, key) = identity;
            return Ok(Self::new(data, TlsIdentity { certificates, key }));
        }
        let made = tls::generate(&[], SystemTime::now())?.authority;
        // The certificate last: it says that the key is there.
        write_private(&key, &made.key)?;
        write_private(&certificate, &made.certificates)?;
        Ok(Self::new(data, made))
    }

    fn new(data: &Path, identity: TlsIdentity) -> Self {
        Self {
            data: data.to_owned(),
            identity: RwLock::new(identity),
            replaced: Notify::new(),
        }
    }

    /// A server's certificate for this computer under its names and `addresses`.
    pub(crate) fn issue(&self, addresses: &[IpAddr]) -> Result<TlsIdentity, TlsError> {
        self.issue_under(&[], addresses)
    }

    /// The same, under `domains` first.
    pub(crate) fn issue_under(
        &self,
        domains: &[Domain],
        addresses: &[IpAddr],
    ) -> Result<TlsIdentity, TlsError> {
        let mut names: Vec<String> = domains.iter().map(ToString::to_string).collect();
        names.extend(computer_name());
        names.extend(computer_name().map(|name| format!("{name}.local")));
        names.push("localhost".to_owned());
        names.extend(addresses.iter().map(IpAddr::to_string));
        let mut known = BTreeSet::new();
        names.retain(|name| known.insert(name.clone()));
        tls::issue(&self.identity(), &names, SystemTime::now())
    }

    /// The certificate phones are to trust, with its key.
    pub(crate) fn identity(&self) -> TlsIdentity {
        let identity = self.identity.read();
        identity.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another authority in its place: that of a restored office.
    pub(crate) fn replace(&self, new: TlsIdentity) -> Result<(), AuthorityError> {
        // One that cannot vouch for anything is refused before anything is changed.
        tls::issue(&new, &[], SystemTime::now())?;
        let identity = self.identity.write();
        let mut identity = identity.unwrap_or_else(PoisonError::into_inner);
        let both = new.key.clone() + &new.certificates;
        write_private(&self.data.join(INCOMING), &both)?;
        finish_replacing(&self.data)?;
        *identity = new;
        self.replaced.notify_one();
        Ok(())
    }

    /// Waits until it was replaced, or returns at once if it was since the last time.
    pub(crate) async fn replaced(&self) {
        self.replaced.notified().await;
    }
}

impl api::Authority for Authority {
    fn identity(&self) -> Identity {
        let TlsIdentity { certificates, key } = self.identity();
        Identity { certificates, key }
    }

    fn issue(&self, addresses: &[IpAddr]) -> Result<Identity, String> {
        let issued = self.issue(addresses).map_err(|why| why.to_string())?;
        let TlsIdentity { certificates, key } = issued;
        Ok(Identity { certificates, key })
    }

    fn replace(&self, identity: Identity) -> Result<(), String> {
        let Identity { certificates, key } = identity;
        let new = TlsIdentity { certificates, key };
        self.replace(new).map_err(|why| why.to_string())
    }
}

/// An authority that is about to take the place of the one before, key and certificate in one
/// file: a power cut between two files would leave halves that do not belong together.
const INCOMING: &str = "tls-authority.incoming";

/// Brings an authority that is about to take the place of the one before to where it belongs.
fn finish_replacing(data: &Path) -> Result<(), AuthorityError> {
    let incoming = data.join(INCOMING);
    let Some(both) = read(&incoming)? else {
        return Ok(());
    };
    let at = both
        .find("-----BEGIN CERTIFICATE-----")
        .unwrap_or(both.len());
    let (key, certificate) = both.split_at(at);
    write_private(&data.join(KEY), key)?;
    write_private(&data.join(CERTIFICATE), certificate)?;
    fs::remove_file(&incoming).map_err(|why| AuthorityError::File {
        file: incoming,
        why,
    })
}

fn read(file: &Path) -> Result<Option<String>, AuthorityError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(AuthorityError::File {
            file: file.to_owned(),
            why,
        }),
    }
}

/// Writes a file that only its owner can read; after a power cut it is whole or not there.
fn write_private(file: &Path, text: &str) -> Result<(), AuthorityError> {
    let new = file.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&new).and_then(|mut open| {
        open.write_all(text.as_bytes())?;
        open.sync_all()?;
        fs::rename(&new, file)
    });
    written.map_err(|why| AuthorityError::File {
        file: file.to_owned(),
        why,
    })
}

/// What this computer calls itself in the network, where the system tells.
pub(crate) fn computer_name() -> Option<String> {
    let name = if cfg!(windows) {
        std::env::var("COMPUTERNAME").ok()?
    } else {
        fs::read_to_string("/proc/sys/kernel/hostname").ok()?
    };
    Domain::parse(name.trim()).ok().map(|name| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_made_once_and_vouches_for_each_server() {
        let data = tempfile::tempdir().unwrap();
        let first = Authority::of_office(data.path()).unwrap();
        let second = Authority::of_office(data.path()).unwrap();
        assert_eq!(first.identity(), second.identity());
        let addresses = [IpAddr::from([192, 0, 2, 7])];
        let server = second.issue(&addresses).unwrap();
        assert!(
            server
                .certificates
                .ends_with(&first.identity().certificates)
        );
        assert_ne!(server.key, second.issue(&addresses).unwrap().key);
    }

    #[test]
    fn half_an_authority_is_made_anew() {
        let data = tempfile::tempdir().unwrap();
        let first = Authority::of_office(data.path()).unwrap();
        fs::remove_file(data.path().join(CERTIFICATE)).unwrap();
        let second = Authority::of_office(data.path()).unwrap();
        assert_ne!(first.identity(), second.identity());
        second.issue(&[]).unwrap();
    }

    #[tokio::test]
    async fn the_authority_of_a_restored_office_vouches_from_then_on() {
        let [here, there] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let old = Authority::of_office(there.path()).unwrap().identity();
        let authority = Authority::of_office(here.path()).unwrap();
        let useless = TlsIdentity {
            key: "no key".to_owned(),
            ..old.clone()
        };
        let own = authority.identity();
        authority.replace(useless).unwrap_err();
        assert_eq!(authority.identity(), own);
        authority.replace(old.clone()).unwrap();
        authority.replaced().await;
        let server = authority.issue(&[]).unwrap();
        assert!(server.certificates.ends_with(&old.certificates));
        let again = Authority::of_office(here.path()).unwrap();
        assert_eq!(again.identity(), old, "after a restart as well");
        let names = fs::read_dir(here.path()).unwrap();
        assert_eq!(names.count(), 2, "no key lies about");
    }

    #[test]
    fn a_power_cut_while_the_authority_is_replaced_leaves_halves_that_belong_together() {
        let [here, there] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        Authority::of_office(here.path()).unwrap();
        let old = Authority::of_office(there.path()).unwrap().identity();
        let both = old.key.clone() + &old.certificates;
        fs::write(here.path().join(INCOMING), both).unwrap();
        // The key is the new one already, the certificate is not.
        fs::write(here.path().join(KEY), &old.key).unwrap();
        assert_eq!(Authority::of_office(here.path()).unwrap().identity(), old);
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().unwrap();
        Authority::of_office(data.path()).unwrap();
        let mode = fs::metadata(data.path().join(KEY))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
