//! The store's own thread: registrations, call records and changes, one after the other, so that
//! no call ever waits for the disk.

use crate::{
    Desk, emergencies, kept_outside,
    limits::{
        ANSWER_LIMIT, BINDING_DELAY, MAX_JOBS, MAX_WAITING_BINDINGS, MAX_WAITING_FILES,
        MAX_WAITING_RECORDS, MAX_WAITING_TRACES, RECORD_DELAY, RECORDS_AT_ONCE, RETRY_DELAY,
    },
    live_calls::LiveDetails,
    values::Millis,
};
use office::{Office, OutsideUsage};
use std::{
    collections::{BTreeMap, VecDeque},
    fmt, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::Instant,
};
use store::{
    Actor, BindingKey, BindingWrite, CallAbroad, CallEvent, CallRecord, CallSummary, CalledForHelp,
    Direction, OfficeChange, OutsideCall, Party, Store, StoreError, StoredBinding, TracedMessage,
    Way,
};
use switch::{
    AskedAbroad, BindingChange, CallDirection, EndReason, MediaWay, OfficeService, OnBehalfOf,
    Write,
};
use tokio::sync::oneshot;

/// The way to the store's thread. Dropping it writes what is left and stops the thread.
pub struct Keeper {
    jobs: SyncSender<Job>,
    dir: PathBuf,
    desk: Arc<Desk>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Why the store gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskFailed {
    /// The store answered with an error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk takes too long. A change asked for may still be saved later.
    #[error("the disk does not answer; try again in a moment")]
    TooLate,
    /// The engine is stopping.
    #[error("the phone engine is stopping")]
    Stopped,
}

enum Job {
    Write(Write),
    Ask(Question),
    Insist(Insistent),
    /// A question about past calls: waits until the records of calls over by now are written.
    AskHistory(Question),
    Stop,
}

type Question = Box<dyn FnOnce(&mut Store) + Send>;

/// Done again and again until it says that it is done.
type Insistent = Box<dyn FnMut(&mut Store) -> bool + Send>;

impl Keeper {
    /// Gives the store a thread of its own. A change of the office goes to `desk` from there, so
    /// that changes take effect in the order in which they are saved.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(store: Store, desk: Arc<Desk>) -> io::Result<Self> {
        let (jobs, todo) = sync_channel(MAX_JOBS);
        let dir = store.dir().to_owned();
        let mut work = Work {
            store,
            desk: Arc::clone(&desk),
            bindings: Vec::new(),
            asked: Vec::new(),
            collected_due: None,
            records: VecDeque::new(),
            usage: Vec::new(),
            refused_until: None,
            questions: VecDeque::new(),
            insistent: VecDeque::new(),
        };
        let thread = thread::Builder::new()
            .name("store".into())
            .spawn(move || work.run(&todo))?;
        Ok(Self {
            jobs,
            dir,
            desk,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// The data directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Keeps something the switch wants kept; never blocks the signalling thread. A full queue
    /// means that the disk hangs: what is lost then is logged.
    pub fn keep(&self, write: Write) {
        if let Err(TrySendError::Full(_)) = self.jobs.try_send(Job::Write(write)) {
            tracing::error!("the disk does not keep up; a registration or call record is lost");
            self.desk.disk_refused();
        }
    }

    /// Has the store do something, after everything asked before, without waiting. `false`: the
    /// disk hangs, and it will not be done.
    pub fn work(&self, work: impl FnOnce(&mut Store) + Send + 'static) -> bool {
        self.jobs.try_send(Job::Ask(Box::new(work))).is_ok()
    }

    /// The same again and again, until `work` says that it is done: for what must be kept though
    /// the disk refuses just now.
    pub(crate) fn insist(&self, work: impl FnMut(&mut Store) -> bool + Send + 'static) -> bool {
        self.jobs.try_send(Job::Insist(Box::new(work))).is_ok()
    }

    /// As [`work`](Self::work) with past calls, after the records of calls over by now are written.
    pub(crate) fn work_on_history(&self, work: impl FnOnce(&mut Store) + Send + 'static) -> bool {
        let job = Job::AskHistory(Box::new(work));
        self.jobs.try_send(job).is_ok()
    }

    /// Asks the store something, after everything asked before.
    ///
    /// # Errors
    /// What the store says, or that it does not answer.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AskFailed> {
        self.put(Job::Ask, question).await
    }

    /// Asks about calls that are over, all those over by now included.
    ///
    /// # Errors
    /// What the store says, or that it does not answer.
    pub async fn ask_history<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AskFailed> {
        self.put(Job::AskHistory, question).await
    }

    /// A [`change_by`](Self::change_by) this computer's owner.
    ///
    /// # Errors
    /// The same.
    pub async fn change<T: Send + 'static>(
        &self,
        steps: impl FnOnce(&OfficeChange<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AskFailed> {
        self.change_by(Actor::default(), steps).await
    }

    /// Changes the office: saved, then in effect, then answered. It takes effect even if the asker
    /// has left in the meantime. The audit log says who did it.
    ///
    /// # Errors
    /// What the store says (nothing is changed then), or that it does not answer.
    pub async fn change_by<T: Send + 'static>(
        &self,
        actor: Actor,
        steps: impl FnOnce(&OfficeChange<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AskFailed> {
        let desk = Arc::clone(&self.desk);
        self.ask(move |store| {
            let (made, office) = store.change_by(&actor, steps)?;
            kept_outside::put_into_effect(&desk, store, office)?;
            Ok(made)
        })
        .await
    }

    /// Writes what is left and stops the thread; what comes later is refused.
    pub fn stop(&self) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            // Both fail only if the thread has ended by itself.
            let _ = self.jobs.send(Job::Stop);
            let _ = thread.join();
        }
    }

    async fn put<T: Send + 'static>(
        &self,
        job: fn(Question) -> Job,
        question: impl FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AskFailed> {
        let (answer, answered) = oneshot::channel();
        let job = job(Box::new(move |store| {
            // An asker that has left needs no answer.
            let _ = answer.send(question(store));
        }));
        match self.jobs.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(AskFailed::TooLate),
            Err(TrySendError::Disconnected(_)) => return Err(AskFailed::Stopped),
        }
        match tokio::time::timeout(ANSWER_LIMIT, answered).await {
            Ok(Ok(answer)) => Ok(answer?),
            Ok(Err(_)) => Err(AskFailed::Stopped),
            Err(_) => Err(AskFailed::TooLate),
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

/// What the thread works on.
struct Work {
    store: Store,
    desk: Arc<Desk>,
    bindings: Vec<BindingWrite>,
    /// Who wanted to call abroad.
    asked: Vec<CallAbroad>,
    /// When these two are written.
    collected_due: Option<Instant>,
    /// Records with the time each is due.
    records: VecDeque<(Instant, switch::CallRecord)>,
    /// What calls outside have used up, and the disk has refused so far.
    usage: Vec<OutsideUsage>,
    /// Until when records are not tried again because the disk refused.
    refused_until: Option<Instant>,
    /// Questions about past calls, with the time each is due.
    questions: VecDeque<(Instant, Question)>,
    /// What the disk has refused so far, with the time each is tried again.
    insistent: VecDeque<(Instant, Insistent)>,
}

impl Work {
    fn run(&mut self, todo: &Receiver<Job>) {
        let desk = Arc::clone(&self.desk);
        desk.count_flow_calls(|since| {
            self.store.flow_calls(since).unwrap_or_else(|why| {
                tracing::error!(%why, "the calls of today could not be counted");
                BTreeMap::new()
            })
        });
        match self.store.last_called() {
            Ok(called) => desk.know_last_called(called),
            Err(why) => tracing::error!(%why, "when numbers were called last is not known"),
        }
        match emergencies::of_history(&mut self.store, Millis::now()) {
            Ok(before) => desk.know_emergencies(before),
            Err(why) => tracing::error!(%why, "emergency calls of before are not shown"),
        }
        loop {
            let job = match self.next_due() {
                None => todo.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => todo.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            let now = Instant::now();
            match job {
                Ok(Job::Write(write)) => self.take(now, write),
                Ok(Job::Ask(question)) => {
                    // An asker must find what was kept before it asked.
                    self.write_collected(now);
                    question(&mut self.store);
                }
                Ok(Job::Insist(work)) => {
                    self.write_collected(now);
                    self.insist(now, work);
                }
                Ok(Job::AskHistory(question)) => {
                    let due = self.records.back().map_or(now, |(due, _)| *due);
                    self.questions.push_back((due, question));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => {
                    self.write_collected(now);
                    self.refused_until = None;
                    self.write_records(now + RECORD_DELAY);
                    self.insist_again(now + RETRY_DELAY);
                    return;
                }
            }
            if self.collected_due.is_some_and(|due| due <= now) {
                self.write_collected(now);
            }
            self.write_records(now);
            self.insist_again(now);
            self.answer_history(now);
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let record = self.records.front().map(|(due, _)| *due);
        let record = record.map(|due| self.refused_until.map_or(due, |until| until.max(due)));
        let question = self.questions.front().map(|(due, _)| *due);
        let insistent = self.insistent.front().map(|(due, _)| *due);
        [self.collected_due, record, question, insistent]
            .into_iter()
            .flatten()
            .min()
    }

    fn take(&mut self, now: Instant, write: Write) {
        match write {
            Write::Binding(change) => {
                self.bindings.push(binding_write(*change));
                self.collected_due.get_or_insert(now + BINDING_DELAY);
            }
            Write::Call(record) => self.records.push_back((now + RECORD_DELAY, *record)),
            Write::AskedAbroad(asked) => {
                let office = self.desk.office();
                self.asked.push(call_abroad(&office, *asked));
                self.collected_due.get_or_insert(now + BINDING_DELAY);
            }
            Write::Ledger(entries) => self.write_usage(entries),
            Write::CallBack(called) => {
                let noted = CalledForHelp {
                    at: called.unix_ms,
                    number: called.number,
                    person: called.person,
                    device: called.device,
                };
                if let Err(why) = self.store.note_call_for_help(&noted) {
                    tracing::error!(%why, "who may be called back could not be noted");
                    self.desk.store_failed(&why);
                }
            }
            Write::PhoneMet {
                device,
                mark,
                unix_ms,
            } => {
                if let Err(why) = self.store.device_met(device, &mark, unix_ms) {
                    tracing::error!(%why, "a new phone could not be noted");
                    self.desk.store_failed(&why);
                }
            }
            Write::FlightRecording { call, text } => {
                tracing::error!(?call, recording = %text, "a fault ended a call");
            }
        }
    }

    /// Adds what calls outside have used up to what is kept. What the disk refuses goes with the next.
    fn write_usage(&mut self, entries: Vec<OutsideUsage>) {
        self.usage.extend(entries);
        match self.store.add_usage(&self.usage) {
            Ok(()) => self.usage.clear(),
            Err(why) => {
                tracing::error!(%why, "what calls outside took could not be saved");
                self.desk.store_failed(&why);
                let too_many = self.usage.len().saturating_sub(MAX_WAITING_RECORDS);
                self.usage.drain(..too_many);
            }
        }
    }

    /// Writes what was collected: registrations, and who wanted to call abroad.
    fn write_collected(&mut self, now: Instant) {
        self.collected_due = None;
        self.write_asked(now);
        self.write_bindings(now);
    }

    fn write_asked(&mut self, now: Instant) {
        if self.asked.is_empty() {
            return;
        }
        match self.store.note_calls_abroad(&self.asked) {
            Ok(()) => self.asked.clear(),
            Err(why) => {
                tracing::error!(%why, "who called abroad could not be written down");
                self.desk.store_failed(&why);
                let too_many = self.asked.len().saturating_sub(MAX_WAITING_RECORDS);
                self.asked.drain(..too_many);
                self.collected_due = Some(now + RETRY_DELAY);
            }
        }
    }

    fn write_bindings(&mut self, now: Instant) {
        if self.bindings.is_empty() {
            return;
        }
        match self.store.apply_bindings(&self.bindings) {
            Ok(()) => self.bindings.clear(),
            Err(why) => {
                tracing::error!(%why, "registrations could not be saved");
                self.desk.store_failed(&why);
                let too_many = self.bindings.len().saturating_sub(MAX_WAITING_BINDINGS);
                self.bindings.drain(..too_many);
                self.collected_due = Some(now + RETRY_DELAY);
            }
        }
    }

    /// Writes the records that are due. What the disk refuses stays and is given again: the store
    /// passes over what it already has.
    fn write_records(&mut self, now: Instant) {
        if self.refused_until.is_some_and(|until| now < until) {
            return;
        }
        self.refused_until = None;
        loop {
            let due = self.records.partition_point(|(due, _)| *due <= now);
            if due == 0 {
                return;
            }
            let at_once = due.min(RECORDS_AT_ONCE);
            if let Err(why) = self.write_oldest_records(at_once) {
                tracing::error!(%why, waiting = due, "call records could not be saved");
                self.desk.store_failed(&why);
                self.refused_until = Some(now + RETRY_DELAY);
                return self.keep_waiting_records_few();
            }
            self.forget_oldest_records(at_once);
        }
    }

    fn write_oldest_records(&mut self, count: usize) -> Result<(), StoreError> {
        let office = self.desk.office();
        let oldest = self.records.iter().take(count);
        let rows: Vec<CallRecord> = oldest
            .map(|(_, record)| {
                let details = self.desk.details(record.call).unwrap_or_default();
                row(&office, record, details)
            })
            .collect();
        self.store.append_calls(&rows)
    }

    /// Forgets what there is no room for while the disk refuses: of older calls the SIP messages, and
    /// of many the oldest calls.
    fn keep_waiting_records_few(&mut self) {
        let lost = self.records.len().saturating_sub(MAX_WAITING_RECORDS);
        if lost > 0 {
            tracing::error!(
                lost,
                "calls are missing in the history: the disk refused for too long"
            );
            self.forget_oldest_records(lost);
        }
        let without = self.records.len().saturating_sub(MAX_WAITING_TRACES);
        for (_, record) in self.records.iter().take(without) {
            self.desk.take_details(record.call);
        }
    }

    fn forget_oldest_records(&mut self, count: usize) {
        for (_, record) in self.records.drain(..count) {
            self.desk.take_details(record.call);
        }
    }

    /// Does what must be done, or puts it off.
    fn insist(&mut self, now: Instant, mut work: Insistent) {
        if work(&mut self.store) {
            return;
        }
        if self.insistent.len() >= MAX_WAITING_FILES {
            tracing::error!("a message or recording is not shown before the next start");
            self.insistent.pop_front();
        }
        self.insistent.push_back((now + RETRY_DELAY, work));
    }

    fn insist_again(&mut self, now: Instant) {
        // What is put off anew is due later: each is tried once.
        while self.insistent.front().is_some_and(|(due, _)| *due <= now)
            && let Some((_, work)) = self.insistent.pop_front()
        {
            self.insist(now, work);
        }
    }

    fn answer_history(&mut self, now: Instant) {
        while self.questions.front().is_some_and(|(due, _)| *due <= now)
            && let Some((_, question)) = self.questions.pop_front()
        {
            question(&mut self.store);
        }
    }
}

fn binding_write(change: BindingChange) -> BindingWrite {
    match change {
        BindingChange::Put(known) => BindingWrite::Put(StoredBinding {
            device: known.device,
            contact: known.contact.to_vec(),
            source: known.flow.remote,
            local: known.flow.local,
            transport: known.flow.transport.to_string().to_ascii_uppercase(),
            path: known.path.iter().map(|value| value.to_vec()).collect(),
            instance: known.instance,
            reg_id: known.reg_id,
            q: known.q,
            expires_at: known.expires_unix_ms,
            call_id: known.call_id,
            cseq: known.cseq,
            user_agent: known.user_agent,
        }),
        BindingChange::Remove {
            device,
            contact,
            instance,
            reg_id,
        } => BindingWrite::Remove(BindingKey {
            device,
            contact: contact.to_vec(),
            instance,
            reg_id,
        }),
    }
}

/// A finished call as the history keeps it.
fn row(office: &Office, record: &switch::CallRecord, details: LiveDetails) -> CallRecord {
    let called = Party {
        number: record.dialled.clone(),
        ..Party::default()
    };
    let hung_up_by = match &record.by {
        None => "office",
        Some(by) if *by == record.from => "caller",
        Some(_) => "callee",
    };
    let media_path = match record.media {
        None => "",
        Some(MediaWay::Direct) => "direct",
        Some(MediaWay::Relayed) => "relayed",
    };
    CallRecord {
        summary: CallSummary {
            id: record.call,
            started_at: record.arrived_unix_ms,
            answered_at: record.answered_unix_ms,
            ended_at: record.ended_unix_ms,
            from: party(&record.from),
            to: record.with.as_ref().map_or(called, party),
            outcome: outcome(record).to_owned(),
            reason: word(&record.reason),
            hung_up_by: hung_up_by.to_owned(),
            media_path: media_path.to_owned(),
            codec: String::new(),
            outside: outside(office, record),
        },
        events: record.events.iter().map(event).collect(),
        trace: traced(&details.messages, record.arrived_unix_ms),
        trace_left_out: details.left_out,
    }
}

/// A wish to call abroad as the audit log keeps it: names, for persons and lines are removed one day.
fn call_abroad(office: &Office, asked: AskedAbroad) -> CallAbroad {
    let (who, person) = match asked.on_behalf_of {
        OnBehalfOf::Person(id) => (office.person(id).map(|it| it.name.clone()), Some(id)),
        OnBehalfOf::Peer(id) => (office.peer(id).map(|it| it.name.clone()), None),
        OnBehalfOf::Office => (Some(office.settings().name.clone()), None),
    };
    let line = asked.line.and_then(|id| office.trunk(id));
    let peer = asked.peer.and_then(|id| office.peer(id));
    let over = line.map(|it| &it.name).or(peer.map(|it| &it.name));
    let phone = asked.phone;
    CallAbroad {
        at: asked.unix_ms,
        who: who.unwrap_or_default(),
        person,
        number: asked.number,
        country: asked.country,
        way: asked.way.to_owned(),
        refused: asked.refused.map(|reason| word(&reason)),
        line: over.cloned(),
        device: phone.as_ref().map(|phone| phone.device),
        address: phone
            .as_ref()
            .map(|phone| phone.address.to_canonical().to_string())
            .unwrap_or_default(),
        agent: phone.and_then(|phone| phone.agent),
        call: asked.call,
    }
}

/// What crossed the office's edge, if anything did.
fn outside(office: &Office, record: &switch::CallRecord) -> Option<OutsideCall> {
    let way = match record.direction {
        CallDirection::Inside => return None,
        CallDirection::In => Way::In,
        CallDirection::Out => Way::Out,
    };
    let line = record.line.and_then(|line| office.trunk(line));
    Some(OutsideCall {
        way,
        line: record.line,
        line_name: line.map_or_else(String::new, |line| line.name.clone()),
        shown: record.shows.clone(),
    })
}

fn party(party: &switch::Party) -> Party {
    Party {
        person: party.person,
        number: party.number.clone(),
        name: party.name.clone(),
    }
}

/// One happening of a call as the history keeps it.
pub(crate) fn event((offset, what): &(i64, switch::What)) -> CallEvent {
    let json = serde_json::to_value(what).unwrap_or_default();
    let kind = json.get("kind").and_then(|kind| kind.as_str());
    CallEvent {
        offset: u32::try_from(*offset).unwrap_or(u32::MAX),
        kind: kind.unwrap_or_default().to_owned(),
        detail: json.to_string(),
    }
}

/// The messages of a call as the history keeps them; `began` in milliseconds since 1970.
pub(crate) fn traced(messages: &[switch::TracedMessage], began: i64) -> Vec<TracedMessage> {
    let traced = |message: &switch::TracedMessage| TracedMessage {
        // The INVITE itself arrives just before its call.
        offset: u32::try_from(message.unix_ms.saturating_sub(began).max(0)).unwrap_or(u32::MAX),
        direction: if message.incoming {
            Direction::In
        } else {
            Direction::Out
        },
        leg: message.leg,
        flow: message.flow.to_string(),
        message: message.bytes.to_vec(),
    };
    messages.iter().map(traced).collect()
}

fn outcome(record: &switch::CallRecord) -> &'static str {
    // Whoever spoke to a mailbox has reached nobody.
    if let Some(OfficeService::Voicemail { .. }) = record.service {
        return "nobodyAnswered";
    }
    if record.answered_unix_ms.is_some() {
        return "answered";
    }
    match record.reason {
        EndReason::Busy => "busy",
        EndReason::Declined => "declined",
        EndReason::Refused => "refused",
        EndReason::Transferred => "transferred",
        EndReason::NobodyAnswered | EndReason::CallerGaveUp | EndReason::Unreachable => {
            "nobodyAnswered"
        }
        _ => "failed",
    }
}

/// A unit variant's name as its JSON has it.
pub(crate) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|json| json.as_str().map(str::to_owned))
        .unwrap_or_default()
}
