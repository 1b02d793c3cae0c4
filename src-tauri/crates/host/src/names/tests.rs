use super::*;
use hickory_proto::{
    op::{Message, OpCode, ResponseCode},
    rr::{
        Name, Record,
        rdata::{A, AAAA, NAPTR, SRV},
    },
};
use std::{
    net::{IpAddr, UdpSocket},
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};
use tokio::runtime::Runtime;

/// A name server on loopback that knows one domain, and can be told to fail or to be silent.
struct NameServer {
    address: SocketAddr,
    mood: Arc<AtomicU8>,
}

const ANSWERS: u8 = 0;
const FAILS: u8 = 1;
const IS_SILENT: u8 = 2;

impl NameServer {
    fn start() -> NameServer {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let mood = Arc::new(AtomicU8::new(ANSWERS));
        let mood_of_thread = Arc::clone(&mood);
        std::thread::spawn(move || {
            let mut buffer = [0; 4_096];
            while let Ok((length, from)) = socket.recv_from(&mut buffer) {
                let mood = mood_of_thread.load(Ordering::SeqCst);
                if mood != IS_SILENT {
                    let answer = answer(&buffer[..length], mood == FAILS);
                    socket.send_to(&answer, from).unwrap();
                }
            }
        });
        NameServer { address, mood }
    }

    fn becomes(&self, mood: u8) {
        self.mood.store(mood, Ordering::SeqCst);
    }
}

fn answer(query: &[u8], fails: bool) -> Vec<u8> {
    let query = Message::from_vec(query).unwrap();
    let mut answer = Message::response(query.metadata.id, OpCode::Query);
    answer.metadata.recursion_available = true;
    let question = query.queries[0].clone();
    answer.add_query(question.clone());
    if fails {
        answer.metadata.response_code = ResponseCode::ServFail;
        return answer.to_vec().unwrap();
    }
    let name = |text: &str| Name::from_ascii(text).unwrap();
    let asked = question.name().to_ascii().to_ascii_lowercase();
    let data = match (asked.as_str(), question.query_type()) {
        ("carrier.example.", RecordType::NAPTR) => {
            let naptr = NAPTR::new(
                10,
                20,
                (*b"s").into(),
                (*b"SIP+D2U").into(),
                (*b"").into(),
                name("_sip._udp.carrier.example."),
            );
            vec![RData::NAPTR(naptr)]
        }
        ("_sip._udp.carrier.example.", RecordType::SRV) => vec![
            RData::SRV(SRV::new(1, 5, 5080, name("a.carrier.example."))),
            RData::SRV(SRV::new(2, 0, 5060, name("b.carrier.example."))),
        ],
        ("a.carrier.example.", RecordType::A) => vec![RData::A(A::new(192, 0, 2, 1))],
        ("a.carrier.example.", RecordType::AAAA) => {
            vec![RData::AAAA(AAAA::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))]
        }
        ("a.carrier.example.", _) => vec![],
        _ => {
            answer.metadata.response_code = ResponseCode::NXDomain;
            vec![]
        }
    };
    for data in data {
        // Nothing may be answered from the resolver's own cache.
        answer.add_answer(Record::from_rdata(question.name().clone(), 0, data));
    }
    answer.to_vec().unwrap()
}

struct Desk {
    names: Names,
    runtime: Runtime,
}

impl Desk {
    fn asking(server: SocketAddr) -> Desk {
        let poll = mio::Poll::new().unwrap();
        let inbox = Inbox::new(mio::Waker::new(poll.registry(), mio::Token(0)).unwrap());
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build().unwrap();
        let names = Names::new(runtime.handle().clone(), inbox, Some(&[server]));
        Desk { names, runtime }
    }

    fn ask(&mut self, query: Query) -> Resolution {
        let shared = Arc::clone(&self.names.shared);
        self.runtime.block_on(shared.resolve(&query))
    }
}

fn addresses(texts: &[&str]) -> Resolution {
    Resolution::Addrs(texts.iter().map(|t| t.parse::<IpAddr>().unwrap()).collect())
}

fn host(name: &str) -> Query {
    Query::Addr(name.to_owned())
}

#[test]
fn each_kind_of_question_gets_its_records() {
    let server = NameServer::start();
    let mut desk = Desk::asking(server.address);
    let naptr = NaptrRecord {
        order: 10,
        preference: 20,
        flags: "s".to_owned(),
        service: "SIP+D2U".to_owned(),
        replacement: "_sip._udp.carrier.example.".to_owned(),
    };
    let answer = desk.ask(Query::Naptr("carrier.example".to_owned()));
    assert_eq!(answer, Resolution::Naptr(vec![naptr]));
    let Resolution::Srv(mut records) =
        desk.ask(Query::Srv("_sip._udp.carrier.example.".to_owned()))
    else {
        panic!("no SRV records");
    };
    records.sort_by_key(|record| record.priority);
    let shown: Vec<_> = records
        .iter()
        .map(|r| (r.port, r.target.as_str()))
        .collect();
    assert_eq!(
        shown,
        [(5080, "a.carrier.example."), (5060, "b.carrier.example.")]
    );
    let answer = desk.ask(host("a.carrier.example"));
    assert_eq!(answer, addresses(&["192.0.2.1", "2001:db8::1"]));
    assert_eq!(desk.ask(host("nobody.example")), Resolution::NotFound);
    let answer = desk.ask(Query::Srv("a.carrier.example".to_owned()));
    assert_eq!(answer, Resolution::NotFound);
}

#[test]
fn when_the_name_service_dies_the_last_good_answer_serves_at_once() {
    let server = NameServer::start();
    let mut desk = Desk::asking(server.address);
    let good = addresses(&["192.0.2.1", "2001:db8::1"]);
    assert_eq!(desk.ask(host("a.carrier.example")), good);
    for mood in [FAILS, IS_SILENT] {
        server.becomes(mood);
        let begin = std::time::Instant::now();
        assert_eq!(desk.ask(host("A.carrier.example.")), good);
        let took = begin.elapsed();
        assert!(
            took < FRESH_ANSWER_WITHIN + Duration::from_secs(1),
            "{took:?}"
        );
    }
}

#[test]
fn a_dead_name_service_is_told_as_failed_in_time() {
    let server = NameServer::start();
    let mut desk = Desk::asking(server.address);
    server.becomes(FAILS);
    assert_eq!(desk.ask(host("a.carrier.example")), Resolution::Failed);
    server.becomes(IS_SILENT);
    let begin = std::time::Instant::now();
    assert_eq!(desk.ask(host("b.carrier.example")), Resolution::Failed);
    let took = begin.elapsed();
    assert!(took < ANSWER_WITHIN + Duration::from_secs(1), "{took:?}");
}
