//! Certificates: our own for those who call us, and whom we believe when we call.
//!
//! An office without a certificate makes its own small authority once ([`generate`]); its phones
//! are told to trust that authority, which then vouches for each new server certificate ([`issue`]).

use crate::post::Post;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use sip_transaction::Mark;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::{Duration, SystemTime},
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// How long our own authority is valid.
pub const AUTHORITY_VALID: Duration = Duration::from_secs(20 * 365 * 86_400);

/// How long a server certificate is valid; clients refuse private ones above 825 days.
pub const SERVER_VALID: Duration = Duration::from_secs(397 * 86_400);

/// Certificates count from a day ago: the clocks of phones are not always right.
const BACKDATED: Duration = Duration::from_secs(86_400);

/// The name of the authority. The same for all, because [`issue`] must know it again.
const AUTHORITY_NAME: &str = "Cordboard office authority";

/// A certificate chain with its key, both as PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct TlsIdentity {
    /// The certificate, then those that vouch for it.
    pub certificates: String,
    /// Its private key.
    pub key: String,
}

/// What [`generate`] made.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The authority; its certificate goes to the phones, its key stays with the store.
    pub authority: TlsIdentity,
    /// The server's identity.
    pub server: TlsIdentity,
}

/// Whose certificates are believed when we open a TLS connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// Those the operating system trusts: carriers have theirs from public authorities.
    pub system: bool,
    /// Further authorities, as PEM: our own, a customer's.
    pub authorities: Vec<String>,
}

/// Why a certificate cannot be made or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// The PEM text holds no certificate or no key.
    #[error("this is not a certificate with its key: {0}")]
    Unreadable(String),
    /// It is readable but cannot be used.
    #[error("this certificate cannot be used: {0}")]
    Unusable(String),
}

/// Makes an authority and a server certificate for `names` (DNS names and IP addresses).
///
/// # Errors
/// [`TlsError::Unusable`] when a name is no DNS name.
pub fn generate(names: &[String], now: SystemTime) -> Result<Generated, TlsError> {
    let key = KeyPair::generate()?;
    let certificate = authority_params(now).self_signed(&key)?;
    let authority = TlsIdentity {
        certificates: certificate.pem(),
        key: key.serialize_pem(),
    };
    let server = issue(&authority, names, now)?;
    Ok(Generated { authority, server })
}

/// Makes a new server certificate under an authority made by [`generate`].
///
/// # Errors
/// [`TlsError::Unreadable`] when the authority's key is damaged, [`TlsError::Unusable`] when a name
/// is no DNS name.
pub fn issue(
    authority: &TlsIdentity,
    names: &[String],
    now: SystemTime,
) -> Result<TlsIdentity, TlsError> {
    let authority_key =
        KeyPair::from_pem(&authority.key).map_err(|why| TlsError::Unreadable(why.to_string()))?;
    let issuer = Issuer::new(authority_params(now), authority_key);
    let mut params = CertificateParams::new(names.to_vec())?;
    if let Some(name) = names.first() {
        params
            .distinguished_name
            .push(DnType::CommonName, name.as_str());
    }
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    params.use_authority_key_identifier_extension = true;
    params.not_before = (now - BACKDATED).into();
    params.not_after = (now + SERVER_VALID).into();
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?;
    Ok(TlsIdentity {
        certificates: certificate.pem() + &authority.certificates,
        key: key.serialize_pem(),
    })
}

fn authority_params(now: SystemTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, AUTHORITY_NAME);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = (now - BACKDATED).into();
    params.not_after = (now + AUTHORITY_VALID).into();
    params
}

/// What the stream connections need of TLS.
pub(crate) struct Tls {
    own: Arc<OwnCertificates>,
    acceptor: TlsAcceptor,
    trust: Trust,
    /// Made when first needed: reading the system's authorities takes a while.
    connector: OnceLock<Result<TlsConnector, TlsError>>,
}

impl Tls {
    pub(crate) fn new(identity: Option<&TlsIdentity>, trust: Trust) -> Result<Tls, TlsError> {
        let own = Arc::new(OwnCertificates::default());
        if let Some(identity) = identity {
            *own.first.write().unwrap_or_else(PoisonError::into_inner) = Some(certified(identity)?);
        }
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&own) as Arc<dyn ResolvesServerCert>);
        Ok(Tls {
            own,
            acceptor: TlsAcceptor::from(Arc::new(config)),
            trust,
            connector: OnceLock::new(),
        })
    }

    /// From now on each office behind these sockets may have a certificate of its own.
    pub(crate) fn know_offices(&self, post: Post) {
        // What was known first stays.
        let _ = self.own.post.set(post);
    }

    /// Shows another certificate from the next connection on: to everybody if it is the first
    /// office's, else to those who name a domain of this office.
    pub(crate) fn set_identity(&self, mark: Mark, identity: &TlsIdentity) -> Result<(), TlsError> {
        let certified = certified(identity)?;
        let first = self.own.post.get().map(|post| post.addresses().first());
        if first.is_none_or(|first| first == mark) {
            let shown = self.own.first.write();
            *shown.unwrap_or_else(PoisonError::into_inner) = Some(certified);
        } else {
            let further = self.own.further.write();
            let mut further = further.unwrap_or_else(PoisonError::into_inner);
            further.insert(mark, certified);
        }
        Ok(())
    }

    pub(crate) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    pub(crate) fn connector(&self) -> Result<&TlsConnector, TlsError> {
        let connector = self.connector.get_or_init(|| {
            let config = ClientConfig::builder_with_provider(provider())
                .with_safe_default_protocol_versions()?
                .with_root_certificates(self.trust.roots()?)
                .with_no_client_auth();
            Ok(TlsConnector::from(Arc::new(config)))
        });
        connector.as_ref().map_err(TlsError::clone)
    }
}

impl Trust {
    fn roots(&self) -> Result<RootCertStore, TlsError> {
        let mut roots = RootCertStore::empty();
        if self.system {
            let found = rustls_native_certs::load_native_certs();
            for why in found.errors {
                tracing::warn!(%why, "an authority of the system cannot be read");
            }
            roots.add_parsable_certificates(found.certs);
        }
        for pem in &self.authorities {
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate =
                    certificate.map_err(|why| TlsError::Unreadable(why.to_string()))?;
                roots.add(certificate)?;
            }
        }
        Ok(roots)
    }
}

/// The certificates shown to those who connect; may be renewed while connections are open.
#[derive(Default)]
struct OwnCertificates {
    /// Whoever names no domain of another office is shown this one.
    first: RwLock<Option<Arc<CertifiedKey>>>,
    further: RwLock<BTreeMap<Mark, Arc<CertifiedKey>>>,
    /// Whose a domain is.
    post: OnceLock<Post>,
}

impl OwnCertificates {
    /// The certificate of the further office whose domain is asked for (RFC 6066 §3).
    fn of_further(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        let mark = self.post.get()?.addresses().of_domain(name)?;
        let further = self.further.read();
        let further = further.unwrap_or_else(PoisonError::into_inner);
        further.get(&mark).cloned()
    }
}

impl ResolvesServerCert for OwnCertificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let further = hello.server_name().and_then(|name| self.of_further(name));
        let first = || {
            let first = self.first.read();
            first.unwrap_or_else(PoisonError::into_inner).clone()
        };
        further.or_else(first)
    }
}

fn certified(identity: &TlsIdentity) -> Result<Arc<CertifiedKey>, TlsError> {
    let unreadable = |why: rustls::pki_types::pem::Error| TlsError::Unreadable(why.to_string());
    let chain: Vec<_> = CertificateDer::pem_slice_iter(identity.certificates.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).map_err(unreadable)?;
    let certified = CertifiedKey::from_der(chain, key, &provider())?;
    Ok(Arc::new(certified))
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OwnCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnCertificates")
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsIdentity")
            .field("certificates", &self.certificates)
            .finish_non_exhaustive() // the key stays secret
    }
}

impl From<rcgen::Error> for TlsError {
    fn from(why: rcgen::Error) -> TlsError {
        TlsError::Unusable(why.to_string())
    }
}

impl From<rustls::Error> for TlsError {
    fn from(why: rustls::Error) -> TlsError {
        TlsError::Unusable(why.to_string())
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
