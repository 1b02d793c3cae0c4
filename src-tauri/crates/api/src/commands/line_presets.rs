//! Setting up a line from a provider's preset and what the customer filled in.

use crate::{
    auth::Caller,
    configuration::Configuration,
    errors::Problem,
    json::Json,
    server::Api,
    views::{lines::LineView, providers::field_of},
};
use axum::{extract::State, http::StatusCode};
use numbering::providers::{self, Fills, Preset, Server, UserRule};
use office::{
    Channels, Domain, LineTransport, Secret, SipPlace, Trunk, TrunkId, TrunkIdentity, clean_text,
};
use serde::Deserialize;
use sip_message::Uri;
use std::{collections::BTreeMap, fmt, sync::Arc};
use ts_rs::TS;
use utoipa::ToSchema;

/// `POST /api/lines/from-preset`
#[derive(Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineFromPreset {
    /// Which preset.
    preset: String,
    /// What the office calls the line.
    name: String,
    /// What was filled in, by the fields of what the preset asks.
    answers: BTreeMap<String, String>,
}

/// One of the answers is a password.
impl fmt::Debug for LineFromPreset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineFromPreset")
            .field("preset", &self.preset)
            .finish_non_exhaustive()
    }
}

/// Adds a line from a preset and what was filled in; it registers at once.
#[utoipa::path(post, path = "/lines/from-preset", tag = "lines", request_body = LineFromPreset,
    responses((status = 201, body = LineView)))]
pub(crate) async fn add(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Json(wish): Json<LineFromPreset>,
) -> Result<(StatusCode, axum::Json<LineView>), Problem> {
    let preset = providers::find(&wish.preset)
        .ok_or_else(|| Problem::field("preset", "there is no such preset").coded("noSuchPreset"))?;
    let trunk = line(&preset, &wish, &api.desk.configuration())?;
    let id = api
        .keeper
        .change_by(caller.actor(), move |change| change.add_trunk(&trunk))
        .await?;
    let line = api.desk.line(id);
    let line = line.ok_or_else(|| Problem::not_found("line"))?;
    Ok((StatusCode::CREATED, axum::Json(line)))
}

/// The line a preset makes with what was filled in.
fn line(
    preset: &Preset,
    wish: &LineFromPreset,
    configuration: &Configuration,
) -> Result<Trunk, Problem> {
    let answers = Answers {
        preset,
        given: &wish.answers,
    };
    answers.are_whole()?;
    let main_number = match answers.get(&Fills::MainNumber) {
        None => None,
        Some(text) => Some(configuration.read_number(text).ok_or_else(|| {
            let detail = "a number has its country code, such as +49 30 1234567";
            answers.problem(&Fills::MainNumber, detail, "badNumber")
        })?),
    };
    let auth_user = answers.text(&Fills::AuthUser);
    let user = |rule: &UserRule, asked: &Fills| match rule {
        UserRule::Account => String::new(),
        UserRule::Number => main_number.as_ref().map_or_else(String::new, |number| {
            let country = configuration.office().settings().country.as_ref();
            numbering::write(number, preset.number_format, country)
        }),
        UserRule::Asked => answers.text(asked),
        UserRule::Fixed(user) => user.clone(),
    };
    let from_domain = match &preset.from_domain {
        Some(domain) => Some(answers.domain(domain, &Fills::FromDomain)?),
        None => match answers.get(&Fills::FromDomain) {
            Some(domain) => Some(answers.domain(domain, &Fills::FromDomain)?),
            None => None,
        },
    };
    let contact_user = preset.contact_user.as_ref();
    let mut outgoing = preset.outgoing(&answers.text(&Fills::Prefix));
    outgoing.main_number.clone_from(&main_number);
    let server = answers.place(&preset.server, &Fills::Server)?;
    let usual = Trunk::at(TrunkId(0), &clean_text(&wish.name), server);
    Ok(Trunk {
        provider: Some(preset.id.clone()),
        outbound_proxy: match (&preset.outbound_proxy, answers.get(&Fills::OutboundProxy)) {
            (Some(proxy), _) => Some(answers.place(proxy, &Fills::OutboundProxy)?),
            (None, Some(written)) => {
                Some(answers.written(written, preset.server.transport, &Fills::OutboundProxy)?)
            }
            (None, None) => None,
        },
        access: preset.access,
        identity: TrunkIdentity {
            from_user: user(&preset.from_user, &Fills::FromUser),
            contact_user: contact_user
                .map(|rule| user(rule, &Fills::ContactUser))
                .unwrap_or_default(),
            auth_user,
            from_domain,
        },
        password: answers
            .get(&Fills::Password)
            .map(|password| Secret::new(password.to_owned())),
        realm: preset.realm.clone(),
        networks: preset.networks.clone(),
        outgoing,
        incoming: preset.incoming,
        srtp: preset.srtp,
        codecs: preset.codecs.clone(),
        dtmf: preset.dtmf,
        probe_seconds: preset.probe_seconds,
        channels: Channels {
            all: preset.channels.unwrap_or(usual.channels.all),
            ..usual.channels
        },
        ..usual
    })
}

/// What the customer filled in for a preset.
struct Answers<'a> {
    preset: &'a Preset,
    given: &'a BTreeMap<String, String>,
}

impl Answers<'_> {
    /// Nothing that is needed is missing, and nothing is there that was not asked.
    fn are_whole(&self) -> Result<(), Problem> {
        for ask in &self.preset.asks {
            if !ask.optional && self.get(&ask.fills).is_none() {
                let detail = format!("the provider calls it \"{}\"", ask.name);
                return Err(self.problem(&ask.fills, &detail, "missing"));
            }
        }
        let asks = |field: &&String| {
            let mut asks = self.preset.asks.iter();
            asks.any(|ask| field_of(&ask.fills) == **field)
        };
        match self.given.keys().find(|field| !asks(field)) {
            Some(field) => Err(Problem::field(
                format!("answers.{field}"),
                "this provider asks no such thing",
            )),
            None => Ok(()),
        }
    }

    fn get(&self, fills: &Fills) -> Option<&str> {
        let answer = self.given.get(&field_of(fills))?.trim();
        Some(answer).filter(|answer| !answer.is_empty())
    }

    fn text(&self, fills: &Fills) -> String {
        self.get(fills).unwrap_or_default().to_owned()
    }

    /// A server of the preset, its name filled in.
    fn place(&self, server: &Server, asked: &Fills) -> Result<SipPlace, Problem> {
        if server.host.is_empty() {
            let written = self.written(&self.text(asked), server.transport, asked)?;
            return Ok(SipPlace {
                port: written.port.or(server.port),
                ..written
            });
        }
        Ok(SipPlace {
            host: self.domain(&server.host, asked)?,
            port: server.port,
            transport: server.transport,
        })
    }

    /// A server as providers' letters write it: a name or an address, perhaps with a port, or a
    /// whole SIP URI. What the letter says of the transport wins over `usual`.
    fn written(
        &self,
        text: &str,
        usual: LineTransport,
        asked: &Fills,
    ) -> Result<SipPlace, Problem> {
        let bad = |why: String| self.problem(asked, &why, "badHost");
        let is_uri = ["sip:", "sips:"].iter().any(|scheme| {
            let start = text.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        let text = if is_uri {
            text.to_owned()
        } else {
            format!("sip:{text}")
        };
        let uri = Uri::parse(text.into()).map_err(|why| bad(why.to_string()))?;
        let place = uri
            .as_sip()
            .filter(|uri| uri.user().is_none())
            .ok_or_else(|| bad("not the name of a server".to_owned()))?;
        let named = place.transport().map(|named| named.to_string());
        let transport = match named.map(|named| named.to_ascii_lowercase()).as_deref() {
            _ if place.is_secure() => LineTransport::Tls,
            None => usual,
            Some("udp") => LineTransport::Udp,
            Some("tcp") => LineTransport::Tcp,
            Some("tls") => LineTransport::Tls,
            Some(_) => return Err(bad("lines use UDP, TCP or TLS".to_owned())),
        };
        Ok(SipPlace {
            host: self.domain(&place.host().to_string(), asked)?,
            port: place.port(),
            transport,
        })
    }

    /// A name with its places filled in.
    fn domain(&self, name: &str, asked: &Fills) -> Result<Domain, Problem> {
        let mut name = name.to_owned();
        for place in self.preset.places() {
            let answer = self.text(&Fills::Place(place.to_owned()));
            name = name.replace(&format!("{{{place}}}"), &answer);
        }
        Domain::parse(&name).map_err(|why| self.problem(asked, &why.to_string(), "badHost"))
    }

    fn problem(&self, fills: &Fills, detail: &str, code: &'static str) -> Problem {
        Problem::field(format!("answers.{}", field_of(fills)), detail).coded(code)
    }
}
