//! The options of the engine. None is needed: the defaults suit an office PC.

use crate::service::Service;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    ops::RangeInclusive,
    path::PathBuf,
};

/// The phone engine of Cordboard: it carries the calls of an office.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Serves phones, window and command line until it is told to stop (Ctrl+C or SIGTERM).
    Serve(Box<Serve>),
    /// Makes the engine a service of this computer, or tells whether it is one
    Service(Service),
    /// Speaks a text from standard input as raw sound: what the engine starts for greetings that
    /// were typed
    #[command(hide = true)]
    Speak {
        /// Language and region, as in de-DE
        #[arg(long)]
        voice: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where the office's data is kept [default: the folder of the person who is logged in]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sip: Sip,
    /// Where window and command line connect; an address of this computer only
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7080", value_parser = parse_api)]
    pub(crate) api: SocketAddr,
    /// UDP ports for sound that runs through the office
    #[arg(long, value_name = "FIRST-LAST", default_value = "10000-19999", value_parser = parse_ports)]
    pub(crate) media_ports: RangeInclusive<u16>,
    /// The same for further offices: each of the at most 32 gets an equal part
    #[arg(long, value_name = "FIRST-LAST", default_value = "20000-29999", value_parser = parse_ports)]
    pub(crate) further_media_ports: RangeInclusive<u16>,
    /// Which way sound takes: straight between two phones where that can work, or always through
    /// the office
    #[arg(long, value_enum, default_value_t = Media::Auto)]
    pub(crate) media: Media,
    /// What is logged: error, warn, info, debug or trace, also by module as in `info,switch=debug`
    #[arg(long, value_name = "LEVEL", env = "RUST_LOG", default_value = "info")]
    pub(crate) log: String,
}

/// Where phones connect. Without any of these: the ports 5060 (UDP and TCP) and 5061 (TLS) of every
/// address of this computer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct Sip {
    /// Takes SIP over UDP and TCP here; may be given several times [default: port 5060 of every
    /// address]
    #[arg(long = "sip", value_name = "ADDRESS:PORT")]
    pub(crate) plain: Vec<SocketAddr>,
    /// Takes SIP over TLS here; may be given several times [default: port 5061 of every address,
    /// unless --sip is given]
    #[arg(long = "sip-tls", value_name = "ADDRESS:PORT")]
    pub(crate) tls: Vec<SocketAddr>,
    /// Takes SIP over WebSocket here; may be given several times
    #[arg(long = "sip-ws", value_name = "ADDRESS:PORT")]
    pub(crate) ws: Vec<SocketAddr>,
    /// Takes SIP over secure WebSocket here; may be given several times
    #[arg(long = "sip-wss", value_name = "ADDRESS:PORT")]
    pub(crate) wss: Vec<SocketAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Media {
    Auto,
    Relay,
}

impl Sip {
    /// What was given, or every address of this computer where nothing was: UDP and TCP at `port`,
    /// TLS at the one after it.
    pub(crate) fn or_everywhere(self, port: u16) -> Self {
        if self != Self::default() {
            return self;
        }
        let everywhere = |port| {
            let v4 = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
            let v6 = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
            let has_v6 = UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
            std::iter::once(v4).chain(has_v6.then_some(v6)).collect()
        };
        Self {
            plain: everywhere(port),
            tls: everywhere(port + 1),
            ..Self::default()
        }
    }
}

fn parse_ports(text: &str) -> Result<RangeInclusive<u16>, String> {
    let (first, last) = text.split_once('-').ok_or("two ports, as in 10000-19999")?;
    let port = |text: &str| {
        let port = text.trim().parse::<u16>().ok().filter(|port| *port > 0);
        port.ok_or_else(|| format!("{text:?} is no port"))
    };
    let (first, last) = (port(first)?, port(last)?);
    if first > last {
        return Err("the first port comes before the last".to_owned());
    }
    Ok(first..=last)
}

fn parse_api(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|error| format!("{error}"))?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        // The token would cross the network in the clear.
        Err("the API is for programs on this computer: choose 127.0.0.1 or [::1]".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Serve, clap::Error> {
        let words = ["cordboard-engine", "serve"];
        let words = words.into_iter().chain(line.split_whitespace());
        Options::try_parse_from(words).map(|options| match options.verb {
            Verb::Serve(options) => *options,
            Verb::Service(_) | Verb::Speak { .. } => unreachable!("the verb is serve"),
        })
    }

    #[test]
    fn nothing_needs_to_be_said() {
        let options = parse("").unwrap();
        assert_eq!(options.media_ports, 10_000..=19_999);
        assert_eq!(options.media, Media::Auto);
        assert_eq!(options.api, SocketAddr::from((Ipv4Addr::LOCALHOST, 7080)));
        let first = options.sip.or_everywhere(5060).plain[0];
        assert_eq!(first, SocketAddr::from((Ipv4Addr::UNSPECIFIED, 5060)));
    }

    #[test]
    fn the_worker_that_speaks_is_started_by_the_words_its_caller_uses() {
        let words = ["cordboard-engine", voice::WORKER_VERB, "--voice", "de-DE"];
        let options = Options::try_parse_from(words).unwrap();
        assert!(matches!(options.verb, Verb::Speak { voice } if voice == "de-DE"));
    }

    #[test]
    fn what_is_said_replaces_the_defaults() {
        let options = parse("--sip 127.0.0.1:5070 --sip [::1]:5070 --media relay").unwrap();
        assert_eq!(options.media, Media::Relay);
        let sip = options.sip.clone().or_everywhere(5060);
        assert_eq!(sip, options.sip);
        assert_eq!(sip.plain.len(), 2);
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "--api 0.0.0.0:7080",
            "--api 7080",
            "--media-ports 20000-10000",
            "--media-ports 0-10",
            "--media-ports 10000",
            "--media never",
            "--sip 5060",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
