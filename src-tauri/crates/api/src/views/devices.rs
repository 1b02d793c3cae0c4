//! The devices of the office, and what to type into one.

use crate::{
    configuration::Configuration,
    desk::SipListener,
    server::Api,
    values::{DeviceId, Millis, PersonId},
};
use axum::{Json, extract::State};
use office::{Device, Domain};
use qrcode::{QrCode, render::svg};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::NewLogin;
use switch::{Board, OnlineDevice};
use ts_rs::TS;
use utoipa::ToSchema;

/// A device as the API tells it; nothing of its secret.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    pub(crate) id: DeviceId,
    /// To be named in `If-Match` when changing the device.
    revision: i64,
    person: PersonId,
    label: String,
    user: String,
    max_contacts: u8,
    media: MediaPolicy,
    /// Where it is registered, if it is.
    online: Option<OnlineView>,
    /// When it was last registered; missing if never.
    last_seen: Option<Millis>,
    /// Sound format of its latest call, such as `G.722`.
    codec: Option<String>,
}

/// A registration.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnlineView {
    address: String,
    transport: String,
    user_agent: String,
    since: Millis,
}

/// The way a device's sound takes: as fits, or always through the office.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MediaPolicy {
    #[default]
    Auto,
    AlwaysRelay,
}

/// A device with what to type into it.
#[derive(Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceWithLogin {
    pub(crate) device: DeviceView,
    pub(crate) login: LoginView,
}

/// What to type into a phone. The password is shown this once: the office keeps only its hashes.
#[derive(Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoginView {
    /// The user part of the address.
    user: String,
    /// The user name in digest authentication.
    auth_user: String,
    password: String,
    /// The SIP domain, where the office answers for one; `server` is where requests for it go, the
    /// outbound proxy in phones that ask for both.
    domain: Option<String>,
    server: Option<String>,
    port: u16,
    transport: String,
    /// Other ways in, in the order to try them.
    ways: Vec<SipListener>,
    /// The same as a picture for a phone's camera: SVG.
    qr: String,
}

impl DeviceView {
    pub(crate) fn of(device: &Device, configuration: &Configuration, board: &Board) -> Self {
        let id = device.id;
        let online = board.devices.get(&id).map(OnlineView::of);
        let left = board
            .offline
            .get(&id)
            .map(|gone| Millis(gone.since_unix_ms));
        let since = online.as_ref().map(|online| online.since);
        Self {
            id: id.into(),
            revision: configuration.revision_of_device(id),
            person: device.person.into(),
            label: device.label.clone(),
            user: device.sip_user.to_string(),
            max_contacts: device.max_contacts,
            media: device.media.into(),
            last_seen: since.or(left).or(configuration.last_seen(id)),
            online,
            codec: board.codecs.get(&id).cloned(),
        }
    }
}

impl OnlineView {
    fn of(online: &OnlineDevice) -> Self {
        Self {
            address: online.address.clone(),
            transport: online.transport.clone(),
            user_agent: online.user_agent.clone(),
            since: Millis(online.since_unix_ms),
        }
    }
}

impl LoginView {
    pub(crate) fn of(login: &NewLogin, listeners: &[SipListener], domain: Option<&Domain>) -> Self {
        let mut ways = listeners.to_vec();
        ways.sort_by_key(rank);
        let best = ways.first().cloned();
        let user = login.sip_user.to_string();
        let password = login.secret.expose().to_owned();
        let transport = best.as_ref().map_or("udp", |way| &way.transport).to_owned();
        Self {
            qr: best
                .as_ref()
                .map(|way| picture(&user, &password, way, domain))
                .unwrap_or_default(),
            domain: domain.map(ToString::to_string),
            server: best.as_ref().map(|way| way.address.ip().to_string()),
            port: best.map_or(5060, |way| way.address.port()),
            transport,
            auth_user: user.clone(),
            user,
            password,
            ways,
        }
    }
}

/// The address most phones can reach and use comes first: of the network rather than of this
/// computer alone, IPv4, UDP.
fn rank(listener: &SipListener) -> (bool, bool, usize) {
    let ip = listener.address.ip();
    let by_ease = ["udp", "tcp", "tls"];
    let ease = by_ease.iter().position(|name| *name == listener.transport);
    (
        ip.is_loopback(),
        ip.is_ipv6(),
        ease.unwrap_or(by_ease.len()),
    )
}

/// A SIP URI with its password (RFC 3261 §19.1.1) as a QR code: what softphones read that read any.
/// Neither name nor password holds a character that needs escaping.
fn picture(user: &str, password: &str, way: &SipListener, domain: Option<&Domain>) -> String {
    let host = domain.map_or_else(|| way.address.to_string(), ToString::to_string);
    let uri = format!("sip:{user}:{password}@{host};transport={}", way.transport);
    QrCode::new(uri).map_or_else(
        |_| String::new(),
        |code| code.render::<svg::Color<'_>>().quiet_zone(true).build(),
    )
}

impl From<office::MediaPolicy> for MediaPolicy {
    fn from(media: office::MediaPolicy) -> Self {
        match media {
            office::MediaPolicy::Auto => Self::Auto,
            office::MediaPolicy::AlwaysRelay => Self::AlwaysRelay,
        }
    }
}

impl From<MediaPolicy> for office::MediaPolicy {
    fn from(media: MediaPolicy) -> Self {
        match media {
            MediaPolicy::Auto => Self::Auto,
            MediaPolicy::AlwaysRelay => Self::AlwaysRelay,
        }
    }
}

/// All devices, in the order they were added.
#[utoipa::path(get, path = "/devices", tag = "devices",
    responses((status = 200, body = [DeviceView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<DeviceView>> {
    Json(api.desk.devices())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_told_the_addresses_in_the_order_in_which_it_can_reach_them() {
        let listener = |transport: &str, address: &str| SipListener {
            transport: transport.to_owned(),
            address: address.parse().unwrap(),
        };
        let listeners = [
            listener("udp", "127.0.0.1:5060"),
            listener("tcp", "192.0.2.7:5060"),
            listener("udp", "192.0.2.7:5060"),
            listener("udp", "[2001:db8::7]:5060"),
        ];
        let login = NewLogin {
            device: office::DeviceId(1),
            sip_user: office::SipUser::parse("anna-desk-7f3k").unwrap(),
            secret: office::Secret::new("abcde-fghij".to_owned()),
        };
        let view = LoginView::of(&login, &listeners, None);
        let ways: Vec<String> = view
            .ways
            .iter()
            .map(|way| way.address.to_string())
            .collect();
        assert_eq!(
            ways,
            [
                "192.0.2.7:5060",
                "192.0.2.7:5060",
                "[2001:db8::7]:5060",
                "127.0.0.1:5060"
            ]
        );
        assert_eq!(view.ways[0].transport, "udp");
        assert_eq!(view.server.as_deref(), Some("192.0.2.7"));
        assert!(view.qr.contains("<svg"), "{}", view.qr);
    }
}
