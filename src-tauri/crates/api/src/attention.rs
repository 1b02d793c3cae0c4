//! What a person should look at: refused logins, phones that vanished, checks that fail, letters
//! that cannot be sent, mailboxes that are full, what flows tell people.

mod edge;
mod flows;

use crate::{
    limits::{MAX_FLOW_NOTICES, MAX_REFUSED_LOGINS, PHONE_LOST_AFTER},
    values::{DeviceId, MailboxId, Millis, PersonId},
    views::{
        attention::{Attention, AttentionView, RefusedBecause, Severity},
        health::{Check, CheckId, CheckState},
    },
};
use edge::EdgeTrouble;
use flows::FlowTrouble;
use office::{MessageCounts, Office};
use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
};
use switch::{Happening, LoginRefusal, OfflineReason, What};

/// The list, folded from happenings and health checks.
#[derive(Debug, Default)]
pub(crate) struct AttentionList {
    /// Refused logins by user name and address.
    refused: BTreeMap<(String, String), RefusedLogin>,
    /// Phones gone without having signed off, by device.
    gone: BTreeMap<DeviceId, GonePhone>,
    /// Checks that fail, with when they first did.
    failing: BTreeMap<CheckId, FailingCheck>,
    /// Mailboxes in which no further message can be left.
    full: BTreeMap<MailboxId, FullMailbox>,
    /// Mailboxes whose PIN was wrong too often.
    locked: BTreeMap<MailboxId, LockedMailbox>,
    /// Letters cannot be sent.
    mail: Option<MailTrouble>,
    /// Lines, fuses, numbers nobody set up.
    edge: EdgeTrouble,
    /// Steps of flows, hours.
    flows: FlowTrouble,
    /// What flows tell people, the oldest first.
    notices: VecDeque<Notice>,
    /// Counts up with every item that gets a name of its own.
    items: u64,
}

#[derive(Debug)]
struct RefusedLogin {
    item: u64,
    since: Millis,
    last: Millis,
    times: u32,
    reason: LoginRefusal,
}

#[derive(Debug)]
struct GonePhone {
    since: Millis,
    person: PersonId,
    reason: OfflineReason,
    dismissed: bool,
}

#[derive(Debug)]
struct FailingCheck {
    since: Millis,
    check: Check,
    dismissed: bool,
}

impl FailingCheck {
    /// A check that fails, with what was known of it; `None` if it does not.
    fn of(check: Check, known: Option<FailingCheck>, now: Millis) -> Option<Self> {
        if matches!(check.state, CheckState::Ok | CheckState::Unknown) {
            return None;
        }
        let known = known.filter(|known| {
            known.check.state == check.state && known.check.finding == check.finding
        });
        Some(Self {
            since: known.as_ref().map_or(now, |known| known.since),
            dismissed: known.is_some_and(|known| known.dismissed),
            check,
        })
    }
}

#[derive(Debug)]
struct FullMailbox {
    since: Millis,
    dismissed: bool,
}

#[derive(Debug)]
struct LockedMailbox {
    since: Millis,
    until: Millis,
    dismissed: bool,
}

#[derive(Debug)]
struct MailTrouble {
    since: Millis,
    to: String,
    dismissed: bool,
}

#[derive(Debug)]
struct Notice {
    item: u64,
    since: Millis,
    text: String,
}

impl AttentionList {
    /// Takes in a happening. Whether the list may have changed.
    pub(crate) fn tell(&mut self, happening: &Happening, office: &Office) -> bool {
        let at = Millis(happening.unix_ms);
        match &happening.what {
            What::LoginRefused {
                user,
                address,
                reason,
                ..
            } => self.refuse(user, &host_of(address), *reason, at),
            What::PhoneCameOnline { device, .. } => {
                let user = office
                    .device(*device)
                    .map(|device| device.sip_user.as_str());
                let before = self.refused.len();
                self.refused
                    .retain(|(refused, _), _| user != Some(refused.as_str()));
                // If others are still missing, the next look at all of them says so again.
                self.failing.remove(&CheckId::Phones).is_some()
                    | self.gone.remove(&DeviceId::from(*device)).is_some()
                    | (before != self.refused.len())
            }
            What::MailboxLocked {
                mailbox,
                until_unix_ms,
                ..
            } => {
                let locked = LockedMailbox {
                    since: at,
                    until: Millis(*until_unix_ms),
                    dismissed: false,
                };
                self.locked.insert((*mailbox).into(), locked);
                true
            }
            What::MailboxUnlocked { mailbox } => self.locked.remove(&(*mailbox).into()).is_some(),
            What::LoginForgiven { user, address } => {
                let before = self.refused.len();
                self.refused.retain(|(of, at), _| {
                    user.as_ref() != Some(of) && address.as_ref() != Some(at)
                });
                before != self.refused.len()
            }
            What::PhoneWentOffline {
                device,
                person,
                reason,
            } => {
                let device = DeviceId::from(*device);
                if matches!(
                    reason,
                    OfflineReason::Expired | OfflineReason::ConnectionClosed
                ) {
                    let gone = GonePhone {
                        since: at,
                        person: (*person).into(),
                        reason: *reason,
                        dismissed: false,
                    };
                    self.gone.insert(device, gone);
                } else {
                    self.gone.remove(&device);
                }
                true
            }
            What::FlowStep { .. } => self.flows.tell(happening, office),
            _ => self.edge.tell(happening),
        }
    }

    /// Takes in the outcome of all checks.
    pub(crate) fn check(&mut self, checks: &[Check], now: Millis) {
        let mut before = std::mem::take(&mut self.failing);
        for check in checks {
            let known = before.remove(&check.id);
            if let Some(failing) = FailingCheck::of(check.clone(), known, now) {
                self.failing.insert(check.id, failing);
            }
        }
    }

    /// Takes in the outcome of one check; what the others found stands. Whether it found something
    /// else than before: what only its figures say may wait for the next look at all of them.
    pub(crate) fn check_one(&mut self, check: Check, now: Millis) -> bool {
        let known = self.failing.remove(&check.id);
        let found = |failing: Option<&FailingCheck>| {
            failing.map(|failing| (failing.check.state, failing.check.finding.clone()))
        };
        let (id, before) = (check.id, found(known.as_ref()));
        let failing = FailingCheck::of(check, known, now);
        let changes = before != found(failing.as_ref());
        if let Some(failing) = failing {
            self.failing.insert(id, failing);
        }
        changes
    }

    /// Takes in what a check would find, unless it is known to fail already. Whether it was not.
    pub(crate) fn doubt(&mut self, check: Check, now: Millis) -> bool {
        let is_known = self.failing.get(&check.id).is_some_and(|failing| {
            // Of what only was to be expected nobody needs to be told that it has come about.
            !failing.dismissed && failing.check.state == CheckState::Problem
        });
        !is_known && self.check_one(check, now)
    }

    /// Takes in what became of letters: to whom one could not be sent, or that all could. Whether
    /// the list has changed.
    pub(crate) fn mail(&mut self, failed_to: Option<String>, now: Millis) -> bool {
        let before = self.mail.take();
        let changes = before.as_ref().map(|trouble| &trouble.to) != failed_to.as_ref();
        self.mail = match (before, failed_to) {
            (Some(known), Some(to)) if known.to == to => Some(known),
            (before, Some(to)) => Some(MailTrouble {
                since: before.map_or(now, |before| before.since),
                to,
                dismissed: false,
            }),
            (_, None) => None,
        };
        changes
    }

    /// Takes in what a flow tells people.
    pub(crate) fn notice(&mut self, text: String, now: Millis) {
        if self.notices.len() >= MAX_FLOW_NOTICES {
            self.notices.pop_front();
        }
        self.items += 1;
        self.notices.push_back(Notice {
            item: self.items,
            since: now,
            text,
        });
    }

    /// Takes in what lies in the mailboxes. Whether the list has changed.
    pub(crate) fn count(
        &mut self,
        office: &Office,
        messages: &BTreeMap<office::MailboxId, MessageCounts>,
        now: Millis,
    ) -> bool {
        let mut before = std::mem::take(&mut self.full);
        let mut changes = false;
        for mailbox in office.mailboxes() {
            let counts = messages.get(&mailbox.id);
            if !counts.is_some_and(|counts| mailbox.quota.is_full(counts)) {
                continue;
            }
            let id = mailbox.id.into();
            let known = before.remove(&id);
            changes |= known.is_none();
            let full = known.unwrap_or(FullMailbox {
                since: now,
                dismissed: false,
            });
            self.full.insert(id, full);
        }
        changes || !before.is_empty()
    }

    /// Forgets what the office has no device for any more, and looks at the mailboxes it has.
    pub(crate) fn follow(
        &mut self,
        office: &Office,
        messages: &BTreeMap<office::MailboxId, MessageCounts>,
        now: Millis,
    ) {
        self.gone
            .retain(|device, _| office.device((*device).into()).is_some());
        self.locked.retain(|mailbox, locked| {
            now < locked.until && office.mailbox((*mailbox).into()).is_some()
        });
        self.edge.follow(office);
        self.flows.follow(office, now);
        self.count(office, messages, now);
    }

    /// Takes an item off the list until it happens anew. `false` if there is none.
    pub(crate) fn dismiss(&mut self, id: &str) -> bool {
        if id == MAIL {
            let trouble = self.mail.as_mut();
            return trouble.map(|trouble| trouble.dismissed = true).is_some();
        }
        let Some((kind, name)) = id.split_once('-') else {
            return false;
        };
        match kind {
            LOGIN => {
                let before = self.refused.len();
                self.refused
                    .retain(|_, login| login.item.to_string() != name);
                before != self.refused.len()
            }
            NOTICE => {
                let before = self.notices.len();
                self.notices
                    .retain(|notice| notice.item.to_string() != name);
                before != self.notices.len()
            }
            PHONE => name
                .parse()
                .ok()
                .and_then(|device| self.gone.get_mut(&device))
                .map(|phone| phone.dismissed = true)
                .is_some(),
            MAILBOX => name
                .parse()
                .ok()
                .and_then(|mailbox| self.full.get_mut(&mailbox))
                .map(|mailbox| mailbox.dismissed = true)
                .is_some(),
            LOCKED => name
                .parse()
                .ok()
                .and_then(|mailbox| self.locked.get_mut(&mailbox))
                .map(|mailbox| mailbox.dismissed = true)
                .is_some(),
            CHECK => self
                .failing
                .iter_mut()
                .find(|(check, _)| check.name() == name)
                .map(|(_, check)| check.dismissed = true)
                .is_some(),
            _ => {
                let of_flows = self.flows.dismiss(kind, name);
                let dismissed = of_flows.or_else(|| self.edge.dismiss(kind, name));
                dismissed.unwrap_or(false)
            }
        }
    }

    /// The user name and address of a refused login.
    pub(crate) fn login(&self, id: &str) -> Option<(String, String)> {
        let item: u64 = id.strip_prefix(LOGIN)?.strip_prefix('-')?.parse().ok()?;
        let mut logins = self.refused.iter();
        logins
            .find(|(_, login)| login.item == item)
            .map(|(of, _)| of.clone())
    }

    /// What is on the list at a time.
    pub(crate) fn items(&self, office: &Office, now: Millis) -> Vec<AttentionView> {
        let logins = self.refused.iter().map(|((user, address), login)| {
            let device = office.device_by_user(user);
            AttentionView {
                id: format!("{LOGIN}-{}", login.item),
                since: login.since,
                severity: match device {
                    Some(_) => Severity::Warning,
                    // Strangers knock at every office's door.
                    None => Severity::Info,
                },
                attention: Attention::LoginRefused {
                    user: user.clone(),
                    address: address.clone(),
                    device: device.map(|device| device.id.into()),
                    person: device.map(|device| device.person.into()),
                    reason: match login.reason {
                        LoginRefusal::TooManyTries => RefusedBecause::TooManyTries,
                        LoginRefusal::NotFromThere if device.is_some() => {
                            RefusedBecause::NotFromThere
                        }
                        LoginRefusal::BadCredentials if device.is_some() => {
                            RefusedBecause::WrongPassword
                        }
                        LoginRefusal::BadCredentials | LoginRefusal::NotFromThere => {
                            RefusedBecause::UnknownUser
                        }
                    },
                    times: login.times,
                    last: login.last,
                },
            }
        });
        let phones = self.gone.iter().filter_map(|(device, phone)| {
            let lost = !phone.dismissed && due(phone) <= now;
            lost.then(|| AttentionView {
                id: format!("{PHONE}-{}", device.0),
                since: phone.since,
                severity: Severity::Warning,
                attention: Attention::PhoneLost {
                    device: *device,
                    person: phone.person,
                    reason: match phone.reason {
                        OfflineReason::ConnectionClosed => "connectionClosed".to_owned(),
                        _ => "expired".to_owned(),
                    },
                },
            })
        });
        let shown = self.failing.iter().filter(|(_, check)| !check.dismissed);
        let checks = shown.map(|(id, failing)| AttentionView {
            id: format!("{CHECK}-{}", id.name()),
            since: failing.since,
            severity: match failing.check.state {
                CheckState::Problem => Severity::Problem,
                _ => Severity::Warning,
            },
            attention: Attention::Check {
                check: *id,
                finding: failing.check.finding.clone(),
                facts: failing.check.facts.clone(),
            },
        });
        let full = self.full.iter().filter(|(_, mailbox)| !mailbox.dismissed);
        let full = full.map(|(id, mailbox)| AttentionView {
            id: format!("{MAILBOX}-{}", id.0),
            since: mailbox.since,
            severity: Severity::Warning,
            attention: Attention::MailboxFull { mailbox: *id },
        });
        let locked = self.locked.iter().filter(|(_, locked)| {
            // It opens by itself.
            !locked.dismissed && now < locked.until
        });
        let locked = locked.map(|(id, mailbox)| AttentionView {
            id: format!("{LOCKED}-{}", id.0),
            since: mailbox.since,
            severity: Severity::Warning,
            attention: Attention::MailboxLocked { mailbox: *id },
        });
        let mail = self.mail.iter().filter(|trouble| !trouble.dismissed);
        let mail = mail.map(|trouble| AttentionView {
            id: MAIL.to_owned(),
            since: trouble.since,
            severity: Severity::Warning,
            attention: Attention::MailFailed {
                to: trouble.to.clone(),
            },
        });
        let notices = self.notices.iter().map(|notice| AttentionView {
            id: format!("{NOTICE}-{}", notice.item),
            since: notice.since,
            severity: Severity::Info,
            attention: Attention::FlowNotice {
                text: notice.text.clone(),
            },
        });
        logins
            .chain(phones)
            .chain(checks)
            .chain(full)
            .chain(locked)
            .chain(mail)
            .chain(notices)
            .chain(self.edge.items(office))
            .chain(self.flows.items(office))
            .collect()
    }

    /// When the next phone counts as lost, or the next mailbox opens.
    pub(crate) fn next_due(&self, now: Millis) -> Option<Millis> {
        let lost = self.gone.values().map(due);
        let open = self.locked.values().map(|mailbox| mailbox.until);
        lost.chain(open).filter(|due| *due > now).min()
    }

    /// Until when a mailbox takes no PIN, if it does not.
    pub(crate) fn locked_until(&self, mailbox: MailboxId, now: Millis) -> Option<Millis> {
        let until = self.locked.get(&mailbox).map(|locked| locked.until);
        until.filter(|until| now < *until)
    }

    fn refuse(&mut self, user: &str, host: &str, reason: LoginRefusal, at: Millis) -> bool {
        let key = (user.to_owned(), host.to_owned());
        if let Some(login) = self.refused.get_mut(&key) {
            login.times = login.times.saturating_add(1);
            login.last = at;
            login.reason = reason;
            return true;
        }
        if self.refused.len() >= MAX_REFUSED_LOGINS {
            let oldest = self.refused.iter().min_by_key(|(_, login)| login.last);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.refused.remove(&oldest);
            }
        }
        self.items += 1;
        let login = RefusedLogin {
            item: self.items,
            since: at,
            last: at,
            times: 1,
            reason,
        };
        self.refused.insert(key, login);
        true
    }
}

const LOGIN: &str = "login";
const PHONE: &str = "phone";
const CHECK: &str = "check";
const MAILBOX: &str = "mailbox";
const LOCKED: &str = "locked";
const MAIL: &str = "mail";
const NOTICE: &str = "notice";

fn due(phone: &GonePhone) -> Millis {
    let patience = i64::try_from(PHONE_LOST_AFTER.as_millis()).unwrap_or(i64::MAX);
    Millis(phone.since.0.saturating_add(patience))
}

/// The address without its port: a phone tries from another port each time.
fn host_of(address: &str) -> String {
    address
        .parse::<SocketAddr>()
        .map_or_else(|_| address.to_owned(), |address| address.ip().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::{Language, OfficeParts, OfficeSettings, Realm};
    use std::time::Instant;

    fn office() -> Office {
        let settings = OfficeSettings::founded(Realm::generate(1), Language::default());
        Office::build(OfficeParts::empty(settings)).unwrap()
    }

    #[test]
    fn what_flows_tell_stands_there_until_it_is_dismissed_and_only_the_latest() {
        let mut list = AttentionList::default();
        for at in 0..=MAX_FLOW_NOTICES {
            list.notice(format!("Call {at}"), Millis(5));
        }
        let items = list.items(&office(), Millis(9));
        assert_eq!(items.len(), MAX_FLOW_NOTICES);
        let said = |item: &AttentionView| match &item.attention {
            Attention::FlowNotice { text } => text.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(said(&items[0]), "Call 1", "the oldest has gone");
        assert!(list.dismiss(&items[0].id));
        assert!(!list.dismiss(&items[0].id));
        assert_eq!(said(&list.items(&office(), Millis(9))[0]), "Call 2");
    }

    fn tell(list: &mut AttentionList, unix_ms: i64, what: What) {
        let at = Instant::now();
        list.tell(&Happening { at, unix_ms, what }, &office());
    }

    fn gone(reason: OfflineReason) -> What {
        What::PhoneWentOffline {
            device: office::DeviceId(7),
            person: office::PersonId(1),
            reason,
        }
    }

    fn ids(list: &AttentionList, now: i64) -> Vec<String> {
        let items = list.items(&office(), Millis(now)).into_iter();
        items.map(|item| item.id).collect()
    }

    #[test]
    fn a_phone_is_missed_after_a_minute_unless_it_signed_off_or_came_back() {
        let mut list = AttentionList::default();
        tell(&mut list, 1_000, gone(OfflineReason::Expired));
        assert_eq!(list.next_due(Millis(1_000)), Some(Millis(61_000)));
        assert_eq!(ids(&list, 60_999), Vec::<String>::new());
        assert_eq!(ids(&list, 61_000), ["phone-7"]);
        assert!(list.dismiss("phone-7"));
        assert_eq!(ids(&list, 61_000), Vec::<String>::new());
        tell(&mut list, 70_000, gone(OfflineReason::ConnectionClosed));
        assert_eq!(ids(&list, 130_000), ["phone-7"], "it happened anew");
        let back = What::PhoneCameOnline {
            device: office::DeviceId(7),
            person: office::PersonId(1),
            address: String::new(),
            transport: String::new(),
            user_agent: String::new(),
        };
        tell(&mut list, 131_000, back);
        tell(&mut list, 132_000, gone(OfflineReason::SignedOff));
        assert_eq!(ids(&list, 999_000), Vec::<String>::new());
    }

    #[test]
    fn of_many_refused_logins_the_oldest_goes() {
        let mut list = AttentionList::default();
        for stranger in 0..=MAX_REFUSED_LOGINS {
            let refused = What::LoginRefused {
                user: format!("user-{stranger}"),
                address: "192.0.2.66:5060".to_owned(),
                device: None,
                reason: LoginRefusal::BadCredentials,
            };
            tell(&mut list, stranger as i64, refused);
        }
        let ids = ids(&list, 1_000);
        assert_eq!(ids.len(), MAX_REFUSED_LOGINS);
        assert!(!ids.contains(&"login-1".to_owned()));
    }

    #[test]
    fn a_phone_that_comes_back_is_not_called_missing_until_all_are_looked_at_again() {
        let mut list = AttentionList::default();
        let missing = Check::new(CheckId::Phones, CheckState::Problem, "offline");
        list.check(std::slice::from_ref(&missing), Millis(1));
        assert_eq!(ids(&list, 1), ["check-phones"]);
        let back = What::PhoneCameOnline {
            device: office::DeviceId(7),
            person: office::PersonId(1),
            address: String::new(),
            transport: String::new(),
            user_agent: String::new(),
        };
        tell(&mut list, 2, back);
        assert_eq!(ids(&list, 2), Vec::<String>::new());
        list.check(&[missing], Millis(3));
        assert_eq!(ids(&list, 3), ["check-phones"]);
    }

    #[test]
    fn what_the_disk_refuses_stands_there_at_once_until_it_takes_everything_again() {
        let mut list = AttentionList::default();
        let disk = |state, finding| Check::new(CheckId::Disk, state, finding);
        let refused = || disk(CheckState::Problem, "refused");
        assert!(list.doubt(refused(), Millis(1)));
        assert_eq!(ids(&list, 1), ["check-disk"]);
        assert!(!list.doubt(refused(), Millis(2)), "it stands there already");
        assert!(list.check_one(disk(CheckState::Problem, "full"), Millis(3)));
        assert!(!list.doubt(refused(), Millis(4)), "more is known by now");
        let full = disk(CheckState::Problem, "full").with("freeBytes", 7);
        assert!(!list.check_one(full, Millis(5)), "windows know that");
        assert_eq!(list.items(&office(), Millis(5))[0].since, Millis(3));
        assert!(list.check_one(disk(CheckState::Ok, "ok"), Millis(6)));
        assert_eq!(ids(&list, 6), Vec::<String>::new());
        // Of another check it says nothing.
        list.check(
            &[Check::new(CheckId::Clock, CheckState::Warning, "wrong")],
            Millis(7),
        );
        assert!(!list.check_one(disk(CheckState::Ok, "ok"), Millis(8)));
        assert_eq!(ids(&list, 8), ["check-clock"]);
    }

    #[test]
    fn a_check_that_was_dismissed_comes_back_when_it_finds_something_else() {
        let mut list = AttentionList::default();
        let low = Check::new(CheckId::Disk, CheckState::Warning, "low");
        list.check(std::slice::from_ref(&low), Millis(1));
        assert_eq!(ids(&list, 1), ["check-disk"]);
        assert!(list.dismiss("check-disk"));
        list.check(&[low], Millis(2));
        assert_eq!(ids(&list, 2), Vec::<String>::new());
        let full = Check::new(CheckId::Disk, CheckState::Problem, "full");
        list.check(&[full], Millis(3));
        assert_eq!(ids(&list, 3), ["check-disk"]);
        list.check(&[], Millis(4));
        assert_eq!(ids(&list, 4), Vec::<String>::new());
    }
}
