//! The media thread: owns the media sockets and the stream table, moves packets between them, and
//! ticks what the office itself says and hears. Files are read and written on other threads.

use crate::{
    inbox::Inbox,
    limits::{
        MAX_DATAGRAM, MAX_MEDIA_COMMANDS, MAX_RECORDINGS, MAX_SLEEP, MAX_SOUNDS_WANTED,
        MEDIA_SOCKET_BUFFER,
    },
    punctuality::Punctuality,
    recorder::{Channels, Recorder, WriteEnd, Written},
    sounds::Sounds,
    turn, udp,
};
use media::{
    Forward, MediaCommand, MediaEvent, Outlet, PortPair, Recorded, RecordingEnd, RecordingId,
    Refusal, Samples, SocketId, SoundFile, StreamId, StreamTable, Ticks,
};
use mio::{Events, Interest, Poll, Token, Waker, net::UdpSocket};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
use std::{
    collections::{BTreeMap, VecDeque},
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use switch::Input;

const WAKE: Token = Token(usize::MAX);

/// Packets read from one socket before the others get their turn.
const PACKET_BATCH: usize = 32;

/// The way to the media thread. Dropping it ends the thread.
#[derive(Debug)]
pub(crate) struct MediaThread {
    commands: SyncSender<MediaCommand>,
    waker: Arc<Waker>,
    punctuality: Punctuality,
    thread: Option<JoinHandle<()>>,
}

impl MediaThread {
    /// Starts it. Sounds are read from and recordings written into the data folder; all chance in
    /// what is sent comes from `seed`.
    pub(crate) fn start(inbox: Inbox, data: &Path, seed: [u8; 32]) -> io::Result<MediaThread> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        let (commands, orders) = sync_channel(MAX_MEDIA_COMMANDS);
        let (read, loaded) = sync_channel(MAX_SOUNDS_WANTED);
        let waking = Arc::clone(&waker);
        let sounds = Sounds::start(data, move |file, samples| {
            if let Err(why) = &samples {
                tracing::warn!(sound = %file, %why, "a sound cannot be played");
            }
            // As much room as sounds may be wanted: it is never full.
            let _ = read.try_send((file, samples.map_err(drop)));
            let _ = waking.wake();
        })?;
        let (wrote, written) = sync_channel(2 * MAX_RECORDINGS);
        let waking = Arc::clone(&waker);
        let recorder = Recorder::start(data, move |recording, became| {
            let _ = wrote.try_send((recording, became));
            let _ = waking.wake();
        })?;
        let punctuality = Punctuality::default();
        let mut media = Media {
            punctuality: punctuality.clone(),
            poll,
            orders,
            inbox,
            table: StreamTable::new(ChaCha12Rng::from_seed(seed)),
            sounds,
            loaded,
            recorder,
            written,
            ending: BTreeMap::new(),
            sockets: Vec::new(),
            streams: BTreeMap::new(),
            ready: VecDeque::new(),
            has_ipv6: udp::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0), 0).is_ok(),
        };
        let thread = thread::Builder::new().name("media".into()).spawn(move || {
            let turn = turn::go_first();
            tracing::info!(?turn, "the sound has its thread");
            media.run();
            media.say_how_punctual();
        })?;
        Ok(MediaThread {
            commands,
            waker,
            punctuality,
            thread: Some(thread),
        })
    }

    /// How punctual it is.
    pub(crate) fn punctuality(&self) -> Punctuality {
        self.punctuality.clone()
    }

    /// Gives an order. A full queue means the media thread hangs; the order is lost and logged.
    pub(crate) fn order(&self, command: MediaCommand) {
        match self.commands.try_send(command) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => tracing::error!("the media thread does not keep up"),
            Err(TrySendError::Disconnected(_)) => tracing::error!("the media thread has stopped"),
        }
        let _ = self.waker.wake();
    }
}

impl Drop for MediaThread {
    fn drop(&mut self) {
        let (closed, _) = sync_channel(0);
        self.commands = closed; // the thread sees its orders end
        let _ = self.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Media {
    punctuality: Punctuality,
    poll: Poll,
    orders: Receiver<MediaCommand>,
    inbox: Inbox,
    table: StreamTable,
    /// Sockets by port number.
    sockets: Vec<Option<Pair>>,
    /// The ports of each open stream.
    streams: BTreeMap<StreamId, PortPair>,
    sounds: Sounds,
    loaded: Receiver<(SoundFile, Result<Samples, ()>)>,
    recorder: Recorder,
    written: Receiver<(RecordingId, Written)>,
    /// Recordings that have ended, and why, whose files are not whole yet.
    ending: BTreeMap<RecordingId, RecordingEnd>,
    /// Sockets that may have packets to read. The poll tells once only.
    ready: VecDeque<Token>,
    has_ipv6: bool,
}

/// The sockets of one port: IPv4 and, where the machine has it, IPv6.
struct Pair {
    v4: MediaSocket,
    v6: Option<MediaSocket>,
}

struct MediaSocket {
    socket: UdpSocket,
    is_ready: bool,
}

/// Sends what the office itself says, and has what it records written.
struct ToNetwork<'a> {
    sockets: &'a mut [Option<Pair>],
    recorder: &'a mut Recorder,
}

impl Outlet for ToNetwork<'_> {
    fn send(&mut self, from: SocketId, to: SocketAddr, datagram: &[u8]) {
        if let Some(Some(pair)) = self.sockets.get(from.0 as usize)
            && let Some(out) = pair.towards(to)
        {
            // A lost packet is the far end's to notice.
            let _ = out.socket.send_to(datagram, to);
        }
    }

    fn record(&mut self, recording: RecordingId, samples: &[i16]) {
        // What the disk is too slow for becomes silence of the same length.
        let _ = self.recorder.write(recording, samples);
    }
}

impl Pair {
    fn towards(&self, to: SocketAddr) -> Option<&MediaSocket> {
        match to {
            SocketAddr::V4(_) => Some(&self.v4),
            SocketAddr::V6(_) => self.v6.as_ref(),
        }
    }
}

/// The system would not give a port.
struct Taken;

impl Media {
    fn run(&mut self) {
        let mut events = Events::with_capacity(256);
        let mut buffer = vec![0; MAX_DATAGRAM];
        loop {
            if let Err(why) = self.poll.poll(&mut events, Some(self.sleep()))
                && why.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%why, "the media thread cannot wait for packets");
                return;
            }
            let now = Instant::now();
            if !self.take_orders(now) {
                return;
            }
            for event in &events {
                self.on_ready(event.token());
            }
            // Each once, so that a flood on one socket delays no other call.
            for _ in 0..self.ready.len() {
                if let Some(token) = self.ready.pop_front()
                    && self.pass_on(now, token, &mut buffer)
                {
                    self.ready.push_back(token);
                }
            }
            self.take_sounds(now);
            let mut outlet = ToNetwork {
                sockets: &mut self.sockets,
                recorder: &mut self.recorder,
            };
            // Not `now`: packets may have taken their time.
            self.table.poll_timeouts(Instant::now(), &mut outlet);
            self.punctuality.set(self.table.ticks());
            while let Some(wanted) = self.table.poll_want() {
                if self.sounds.want(wanted.clone()).is_err() {
                    self.table.loaded(now, &wanted, Err(()));
                }
            }
            while let Some(event) = self.table.poll_event() {
                self.tell(event);
            }
        }
    }

    /// Leaves in the log whether the machine was too slow for what callers heard.
    fn say_how_punctual(&self) {
        let Ticks {
            done,
            late,
            skipped,
        } = self.table.ticks();
        tracing::debug!(done, late, skipped, "ticks of what callers heard");
    }

    /// Tells the switch; of a recording only once its file is whole.
    fn tell(&mut self, event: MediaEvent) {
        if let MediaEvent::RecordingEnded { recording, why, .. } = event {
            self.ending.insert(recording, why);
            self.recorder.finish(recording);
            return;
        }
        // News of the host's own is always let in.
        let _ = self.inbox.push(Input::Media(event));
    }

    /// Takes in what the threads of files have read and written.
    fn take_sounds(&mut self, now: Instant) {
        while let Ok((file, samples)) = self.loaded.try_recv() {
            self.table.loaded(now, &file, samples);
        }
        while let Ok((recording, written)) = self.written.try_recv() {
            if self.table.is_recording(recording) {
                self.table.recording_failed(now, recording); // the disk is full: it ends now
            }
            let why = match written.why {
                WriteEnd::Disk(_) => Some(RecordingEnd::Disk),
                // It holds silence where something was said: nobody is to find that out by chance.
                WriteEnd::Finished if !written.lost.is_zero() => Some(RecordingEnd::Disk),
                WriteEnd::Finished => None,
            };
            let ended = self.ending.remove(&recording);
            let why = why.or(ended).unwrap_or(RecordingEnd::Stopped);
            let event = MediaEvent::RecordingEnded {
                recording,
                lasts: written.lasts,
                why,
            };
            let _ = self.inbox.push(Input::Media(event));
        }
    }

    fn sleep(&self) -> Duration {
        if !self.ready.is_empty() {
            return Duration::ZERO;
        }
        let due = self.table.next_timeout();
        let until = |at: Instant| at.saturating_duration_since(Instant::now());
        due.map_or(MAX_SLEEP, until).min(MAX_SLEEP)
    }

    fn on_ready(&mut self, token: Token) {
        if let Some(socket) = self.socket_mut(token)
            && !socket.is_ready
        {
            socket.is_ready = true;
            self.ready.push_back(token);
        }
    }

    /// Moves some of the packets waiting on one socket, one by one: at 50 packets a second and
    /// socket there is nothing to batch. Whether there may be more.
    fn pass_on(&mut self, now: Instant, token: Token, buffer: &mut [u8]) -> bool {
        let id = SocketId(u32::try_from(token.0 >> 1).unwrap_or(u32::MAX));
        for _ in 0..PACKET_BATCH {
            let Some(from_socket) = self.socket_mut(token) else {
                return false; // closed meanwhile
            };
            let (length, from) = match from_socket.socket.recv_from(buffer) {
                Ok(packet) => packet,
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => {
                    from_socket.is_ready = false;
                    return false;
                }
                Err(_) => continue, // an ICMP error of an earlier send
            };
            let packet = buffer.get(..length).unwrap_or_default();
            if let Forward::To {
                socket,
                to,
                datagram,
            } = self.table.on_packet(now, id, from, packet)
                && let Some(Some(pair)) = self.sockets.get(socket.0 as usize)
                && let Some(out) = pair.towards(to)
            {
                // A lost packet is the far end's to notice.
                let _ = out.socket.send_to(datagram, to);
            }
        }
        true
    }

    /// Follows what the switch ordered. `false` when it is gone.
    fn take_orders(&mut self, now: Instant) -> bool {
        loop {
            match self.orders.try_recv() {
                Ok(command) => self.follow(now, command),
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn follow(&mut self, now: Instant, command: MediaCommand) {
        match command {
            MediaCommand::Open { stream, local, .. } => self.open(now, stream, local, command),
            MediaCommand::Record {
                recording,
                ref of,
                ref file,
                ..
            } => {
                let channels = match of {
                    Recorded::One(_) | Recorded::Room(_) => Channels::Mono,
                    Recorded::Two(..) => Channels::Stereo,
                };
                let opened = self.recorder.open(recording, file, channels);
                if let Err(why) = &opened {
                    tracing::warn!(%file, %why, "a recording cannot begin");
                }
                self.table.apply(now, command);
                match (opened, self.table.is_recording(recording)) {
                    (Ok(()), true) => {}
                    (Ok(()), false) => self.recorder.finish(recording),
                    (Err(_), _) => {
                        self.table.recording_failed(now, recording);
                        let event = MediaEvent::RecordingEnded {
                            recording,
                            lasts: Duration::ZERO,
                            why: RecordingEnd::Disk,
                        };
                        let _ = self.inbox.push(Input::Media(event));
                    }
                }
            }
            MediaCommand::Close { stream } => {
                if let Some(pair) = self.streams.remove(&stream) {
                    self.close(pair);
                }
                self.table.apply(now, command);
            }
            _ => self.table.apply(now, command),
        }
    }

    /// Binds the ports of a stream and opens it.
    fn open(&mut self, now: Instant, stream: StreamId, pair: PortPair, command: MediaCommand) {
        // What the table would refuse must not touch the sockets of a running call.
        let may_open = !self.streams.contains_key(&stream) && self.is_free(pair);
        if may_open && let Err(Taken) = self.bind(pair) {
            let why = Refusal::PortsTaken(pair);
            let refused = MediaEvent::Refused { stream, why };
            let _ = self.inbox.push(Input::Media(refused));
            return;
        }
        self.table.apply(now, command);
        if may_open {
            match self.table.statistics(stream) {
                Some(_) => drop(self.streams.insert(stream, pair)),
                None => self.close(pair),
            }
        }
    }

    /// Binds both ports of a stream, or none.
    fn bind(&mut self, pair: PortPair) -> Result<(), Taken> {
        let bound = self.bind_port(pair.rtp());
        if let Err(why) = bound.and_then(|()| self.bind_port(pair.rtcp())) {
            tracing::warn!(%pair, %why, "media ports are not to be had");
            self.close(pair);
            return Err(Taken);
        }
        Ok(())
    }

    fn bind_port(&mut self, port: u16) -> io::Result<()> {
        let index = usize::from(port);
        let v4 = self.bind_socket(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port)?;
        let v6 = match self.has_ipv6 {
            true => Some(self.bind_socket(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port)?),
            false => None,
        };
        if self.sockets.len() <= index {
            self.sockets.resize_with(index + 1, || None);
        }
        if let Some(place) = self.sockets.get_mut(index) {
            *place = Some(Pair { v4, v6 });
        }
        Ok(())
    }

    fn bind_socket(&self, ip: IpAddr, port: u16) -> io::Result<MediaSocket> {
        let mut socket = udp::bind(SocketAddr::new(ip, port), MEDIA_SOCKET_BUFFER)?;
        let token = token_of(usize::from(port), ip.is_ipv6());
        self.poll
            .registry()
            .register(&mut socket, token, Interest::READABLE)?;
        Ok(MediaSocket {
            socket,
            is_ready: false,
        })
    }

    fn is_free(&self, pair: PortPair) -> bool {
        let place = |port: u16| self.sockets.get(usize::from(port));
        [pair.rtp(), pair.rtcp()]
            .into_iter()
            .all(|port| !matches!(place(port), Some(Some(_))))
    }

    fn close(&mut self, pair: PortPair) {
        for port in [pair.rtp(), pair.rtcp()] {
            if let Some(place) = self.sockets.get_mut(usize::from(port)) {
                *place = None; // closing a socket takes it out of the poll
            }
        }
    }

    fn socket_mut(&mut self, token: Token) -> Option<&mut MediaSocket> {
        let pair = self.sockets.get_mut(token.0 >> 1)?.as_mut()?;
        match token.0 & 1 {
            0 => Some(&mut pair.v4),
            _ => pair.v6.as_mut(),
        }
    }
}

fn token_of(port: usize, is_ipv6: bool) -> Token {
    Token(port << 1 | usize::from(is_ipv6))
}

#[cfg(test)]
mod tests {
    use super::*;
    use media::{Signalled, Wiring};
    use std::net::UdpSocket as Phone;

    const PATIENCE: Duration = Duration::from_secs(20);

    struct Desk {
        thread: MediaThread,
        poll: Poll,
        inbox: Inbox,
    }

    impl Desk {
        fn new() -> Desk {
            let poll = Poll::new().unwrap();
            let inbox = Inbox::new(Waker::new(poll.registry(), Token(0)).unwrap());
            Desk {
                thread: MediaThread::start(inbox.clone(), Path::new("nowhere"), [7; 32]).unwrap(),
                poll,
                inbox,
            }
        }

        fn open(&self, stream: u64, (local, phone): (PortPair, SocketAddr)) {
            self.thread.order(MediaCommand::Open {
                stream: StreamId(stream),
                local,
                signalled: Signalled::at(phone),
            });
        }

        /// Opens streams 1 and 2 and relays between them.
        fn relay(&self, a: (PortPair, SocketAddr), b: (PortPair, SocketAddr)) {
            self.open(1, a);
            self.open(2, b);
            self.thread.order(MediaCommand::Wire {
                stream: StreamId(1),
                to: Wiring::Relay { with: StreamId(2) },
            });
        }

        fn close(&mut self) {
            for stream in [StreamId(1), StreamId(2)] {
                self.thread.order(MediaCommand::Close { stream });
                self.until(|event| matches!(event, MediaEvent::Closed { .. }));
            }
        }

        /// Waits for an event of a kind.
        fn until(&mut self, wanted: impl Fn(&MediaEvent) -> bool) -> MediaEvent {
            let by = Instant::now() + PATIENCE;
            let mut events = Events::with_capacity(4);
            let mut inputs = Vec::new();
            loop {
                self.inbox.take(1, &mut inputs);
                match inputs.pop() {
                    Some(Input::Media(event)) if wanted(&event) => return event,
                    Some(_) => continue,
                    None => {}
                }
                let rest = by.saturating_duration_since(Instant::now());
                assert!(!rest.is_zero(), "no such event");
                self.poll.poll(&mut events, Some(rest)).unwrap();
            }
        }
    }

    fn phone(ip: &str) -> Phone {
        let phone = Phone::bind((ip, 0)).unwrap();
        phone.set_read_timeout(Some(PATIENCE)).unwrap();
        phone
    }

    /// A pair that was free a moment ago.
    fn free_pair() -> PortPair {
        loop {
            let port = Phone::bind("0.0.0.0:0")
                .unwrap()
                .local_addr()
                .unwrap()
                .port()
                & !1;
            if Phone::bind(("0.0.0.0", port)).is_ok()
                && Phone::bind(("0.0.0.0", port + 1)).is_ok()
                && let Some(pair) = PortPair::starting_at(port)
            {
                return pair;
            }
        }
    }

    fn rtp(number: u16) -> Vec<u8> {
        let [high, low] = number.to_be_bytes();
        let mut packet = vec![0x80, 0, high, low, 0, 0, 0, 0, 1, 2, 3, 4];
        packet.extend_from_slice(&[0xff; 160]);
        packet
    }

    #[test]
    fn two_phones_hear_each_other_over_ipv4_and_ipv6() {
        for (ip_a, ip_b) in [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "::1")] {
            if Phone::bind((ip_b, 0)).is_err() {
                continue; // this machine has no IPv6
            }
            let mut desk = Desk::new();
            let (a, b) = (phone(ip_a), phone(ip_b));
            let (near_a, near_b) = (free_pair(), free_pair());
            desk.relay(
                (near_a, a.local_addr().unwrap()),
                (near_b, b.local_addr().unwrap()),
            );
            let mut heard = [0; 2_048];
            // The first packets may come before the sockets are open: phones go on sending.
            a.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
            let mut number = 0;
            while a.recv(&mut heard).is_err() {
                number += 1;
                assert!(number < 1_000, "never heard");
                b.send_to(&rtp(number), (ip_b, near_b.rtp())).unwrap();
            }
            a.send_to(&rtp(9), (ip_a, near_a.rtp())).unwrap();
            let length = b.recv(&mut heard).unwrap();
            assert_eq!(heard[..length], rtp(9));
            desk.close();
            Phone::bind(("0.0.0.0", near_a.rtp())).unwrap();
        }
    }

    #[test]
    fn ports_of_another_program_are_refused_and_those_of_a_running_call_stay_open() {
        let mut desk = Desk::new();
        let at = phone("127.0.0.1").local_addr().unwrap();
        let (first, second) = (free_pair(), free_pair());
        desk.open(1, (first, at));
        desk.open(2, (first, at));
        let refused = desk.until(|event| matches!(event, MediaEvent::Refused { .. }));
        let stream = StreamId(2);
        let why = Refusal::PortsInUse(first);
        assert_eq!(refused, MediaEvent::Refused { stream, why });
        assert!(
            Phone::bind(("0.0.0.0", first.rtp())).is_err(),
            "the first call has it"
        );

        let _other_program = Phone::bind(("0.0.0.0", second.rtcp())).unwrap();
        desk.open(3, (second, at));
        let refused = desk.until(|event| matches!(event, MediaEvent::Refused { .. }));
        let stream = StreamId(3);
        let why = Refusal::PortsTaken(second);
        assert_eq!(refused, MediaEvent::Refused { stream, why });
        Phone::bind(("0.0.0.0", second.rtp())).expect("given back");
    }

    #[test]
    fn a_burst_above_the_batch_is_passed_on_whole() {
        let mut desk = Desk::new();
        let (a, b) = (phone("127.0.0.1"), phone("127.0.0.1"));
        let (near_a, near_b) = (free_pair(), free_pair());
        desk.relay(
            (near_a, a.local_addr().unwrap()),
            (near_b, b.local_addr().unwrap()),
        );
        let mut heard = [0; 2_048];
        b.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let mut number = 0;
        while b.recv(&mut heard).is_err() {
            number += 1;
            a.send_to(&rtp(number), ("127.0.0.1", near_a.rtp()))
                .unwrap();
        }
        while b.recv(&mut heard).is_ok() {} // what else of the first ones is under way
        b.set_read_timeout(Some(PATIENCE)).unwrap();
        let burst = PACKET_BATCH as u16 * 3 + 5;
        for i in 1..=burst {
            a.send_to(&rtp(number + i), ("127.0.0.1", near_a.rtp()))
                .unwrap();
        }
        for i in 1..=burst {
            let length = b.recv(&mut heard).unwrap();
            assert_eq!(heard[..length], rtp(number + i));
        }
        desk.close();
    }
}
