//! The office's own certificates.

use crate::{errors::Problem, server::Api, values::Millis};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::{Arc, PoisonError};
use ts_rs::TS;
use utoipa::ToSchema;
use x509_parser::{
    extensions::GeneralName,
    prelude::{FromDer, X509Certificate},
};

/// The certificates that prove to phones and browsers who the engine is.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CertificatesView {
    authority: AuthorityView,
    server: ServerCertificateView,
}

/// The office's own authority, which phones and browsers are told to trust.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorityView {
    /// SHA-256 of the certificate, as browsers show it: `AB:CD:…`.
    fingerprint: String,
    not_after: Millis,
}

/// What the engine shows when somebody connects.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerCertificateView {
    /// The names and addresses it is good for.
    names: Vec<String>,
    not_after: Millis,
}

/// The certificates.
#[utoipa::path(get, path = "/certificates", tag = "engine",
    responses((status = 200, body = CertificatesView)))]
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Result<Json<CertificatesView>, Problem> {
    let certificates = &api.lan.certificates;
    let authority = read(&certificates.authority.identity().certificates).ok_or_else(unreadable)?;
    let shown = api.lan.shown.lock();
    let shown = shown.unwrap_or_else(PoisonError::into_inner).clone();
    let server = match shown {
        Some(shown) => shown,
        // Nothing listens to the network: phones are shown one like it.
        None => {
            let issued = certificates.authority.issue(&[]);
            issued.map_err(|_| unreadable())?.certificates
        }
    };
    let server = read(&server).ok_or_else(unreadable)?;
    Ok(Json(CertificatesView {
        authority: AuthorityView {
            fingerprint: authority.fingerprint,
            not_after: authority.not_after,
        },
        server: ServerCertificateView {
            names: server.names,
            not_after: server.not_after,
        },
    }))
}

/// The authority's certificate, to be trusted by browsers and phones.
#[utoipa::path(get, path = "/certificates/authority.pem", tag = "engine",
    responses((status = 200, content_type = "application/x-pem-file")))]
pub(crate) async fn authority(State(api): State<Arc<Api>>) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/x-pem-file"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"cordboard-authority.pem\"",
        ),
    ];
    (
        headers,
        api.lan.certificates.authority.identity().certificates,
    )
}

struct Read {
    fingerprint: String,
    names: Vec<String>,
    not_after: Millis,
}

/// When the first certificate of a PEM text ends.
#[must_use]
pub fn certificate_end(pem: &str) -> Option<Millis> {
    read(pem).map(|certificate| certificate.not_after)
}

/// By what people tell the first certificate of a PEM text from others.
pub(crate) fn fingerprint(pem: &str) -> Option<String> {
    read(pem).map(|certificate| certificate.fingerprint)
}

/// The first certificate of a PEM text.
fn read(pem: &str) -> Option<Read> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    let (_, certificate) = X509Certificate::from_der(&der).ok()?;
    let hash: Vec<String> = Sha256::digest(&der)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let names = certificate.subject_alternative_name().ok()?;
    let names = names.map_or_else(Vec::new, |names| {
        let names = names.value.general_names.iter();
        names.filter_map(in_words).collect()
    });
    Some(Read {
        fingerprint: hash.join(":"),
        names,
        not_after: Millis(certificate.validity().not_after.timestamp() * 1_000),
    })
}

fn in_words(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let v4 = <[u8; 4]>::try_from(*bytes).map(|v4| std::net::IpAddr::from(v4).to_string());
            let v6 = <[u8; 16]>::try_from(*bytes).map(|v6| std::net::IpAddr::from(v6).to_string());
            v4.or(v6).ok()
        }
        _ => None,
    }
}

fn unreadable() -> Problem {
    let detail = "the office's own certificates cannot be read";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
}
