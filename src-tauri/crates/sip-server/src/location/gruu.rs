//! Globally routable user agent URIs (RFC 5627): addresses of one device of an address-of-record.

use super::Aor;
use crate::limits::MAX_TEMPORARY_GRUUS;
use sip_message::{SipUri, Text, Uri};
use std::collections::{BTreeMap, VecDeque};

/// What a `gr` parameter says.
pub(crate) struct Gr {
    /// The instance of a public GRUU; `None` in a temporary one.
    pub(crate) instance: Option<Text>,
}

/// The `gr` parameter of a URI, when it has one.
pub(crate) fn gr_of(uri: &SipUri) -> Option<Gr> {
    uri.params().has("gr").then(|| Gr {
        instance: uri
            .params()
            .value("gr")
            .map(|urn| Text::from(format!("<{urn}>"))),
    })
}

/// The public GRUU of an instance: the address-of-record with the instance's URN as `gr`.
pub(crate) struct PublicGruu(pub(crate) SipUri);

impl PublicGruu {
    /// `None` when the instance is no URN in angle brackets that can stand in a URI.
    pub(crate) fn of(aor: SipUri, instance: &Text) -> Option<PublicGruu> {
        let urn = instance.strip_prefix(b"<")?.strip_suffix(b">")?;
        let urn = std::str::from_utf8(urn).ok()?;
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'.' | b'_');
        if urn.is_empty() || !urn.bytes().all(legal) {
            return None;
        }
        let params = sip_message::Params::new().with("gr", urn);
        Some(PublicGruu(aor.without_headers().with_params(params)))
    }
}

/// Temporary GRUUs: they hide whose device it is, and hold while it stays registered.
#[derive(Debug, Default)]
pub(crate) struct TemporaryGruus {
    owners: BTreeMap<Text, (Aor, Text)>,
    by_instance: BTreeMap<(Aor, Text), Given>,
}

/// What an instance was given since it last registered with a new Call-ID.
#[derive(Debug)]
struct Given {
    call_id: Text,
    tokens: VecDeque<Text>,
}

impl TemporaryGruus {
    /// Gives the user part of a new temporary GRUU. A new Call-ID ends all earlier ones
    /// (RFC 5627 §5.3).
    pub(crate) fn make(
        &mut self,
        aor: &Aor,
        instance: &Text,
        call_id: &Text,
        token: String,
    ) -> Text {
        let user = Text::from(format!("tgruu.{token}"));
        let owner = (aor.clone(), instance.clone());
        let given = self
            .by_instance
            .entry(owner.clone())
            .or_insert_with(|| Given {
                call_id: call_id.clone(),
                tokens: VecDeque::new(),
            });
        let keep = match given.call_id == *call_id {
            true => MAX_TEMPORARY_GRUUS - 1,
            false => 0,
        };
        while given.tokens.len() > keep {
            if let Some(old) = given.tokens.pop_front() {
                self.owners.remove(&old);
            }
        }
        given.call_id = call_id.clone();
        given.tokens.push_back(user.clone());
        self.owners.insert(user.clone(), owner);
        user
    }

    /// Whose temporary GRUU a URI is.
    pub(crate) fn find(&self, uri: &Uri) -> Option<(Aor, Text)> {
        let user = uri.user()?;
        self.owners
            .get(&Text::from(&*String::from_utf8_lossy(&user)))
            .cloned()
    }

    pub(crate) fn forget(&mut self, aor: &Aor, instance: &Text) {
        let given = self.by_instance.remove(&(aor.clone(), instance.clone()));
        for token in given.into_iter().flat_map(|given| given.tokens) {
            self.owners.remove(&token);
        }
    }
}
