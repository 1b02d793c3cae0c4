//! Every typed header of a message, read and printed: shared by the property tests and the fuzzer.

use bytes::Bytes;
use sip_message::{Header, Headers, header::*};

/// Reads every value of every typed header.
///
/// Panics if one that can be read prints to something that reads otherwise.
pub fn prints_what_it_reads(headers: Headers<'_>) {
    macro_rules! read_all {
        ($($type:ty),* $(,)?) => { $(read::<$type>(headers);)* };
    }
    read_all!(
        Accept,
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
        InReplyTo,
        MaxBreadth,
        MaxForwards,
        MimeVersion,
        MinExpires,
        MinSe,
        Organization,
        PAssertedIdentity,
        PAssociatedUri,
        PCalledPartyId,
        PPreferredIdentity,
        Path,
        Priority,
        Privacy,
        ProxyAuthenticate,
        ProxyAuthorization,
        ProxyRequire,
        RAck,
        RSeq,
        Reason,
        RecordRoute,
        ReferSub,
        ReferTo,
        ReferredBy,
        RemotePartyId,
        Replaces,
        ReplyTo,
        RequestDisposition,
        Require,
        RetryAfter,
        Route,
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
        Warning,
        WwwAuthenticate,
    );
    for via in headers.all::<Via>().flatten() {
        let _ = via.response_target();
        let mut out = Vec::new();
        via.write(&mut out);
        let back = Via::parse(Bytes::from(out)).expect("a Via that was read can be read again");
        assert_eq!((back.transport, back.sent_by), (via.transport, via.sent_by));
    }
}

fn read<H: Header + PartialEq + std::fmt::Debug>(headers: Headers<'_>) {
    for value in headers.all::<H>().flatten() {
        let mut out = Vec::new();
        value.write(&mut out);
        let text = String::from_utf8_lossy(&out).into_owned();
        let back = H::parse(Bytes::from(out));
        assert_eq!(back.as_ref(), Ok(&value), "{text}");
    }
}
