//! What is going on right now, as the API tells it: the board, the office, the calls of this moment.

mod disk;
mod outside;

use crate::{
    attention::AttentionList,
    configuration::Configuration,
    feed::Touched,
    limits::COMMAND_WITHIN,
    live_calls::{LiveCalls, LiveDetails},
    orders::{Answered, Orders, Told},
    prompts,
    values::Millis,
    views::{
        attention::{AttentionView, Severity},
        devices::DeviceView,
        flows::FlowView,
        health::Check,
        live::{EngineState, LanState, LiveCallView, OfficeView},
        mailboxes::MailboxView,
        modes::ModeView,
        people::PersonView,
        rooms::RoomView,
        schedules::ScheduleView,
    },
};
use callflow::Flows;
use chrono::NaiveDate;
use disk::DiskRefusals;
use office::{
    CallId, ConferenceRoomId, DeviceId, FlowId, MailboxId, MessageCounts, ModeId, Office, PersonId,
    ScheduleId,
};
use outside::Edge;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fmt, mem,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use switch::{
    Board, CallFlows, Command, CommandResult, Happening, Input, LiveCall, MailboxCounts,
    TracedMessage, What,
};
use tokio::time::timeout;
use ts_rs::TS;
use utoipa::ToSchema;

/// The present, fed by the switch and asked by the routes. Its locks are held for a copy at most,
/// so the signalling thread never waits for a request.
pub struct Desk {
    started: Instant,
    started_at: Millis,
    configuration: Mutex<Arc<Configuration>>,
    board: Mutex<Board>,
    live: Mutex<LiveCalls>,
    attention: Mutex<AttentionList>,
    lan: Mutex<LanState>,
    /// The colour its windows are told by, as `#rrggbb`.
    accent: Mutex<Option<String>>,
    edge: Edge,
    /// What lies in the mailboxes; one that holds nothing is left out.
    messages: Mutex<BTreeMap<MailboxId, MessageCounts>>,
    well: AtomicBool,
    disk: DiskRefusals,
    /// What calls are led through.
    call_flows: Mutex<Arc<CallFlows>>,
    /// Calls that came to flows today.
    flow_calls: Mutex<FlowCalls>,
    touched: Touched,
    orders: Orders,
    switch: OnceLock<Box<ToSwitch>>,
    health: OnceLock<Box<CheckAll>>,
    courier: OnceLock<Box<WakeCourier>>,
    listeners: OnceLock<Vec<SipListener>>,
}

type ToSwitch = dyn Fn(Input) -> bool + Send + Sync;
type WakeCourier = dyn Fn() + Send + Sync;
type CheckAll = dyn Fn() -> Vec<Check> + Send + Sync;

/// One address on which the engine takes SIP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct SipListener {
    /// `udp`, `tcp`, `tls`, `ws` or `wss`.
    #[ts(type = r#""udp" | "tcp" | "tls" | "ws" | "wss""#)]
    pub transport: String,
    /// Address and port.
    #[ts(type = "string")]
    #[schema(value_type = String)]
    pub address: SocketAddr,
}

impl Desk {
    /// The desk of an office whose engine started at `started`.
    pub fn new(configuration: Configuration, started: Instant) -> Self {
        let mut attention = AttentionList::default();
        attention.follow(
            configuration.office(),
            configuration.messages(),
            Millis::now(),
        );
        Self {
            started,
            started_at: Millis::now(),
            messages: Mutex::new(configuration.messages().clone()),
            configuration: Mutex::new(Arc::new(configuration)),
            board: Mutex::default(),
            live: Mutex::default(),
            attention: Mutex::new(attention),
            lan: Mutex::default(),
            accent: Mutex::default(),
            edge: Edge::default(),
            well: AtomicBool::new(true),
            disk: DiskRefusals::default(),
            call_flows: Mutex::default(),
            flow_calls: Mutex::default(),
            touched: Touched::default(),
            orders: Orders::default(),
            switch: OnceLock::new(),
            health: OnceLock::new(),
            courier: OnceLock::new(),
            listeners: OnceLock::new(),
        }
    }

    /// Names the way to the switch, which says whether it took an input, and where the engine takes
    /// SIP. Only the first call counts.
    pub fn connect(
        &self,
        switch: impl Fn(Input) -> bool + Send + Sync + 'static,
        listeners: Vec<SipListener>,
    ) {
        // What was connected first stays.
        let _ = self.switch.set(Box::new(switch));
        let _ = self.listeners.set(listeners);
        self.lead(&self.configuration());
        self.touched.engine();
    }

    /// Names the health checks, which may take a moment and are never made on a thread of calls.
    /// Only the first call counts.
    pub fn connect_health(&self, check_all: impl Fn() -> Vec<Check> + Send + Sync + 'static) {
        let _ = self.health.set(Box::new(check_all));
    }

    /// Names the bell that says that letters wait to be sent. Only the first call counts.
    pub fn connect_courier(&self, wake: impl Fn() + Send + Sync + 'static) {
        let _ = self.courier.set(Box::new(wake));
    }

    /// What became of the letters that were due: to whom the last one could not be sent, or
    /// nothing while they are taken.
    pub fn set_mail_trouble(&self, to: Option<String>) {
        if lock(&self.attention).mail(to, Millis::now()) {
            self.touched.attention();
        }
    }

    /// A flow tells people something: open windows show it until somebody has seen to it.
    pub(crate) fn show_notice(&self, text: String) {
        lock(&self.attention).notice(text, Millis::now());
        self.touched.attention();
    }

    /// Other messages lie in a mailbox by now: phones and windows are told.
    pub fn set_messages(&self, mailbox: MailboxId, counts: MessageCounts) {
        self.note_messages(mailbox, counts);
        self.send(Input::MailboxChanged(in_mailbox(mailbox, counts)));
    }

    /// Takes in something that happened.
    pub fn tell(&self, happening: &Happening) {
        self.live().tell(happening);
        match &happening.what {
            What::CommandDone { ticket, result } => self.orders.answer(*ticket, *result),
            What::Explained { ticket, explained } => {
                let told = Told::Explained(explained.clone());
                self.orders.tell(*ticket, told);
            }
            _ => {}
        }
        if let What::FlowStep { step, .. } = &happening.what
            && let Some(flow) = step.flow.filter(|_| step.seq == 0)
        {
            let today = today(&self.office());
            lock(&self.flow_calls).add(flow, 1, today);
            self.touched.flow(flow);
        }
        self.tell_edge(happening);
        self.tell_disk(happening);
        if lock(&self.attention).tell(happening, &self.office()) {
            self.touched.attention();
        }
        if let What::MailboxLocked { mailbox, .. } | What::MailboxUnlocked { mailbox } =
            happening.what
        {
            self.touched.mailbox(mailbox);
        }
        let (changed, calls_begin) = {
            let mut board = lock(&self.board);
            let nobody_called = board.calls.is_empty();
            let changed = board.apply(happening);
            (changed, nobody_called && !board.calls.is_empty())
        };
        if calls_begin {
            self.calls_begin();
        }
        if !changed.is_empty() {
            self.touched.by(&changed);
        }
        self.tell_line_news(happening);
    }

    /// Takes in a message of a call.
    pub fn trace(&self, message: TracedMessage) {
        self.live().trace(message);
    }

    /// Says whether the signalling thread is at work.
    pub fn set_well(&self, well: bool) {
        if self.well.swap(well, Ordering::Relaxed) != well {
            self.touched.engine();
        }
    }

    /// Says how other computers reach the window.
    pub fn set_lan(&self, lan: LanState) {
        *lock(&self.lan) = lan;
        self.touched.engine();
    }

    /// How other computers reach the window.
    pub fn lan(&self) -> LanState {
        lock(&self.lan).clone()
    }

    /// The office as it is configured now.
    pub fn office(&self) -> Arc<Office> {
        Arc::clone(self.configuration().office())
    }

    /// Where the engine takes SIP.
    pub fn listeners(&self) -> &[SipListener] {
        self.listeners.get().map_or(&[], Vec::as_slice)
    }

    /// The board as it is now.
    pub fn board(&self) -> Board {
        lock(&self.board).clone()
    }

    /// Makes all health checks; what fails goes on the list of what needs attention.
    pub fn check_health(&self) -> Vec<Check> {
        let checks = self.health.get().map_or_else(Vec::new, |check| check());
        lock(&self.attention).check(&checks, Millis::now());
        self.touched.attention();
        checks
    }

    /// The office as it is configured now, with the revisions of its records.
    pub(crate) fn configuration(&self) -> Arc<Configuration> {
        Arc::clone(&lock(&self.configuration))
    }

    /// What windows have to be told anew.
    pub(crate) fn touched(&self) -> &Touched {
        &self.touched
    }

    /// How long the engine has been running.
    pub(crate) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Looks at the board without copying it.
    pub(crate) fn read_board<T>(&self, look: impl FnOnce(&Board) -> T) -> T {
        look(&lock(&self.board))
    }

    /// Puts a changed office into effect.
    pub(crate) fn publish(&self, configuration: Configuration) {
        let office = Arc::clone(configuration.office());
        let configuration = Arc::new(configuration);
        let messages = configuration.messages().clone();
        let counts = counts_of(&messages);
        lock(&self.attention).follow(&office, &messages, Millis::now());
        self.edge.follow(&office);
        *lock(&self.messages) = messages;
        let before = mem::replace(&mut *lock(&self.configuration), configuration);
        self.touched.everything();
        let has_other_mailboxes = !before
            .office()
            .mailboxes()
            .map(|mailbox| mailbox.id)
            .eq(office.mailboxes().map(|mailbox| mailbox.id));
        if !self.send(Input::OfficeChanged(office)) {
            tracing::error!("a change is saved but did not reach the running calls");
        }
        self.lead(&self.configuration());
        // A mailbox that was brought back holds what it held.
        if has_other_mailboxes && !counts.is_empty() {
            self.send(Input::Mailboxes(counts.into()));
        }
    }

    /// Takes in a configuration of which only what is being drawn is another: the switch hears of it
    /// where somebody tries that out.
    pub(crate) fn follow_drafts(&self, configuration: Configuration) {
        let configuration = Arc::new(configuration);
        *lock(&self.configuration) = Arc::clone(&configuration);
        self.lead(&configuration);
        self.touched.everything();
    }

    /// Hands the switch the flows of a configuration, ready to run; what is the same is not compiled
    /// anew. Calls that are under way keep theirs.
    fn lead(&self, configuration: &Configuration) {
        let mut kept = lock(&self.call_flows);
        let office = configuration.office();
        let sounds = configuration.sounds().iter();
        let sounds: BTreeMap<_, _> = sounds.map(|(id, (name, _))| (id.0, name.clone())).collect();
        let has_none = office.flows().len() == 0 && kept.flows.iter().next().is_none();
        // Mailboxes play what closed days have recorded, flows or not.
        if has_none && kept.sounds == sounds {
            return;
        }
        let flows = Flows::of(office, &kept.flows);
        let programs = flows.iter().map(|(_, program)| program);
        let programs = programs.chain(flows.pinned());
        let speeches = programs.flat_map(|program| program.speeches(office));
        let speeches = speeches
            .filter_map(|speech| {
                let voice = prompts::voice_of(&speech)?.locale;
                let name = configuration.spoken(voice, &speech.text)?.clone();
                Some((speech, name))
            })
            .collect();
        *kept = Arc::new(CallFlows {
            flows: Arc::new(flows),
            sounds,
            speeches,
        });
        if !self.send(Input::FlowsChanged(Arc::clone(&kept))) {
            tracing::error!("a flow is published but did not reach the switch");
        }
    }

    /// The same for windows only.
    pub(crate) fn note_messages(&self, mailbox: MailboxId, counts: MessageCounts) {
        let mut messages = lock(&self.messages);
        messages.insert(mailbox, counts);
        if lock(&self.attention).count(&self.office(), &messages, Millis::now()) {
            self.touched.attention();
        }
        drop(messages);
        self.touched.mailbox(mailbox);
    }

    /// Letters wait to be sent, mail is sent in another way, or the office closes.
    pub fn wake_courier(&self) {
        if let Some(wake) = self.courier.get() {
            wake();
        }
    }

    /// Asks something of the switch. `false` if there is none, or it has no room for more.
    pub(crate) fn command(&self, command: Command) -> bool {
        self.send(Input::Command(command))
    }

    /// Asks something of the switch, and waits for what becomes of it. `None` if the switch does not
    /// answer.
    pub(crate) async fn order(
        &self,
        command: impl FnOnce(u64) -> Command,
    ) -> Option<CommandResult> {
        Some(self.ask_switch(command).await?.result)
    }

    /// The same, with what the switch told besides.
    pub(crate) async fn ask_switch(
        &self,
        command: impl FnOnce(u64) -> Command,
    ) -> Option<Answered> {
        let (ticket, answer) = self.orders.place()?;
        if !self.command(command(ticket)) {
            return None;
        }
        timeout(COMMAND_WITHIN, answer).await.ok()?.ok()
    }

    /// The user name and address of a refused login on the list of what needs attention.
    pub(crate) fn refused_login(&self, item: &str) -> Option<(String, String)> {
        lock(&self.attention).login(item)
    }

    /// What is kept of a call that is not written yet.
    pub(crate) fn details(&self, call: CallId) -> Option<LiveDetails> {
        self.live().get(call).cloned()
    }

    /// What was kept of a call that has just been written to the history.
    pub(crate) fn take_details(&self, call: CallId) -> LiveDetails {
        self.touched.recorded(call);
        self.live().take(call)
    }

    /// The engine as it is now.
    pub(crate) fn engine(&self) -> EngineState {
        EngineState {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: self.started_at,
            sip: self.listeners().to_vec(),
            well: self.well.load(Ordering::Relaxed),
            lan: self.lan(),
        }
    }

    /// What holds for the office as a whole.
    pub(crate) fn office_view(&self) -> OfficeView {
        OfficeView::of(&self.configuration(), lock(&self.accent).clone())
    }

    /// The colour its windows are told by among those of other offices, as `#rrggbb`.
    pub fn set_accent(&self, accent: Option<String>) {
        *lock(&self.accent) = accent;
        self.touched.everything();
    }

    /// All people, by identity.
    pub(crate) fn people(&self) -> Vec<PersonView> {
        self.view(|look| {
            let persons = look.configuration.office().persons();
            persons.map(|person| look.person(person)).collect()
        })
    }

    /// One person; `None` if there is no such person.
    pub(crate) fn person(&self, id: PersonId) -> Option<PersonView> {
        self.view(|look| {
            let person = look.configuration.office().person(id)?;
            Some(look.person(person))
        })
    }

    /// All devices, by identity.
    pub(crate) fn devices(&self) -> Vec<DeviceView> {
        self.view(|look| {
            let devices = look.configuration.office().devices();
            devices.map(|device| look.device(device)).collect()
        })
    }

    /// One device; `None` if there is no such device.
    pub(crate) fn device(&self, id: DeviceId) -> Option<DeviceView> {
        self.view(|look| {
            let device = look.configuration.office().device(id)?;
            Some(look.device(device))
        })
    }

    /// All mailboxes, by identity.
    pub(crate) fn mailboxes(&self) -> Vec<MailboxView> {
        let configuration = self.configuration();
        let mailboxes = configuration.office().mailboxes();
        mailboxes
            .map(|mailbox| self.view_mailbox(mailbox, &configuration))
            .collect()
    }

    /// One mailbox; `None` if there is no such mailbox.
    pub(crate) fn mailbox(&self, id: MailboxId) -> Option<MailboxView> {
        let configuration = self.configuration();
        let mailbox = configuration.office().mailbox(id)?;
        Some(self.view_mailbox(mailbox, &configuration))
    }

    fn view_mailbox(
        &self,
        mailbox: &office::Mailbox,
        configuration: &Configuration,
    ) -> MailboxView {
        let messages = lock(&self.messages).get(&mailbox.id).copied();
        let locked_until = lock(&self.attention).locked_until(mailbox.id.into(), Millis::now());
        MailboxView::of(
            mailbox,
            messages.unwrap_or_default(),
            locked_until,
            configuration,
        )
    }

    /// All conference rooms, by identity.
    pub(crate) fn rooms(&self) -> Vec<RoomView> {
        self.view(|look| {
            let rooms = look.configuration.office().rooms();
            rooms.map(|room| look.room(room)).collect()
        })
    }

    /// One conference room; `None` if there is no such room.
    pub(crate) fn room(&self, id: ConferenceRoomId) -> Option<RoomView> {
        self.view(|look| {
            let room = look.configuration.office().room(id)?;
            Some(look.room(room))
        })
    }

    /// All schedules by identity, as they are now.
    pub(crate) fn schedules(&self) -> Vec<ScheduleView> {
        let (configuration, now) = (self.configuration(), Millis::now());
        let schedules = configuration.office().schedules();
        schedules
            .map(|schedule| ScheduleView::of(schedule, &configuration, now))
            .collect()
    }

    /// One schedule; `None` if there is no such schedule.
    pub(crate) fn schedule(&self, id: ScheduleId) -> Option<ScheduleView> {
        let configuration = self.configuration();
        let schedule = configuration.office().schedule(id)?;
        Some(ScheduleView::of(schedule, &configuration, Millis::now()))
    }

    /// All modes by identity, as they are now.
    pub(crate) fn modes(&self) -> Vec<ModeView> {
        let (configuration, now) = (self.configuration(), Millis::now());
        let modes = configuration.office().modes();
        modes
            .map(|mode| ModeView::of(mode, &configuration, now))
            .collect()
    }

    /// One mode; `None` if there is no such mode.
    pub(crate) fn mode(&self, id: ModeId) -> Option<ModeView> {
        let configuration = self.configuration();
        let mode = configuration.office().mode(id)?;
        Some(ModeView::of(mode, &configuration, Millis::now()))
    }

    /// All flows, by identity.
    pub(crate) fn flows(&self) -> Vec<FlowView> {
        let (configuration, now) = (self.configuration(), Millis::now());
        let flows = configuration.flows();
        flows
            .map(|flow| FlowView::of(flow, &configuration, self.calls_today(flow.value.id), now))
            .collect()
    }

    /// One flow; `None` if there is no such flow.
    pub(crate) fn flow(&self, id: FlowId) -> Option<FlowView> {
        let configuration = self.configuration();
        let (flow, calls) = (configuration.flow(id)?, self.calls_today(id));
        Some(FlowView::of(flow, &configuration, calls, Millis::now()))
    }

    /// Takes over what the history knows of the calls that came to flows since a moment: midnight by
    /// the office's clock.
    pub(crate) fn count_flow_calls(&self, since: impl FnOnce(i64) -> BTreeMap<FlowId, u32>) {
        let office = self.office();
        let today = today(&office);
        let midnight = today.and_time(chrono::NaiveTime::MIN);
        let zone = office.settings().time_zone.rules();
        let midnight = midnight.and_local_timezone(zone).earliest();
        let since = since(midnight.map_or(0, |midnight| midnight.timestamp_millis()));
        let mut counted = lock(&self.flow_calls);
        for (flow, calls) in since {
            counted.add(flow, calls, today);
        }
        self.touched.everything();
    }

    /// How many calls came to a flow since midnight by the office's clock.
    fn calls_today(&self, flow: FlowId) -> u32 {
        lock(&self.flow_calls).of(flow, today(&self.office()))
    }

    /// Whether anybody calls.
    pub fn has_calls(&self) -> bool {
        !lock(&self.board).calls.is_empty()
    }

    /// The calls that go on.
    pub(crate) fn calls(&self) -> Vec<LiveCallView> {
        self.read_board(|board| {
            let view = |(id, call): (&CallId, &LiveCall)| LiveCallView::of(*id, call);
            board.calls.iter().map(view).collect()
        })
    }

    /// One call that goes on.
    pub(crate) fn call(&self, id: CallId) -> Option<LiveCallView> {
        self.read_board(|board| board.calls.get(&id).map(|call| LiveCallView::of(id, call)))
    }

    /// What a person should look at.
    pub(crate) fn attention(&self) -> Vec<AttentionView> {
        lock(&self.attention).items(&self.office(), Millis::now())
    }

    /// How many things somebody must see to: those that are problems.
    pub(crate) fn problems(&self) -> usize {
        let items = self.attention();
        let is_problem = |item: &&AttentionView| item.severity == Severity::Problem;
        items.iter().filter(is_problem).count()
    }

    /// Takes an item off that list. `false` if there is none.
    pub(crate) fn dismiss(&self, item: &str) -> bool {
        let dismissed = lock(&self.attention).dismiss(item);
        if dismissed {
            self.touched.attention();
        }
        dismissed
    }

    /// When something changes by itself next: a wish ends, a phone counts as lost, an office closes.
    pub(crate) fn next_due(&self, now: Millis) -> Option<Millis> {
        let phone = lock(&self.attention).next_due(now);
        let office = self.office();
        let until = office.persons().filter_map(|p| p.wants.until_unix_ms);
        let wish = until.map(Millis).filter(|until| *until > now).min();
        let zone = office.settings().time_zone;
        let hours = office.schedules().filter_map(|schedule| {
            let next = schedule.openness(zone, now.0).next;
            next.map(|next| Millis(next.at))
        });
        let modes = office.modes().filter_map(|mode| mode.set.as_ref());
        let modes = modes.filter_map(|set| set.until_unix_ms).map(Millis);
        let by_clock = hours.chain(modes).filter(|at| *at > now);
        phone.into_iter().chain(wish).chain(by_clock).min()
    }

    fn view<T>(&self, show: impl FnOnce(&Look<'_>) -> T) -> T {
        let configuration = self.configuration();
        let board = lock(&self.board);
        show(&Look {
            configuration: &configuration,
            board: &board,
            now: Millis::now(),
        })
    }

    pub(crate) fn send(&self, input: Input) -> bool {
        self.switch.get().is_some_and(|switch| switch(input))
    }

    fn live(&self) -> MutexGuard<'_, LiveCalls> {
        lock(&self.live)
    }
}

/// One look at everything a view of a person or device is made from.
struct Look<'a> {
    configuration: &'a Configuration,
    board: &'a Board,
    now: Millis,
}

impl Look<'_> {
    fn person(&self, person: &office::Person) -> PersonView {
        let Self {
            configuration,
            board,
            now,
        } = self;
        PersonView::of(person, configuration, board, *now)
    }

    fn device(&self, device: &office::Device) -> DeviceView {
        DeviceView::of(device, self.configuration, self.board)
    }

    fn room(&self, room: &office::ConferenceRoom) -> RoomView {
        RoomView::of(room, self.configuration, self.board)
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("listeners", &self.listeners())
            .finish_non_exhaustive()
    }
}

/// How many calls came to each flow on one day.
#[derive(Debug, Default)]
struct FlowCalls {
    day: Option<NaiveDate>,
    calls: BTreeMap<FlowId, u32>,
}

impl FlowCalls {
    fn of(&self, flow: FlowId, today: NaiveDate) -> u32 {
        let calls = self.calls.get(&flow).filter(|_| self.day == Some(today));
        calls.copied().unwrap_or_default()
    }

    fn add(&mut self, flow: FlowId, calls: u32, today: NaiveDate) {
        if self.day != Some(today) {
            self.day = Some(today);
            self.calls.clear();
        }
        *self.calls.entry(flow).or_default() += calls;
    }
}

/// The date by the office's clock.
fn today(office: &Office) -> NaiveDate {
    let zone = office.settings().time_zone.rules();
    chrono::Utc::now().with_timezone(&zone).date_naive()
}

/// What lies in all mailboxes, as the switch counts it.
pub(crate) fn counts_of(messages: &BTreeMap<MailboxId, MessageCounts>) -> Vec<MailboxCounts> {
    let counts = messages.iter();
    counts
        .map(|(id, counts)| in_mailbox(*id, *counts))
        .collect()
}

/// What lies in a mailbox, as the switch counts it.
pub(crate) fn in_mailbox(mailbox: MailboxId, counts: MessageCounts) -> MailboxCounts {
    MailboxCounts {
        mailbox,
        new: counts.new,
        saved: counts.saved,
        lasts_ms: counts.lasts_ms,
    }
}

/// What a lock guards here is whole between any two statements, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
