//! Lines to the telephone network: how they are set up, and how they are right now.

use crate::{
    configuration::Configuration,
    errors::Problem,
    json::{Id, SecretEdit},
    keeper::word,
    server::Api,
    values::{LineId, Millis, SoundId},
    views::{
        line_settings::{
            LineAccess, LineChannels, LineDtmf, LineIdentity, LineIncoming, LineOutgoing,
            LinePrices, LineSpendCap, LineSrtp, SipPlace,
        },
        recordings::RecordingRule,
    },
};
use axum::{Json, extract::State};
use office::{MusicOnHold, Network, Trunk, clean_text};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use switch::Board;
use ts_rs::TS;
use utoipa::ToSchema;

/// A line as it is to be. `POST /api/lines`; `PUT /api/lines/{id}` with `If-Match`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineEdit {
    pub(crate) name: String,
    pub(crate) enabled: bool,
    /// The preset it was set up from.
    pub(crate) provider: Option<String>,
    server: SipPlace,
    /// Where every request goes first, if not straight to the server.
    outbound_proxy: Option<SipPlace>,
    access: LineAccess,
    identity: LineIdentity,
    /// Missing: it stays; `null`: there is none any more. It is never told.
    #[serde(default, skip_serializing)]
    #[ts(optional, as = "Option<Option<String>>")]
    #[schema(value_type = Option<String>, write_only)]
    pub(crate) password: SecretEdit,
    /// The only realm whose challenges are answered; whichever the server names first for `null`.
    realm: Option<String>,
    /// Where calls may come from besides the server's own addresses.
    #[ts(type = "string[]")]
    #[schema(value_type = Vec<String>)]
    networks: Vec<Network>,
    /// Our numbers on it begin with this.
    called_prefix: String,
    outgoing: LineOutgoing,
    incoming: LineIncoming,
    srtp: LineSrtp,
    /// The best first; none for what the office offers.
    codecs: Vec<String>,
    dtmf: LineDtmf,
    /// Seconds between two asks whether the server is there; `null` to ask never.
    probe_seconds: Option<u16>,
    /// In seconds; `null` for the office's.
    session_expires: Option<u32>,
    channels: LineChannels,
    prices: LinePrices,
    /// Whether emergency calls may go out here.
    emergency: bool,
    /// What those hear who are on this line and wait, one after the other; none for the music of
    /// whoever holds them.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<SoundId>>")]
    pub(crate) music: Vec<SoundId>,
    /// Whether its calls are recorded; as those have it who talk for `null`. Never holds for all.
    #[serde(default)]
    #[ts(optional = nullable)]
    recording: Option<RecordingRule>,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineView {
    pub(crate) id: LineId,
    /// To be named in `If-Match` when changing the line.
    revision: i64,
    has_password: bool,
    /// `POST /api/lines/{id}/spend-cap` answers it.
    spend_cap: LineSpendCap,
    live: LineLive,
    #[serde(flatten)]
    line: LineEdit,
}

/// How a line is right now.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineLive {
    pub(crate) state: LineState,
    /// Why, by the name of its sentence.
    pub(crate) sentence: Option<String>,
    /// What the far side said.
    pub(crate) detail: String,
    pub(crate) since: Option<Millis>,
    /// When it tries again, if it waits.
    pub(crate) next_try: Option<Millis>,
    /// Calls that came in over it and go on.
    pub(crate) calls_in: usize,
    /// Calls that go out over it.
    pub(crate) calls_out: usize,
}

/// Whether a line can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "LineState")]
pub enum LineState {
    /// It is turned off.
    Off,
    /// It is not known yet.
    Starting,
    Up,
    /// The far side does not answer.
    Down,
    /// The far side does not want us.
    Refused,
}

/// Something that happened to a line.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineLogEntry {
    pub(crate) at: Millis,
    pub(crate) state: LineState,
    /// Why, by the name of its sentence.
    pub(crate) sentence: String,
    /// What the far side said.
    pub(crate) detail: String,
}

impl LineEdit {
    pub(crate) fn of(trunk: &Trunk) -> Self {
        Self {
            name: trunk.name.clone(),
            enabled: trunk.enabled,
            provider: trunk.provider.clone(),
            server: trunk.server.clone().into(),
            outbound_proxy: trunk.outbound_proxy.clone().map(Into::into),
            access: trunk.access.into(),
            identity: trunk.identity.clone().into(),
            password: SecretEdit::Stays,
            realm: trunk.realm.clone(),
            networks: trunk.networks.clone(),
            called_prefix: trunk.called_prefix.clone(),
            outgoing: trunk.outgoing.clone().into(),
            incoming: trunk.incoming.into(),
            srtp: trunk.srtp.into(),
            codecs: trunk.codecs.clone(),
            dtmf: trunk.dtmf.into(),
            probe_seconds: trunk.probe_seconds,
            session_expires: trunk.session_expires,
            channels: trunk.channels.into(),
            prices: trunk.prices.into(),
            emergency: trunk.emergency,
            music: match &trunk.music {
                Some(MusicOnHold::Own(sounds)) => sounds.iter().map(SoundId::of).collect(),
                Some(MusicOnHold::Standard) | None => Vec::new(),
            },
            recording: trunk.recording.map(Into::into),
        }
    }

    /// The line without its music, whose names are to be found, and without its password, which is kept
    /// apart; and what becomes of that.
    pub(crate) fn read(self, id: office::TrunkId) -> (Trunk, SecretEdit) {
        let is_said = |text: &String| !text.is_empty();
        let trunk = Trunk {
            id,
            name: clean_text(&self.name).into_owned(),
            enabled: self.enabled,
            provider: self.provider.filter(is_said),
            server: self.server.into(),
            outbound_proxy: self.outbound_proxy.map(Into::into),
            access: self.access.into(),
            identity: self.identity.into(),
            password: None,
            realm: self.realm.filter(is_said),
            networks: self.networks,
            called_prefix: self.called_prefix,
            outgoing: self.outgoing.into(),
            incoming: self.incoming.into(),
            srtp: self.srtp.into(),
            codecs: self.codecs,
            dtmf: self.dtmf.into(),
            probe_seconds: self.probe_seconds,
            session_expires: self.session_expires,
            channels: self.channels.into(),
            prices: self.prices.into(),
            emergency: self.emergency,
            music: None,
            recording: self.recording.map(Into::into),
            spend_cap: office::SpendCap::default(),
        };
        (trunk, self.password)
    }
}

impl LineView {
    /// By what lists of lines are sorted.
    fn name(&self) -> String {
        self.line.name.to_lowercase()
    }

    pub(crate) fn of(trunk: &Trunk, configuration: &Configuration, board: &Board) -> Self {
        Self {
            id: trunk.id.into(),
            revision: configuration.revision_of_line(trunk.id),
            has_password: trunk.password.is_some(),
            spend_cap: trunk.spend_cap.into(),
            live: LineLive::of(trunk, board),
            line: LineEdit::of(trunk),
        }
    }
}

impl LineLive {
    /// How a line is on the board.
    pub(crate) fn of(trunk: &Trunk, board: &Board) -> Self {
        let live = board.lines.get(&trunk.id);
        let (calls_in, calls_out) = board.calls_on(trunk.id);
        Self {
            state: match live {
                _ if !trunk.enabled => LineState::Off,
                Some(live) => LineState::of(live.state),
                None => LineState::Starting,
            },
            sentence: live.map(|live| word(&live.reason)),
            detail: live.map(|live| live.detail.clone()).unwrap_or_default(),
            since: live.map(|live| Millis(live.since_unix_ms)),
            next_try: live.and_then(|live| live.next_try_unix_ms).map(Millis),
            calls_in,
            calls_out,
        }
    }
}

impl LineState {
    pub(crate) fn of(state: switch::LineState) -> Self {
        match state {
            switch::LineState::Off => Self::Off,
            switch::LineState::Starting => Self::Starting,
            switch::LineState::Up => Self::Up,
            switch::LineState::Down => Self::Down,
            switch::LineState::Refused => Self::Refused,
        }
    }
}

/// All lines, by name.
#[utoipa::path(get, path = "/lines", tag = "lines",
    responses((status = 200, body = [LineView])))]
pub(crate) async fn list(State(api): State<Arc<Api>>) -> Json<Vec<LineView>> {
    let mut lines = api.desk.lines();
    lines.sort_by_cached_key(LineView::name);
    Json(lines)
}

/// One line.
#[utoipa::path(get, path = "/lines/{id}", tag = "lines", params(("id" = i64, Path)),
    responses((status = 200, body = LineView)))]
pub(crate) async fn show(
    State(api): State<Arc<Api>>,
    Id(id): Id<LineId>,
) -> Result<Json<LineView>, Problem> {
    let line = api.desk.line(id.into());
    line.map(Json).ok_or_else(|| Problem::not_found("line"))
}

/// What happened to a line of late, the newest first.
#[utoipa::path(get, path = "/lines/{id}/log", tag = "lines", params(("id" = i64, Path)),
    responses((status = 200, body = [LineLogEntry])))]
pub(crate) async fn log(
    State(api): State<Arc<Api>>,
    Id(id): Id<LineId>,
) -> Result<Json<Vec<LineLogEntry>>, Problem> {
    let id = id.into();
    if api.desk.office().trunk(id).is_none() {
        return Err(Problem::not_found("line"));
    }
    Ok(Json(api.desk.line_log(id)))
}
