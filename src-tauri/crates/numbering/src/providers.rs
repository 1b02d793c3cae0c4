//! Presets of providers: what a line to each of them needs, and what only the customer knows.
//!
//! One file of `assets/providers` for each; the build finds new ones by itself.

use office::{
    CallerIdHeader, Country, Dtmf, ForwardedBy, HideBy, Incoming, LineTransport, Network,
    NumberFormat, Outgoing, Srtp, TrunkAccess,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a line to a provider needs. The fields are those of an [`office::Trunk`] where they have the
/// same name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preset {
    /// The name of its file without `.toml`; what [`office::Trunk::provider`] holds.
    #[serde(default)]
    pub id: String,
    /// What the provider calls it.
    pub name: String,
    /// Where it is sold; everywhere if empty.
    #[serde(default)]
    pub countries: Vec<Country>,
    /// The provider's own page.
    #[serde(default)]
    pub website: String,
    /// How sure the preset is.
    pub confidence: Confidence,
    /// Where it is from.
    pub source: String,
    /// How the provider knows us.
    pub access: TrunkAccess,
    /// Whom calls go to, and where registrations go.
    pub server: Server,
    /// Where every request goes first, if not straight to the server.
    #[serde(default)]
    pub outbound_proxy: Option<Server>,
    /// The user of From, and of what is registered.
    #[serde(default)]
    pub from_user: UserRule,
    /// The host of From; the server's if none. May hold places.
    #[serde(default)]
    pub from_domain: Option<String>,
    /// The user of our Contact; that of From if none.
    #[serde(default)]
    pub contact_user: Option<UserRule>,
    /// The only realm whose challenges are answered.
    #[serde(default)]
    pub realm: Option<String>,
    /// How numbers are written.
    #[serde(default)]
    pub number_format: NumberFormat,
    /// Where the caller's number is written.
    #[serde(default)]
    pub caller_id: CallerIdHeader,
    /// How it is kept from whom is called.
    #[serde(default)]
    pub hide: HideBy,
    /// Whether `user=phone` is added to numbers.
    #[serde(default)]
    pub user_phone: bool,
    /// How a call that is forwarded says so.
    #[serde(default)]
    pub forwarded_by: ForwardedBy,
    /// Where to look in the calls that come in.
    #[serde(default)]
    pub incoming: Incoming,
    /// Whether sound is encrypted.
    #[serde(default)]
    pub srtp: Srtp,
    /// The codecs offered, the best first.
    pub codecs: Vec<String>,
    /// How key presses travel.
    #[serde(default)]
    pub dtmf: Dtmf,
    /// Seconds between two asks whether the server is there; none to ask never.
    #[serde(default)]
    pub probe_seconds: Option<u16>,
    /// Where calls may come from besides the server's own addresses.
    #[serde(default)]
    pub networks: Vec<Network>,
    /// How many calls it carries, where that does not depend on the contract.
    #[serde(default)]
    pub channels: Option<u16>,
    /// Whether a second registration throws out the first.
    #[serde(default)]
    pub one_registration_only: bool,
    /// What the customer has to fill in, in the order of the form.
    #[serde(rename = "ask")]
    pub asks: Vec<Ask>,
    /// How the provider stops calls abroad at a sum, or at all, where that is known.
    #[serde(default)]
    pub spend_cap: Option<SpendCapHint>,
    /// What is good to know: sentences by language. English and German are there for all.
    pub notes: BTreeMap<String, Vec<String>>,
}

/// What is known of how a provider limits what calls abroad may cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendCapHint {
    /// How sure that is.
    pub confidence: Confidence,
    /// The page it was read on; empty if there is none.
    #[serde(default)]
    pub link: String,
    /// Where to look and what to turn on: a sentence by language. English and German are there for all.
    #[serde(rename = "where")]
    pub place: BTreeMap<String, String>,
}

/// How sure a preset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Confidence {
    /// Read in the provider's own documents.
    Documented,
    /// Others have set it up so.
    Reported,
    /// As such lines usually are.
    Assumed,
}

/// A server of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Server {
    /// Its name. It may hold places such as `{pop}`, each of which an [`Ask`] fills.
    pub host: String,
    /// Its port; without, the name service says.
    #[serde(default)]
    pub port: Option<u16>,
    /// How it is reached.
    #[serde(default)]
    pub transport: LineTransport,
}

/// What a user part is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UserRule {
    /// The digest user name.
    #[default]
    Account,
    /// The main number, written as the provider wants numbers.
    Number,
    /// Something else, which the customer is asked for.
    Asked,
    /// Always this.
    Fixed(String),
}

/// Something the customer has to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ask {
    /// Which part of the line it is.
    pub fills: Fills,
    /// What the provider calls it in its letters and pages.
    pub name: String,
    /// What it looks like.
    #[serde(default)]
    pub example: String,
    /// Whether it may be left empty.
    #[serde(default)]
    pub optional: bool,
}

/// A part of a line that the customer fills in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fills {
    /// The digest user name.
    AuthUser,
    /// The digest password.
    Password,
    /// The user of From.
    FromUser,
    /// The host of From.
    FromDomain,
    /// The user of our Contact.
    ContactUser,
    /// The office's main number on the line.
    MainNumber,
    /// What is put before numbers (a "tech prefix").
    Prefix,
    /// The server's name.
    Server,
    /// Where every request goes first.
    OutboundProxy,
    /// A place in the name of a server (`{pop}`).
    Place(String),
}

const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/providers.rs"));

/// All presets, by the names of their files. They are read each time: not for the time of a call.
#[must_use]
pub fn all() -> Vec<Preset> {
    // A test reads every file.
    FILES
        .iter()
        .filter_map(|(id, file)| read(id, file).ok())
        .collect()
}

/// The preset with that name.
#[must_use]
pub fn find(id: &str) -> Option<Preset> {
    let (id, file) = FILES.iter().find(|(each, _)| *each == id)?;
    read(id, file).ok()
}

fn read(id: &str, file: &str) -> Result<Preset, toml::de::Error> {
    let preset: Preset = toml::from_str(file)?;
    Ok(Preset {
        id: id.to_owned(),
        ..preset
    })
}

impl Preset {
    /// The places of its servers' names, without their brackets.
    #[must_use]
    pub fn places(&self) -> Vec<&str> {
        let proxy = self.outbound_proxy.as_ref().map_or("", |proxy| &proxy.host);
        let domain = self.from_domain.as_deref().unwrap_or_default();
        let hosts = [self.server.host.as_str(), proxy, domain];
        let inside = hosts.into_iter().flat_map(|host| host.split('{').skip(1));
        inside
            .filter_map(|rest| Some(rest.split_once('}')?.0))
            .collect()
    }

    /// How numbers go out, with what the customer filled in for the prefix.
    #[must_use]
    pub fn outgoing(&self, prefix: &str) -> Outgoing {
        Outgoing {
            number_format: self.number_format,
            prefix: prefix.to_owned(),
            caller_id: self.caller_id,
            hide: self.hide,
            user_phone: self.user_phone,
            main_number: None,
            foreign_caller_id: false,
            forwarded_by: self.forwarded_by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::Domain;
    use std::collections::BTreeSet;

    #[test]
    fn every_preset_is_whole() {
        let mut ids = BTreeSet::new();
        for (id, file) in FILES {
            let preset = read(id, file).unwrap_or_else(|error| panic!("{id}: {error}"));
            let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(id.chars().all(is_id) && ids.insert(*id), "{id}");
            let is_generic = id.starts_with("other");
            assert!(!preset.name.is_empty() && preset.source.len() > 10, "{id}");
            assert!(is_generic || preset.website.starts_with("https://"), "{id}");
            assert!(!preset.codecs.is_empty(), "{id}");
            for codec in &preset.codecs {
                assert!(
                    ["PCMA", "PCMU", "G722", "opus"].contains(&codec.as_str()),
                    "{id} {codec}"
                );
            }
            for language in ["en", "de"] {
                let notes = preset
                    .notes
                    .get(language)
                    .unwrap_or_else(|| panic!("{id} {language}"));
                assert!(!notes.is_empty(), "{id} {language}");
                for note in notes {
                    let is_short = (10..=200).contains(&note.chars().count());
                    assert!(is_short && note.ends_with('.'), "{id} {language}: {note}");
                }
            }
            let lengths: BTreeSet<_> = preset.notes.values().map(Vec::len).collect();
            assert_eq!(lengths.len(), 1, "{id}: each note in each language");
        }
        assert!(ids.len() >= 22, "{}", ids.len());
        assert!(ids.contains("other") && ids.contains("other-address"));
    }

    #[test]
    fn what_is_said_of_spending_limits_says_where_it_is_from() {
        let known: Vec<_> = all()
            .into_iter()
            .filter_map(|preset| Some((preset.id, preset.spend_cap?)))
            .collect();
        assert!(known.len() >= 7, "{}", known.len());
        for (id, hint) in known {
            let is_documented = hint.confidence == Confidence::Documented;
            assert_eq!(is_documented, hint.link.starts_with("https://"), "{id}");
            for language in ["en", "de"] {
                let said = hint.place.get(language).map(String::as_str);
                let said = said.unwrap_or_else(|| panic!("{id} {language}"));
                let is_short = (10..=300).contains(&said.chars().count());
                assert!(is_short && said.ends_with('.'), "{id} {language}: {said}");
            }
        }
    }

    #[test]
    fn every_preset_asks_for_what_it_leaves_open_and_nothing_twice() {
        for preset in all() {
            let id = &preset.id;
            let asks = |fills: &Fills| preset.asks.iter().filter(|ask| ask.fills == *fills).count();
            for ask in &preset.asks {
                assert_eq!(asks(&ask.fills), 1, "{id} {:?}", ask.fills);
                assert!(!ask.name.is_empty(), "{id}");
            }
            let registers = matches!(preset.access, TrunkAccess::Register { .. });
            if registers {
                assert_eq!(
                    (asks(&Fills::AuthUser), asks(&Fills::Password)),
                    (1, 1),
                    "{id}"
                );
            }
            let places: BTreeSet<_> = preset.places().into_iter().collect();
            for place in &places {
                assert_eq!(asks(&Fills::Place((*place).to_owned())), 1, "{id} {place}");
            }
            let asked = preset
                .asks
                .iter()
                .filter(|ask| matches!(ask.fills, Fills::Place(_)));
            assert_eq!(asked.count(), places.len(), "{id}");
            assert_eq!(
                preset.server.host.is_empty(),
                asks(&Fills::Server) == 1,
                "{id}"
            );
            assert_eq!(
                preset.from_user == UserRule::Asked,
                asks(&Fills::FromUser) == 1,
                "{id}"
            );
            assert_eq!(
                preset.contact_user == Some(UserRule::Asked),
                asks(&Fills::ContactUser) == 1,
                "{id}"
            );
            assert_eq!(asks(&Fills::MainNumber), 1, "{id}");
            if preset
                .asks
                .iter()
                .any(|ask| ask.fills == Fills::Prefix && !ask.optional)
            {
                assert_eq!(
                    preset.number_format,
                    NumberFormat::Digits,
                    "{id}: a prefix has no +"
                );
            }
        }
    }

    #[test]
    fn every_server_can_be_reached_once_its_places_are_filled() {
        for preset in all() {
            let proxy = preset.outbound_proxy.iter();
            for server in proxy
                .chain(Some(&preset.server))
                .filter(|server| !server.host.is_empty())
            {
                let filled = preset
                    .places()
                    .iter()
                    .fold(server.host.clone(), |host, place| {
                        host.replace(&format!("{{{place}}}"), "example1")
                    });
                assert!(Domain::parse(&filled).is_ok(), "{} {filled}", preset.id);
                if preset.srtp == Srtp::Required {
                    assert_eq!(
                        server.transport,
                        LineTransport::Tls,
                        "{}: keys in the clear",
                        preset.id
                    );
                }
            }
        }
    }

    #[test]
    fn a_preset_travels_as_json() {
        for preset in all() {
            let json = serde_json::to_string(&preset).unwrap();
            assert_eq!(serde_json::from_str::<Preset>(&json).unwrap(), preset);
        }
        assert_eq!(find("telnyx").unwrap().id, "telnyx");
        assert_eq!(find("nobody"), None);
    }
}
