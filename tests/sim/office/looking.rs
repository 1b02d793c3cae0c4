//! What can be seen of a simulated office.

use super::*;

impl SimOffice {
    /// The phone of somebody: `phone_of("Anna", "desk")`.
    pub fn phone_of(&self, person: &str, label: &str) -> PhoneId {
        let name = format!("{person}'s {label} phone");
        let at = self.phones.iter().position(|phone| phone.name == name);
        PhoneId(at.unwrap_or_else(|| panic!("nobody has {name}")))
    }

    /// The desk phone of somebody.
    pub fn desk(&self, person: &str) -> PhoneId {
        self.phone_of(person, "desk")
    }

    /// All phones.
    pub fn phones(&self) -> impl Iterator<Item = PhoneId> + use<> {
        (0..self.staff).map(PhoneId)
    }

    /// A phone, to look at.
    pub fn phone(&self, phone: PhoneId) -> &SimPhone {
        &self.phones[phone.0]
    }

    /// A phone, to set its habits.
    pub fn phone_mut(&mut self, phone: PhoneId) -> &mut SimPhone {
        &mut self.phones[phone.0]
    }

    /// The network, to change its weather.
    pub fn network(&mut self) -> &mut Network {
        &mut self.network
    }

    /// The switch, to look at.
    pub fn switch(&self) -> &Switch {
        &self.switch
    }

    /// The time.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Time since the office opened.
    pub fn open_for(&self) -> Duration {
        self.now - self.opened
    }

    /// The wall clock: milliseconds since 1970 UTC.
    pub fn wall_clock(&self) -> i64 {
        self.unix_ms(self.now)
    }

    /// The phone that is this device.
    pub fn phone_of_device(&self, device: DeviceId) -> PhoneId {
        phone_of(device)
    }

    /// Milliseconds since 1970 UTC when `at` is on the virtual clock.
    pub(in crate::sim) fn unix_ms(&self, at: Instant) -> i64 {
        OPENS_AT + i64::try_from((at - self.opened).as_millis()).unwrap_or(i64::MAX)
    }

    /// Everything told so far.
    pub fn happenings(&self) -> impl DoubleEndedIterator<Item = &Happening> {
        self.happenings.iter().map(AsRef::as_ref)
    }

    /// Whether something like this was told.
    pub fn has_happened(&self, like: impl Fn(&What) -> bool) -> bool {
        self.happenings().any(|happening| like(&happening.what))
    }

    /// The board, folded from all that was told.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Records of calls that ended.
    pub fn records(&self) -> &[CallRecord] {
        &self.records
    }

    /// Who wanted to call abroad or where it costs extra, as the audit log is told.
    pub fn asked_abroad(&self) -> &[AskedAbroad] {
        &self.asked_abroad
    }

    /// Flight recordings of faults.
    pub fn recordings(&self) -> &[String] {
        &self.recordings
    }

    /// Inputs the switch has handled.
    pub fn inputs(&self) -> u64 {
        self.inputs
    }

    /// Datagrams that were on their way.
    pub fn datagrams(&self) -> u64 {
        self.network.launched()
    }

    /// What reached an address where no phone is.
    pub fn letters(&self, to: SocketAddr) -> &[Bytes] {
        self.letters.get(&to).map_or(&[], Vec::as_slice)
    }

    /// Writes down from now on what is sent.
    pub fn keep_ladder(&mut self) {
        self.ladder = Some(Ladder::default());
    }

    /// What was written down, first lines only.
    pub fn ladder(&self) -> &str {
        self.ladder.as_ref().map_or("", Ladder::text)
    }

    /// INVITEs the office gave several final answers, of what was written down.
    pub fn contradictions(&self) -> Vec<String> {
        self.ladder
            .as_ref()
            .map(Ladder::contradictions)
            .unwrap_or_default()
    }

    /// Streams open in the media thread.
    pub fn streams(&self) -> usize {
        self.sound.streams()
    }
}
