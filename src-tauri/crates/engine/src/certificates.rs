//! The office's own certificates, for phones that speak TLS.
//!
//! The authority is made once and kept in the data folder; phones are given `tls-authority.pem` to
//! trust. The server's certificate is made anew at each start, so that it never lapses unnoticed
//! and always names the present addresses; its key is never on disk.

use host::tls::{self, TlsError, TlsIdentity};
use office::Domain;
use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    net::IpAddr,
    path::{Path, PathBuf},
    sync::atomic::{AtomicI64, Ordering},
    time::SystemTime,
};

/// The office's authority.
#[derive(Debug)]
pub(crate) struct Authority(TlsIdentity);

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
        let (certificate, key) = (data.join(CERTIFICATE), data.join(KEY));
        if let Some(identity) = read(&certificate)?.zip(read(&key)?) {
            let (certificates, key) = identity;
            return Ok(Self(TlsIdentity { certificates, key }));
        }
        let made = tls::generate(&[], SystemTime::now())?.authority;
        // The certificate last: it says that the key is there.
        write_private(&key, &made.key)?;
        write_private(&certificate, &made.certificates)?;
        Ok(Self(made))
    }

    /// A server's certificate for this computer under its names and `addresses`.
    pub(crate) fn issue(&self, addresses: &[IpAddr]) -> Result<TlsIdentity, TlsError> {
        let mut names: Vec<String> = computer_name().into_iter().collect();
        names.extend(computer_name().map(|name| format!("{name}.local")));
        names.push("localhost".to_owned());
        names.extend(addresses.iter().map(IpAddr::to_string));
        names.dedup();
        tls::issue(&self.0, &names, SystemTime::now())
    }

    /// The certificate phones are to trust.
    pub(crate) fn certificate(&self) -> &str {
        &self.0.certificates
    }
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
        assert_eq!(first.certificate(), second.certificate());
        let addresses = [IpAddr::from([192, 0, 2, 7])];
        let server = second.issue(&addresses).unwrap();
        assert!(server.certificates.ends_with(first.certificate()));
        assert_ne!(server.key, second.issue(&addresses).unwrap().key);
    }

    #[test]
    fn half_an_authority_is_made_anew() {
        let data = tempfile::tempdir().unwrap();
        let first = Authority::of_office(data.path()).unwrap();
        fs::remove_file(data.path().join(CERTIFICATE)).unwrap();
        let second = Authority::of_office(data.path()).unwrap();
        assert_ne!(first.certificate(), second.certificate());
        second.issue(&[]).unwrap();
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
