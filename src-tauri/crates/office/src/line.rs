//! Lines to the outside world: SIP trunks of providers, as the office has set them up.

use crate::{Country, Domain, MusicOnHold, Network, PhoneNumber, RecordingRule, Secret, TrunkId};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A line to the telephone network: a SIP trunk.
///
/// It serialises without its password.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trunk {
    /// Its identity.
    pub id: TrunkId,
    /// What the office calls it: clean text, not empty.
    pub name: String,
    /// Whether it is used. One that is off is skipped, and never stops another from being used.
    pub enabled: bool,
    /// The provider it was set up from: the name of a file in `assets/providers`.
    pub provider: Option<String>,
    /// Whom calls go to, and where registrations go.
    pub server: SipPlace,
    /// Where every request goes first, if not straight to the server.
    pub outbound_proxy: Option<SipPlace>,
    /// How the provider knows us.
    pub access: TrunkAccess,
    /// Who we are there.
    pub identity: TrunkIdentity,
    /// The digest password; none where addresses are enough.
    #[serde(skip)]
    pub password: Option<Secret>,
    /// The only realm whose challenges are answered; whichever the server names first if none.
    pub realm: Option<String>,
    /// Where calls may come from besides the server's own addresses.
    #[serde(default)]
    pub networks: Vec<Network>,
    /// Our numbers on it begin with this, for a provider who is told apart by it ("1234").
    #[serde(default)]
    pub called_prefix: String,
    /// What goes out in its calls.
    pub outgoing: Outgoing,
    /// Where to look in the calls that come in.
    pub incoming: Incoming,
    /// Whether sound is encrypted.
    pub srtp: Srtp,
    /// The codecs offered, the best first; empty for what the office offers.
    #[serde(default)]
    pub codecs: Vec<String>,
    /// How key presses travel.
    pub dtmf: Dtmf,
    /// Seconds between two asks whether the server is there (OPTIONS); none to ask never.
    pub probe_seconds: Option<u16>,
    /// The session interval offered (RFC 4028), in seconds; none for the office's.
    pub session_expires: Option<u32>,
    /// How many calls it carries.
    pub channels: Channels,
    /// What a minute costs, for the fuse.
    #[serde(default)]
    pub prices: Prices,
    /// Whether emergency calls may go out here. At least one line should.
    pub emergency: bool,
    /// What those hear who are on this line and wait; the music of whoever holds them if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub music: Option<MusicOnHold>,
    /// Whether its calls are recorded; as those have it who talk if none. Never means never, whatever
    /// anybody else has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordingRule>,
    /// Whether its provider stops calls abroad at a sum, as far as the office has asked.
    #[serde(default)]
    pub spend_cap: SpendCap,
}

/// Whether a provider stops calls abroad at a sum. It is the last wall: it holds even where this computer
/// has been taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SpendCap {
    /// Nobody has said it yet.
    #[default]
    NotAnswered,
    /// It is on.
    On,
    /// This provider has none, or the office wants none.
    None,
}

impl Trunk {
    /// A line of a provider who knows us by our address, of which nothing more is known; everything
    /// else is as most providers want it.
    #[must_use]
    pub fn at(id: TrunkId, name: &str, server: SipPlace) -> Self {
        Self {
            id,
            name: name.to_owned(),
            enabled: true,
            provider: None,
            server,
            outbound_proxy: None,
            access: TrunkAccess::Address,
            identity: TrunkIdentity::default(),
            password: None,
            realm: None,
            networks: Vec::new(),
            called_prefix: String::new(),
            outgoing: Outgoing::default(),
            incoming: Incoming::default(),
            srtp: Srtp::default(),
            codecs: Vec::new(),
            dtmf: Dtmf::default(),
            probe_seconds: None,
            session_expires: None,
            channels: Channels {
                all: USUAL_CHANNELS,
                incoming: None,
                outgoing: None,
            },
            prices: Prices::default(),
            emergency: true,
            music: None,
            recording: None,
            spend_cap: SpendCap::default(),
        }
    }
}

/// How many calls a line carries of which nobody has said it: what the smallest offers hold.
const USUAL_CHANNELS: u16 = 2;

/// A SIP server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SipPlace {
    /// Its name or address.
    pub host: Domain,
    /// Its port; without, the name service says (RFC 3263).
    #[serde(default)]
    pub port: Option<u16>,
    /// How it is reached.
    #[serde(default)]
    pub transport: LineTransport,
}

impl SipPlace {
    /// A server found as the name service says.
    #[must_use]
    pub fn named(host: Domain) -> Self {
        Self {
            host,
            port: None,
            transport: LineTransport::Auto,
        }
    }
}

/// How SIP messages travel on a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LineTransport {
    /// As the name service says (RFC 3263).
    #[default]
    Auto,
    /// In datagrams.
    Udp,
    /// Over a connection.
    Tcp,
    /// Over an encrypted connection; its certificate is checked against the host's name.
    Tls,
}

/// How the provider knows us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum TrunkAccess {
    /// We register there.
    Register {
        /// How long we ask a registration to last, in seconds; by transport if none.
        #[serde(default)]
        expires: Option<u32>,
        /// One registration for a block of numbers (RFC 6140).
        #[serde(default)]
        bulk: bool,
    },
    /// By our address.
    Address,
}

/// Who we are at a provider: four different names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TrunkIdentity {
    /// The digest user name.
    pub auth_user: String,
    /// The user of From, and of what is registered; `auth_user` if empty.
    pub from_user: String,
    /// The host of From; the server's if none.
    pub from_domain: Option<Domain>,
    /// The user of our Contact; `from_user` if empty.
    pub contact_user: String,
}

/// What goes out in the calls of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Outgoing {
    /// How numbers are written.
    pub number_format: NumberFormat,
    /// What is put before a number (a "tech prefix"); the number then has no `+`.
    pub prefix: String,
    /// Where the caller's number is written.
    pub caller_id: CallerIdHeader,
    /// How it is kept from whom is called.
    pub hide: HideBy,
    /// Whether `user=phone` is added to numbers.
    pub user_phone: bool,
    /// The number shown where nothing else says so: the office's own on this line.
    pub main_number: Option<PhoneNumber>,
    /// Whether numbers that are not the office's may be shown (CLIP no screening).
    pub foreign_caller_id: bool,
    /// How a call that is forwarded says so.
    pub forwarded_by: ForwardedBy,
}

impl Default for Outgoing {
    fn default() -> Self {
        Self {
            number_format: NumberFormat::PlusE164,
            prefix: String::new(),
            caller_id: CallerIdHeader::PAssertedIdentity,
            hide: HideBy::AnonymousFrom,
            user_phone: false,
            main_number: None,
            foreign_caller_id: false,
            forwarded_by: ForwardedBy::Nothing,
        }
    }
}

/// How a provider wants numbers written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NumberFormat {
    /// `+4930123456`.
    #[default]
    PlusE164,
    /// `4930123456`.
    Digits,
    /// `030123456` at home, `0044…` abroad, as people dial in that country.
    AsDialled,
    /// `004930123456`, everywhere.
    InternationalPrefix,
}

/// The header a provider reads the caller's number from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallerIdHeader {
    /// `P-Asserted-Identity` (RFC 3325), From being the account.
    #[default]
    PAssertedIdentity,
    /// `P-Preferred-Identity` (RFC 3325), From being the account.
    PPreferredIdentity,
    /// `Remote-Party-ID`.
    RemotePartyId,
    /// From itself.
    From,
}

/// How the caller's number is kept from whom is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum HideBy {
    /// From is anonymous, and `Privacy: id`; the provider still reads the number (RFC 3323).
    #[default]
    AnonymousFrom,
    /// Only `Privacy: id`.
    Privacy,
}

/// How a provider is told that a call was for a number of the office, which forwards it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ForwardedBy {
    /// Not at all.
    #[default]
    Nothing,
    /// In `Diversion` (RFC 5806).
    Diversion,
    /// In `History-Info` (RFC 7044).
    HistoryInfo,
}

/// Where to look in the calls that come in over a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Incoming {
    /// Where the called number stands.
    pub called_in: CalledNumberIn,
    /// Whether the provider's asserted caller is believed before From.
    pub asserted_caller: bool,
}

/// Where the called number of an incoming call stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CalledNumberIn {
    /// In the Request-URI; in To where that names the account only.
    #[default]
    RequestUri,
    /// In To.
    To,
    /// In `P-Called-Party-ID` (RFC 7315).
    PCalledPartyId,
    /// In `Diversion` (RFC 5806).
    Diversion,
}

/// Whether the sound of a line, or with another telephone system, is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Srtp {
    /// It is not offered. What is offered to us encrypted is answered in kind.
    #[default]
    Off,
    /// It is if the far end can.
    Optional,
    /// It is, or there is no call.
    Required,
}

/// How key presses travel on a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Dtmf {
    /// As events among the sound (RFC 4733); heard in the sound where the far end has none.
    #[default]
    Events,
    /// In INFO requests.
    Info,
    /// As tones in the sound.
    Tones,
}

/// How many calls a line carries at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Channels {
    /// All together.
    pub all: u16,
    /// Those that come in; none for as many as there are.
    #[serde(default)]
    pub incoming: Option<u16>,
    /// Those that go out; none for as many as there are.
    #[serde(default)]
    pub outgoing: Option<u16>,
}

/// What a minute costs, in hundredths of the smallest coin (a cent's hundredth), so that 1.9 ct are
/// 190. What is not known counts as nothing; the fuse of minutes still holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Prices {
    /// To fixed lines of the office's country.
    pub fixed: u32,
    /// To mobiles of the office's country.
    pub mobile: u32,
    /// Abroad.
    pub foreign: u32,
    /// To what costs extra.
    pub premium: u32,
}

/// Another telephone system: another PBX, a gateway, a door phone. It belongs to no domain.
///
/// It serialises without its password.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Peer {
    /// Its identity.
    pub id: crate::PeerId,
    /// What the office calls it: clean text, not empty.
    pub name: String,
    /// Whether it is used.
    pub enabled: bool,
    /// Where it is; none for one that only calls.
    pub place: Option<SipPlace>,
    /// Addresses that are it without further proof.
    #[serde(default)]
    pub networks: Vec<Network>,
    /// The digest name it proves itself with, and we prove ourselves with there; empty for none.
    #[serde(default)]
    pub user: String,
    /// The password to that name.
    #[serde(skip)]
    pub password: Option<Secret>,
    /// Numbers that begin so are its own; dialled inside they go there.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// Whether the prefix is taken off before.
    #[serde(default)]
    pub strip_prefix: bool,
    /// Whom it may call besides persons of the office.
    #[serde(default)]
    pub may_call_outside: bool,
    /// How many calls with it at a time.
    pub channels: u16,
    /// Whether its sound is encrypted.
    #[serde(default)]
    pub srtp: Srtp,
}

/// Who may talk to the office under one of its domains. Where nothing is set for any of them everybody
/// may who proves who they are; how several hold together: [`crate::Office::lets_in`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainAccess {
    /// The domain.
    pub domain: Domain,
    /// Only from here, if any is named.
    #[serde(default)]
    pub allow: Vec<Network>,
    /// Never from here.
    #[serde(default)]
    pub deny: Vec<Network>,
}

impl DomainAccess {
    /// Whether somebody at that address may talk to the office under this domain.
    #[must_use]
    pub fn lets_in(&self, address: IpAddr) -> bool {
        !lies_in(&self.deny, address) && (self.allow.is_empty() || lies_in(&self.allow, address))
    }

    /// Whether it lists that address among those it is for.
    #[must_use]
    pub fn is_for(&self, address: IpAddr) -> bool {
        self.lets_in(address) && lies_in(&self.allow, address)
    }
}

fn lies_in(networks: &[Network], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}

/// A country, or a network that belongs to none, as far as a call's price and danger go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum DestinationKind {
    /// Fixed lines of the office's country.
    Fixed,
    /// Mobiles of the office's country.
    Mobile,
    /// Numbers of the office's country that cost the caller nothing.
    FreePhone,
    /// Numbers that cost extra.
    Premium,
    /// Any other country.
    Abroad,
    /// One country.
    Country(Country),
    /// Numbers that begin so, written with `+` and country code.
    Prefix(String),
    /// Everything.
    Any,
}
