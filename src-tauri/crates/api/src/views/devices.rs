//! The devices of the office, and what to type into one.

use crate::{desk::SipListener, errors::Problem, server::Api};
use axum::{Json, extract::State};
use office::{Device, DeviceId, MediaPolicy, PersonId, SipUser};
use serde::Serialize;
use std::{net::IpAddr, sync::Arc};
use store::{NewLogin, Revised};
use switch::{Board, OnlineDevice};

/// A device as the API tells it; nothing of its secret.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeviceView {
    id: DeviceId,
    /// To be named when changing the device.
    revision: i64,
    person: PersonId,
    label: String,
    user: SipUser,
    max_contacts: u8,
    media: MediaPolicy,
    /// Where it is registered, if it is.
    online: Option<OnlineDevice>,
}

impl DeviceView {
    pub(crate) fn of(device: &Revised<Device>, board: &Board) -> Self {
        let Revised { revision, value } = device;
        Self {
            id: value.id,
            revision: *revision,
            person: value.person,
            label: value.label.clone(),
            user: value.sip_user.clone(),
            max_contacts: value.max_contacts,
            media: value.media,
            online: board.devices.get(&value.id).cloned(),
        }
    }
}

/// What to type into a phone. The password is shown this once: the office keeps only its hashes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginView {
    /// The user part of the address.
    user: SipUser,
    /// The user name in digest authentication.
    auth_user: SipUser,
    password: String,
    server: Option<IpAddr>,
    port: u16,
    transport: String,
}

impl LoginView {
    pub(crate) fn of(login: &NewLogin, listeners: &[SipListener]) -> Self {
        let best = listeners.iter().min_by_key(|listener| rank(listener));
        Self {
            user: login.sip_user.clone(),
            auth_user: login.sip_user.clone(),
            password: login.secret.expose().to_owned(),
            server: best.map(|listener| listener.address.ip()),
            port: best.map_or(5060, |listener| listener.address.port()),
            transport: best
                .map_or("udp", |listener| &listener.transport)
                .to_owned(),
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

/// `GET /api/devices`: all, in the order they were added.
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Result<Json<Vec<DeviceView>>, Problem> {
    let devices = api.keeper.ask(|store| store.devices()).await?;
    let board = api.desk.board();
    let view = |device| DeviceView::of(device, &board);
    Ok(Json(devices.iter().map(view).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_told_the_address_it_can_reach() {
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
        assert_eq!(
            listeners.iter().min_by_key(|l| rank(l)),
            Some(&listeners[2])
        );
    }
}
