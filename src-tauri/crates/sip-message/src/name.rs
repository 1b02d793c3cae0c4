//! Names of header fields, with the compact forms of RFC 3261 §7.3.3 and later RFCs.

use std::fmt;

/// A header field name this crate knows, or [`HeaderName::Other`] for the rest, whose spelling
/// stays in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the names are the RFCs' header names
#[repr(u8)]
pub enum HeaderName {
    Accept,
    AcceptContact,
    AcceptEncoding,
    AcceptLanguage,
    AlertInfo,
    Allow,
    AllowEvents,
    AuthenticationInfo,
    Authorization,
    CallId,
    CallInfo,
    Contact,
    ContentDisposition,
    ContentEncoding,
    ContentLanguage,
    ContentLength,
    ContentType,
    CSeq,
    Date,
    Diversion,
    ErrorInfo,
    Event,
    Expires,
    FlowTimer,
    From,
    HistoryInfo,
    Identity,
    InReplyTo,
    MaxBreadth,
    MaxForwards,
    MimeVersion,
    MinExpires,
    MinSe,
    Organization,
    PAssertedIdentity,
    PAssociatedUri,
    Path,
    PCalledPartyId,
    PPreferredIdentity,
    Priority,
    Privacy,
    ProxyAuthenticate,
    ProxyAuthorization,
    ProxyRequire,
    RAck,
    Reason,
    RecordRoute,
    ReferSub,
    ReferTo,
    ReferredBy,
    RejectContact,
    RemotePartyId,
    Replaces,
    ReplyTo,
    RequestDisposition,
    Require,
    RetryAfter,
    Route,
    RSeq,
    Server,
    ServiceRoute,
    SessionExpires,
    SipETag,
    SipIfMatch,
    Subject,
    SubscriptionState,
    Supported,
    Timestamp,
    To,
    Unsupported,
    UserAgent,
    UserToUser,
    Via,
    Warning,
    WwwAuthenticate,
    /// A header this crate has no name for.
    Other,
    /// A line that is no header at all (no colon, or an illegal name); kept so that it can be
    /// answered with 400 and shown in a trace.
    Malformed,
}

impl HeaderName {
    /// Finds the name for a token; compact and long forms, any case.
    pub fn from_bytes(token: &[u8]) -> HeaderName {
        use HeaderName::*;
        if let [letter] = token {
            return match letter.to_ascii_lowercase() {
                b'a' => AcceptContact,
                b'u' => AllowEvents,
                b'i' => CallId,
                b'm' => Contact,
                b'e' => ContentEncoding,
                b'l' => ContentLength,
                b'c' => ContentType,
                b'o' => Event,
                b'f' => From,
                b'y' => Identity,
                b'r' => ReferTo,
                b'b' => ReferredBy,
                b'j' => RejectContact,
                b'd' => RequestDisposition,
                b'x' => SessionExpires,
                b's' => Subject,
                b'k' => Supported,
                b't' => To,
                b'v' => Via,
                _ => Other,
            };
        }
        // By length first: at most a handful of candidates are compared.
        let candidates: &[HeaderName] = match token.len() {
            2 => &[To],
            3 => &[Via],
            4 => &[CSeq, Date, From, Path, RAck, RSeq],
            5 => &[Allow, Event, Route],
            6 => &[Accept, MinSe, Reason, Server],
            7 => &[CallId, Contact, Expires, Privacy, Require, Subject, Warning],
            8 => &[Identity, Priority, ReferTo, Replaces, ReplyTo, SipETag],
            9 => &[CallInfo, Diversion, ReferSub, Supported, Timestamp],
            10 => &[AlertInfo, ErrorInfo, FlowTimer, UserAgent],
            11 => &[
                InReplyTo,
                MaxBreadth,
                MinExpires,
                ReferredBy,
                RetryAfter,
                Unsupported,
            ],
            12 => &[
                AllowEvents,
                ContentType,
                HistoryInfo,
                MaxForwards,
                MimeVersion,
                Organization,
                RecordRoute,
                SipIfMatch,
                UserToUser,
            ],
            13 => &[Authorization, ProxyRequire, ServiceRoute],
            14 => &[AcceptContact, ContentLength, RejectContact],
            15 => &[
                AcceptEncoding,
                AcceptLanguage,
                RemotePartyId,
                SessionExpires,
            ],
            16 => &[
                ContentEncoding,
                ContentLanguage,
                PAssociatedUri,
                WwwAuthenticate,
            ],
            17 => &[PCalledPartyId],
            18 => &[ProxyAuthenticate, SubscriptionState],
            19 => &[
                AuthenticationInfo,
                ContentDisposition,
                PAssertedIdentity,
                ProxyAuthorization,
                RequestDisposition,
            ],
            20 => &[PPreferredIdentity],
            _ => &[],
        };
        candidates
            .iter()
            .copied()
            .find(|name| {
                let known = name.as_str().as_bytes();
                // Most candidates differ in their first letter already.
                known.first().map(u8::to_ascii_lowercase)
                    == token.first().map(u8::to_ascii_lowercase)
                    && known.eq_ignore_ascii_case(token)
            })
            .unwrap_or(Other)
    }

    /// The long form as the RFCs spell it; empty for [`HeaderName::Other`] and
    /// [`HeaderName::Malformed`].
    pub const fn as_str(self) -> &'static str {
        match self {
            HeaderName::Accept => "Accept",
            HeaderName::AcceptContact => "Accept-Contact",
            HeaderName::AcceptEncoding => "Accept-Encoding",
            HeaderName::AcceptLanguage => "Accept-Language",
            HeaderName::AlertInfo => "Alert-Info",
            HeaderName::Allow => "Allow",
            HeaderName::AllowEvents => "Allow-Events",
            HeaderName::AuthenticationInfo => "Authentication-Info",
            HeaderName::Authorization => "Authorization",
            HeaderName::CallId => "Call-ID",
            HeaderName::CallInfo => "Call-Info",
            HeaderName::Contact => "Contact",
            HeaderName::ContentDisposition => "Content-Disposition",
            HeaderName::ContentEncoding => "Content-Encoding",
            HeaderName::ContentLanguage => "Content-Language",
            HeaderName::ContentLength => "Content-Length",
            HeaderName::ContentType => "Content-Type",
            HeaderName::CSeq => "CSeq",
            HeaderName::Date => "Date",
            HeaderName::Diversion => "Diversion",
            HeaderName::ErrorInfo => "Error-Info",
            HeaderName::Event => "Event",
            HeaderName::Expires => "Expires",
            HeaderName::FlowTimer => "Flow-Timer",
            HeaderName::From => "From",
            HeaderName::HistoryInfo => "History-Info",
            HeaderName::Identity => "Identity",
            HeaderName::InReplyTo => "In-Reply-To",
            HeaderName::MaxBreadth => "Max-Breadth",
            HeaderName::MaxForwards => "Max-Forwards",
            HeaderName::MimeVersion => "MIME-Version",
            HeaderName::MinExpires => "Min-Expires",
            HeaderName::MinSe => "Min-SE",
            HeaderName::Organization => "Organization",
            HeaderName::PAssertedIdentity => "P-Asserted-Identity",
            HeaderName::PAssociatedUri => "P-Associated-URI",
            HeaderName::Path => "Path",
            HeaderName::PCalledPartyId => "P-Called-Party-ID",
            HeaderName::PPreferredIdentity => "P-Preferred-Identity",
            HeaderName::Priority => "Priority",
            HeaderName::Privacy => "Privacy",
            HeaderName::ProxyAuthenticate => "Proxy-Authenticate",
            HeaderName::ProxyAuthorization => "Proxy-Authorization",
            HeaderName::ProxyRequire => "Proxy-Require",
            HeaderName::RAck => "RAck",
            HeaderName::Reason => "Reason",
            HeaderName::RecordRoute => "Record-Route",
            HeaderName::ReferSub => "Refer-Sub",
            HeaderName::ReferTo => "Refer-To",
            HeaderName::ReferredBy => "Referred-By",
            HeaderName::RejectContact => "Reject-Contact",
            HeaderName::RemotePartyId => "Remote-Party-ID",
            HeaderName::Replaces => "Replaces",
            HeaderName::ReplyTo => "Reply-To",
            HeaderName::RequestDisposition => "Request-Disposition",
            HeaderName::Require => "Require",
            HeaderName::RetryAfter => "Retry-After",
            HeaderName::Route => "Route",
            HeaderName::RSeq => "RSeq",
            HeaderName::Server => "Server",
            HeaderName::ServiceRoute => "Service-Route",
            HeaderName::SessionExpires => "Session-Expires",
            HeaderName::SipETag => "SIP-ETag",
            HeaderName::SipIfMatch => "SIP-If-Match",
            HeaderName::Subject => "Subject",
            HeaderName::SubscriptionState => "Subscription-State",
            HeaderName::Supported => "Supported",
            HeaderName::Timestamp => "Timestamp",
            HeaderName::To => "To",
            HeaderName::Unsupported => "Unsupported",
            HeaderName::UserAgent => "User-Agent",
            HeaderName::UserToUser => "User-to-User",
            HeaderName::Via => "Via",
            HeaderName::Warning => "Warning",
            HeaderName::WwwAuthenticate => "WWW-Authenticate",
            HeaderName::Other | HeaderName::Malformed => "",
        }
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_and_long_forms_in_any_case_are_one_name() {
        for (token, name) in [
            ("v", HeaderName::Via),
            ("VIA", HeaderName::Via),
            ("call-id", HeaderName::CallId),
            ("I", HeaderName::CallId),
            ("d", HeaderName::RequestDisposition),
            ("content-disposition", HeaderName::ContentDisposition),
            ("X-Thing", HeaderName::Other),
            ("q", HeaderName::Other),
        ] {
            assert_eq!(HeaderName::from_bytes(token.as_bytes()), name, "{token}");
        }
    }
}
