//! What an INVITE says that goes out on a line: whom it calls, who it says is calling, and where.

use crate::gate::{Forwarded, ForwardedBecause};
use bytes::Bytes;
use office::{CallerIdHeader, Country, ForwardedBy, HideBy, PhoneNumber, Trunk};
use sip_message::{
    Host, HostPort, Params, Scheme, SipUri, Uri,
    header::{Header, NameAddr},
};

/// Whom a call goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee<'a> {
    /// A number of the telephone network.
    Number(&'a PhoneNumber),
    /// As the country dials it, such as `112`: nothing is put before it.
    AsDialled(&'a str),
}

/// The caller as whom is called may see them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ShownAs<'a> {
    /// The number; the account's where there is none.
    pub(crate) number: Option<&'a PhoneNumber>,
    /// Whether it is kept from whom is called.
    pub(crate) hidden: bool,
    /// What the call was for, if it is forwarded.
    pub(crate) forwarded: Option<&'a Forwarded>,
}

/// The parts of the INVITE that a line decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) request_uri: Uri,
    pub(crate) from: NameAddr,
    pub(crate) to: NameAddr,
    /// Name and value.
    pub(crate) headers: Vec<(String, Bytes)>,
}

/// Writes them as the line wants them. `country` is the office's.
pub(crate) fn write(
    trunk: &Trunk,
    callee: Callee<'_>,
    shown: ShownAs<'_>,
    country: Option<&Country>,
) -> Written {
    let called = match callee {
        Callee::Number(number) => called(trunk, number, country),
        Callee::AsDialled(digits) => digits.to_owned(),
    };
    let server = HostPort::new(
        Host::from_name(trunk.server.host.as_str()),
        trunk.server.port,
    );
    let to = number_uri(trunk, &called, server);
    let number = shown.number.map(|number| {
        let number = numbering::write(number, trunk.outgoing.number_format, country);
        number_uri(trunk, &number, home(trunk))
    });
    let user = Some(account(trunk)).filter(|user| !user.is_empty());
    let account = SipUri::new(Scheme::Sip, user, home(trunk));
    let (from, mut headers) = caller(trunk, account, number, shown.hidden);
    let forwarded = shown.forwarded.and_then(|forwarded| {
        let number = numbering::write(&forwarded.number, trunk.outgoing.number_format, country);
        let was_for = number_uri(trunk, &number, home(trunk));
        forwarded_header(trunk.outgoing.forwarded_by, was_for, forwarded.why, &to)
    });
    headers.extend(forwarded);
    Written {
        request_uri: Uri::Sip(to.clone()),
        from,
        to: NameAddr::new(to),
        headers,
    }
}

/// The account's user, which From names.
pub(crate) fn account(trunk: &Trunk) -> &str {
    match trunk.identity.from_user.as_str() {
        "" => &trunk.identity.auth_user,
        user => user,
    }
}

/// The host of From.
pub(crate) fn from_domain(trunk: &Trunk) -> &str {
    let own = trunk.identity.from_domain.as_ref();
    own.unwrap_or(&trunk.server.host).as_str()
}

fn home(trunk: &Trunk) -> HostPort {
    HostPort::new(Host::from_name(from_domain(trunk)), None)
}

fn called(trunk: &Trunk, number: &PhoneNumber, country: Option<&Country>) -> String {
    let written = numbering::write(number, trunk.outgoing.number_format, country);
    match trunk.outgoing.prefix.as_str() {
        "" => written,
        prefix => format!("{prefix}{}", written.trim_start_matches('+')),
    }
}

fn number_uri(trunk: &Trunk, number: &str, host: HostPort) -> SipUri {
    let uri = SipUri::new(Scheme::Sip, Some(number), host);
    match trunk.outgoing.user_phone {
        true => uri.with_params(Params::new().with("user", "phone")),
        false => uri,
    }
}

/// From, and the headers beside it.
fn caller(
    trunk: &Trunk,
    account: SipUri,
    number: Option<SipUri>,
    hidden: bool,
) -> (NameAddr, Vec<(String, Bytes)>) {
    let outgoing = &trunk.outgoing;
    let anonymous = hidden && outgoing.hide == HideBy::AnonymousFrom;
    let from = match (&number, outgoing.caller_id) {
        _ if anonymous => {
            // RFC 3323 §4.1.1.3.
            let host = HostPort::new(Host::from_name("anonymous.invalid"), None);
            let uri = SipUri::new(Scheme::Sip, Some("anonymous"), host);
            NameAddr::new(uri).with_display("Anonymous")
        }
        (Some(number), CallerIdHeader::From) => NameAddr::new(number.clone()),
        // A provider that knows us by our address may have given us no account to be named.
        (Some(number), _) if account.user().is_none() && !hidden => NameAddr::new(number.clone()),
        _ => NameAddr::new(account.clone()),
    };
    // The provider still reads who is calling, where From does not say it.
    let identity = NameAddr::new(number.unwrap_or(account));
    let header = match outgoing.caller_id {
        CallerIdHeader::PAssertedIdentity => Some("P-Asserted-Identity"),
        CallerIdHeader::PPreferredIdentity => Some("P-Preferred-Identity"),
        CallerIdHeader::RemotePartyId => Some("Remote-Party-ID"),
        CallerIdHeader::From => anonymous.then_some("P-Preferred-Identity"),
    };
    let mut headers = Vec::new();
    if let Some(name) = header {
        let identity = match outgoing.caller_id {
            CallerIdHeader::RemotePartyId => identity
                .with_param("party", "calling")
                .with_param("screen", "yes")
                .with_param("privacy", if hidden { "full" } else { "off" }),
            _ => identity,
        };
        headers.push((name.to_owned(), value(identity)));
    }
    if hidden {
        headers.push(("Privacy".to_owned(), Bytes::from_static(b"id")));
    }
    (from, headers)
}

/// The header that says that a call is forwarded: what it was for, why, and (of a History-Info) where it
/// goes now.
fn forwarded_header(
    by: ForwardedBy,
    was_for: SipUri,
    why: ForwardedBecause,
    to: &SipUri,
) -> Option<(String, Bytes)> {
    match by {
        ForwardedBy::Nothing => None,
        ForwardedBy::Diversion => {
            // RFC 5806 §4.
            let diverts = NameAddr::new(was_for)
                .with_param("reason", reason(why))
                .with_param("counter", "1")
                .with_param("privacy", "off");
            Some(("Diversion".to_owned(), value(diverts)))
        }
        ForwardedBy::HistoryInfo => {
            // RFC 7044 §5; that it was mapped to somebody else is §5.5's mp.
            let first = value(NameAddr::new(was_for).with_param("index", "1"));
            let params = to.params().clone().with("cause", cause(why));
            let now = NameAddr::new(to.clone().with_params(params))
                .with_param("index", "1.1")
                .with_param("mp", "1");
            let value = [&first[..], b", ", &value(now)[..]].concat();
            Some(("History-Info".to_owned(), value.into()))
        }
    }
}

/// Why a call is diverted, in the words of RFC 5806 §4.
fn reason(why: ForwardedBecause) -> &'static str {
    match why {
        ForwardedBecause::Always => "unconditional",
        ForwardedBecause::Closed => "time-of-day",
        ForwardedBecause::NoAnswer => "no-answer",
        ForwardedBecause::Busy => "user-busy",
        ForwardedBecause::Declined => "deflection",
        ForwardedBecause::Unreachable => "unavailable",
    }
}

/// The same by the numbers of RFC 4458 §2; that it is closed has none of its own.
fn cause(why: ForwardedBecause) -> &'static str {
    match why {
        ForwardedBecause::Always | ForwardedBecause::Closed => "302",
        ForwardedBecause::NoAnswer => "408",
        ForwardedBecause::Busy => "486",
        ForwardedBecause::Declined => "480",
        ForwardedBecause::Unreachable => "503",
    }
}

fn value(address: NameAddr) -> Bytes {
    let mut out = Vec::new();
    sip_message::header::From(address).write(&mut out);
    Bytes::from(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::tests::trunk;
    use office::NumberFormat;

    fn number(text: &str) -> PhoneNumber {
        PhoneNumber::parse(text).unwrap()
    }

    fn written(change: impl FnOnce(&mut Trunk), hidden: bool) -> [String; 4] {
        let mut trunk = trunk(1, "carrier.example");
        trunk.identity.auth_user = "account".to_owned();
        change(&mut trunk);
        let own = number("+4930123456");
        let shown = ShownAs {
            number: Some(&own),
            hidden,
            forwarded: None,
        };
        let country = Country::parse("DE").unwrap();
        let callee = number("+4989654321");
        let written = write(&trunk, Callee::Number(&callee), shown, Some(&country));
        let text = |name: &NameAddr| String::from_utf8(value(name.clone()).to_vec()).unwrap();
        let headers = written.headers.iter();
        let headers =
            headers.map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value)));
        [
            written.request_uri.to_string(),
            text(&written.from),
            text(&written.to),
            headers.collect(),
        ]
    }

    #[test]
    fn a_number_goes_out_as_the_line_writes_it() {
        let uri = |change: &dyn Fn(&mut Trunk)| written(|trunk| change(trunk), false)[0].clone();
        assert_eq!(uri(&|_| {}), "sip:+4989654321@carrier.example");
        let digits = |trunk: &mut Trunk| trunk.outgoing.number_format = NumberFormat::Digits;
        assert_eq!(uri(&digits), "sip:4989654321@carrier.example");
        let home = |trunk: &mut Trunk| trunk.outgoing.number_format = NumberFormat::AsDialled;
        assert_eq!(uri(&home), "sip:089654321@carrier.example");
        let prefixed = |trunk: &mut Trunk| trunk.outgoing.prefix = "7777".to_owned();
        assert_eq!(uri(&prefixed), "sip:77774989654321@carrier.example");
        let phone = |trunk: &mut Trunk| {
            trunk.outgoing.user_phone = true;
            trunk.server.port = Some(5070);
        };
        assert_eq!(
            uri(&phone),
            "sip:+4989654321@carrier.example:5070;user=phone"
        );
    }

    #[test]
    fn the_caller_stands_in_the_header_the_provider_reads() {
        let cases = [
            (
                CallerIdHeader::PAssertedIdentity,
                "<sip:account@carrier.example>",
                "P-Asserted-Identity: <sip:+4930123456@carrier.example>\n",
            ),
            (
                CallerIdHeader::PPreferredIdentity,
                "<sip:account@carrier.example>",
                "P-Preferred-Identity: <sip:+4930123456@carrier.example>\n",
            ),
            (
                CallerIdHeader::RemotePartyId,
                "<sip:account@carrier.example>",
                "Remote-Party-ID: <sip:+4930123456@carrier.example>;party=calling;screen=yes;privacy=off\n",
            ),
            (
                CallerIdHeader::From,
                "<sip:+4930123456@carrier.example>",
                "",
            ),
        ];
        for (header, from, headers) in cases {
            let written = written(|trunk| trunk.outgoing.caller_id = header, false);
            assert_eq!((written[1].as_str(), written[3].as_str()), (from, headers));
        }
    }

    #[test]
    fn where_there_is_no_account_the_caller_is_named_by_the_number() {
        let no_account = |trunk: &mut Trunk| trunk.identity.auth_user.clear();
        let from = written(no_account, false)[1].clone();
        assert_eq!(from, "<sip:+4930123456@carrier.example>");
        let private = |trunk: &mut Trunk| {
            no_account(trunk);
            trunk.outgoing.hide = HideBy::Privacy;
        };
        assert_eq!(written(private, true)[1], "<sip:carrier.example>");
    }

    #[test]
    fn a_hidden_number_is_seen_by_the_provider_only() {
        for header in [CallerIdHeader::PAssertedIdentity, CallerIdHeader::From] {
            let written = written(|trunk| trunk.outgoing.caller_id = header, true);
            assert_eq!(
                written[1],
                "\"Anonymous\" <sip:anonymous@anonymous.invalid>"
            );
            assert!(written[3].contains("Identity: <sip:+4930123456@carrier.example>\n"));
            assert!(written[3].ends_with("Privacy: id\n"));
        }
        let written = written(|trunk| trunk.outgoing.hide = HideBy::Privacy, true);
        assert_eq!(written[1], "<sip:account@carrier.example>");
        assert!(written[3].ends_with("Privacy: id\n"));
    }

    #[test]
    fn a_forwarded_call_says_what_it_was_for_as_the_line_wants_it() {
        let says = |by, why, change: &dyn Fn(&mut Trunk)| {
            let mut trunk = trunk(1, "carrier.example");
            trunk.outgoing.forwarded_by = by;
            change(&mut trunk);
            let forwarded = Forwarded {
                number: number("+4930123451"),
                why,
            };
            let shown = ShownAs {
                forwarded: Some(&forwarded),
                ..ShownAs::default()
            };
            let country = Country::parse("DE").unwrap();
            let callee = number("+4917212345");
            let written = write(&trunk, Callee::Number(&callee), shown, Some(&country));
            let headers = written.headers.iter();
            let found = headers
                .filter(|(name, _)| name == "Diversion" || name == "History-Info")
                .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value)));
            found.collect::<Vec<_>>().join("\n")
        };
        let digits = |trunk: &mut Trunk| {
            trunk.outgoing.number_format = office::NumberFormat::Digits;
            trunk.outgoing.user_phone = true;
        };
        let plain = |_: &mut Trunk| {};
        assert_eq!(
            says(ForwardedBy::Nothing, ForwardedBecause::Always, &plain),
            ""
        );
        assert_eq!(
            says(ForwardedBy::Diversion, ForwardedBecause::NoAnswer, &plain),
            "Diversion: <sip:+4930123451@carrier.example>;reason=no-answer;counter=1;privacy=off"
        );
        assert_eq!(
            says(ForwardedBy::Diversion, ForwardedBecause::Closed, &digits),
            "Diversion: <sip:4930123451@carrier.example;user=phone>;reason=time-of-day;counter=1;\
             privacy=off"
        );
        assert_eq!(
            says(ForwardedBy::HistoryInfo, ForwardedBecause::Busy, &plain),
            "History-Info: <sip:+4930123451@carrier.example>;index=1, \
             <sip:+4917212345@carrier.example;cause=486>;index=1.1;mp=1"
        );
    }

    #[test]
    fn an_emergency_number_has_nothing_before_it() {
        let mut trunk = trunk(1, "carrier.example");
        trunk.outgoing.prefix = "7777".to_owned();
        let written = write(&trunk, Callee::AsDialled("112"), ShownAs::default(), None);
        assert_eq!(written.request_uri.to_string(), "sip:112@carrier.example");
    }
}
