//! How a line is set up, as the API spells it.

use crate::mirror::mirror;
use office::{Domain, PhoneNumber};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

mirror! {
    /// A SIP server.
    struct SipPlace = office::SipPlace {
        /// Its name or address.
        #[ts(type = "string")]
        #[schema(value_type = String)]
        host: Domain,
        /// Without, the name service says.
        port: Option<u16>,
        transport: LineTransport,
    }
}

mirror! {
    /// How SIP messages travel on a line.
    enum LineTransport = office::LineTransport {
        /// As the name service says.
        Auto,
        Udp,
        Tcp,
        /// The certificate is checked against the host's name.
        Tls,
    }
}

/// How the provider knows us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum LineAccess {
    /// We register there.
    Register {
        /// How long a registration is to last, in seconds.
        expires: Option<u32>,
        /// One registration for a block of numbers (RFC 6140).
        bulk: bool,
    },
    /// By our address.
    Address,
}

mirror! {
    /// Who we are at a provider.
    struct LineIdentity = office::TrunkIdentity {
        /// The digest user name.
        auth_user: String,
        /// The user of From; `authUser` if empty.
        from_user: String,
        /// The host of From; the server's if `null`.
        #[ts(type = "string | null")]
        #[schema(value_type = Option<String>)]
        from_domain: Option<Domain>,
        /// The user of our Contact; `fromUser` if empty.
        contact_user: String,
    }
}

mirror! {
    /// What goes out in the calls of a line.
    struct LineOutgoing = office::Outgoing {
        number_format: NumberFormat,
        /// Put before a number, which then has no `+`.
        prefix: String,
        caller_id: CallerIdHeader,
        hide: HideBy,
        /// Whether `user=phone` is added to numbers.
        user_phone: bool,
        /// The number shown where nothing else says so.
        #[ts(type = "string | null")]
        #[schema(value_type = Option<String>)]
        main_number: Option<PhoneNumber>,
        /// Whether numbers that are not the office's may be shown.
        foreign_caller_id: bool,
        /// Missing for `nothing`.
        #[serde(default)]
        forwarded_by: ForwardedBy,
    }
}

mirror! {
    /// How a provider is told that a call was for a number of the office, which forwards it.
    #[derive(Default)]
    enum ForwardedBy = office::ForwardedBy {
        #[default]
        Nothing,
        Diversion,
        HistoryInfo,
    }
}

mirror! {
    /// How a provider wants numbers written.
    enum NumberFormat = office::NumberFormat {
        /// `+4930123456`
        PlusE164,
        /// `4930123456`
        Digits,
        /// `030123456` at home, `0044…` abroad.
        AsDialled,
        /// `004930123456`
        InternationalPrefix,
    }
}

mirror! {
    /// The header a provider reads the caller's number from.
    enum CallerIdHeader = office::CallerIdHeader {
        PAssertedIdentity,
        PPreferredIdentity,
        RemotePartyId,
        From,
    }
}

mirror! {
    /// How the caller's number is kept from whom is called.
    enum HideBy = office::HideBy {
        AnonymousFrom,
        Privacy,
    }
}

mirror! {
    /// Where to look in the calls that come in over a line.
    struct LineIncoming = office::Incoming {
        called_in: CalledNumberIn,
        /// Whether the provider's asserted caller is believed before From.
        asserted_caller: bool,
    }
}

mirror! {
    /// Where the called number of an incoming call stands.
    enum CalledNumberIn = office::CalledNumberIn {
        RequestUri,
        To,
        PCalledPartyId,
        Diversion,
    }
}

mirror! {
    /// Whether the sound of a line, or with another telephone system, is encrypted.
    enum LineSrtp = office::Srtp {
        Off,
        Optional,
        Required,
    }
}

mirror! {
    /// How key presses travel on a line.
    enum LineDtmf = office::Dtmf {
        Events,
        Info,
        Tones,
    }
}

mirror! {
    /// How many calls a line carries at a time; `null` for as many as there are.
    struct LineChannels = office::Channels {
        all: u16,
        incoming: Option<u16>,
        outgoing: Option<u16>,
    }
}

mirror! {
    /// What a minute costs, in hundredths of the smallest coin.
    struct LinePrices = office::Prices {
        fixed: u32,
        mobile: u32,
        foreign: u32,
        premium: u32,
    }
}

mirror! {
    /// Whether the provider of a line stops calls abroad at a sum.
    enum LineSpendCap = office::SpendCap {
        /// Nobody has said it yet.
        NotAnswered,
        /// It is on.
        On,
        /// This provider has none, or the office wants none.
        None,
    }
}

impl From<office::TrunkAccess> for LineAccess {
    fn from(access: office::TrunkAccess) -> Self {
        match access {
            office::TrunkAccess::Register { expires, bulk } => Self::Register { expires, bulk },
            office::TrunkAccess::Address => Self::Address,
        }
    }
}

impl From<LineAccess> for office::TrunkAccess {
    fn from(access: LineAccess) -> Self {
        match access {
            LineAccess::Register { expires, bulk } => Self::Register { expires, bulk },
            LineAccess::Address => Self::Address,
        }
    }
}
