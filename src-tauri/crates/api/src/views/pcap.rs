//! A call's messages as a capture file, for Wireshark: the same masked texts as in the ladder, in
//! packets made up around them.

use crate::{errors::Problem, json::Id, keeper, server::Api, views::calls::live_call};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use etherparse::{PacketBuilder, PacketBuilderStep, TcpHeader};
use office::CallId;
use pcap_file::{
    DataLink,
    pcap::{PcapHeader, PcapPacket, PcapWriter},
};
use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use store::{CallTrace, Direction, TracedMessage};

/// The SIP messages of a call as a capture file for Wireshark.
#[utoipa::path(get, path = "/calls/{id}/trace.pcap", tag = "calls", params(("id" = u64, Path)),
    responses((status = 200, content_type = "application/vnd.tcpdump.pcap")))]
pub(crate) async fn file(
    State(api): State<Arc<Api>>,
    Id(call): Id<u64>,
) -> Result<Response, Problem> {
    let call = CallId(call);
    let (began, messages) = trace_of(&api, call).await?;
    let capture = capture(began, &messages).map_err(|why| {
        tracing::error!(%why, "a capture file could not be made");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the capture file could not be made",
        )
    })?;
    let mut response = capture.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.tcpdump.pcap"),
    );
    let name = format!("attachment; filename=\"call-{call}.pcap\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// When the call began, and its messages.
async fn trace_of(api: &Api, call: CallId) -> Result<(i64, Vec<TracedMessage>), Problem> {
    if let Some(live) = live_call(api, call) {
        let details = api.desk.details(call).unwrap_or_default();
        let began = live.arrived_unix_ms;
        return Ok((began, keeper::traced(&details.messages, began)));
    }
    let found = api
        .keeper
        .ask_history(move |store| Ok((store.call(call)?, store.call_trace(call)?)))
        .await?;
    match found {
        (Some(summary), Some(CallTrace { messages, .. })) => Ok((summary.started_at, messages)),
        _ => Err(Problem::not_found("call")),
    }
}

/// Largest payload of a UDP packet over IPv4, in bytes.
const UDP_PAYLOAD_MAX: usize = 65_507;
/// Payload of a TCP segment, in bytes; any size that fits a packet will do.
const SEGMENT: usize = 16_384;
const HOPS: u8 = 64;
const WINDOW: u16 = 65_535;
/// Where SIP is looked for in the clear.
const SIP_PORT: u16 = 5060;

fn capture(began: i64, messages: &[TracedMessage]) -> Result<Vec<u8>, pcap_file::PcapError> {
    let header = PcapHeader {
        // Packets begin with their IP header: there was no Ethernet to show.
        datalink: DataLink::RAW,
        snaplen: 0x4_0000,
        ..PcapHeader::default()
    };
    let mut file = PcapWriter::with_header(Vec::new(), header)?;
    let mut streams = Streams::default();
    for message in messages {
        let at = began.saturating_add(i64::from(message.offset));
        let at = Duration::from_millis(u64::try_from(at).unwrap_or(0));
        for packet in packets(message, &mut streams) {
            let length = u32::try_from(packet.len()).unwrap_or(u32::MAX);
            file.write_packet(&PcapPacket::new(at, length, &packet))?;
        }
    }
    Ok(file.into_writer())
}

/// How many bytes went each way in the connections so far.
type Streams = HashMap<(SocketAddr, SocketAddr), u32>;

/// The packets of one message; none if its flow is unreadable.
fn packets(message: &TracedMessage, streams: &mut Streams) -> Vec<Vec<u8>> {
    let Some(Flow {
        is_datagram,
        office,
        other,
    }) = Flow::parse(&message.flow)
    else {
        return Vec::new();
    };
    let (from, to) = match message.direction {
        Direction::In => (other, office),
        Direction::Out => (office, other),
    };
    let text = &message.message;
    if is_datagram {
        let text = text.get(..UDP_PAYLOAD_MAX).unwrap_or(text);
        let udp = ip(from.ip(), to.ip()).udp(from.port(), to.port());
        let mut packet = Vec::new();
        return udp
            .write(&mut packet, text)
            .map(|()| packet)
            .into_iter()
            .collect();
    }
    let heard = streams.get(&(to, from)).copied().unwrap_or(0);
    let said = streams.entry((from, to)).or_insert(0);
    let mut packets = Vec::new();
    for piece in text.chunks(SEGMENT) {
        let mut header = TcpHeader::new(from.port(), to.port(), *said, WINDOW);
        (header.ack, header.psh) = (true, true);
        header.acknowledgment_number = heard;
        let mut packet = Vec::new();
        let tcp = ip(from.ip(), to.ip()).tcp_header(header);
        if tcp.write(&mut packet, piece).is_ok() {
            packets.push(packet);
        }
        *said = said.wrapping_add(u32::try_from(piece.len()).unwrap_or(0));
    }
    packets
}

fn ip(from: IpAddr, to: IpAddr) -> PacketBuilderStep<etherparse::IpHeaders> {
    use etherparse::{IpHeaders, IpNumber, Ipv4Header, Ipv6Header};
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            // Length and checksum are filled in when the packet is written.
            let mut header = Ipv4Header {
                protocol: IpNumber::UDP,
                time_to_live: HOPS,
                source: from.octets(),
                destination: to.octets(),
                ..Ipv4Header::default()
            };
            header.dont_fragment = true;
            PacketBuilder::ip(IpHeaders::Ipv4(header, Default::default()))
        }
        (from, to) => {
            let octets = |ip: IpAddr| match ip {
                IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
                IpAddr::V6(v6) => v6.octets(),
            };
            let header = Ipv6Header {
                next_header: IpNumber::UDP,
                hop_limit: HOPS,
                source: octets(from),
                destination: octets(to),
                ..Ipv6Header::default()
            };
            PacketBuilder::ip(IpHeaders::Ipv6(header, Default::default()))
        }
    }
}

/// A flow as the trace names it: `udp 192.0.2.1:5060 - 192.0.2.7:5060`, the office first.
struct Flow {
    is_datagram: bool,
    office: SocketAddr,
    other: SocketAddr,
}

impl Flow {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let transport = words.next()?.to_ascii_lowercase();
        let address = |word: &str| -> Option<SocketAddr> {
            let address: SocketAddr = word.parse().ok()?;
            Some(SocketAddr::new(address.ip().to_canonical(), address.port()))
        };
        let mut office = address(words.next()?)?;
        let other = address(words.nth(1)?)?;
        if !matches!(transport.as_str(), "udp" | "tcp") {
            // What went through TLS or a WebSocket is shown in the clear. At its own port Wireshark
            // would look for the wrapping and show no SIP.
            office.set_port(SIP_PORT);
        }
        Some(Self {
            is_datagram: transport == "udp",
            office,
            other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::{NetSlice, SlicedPacket, TransportSlice};
    use pcap_file::pcap::PcapReader;
    use std::process::{Command, Stdio};

    const BEGAN: i64 = 1_763_717_401_250;

    fn message(offset: u32, direction: Direction, flow: &str, text: &str) -> TracedMessage {
        TracedMessage {
            offset,
            direction,
            leg: 0,
            flow: flow.to_owned(),
            message: text.as_bytes().to_vec(),
        }
    }

    fn options(number: u32) -> String {
        format!(
            "OPTIONS sip:102@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK{number}\r\n\
             From: <sip:101@192.0.2.1>;tag=1\r\nTo: <sip:102@192.0.2.1>\r\nCall-ID: c{number}\r\n\
             CSeq: {number} OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        )
    }

    fn call() -> Vec<TracedMessage> {
        let padded = options(3).replace(
            "Content-Length: 0",
            &format!("Subject: {}\r\nContent-Length: 0", "x".repeat(2 * SEGMENT)),
        );
        let flows = [
            ("udp 192.0.2.1:5060 - 192.0.2.7:5062", options(1)),
            ("udp [2001:db8::1]:5060 - [2001:db8::7]:5060", options(2)),
            ("tcp 192.0.2.1:5060 - 192.0.2.8:40000", padded),
            ("tls 192.0.2.1:5061 - 192.0.2.9:40001", options(4)),
            (
                "wss [::ffff:192.0.2.1]:7443 - [::ffff:192.0.2.10]:40002",
                options(5),
            ),
        ];
        let mut messages = Vec::new();
        for (flow, text) in flows {
            for direction in [Direction::In, Direction::Out] {
                let offset = u32::try_from(messages.len()).unwrap() * 10;
                messages.push(message(offset, direction, flow, &text));
            }
        }
        messages
    }

    #[test]
    fn every_message_is_read_back_from_the_file_in_its_packets() {
        let messages = call();
        let file = capture(BEGAN, &messages).unwrap();
        let mut reader = PcapReader::new(&file[..]).unwrap();
        let mut read: Vec<(Duration, SocketAddr, SocketAddr, Vec<u8>)> = Vec::new();
        while let Some(packet) = reader.next_packet() {
            let packet = packet.unwrap();
            let sliced = SlicedPacket::from_ip(&packet.data).unwrap();
            let (from, to): (IpAddr, IpAddr) = match sliced.net.unwrap() {
                NetSlice::Ipv4(ip) => {
                    assert_eq!(
                        ip.header().to_header().calc_header_checksum(),
                        ip.header().header_checksum()
                    );
                    (
                        ip.header().source_addr().into(),
                        ip.header().destination_addr().into(),
                    )
                }
                NetSlice::Ipv6(ip) => (
                    ip.header().source_addr().into(),
                    ip.header().destination_addr().into(),
                ),
                NetSlice::Arp(_) => panic!("no ARP was written"),
            };
            let (ports, payload) = match sliced.transport.unwrap() {
                TransportSlice::Udp(udp) => (
                    (udp.source_port(), udp.destination_port()),
                    udp.payload().to_vec(),
                ),
                TransportSlice::Tcp(tcp) => (
                    (tcp.source_port(), tcp.destination_port()),
                    tcp.payload().to_vec(),
                ),
                other => panic!("{other:?}"),
            };
            let (from, to) = (SocketAddr::new(from, ports.0), SocketAddr::new(to, ports.1));
            match read.last_mut() {
                Some(last) if (last.1, last.2) == (from, to) => last.3.extend(payload),
                _ => read.push((packet.timestamp, from, to, payload)),
            }
        }
        assert_eq!(read.len(), messages.len());
        for (message, (at, from, to, text)) in messages.iter().zip(&read) {
            let since = at.as_millis() - u128::try_from(BEGAN).unwrap();
            assert_eq!(since, u128::from(message.offset));
            assert_eq!(*text, message.message);
            let office = if message.direction == Direction::In {
                to
            } else {
                from
            };
            assert_eq!(office.port(), SIP_PORT);
        }
        assert_eq!(read[1].2, "192.0.2.7:5062".parse().unwrap());
        assert_eq!(read[8].1, "192.0.2.10:40002".parse().unwrap());
    }

    #[test]
    fn what_cannot_be_shown_is_left_out() {
        let strange = message(0, Direction::In, "pigeon 192.0.2.1 to nowhere", "coo");
        let empty = capture(BEGAN, &[]).unwrap();
        assert_eq!(capture(BEGAN, &[strange]).unwrap(), empty);
    }

    /// Wireshark's own reader finds SIP in every packet, and nothing wrong with any.
    #[test]
    fn wireshark_understands_it() {
        let installed = Command::new("tshark")
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        if installed.is_err() {
            eprintln!("tshark is not installed; nothing was tried");
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("call.pcap");
        std::fs::write(&path, capture(BEGAN, &call()).unwrap()).unwrap();
        let ask = |filter: &str| {
            let output = Command::new("tshark")
                .arg("-r")
                .arg(&path)
                .args(["-Y", filter, "-T", "fields", "-e", "sip.Call-ID"])
                .args([
                    "-o",
                    "ip.check_checksum:TRUE",
                    "-o",
                    "udp.check_checksum:TRUE",
                ])
                .args(["-o", "tcp.check_checksum:TRUE"])
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            let lines = String::from_utf8(output.stdout).unwrap();
            lines.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let expected = ["c1", "c1", "c2", "c2", "c3", "c3", "c4", "c4", "c5", "c5"];
        assert_eq!(ask("sip.Request-Line"), expected);
        let wrong = "_ws.malformed || _ws.expert.severity == error || tcp.analysis.lost_segment";
        assert_eq!(ask(wrong), Vec::<String>::new());
    }
}
