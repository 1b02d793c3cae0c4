//! What keeps lines, numbers and the rules of calling out from holding together.

use super::{check_count, check_name, check_text};
use crate::limits::{
    AREA_CODE_MAX_DIGITS, CALLER_NAME_PREFIX_MAX_CHARS, CODEC_MAX_CHARS, CODECS_PER_LINE_MAX,
    EMERGENCY_EMAILS_MAX, EMERGENCY_PERSONS_MAX, LINE_CHANNELS_MAX, LINE_PREFIX_MAX_CHARS,
    LINE_TEXT_MAX_CHARS, MUSIC_SOUNDS_MAX, NAME_MAX_CHARS, NETWORKS_MAX, OUTBOUND_RULE_ENTRIES_MAX,
    OUTSIDE_PREFIX_MAX_DIGITS, PEER_PREFIX_MAX_DIGITS, PEER_PREFIXES_MAX, PREMIUM_ALLOWED_MAX,
    PROBE_MAX_SECONDS, PROBE_MIN_SECONDS, RATE_MAX_SECONDS, RATES_MAX, REGISTER_EXPIRY_MAX_SECONDS,
    REGISTER_EXPIRY_MIN_SECONDS, ROUTE_VARIABLE_MAX_CHARS, ROUTE_VARIABLES_MAX,
    SESSION_EXPIRES_MAX_SECONDS, SESSION_EXPIRES_MIN_SECONDS,
};
use crate::{
    CallingRights, DestinationKind, Extension, MusicOnHold, Network, Number, Office, OfficeProblem,
    OutboundRule, OutsideFault, Peer, PersonId, Record, Route, RouteTarget, ScheduleId, Secret,
    SipPlace, Trunk, TrunkAccess, TrunkId, Whose, clean_text,
};
use std::collections::BTreeSet;
use std::ops::Bound;

/// Most digits of the beginning of a number (E.164 §6.2.1).
const NUMBER_PREFIX_MAX_DIGITS: usize = 15;

/// The problems of one record.
struct Found {
    record: Record,
    problems: Vec<OfficeProblem>,
}

impl Found {
    fn of(record: Record) -> Self {
        Self {
            record,
            problems: Vec::new(),
        }
    }

    /// Notes a fault of a field, unless it is good.
    fn unless(&mut self, good: bool, field: &'static str, fault: OutsideFault) {
        if !good {
            let record = self.record.clone();
            self.problems.push(OfficeProblem::Outside {
                record,
                field,
                fault,
            });
        }
    }

    fn name(&mut self, name: &str) {
        let record = self.record.clone();
        self.problems.extend(check_name(name, record, "name"));
    }

    fn text(&mut self, text: &str, field: &'static str) {
        let record = self.record.clone();
        self.problems
            .extend(check_text(text, record, field, NAME_MAX_CHARS));
    }

    fn count(&mut self, field: &'static str, count: usize, limit: usize) {
        let record = self.record.clone();
        self.problems
            .extend(check_count(record, field, count, limit));
    }

    /// What a provider reads in a header of SIP.
    fn line_text(&mut self, text: &str, field: &'static str) {
        let plain = |c: char| !c.is_control() && !matches!(c, '"' | '\\' | '<' | '>');
        let good = text.chars().count() <= LINE_TEXT_MAX_CHARS && text.chars().all(plain);
        self.unless(good, field, OutsideFault::Text);
    }

    fn port(&mut self, place: Option<&SipPlace>, field: &'static str) {
        let port = place.and_then(|place| place.port);
        self.unless(port != Some(0), field, OutsideFault::Port);
    }

    fn networks(&mut self, networks: &[Network]) {
        self.count("networks", networks.len(), NETWORKS_MAX);
        if let Some(wide) = networks.iter().find(|network| network.is_wide()) {
            let fault = OutsideFault::WideNetwork(wide.clone());
            self.unless(false, "networks", fault);
        }
    }

    fn channels(&mut self, channels: Option<u16>, least: u16, field: &'static str) {
        let good = channels.is_none_or(|calls| (least..=LINE_CHANNELS_MAX).contains(&calls));
        self.unless(good, field, OutsideFault::Channels);
    }
}

impl Office {
    /// What is wrong with how the office talks to the outside world.
    pub(super) fn check_outside(&self) -> Vec<OfficeProblem> {
        let mut problems = Vec::new();
        problems.extend(self.trunks().flat_map(|each| check_trunk(each)));
        problems.extend(self.peers().flat_map(|each| self.check_peer(each)));
        let numbers = self.phone_numbers();
        problems.extend(numbers.flat_map(|each| self.check_phone_number(each)));
        problems.extend(
            self.extensions()
                .filter_map(|each| self.check_forward(each)),
        );
        problems.extend(self.check_outbound_rules());
        problems.extend(self.check_all_rights());
        problems.extend(self.check_calling_policy());
        problems.extend(self.check_admission());
        problems.extend(self.check_emergency_plan());
        problems.extend(self.check_domain_access());
        problems
    }

    fn check_peer(&self, peer: &Peer) -> Vec<OfficeProblem> {
        let mut found = Found::of(Record::Peer(peer.id));
        found.name(&peer.name);
        found.port(peer.place.as_ref(), "place");
        found.networks(&peer.networks);
        found.line_text(&peer.user, "user");
        found.channels(Some(peer.channels), 1, "channels");
        let somebody = peer.place.is_some() || !peer.networks.is_empty() || !peer.user.is_empty();
        found.unless(somebody, "place", OutsideFault::NobodyCanBeIt);
        let can_prove = !peer.enabled || peer.user.is_empty() || is_set(peer.password.as_ref());
        found.unless(can_prove, "password", OutsideFault::PasswordMissing);
        found.count("prefixes", peer.prefixes.len(), PEER_PREFIXES_MAX);
        let can_go = peer.prefixes.is_empty() || peer.place.is_some();
        found.unless(can_go, "place", OutsideFault::PlaceMissing);
        for prefix in &peer.prefixes {
            let good = is_dialled(prefix, PEER_PREFIX_MAX_DIGITS);
            found.unless(good, "prefixes", OutsideFault::PeerPrefix);
            let prefix = prefix.as_str();
            // Sorted as they are, the first that begins so follows the prefix.
            let following = (Bound::Included(prefix), Bound::Unbounded);
            let next = self.extensions.range::<str, _>(following).next();
            let taken = next.filter(|(number, _)| number.as_str().starts_with(prefix));
            if let Some((extension, _)) = taken {
                let fault = OutsideFault::PrefixOfExtension {
                    prefix: prefix.to_owned(),
                    extension: extension.clone(),
                };
                found.unless(false, "prefixes", fault);
            }
            let meets = |other: &String| other.starts_with(prefix) || prefix.starts_with(&**other);
            if self.calling().outside_prefix.as_ref().is_some_and(meets) {
                let fault = OutsideFault::PrefixOfOutside(prefix.to_owned());
                found.unless(false, "prefixes", fault);
            }
            // Told at the later of the two.
            let mut earlier = self.peers().filter(|other| other.id < peer.id);
            if let Some(other) = earlier.find(|other| other.prefixes.iter().any(meets)) {
                let fault = OutsideFault::PrefixOfPeer {
                    prefix: prefix.to_owned(),
                    other: other.name.clone(),
                };
                found.unless(false, "prefixes", fault);
            }
        }
        found.problems
    }

    fn check_phone_number(&self, number: &Number) -> Vec<OfficeProblem> {
        let mut found = Found::of(Record::PhoneNumber(number.number.clone()));
        found.text(&number.label, "label");
        found.channels(number.channels, 1, "channels");
        let trunk = number.trunk;
        found.unless(self.has_line(trunk), "trunk", OutsideFault::LineMissing);
        self.check_route(&number.route, "route", &mut found);
        if let Some(hours) = &number.hours {
            let known = self.has_schedule(Some(hours.schedule));
            found.unless(known, "hours.schedule", OutsideFault::ScheduleMissing);
            self.check_route(&hours.when_closed, "hours.when_closed", &mut found);
        }
        found.problems
    }

    /// When an extension leads where it leads, and where its callers go otherwise.
    pub(super) fn check_hours(&self, extension: &Extension) -> Vec<OfficeProblem> {
        let mut found = Found::of(Record::Extension(extension.number.clone()));
        let Some(hours) = &extension.hours else {
            return Vec::new();
        };
        let known = self.has_schedule(Some(hours.schedule));
        found.unless(known, "hours.schedule", OutsideFault::ScheduleMissing);
        self.check_route(&hours.when_closed, "hours.when_closed", &mut found);
        let ends = !self.extension_leads_back(extension);
        found.unless(ends, "hours.when_closed", OutsideFault::ClosedCircle);
        found.problems
    }

    fn check_route(&self, route: &Route, field: &'static str, found: &mut Found) {
        let known = self.leads_somewhere(&route.target);
        found.unless(known, field, OutsideFault::TargetMissing);
        if let Some(fault) = self.forwards_home(&route.target) {
            found.unless(false, field, fault);
        }
        let xform = &route.dest_xform;
        if let Some(prefix) = &xform.caller_name_prefix {
            // The space between it and the name belongs to it.
            let visible = prefix.trim_end();
            let good = !visible.is_empty()
                && clean_text(visible) == visible
                && prefix.chars().count() <= CALLER_NAME_PREFIX_MAX_CHARS;
            found.unless(good, field, OutsideFault::NamePrefix);
        }
        let named = |name: &str| {
            (1..=ROUTE_VARIABLE_MAX_CHARS).contains(&name.len())
                && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
        };
        let valued = |value: &str| {
            value.chars().count() <= ROUTE_VARIABLE_MAX_CHARS && !value.contains(char::is_control)
        };
        let mut variables = xform.variables.iter();
        let good = xform.variables.len() <= ROUTE_VARIABLES_MAX
            && variables.all(|(name, value)| named(name) && valued(value));
        found.unless(good, field, OutsideFault::Variables);
    }

    fn check_forward(&self, extension: &Extension) -> Option<OfficeProblem> {
        let fault = self.forwards_home(&extension.target)?;
        Some(OfficeProblem::Outside {
            record: Record::Extension(extension.number.clone()),
            field: "target",
            fault,
        })
    }

    /// Whether a call would leave the office only to come back.
    fn forwards_home(&self, target: &RouteTarget) -> Option<OutsideFault> {
        match target {
            RouteTarget::Forward(number) => self
                .phone_number(number.as_str())
                .map(|own| OutsideFault::ForwardHome(own.number.clone())),
            _ => None,
        }
    }

    fn check_outbound_rules(&self) -> Vec<OfficeProblem> {
        let rules = self.outbound_rules();
        let mut problems =
            Vec::from_iter(first_twice(rules.iter().map(|rule| rule.id)).map(|id| {
                OfficeProblem::ListedTwice {
                    record: Record::OutboundRule(id),
                }
            }));
        problems.extend(rules.iter().flat_map(|rule| self.check_outbound_rule(rule)));
        problems
    }

    fn check_outbound_rule(&self, rule: &OutboundRule) -> Vec<OfficeProblem> {
        let mut found = Found::of(Record::OutboundRule(rule.id));
        found.text(&rule.name, "name");
        match &rule.who {
            Whose::Everybody => {}
            Whose::Persons(persons) => {
                found.unless(!persons.is_empty(), "who", OutsideFault::RuleForNobody);
                self.persons_exist(persons, "who", &mut found);
            }
            Whose::Teams(teams) => {
                found.unless(!teams.is_empty(), "who", OutsideFault::RuleForNobody);
                found.count("who", teams.len(), OUTBOUND_RULE_ENTRIES_MAX);
            }
            Whose::Peers(peers) => {
                found.unless(!peers.is_empty(), "who", OutsideFault::RuleForNobody);
                let known = peers.iter().all(|peer| self.peer(*peer).is_some());
                found.unless(known, "who", OutsideFault::PeerMissing);
            }
        }
        found.unless(!rule.to.is_empty(), "to", OutsideFault::RuleForNothing);
        found.count("to", rule.to.len(), OUTBOUND_RULE_ENTRIES_MAX);
        for kind in &rule.to {
            if let DestinationKind::Prefix(prefix) = kind {
                let fault = OutsideFault::NumberPrefix(prefix.clone());
                found.unless(begins_a_number(prefix), "to", fault);
            }
        }
        let lines = &rule.lines;
        found.unless(!lines.is_empty(), "lines", OutsideFault::RuleWithoutLine);
        found.count("lines", lines.len(), OUTBOUND_RULE_ENTRIES_MAX);
        let known = lines.iter().all(|line| self.trunk(*line).is_some());
        found.unless(known, "lines", OutsideFault::LineMissing);
        found.problems
    }

    fn check_all_rights(&self) -> Vec<OfficeProblem> {
        let rights = &self.outside.rights;
        let mut problems = Vec::from_iter(first_twice(rights.iter().map(|each| each.person)).map(
            |person| OfficeProblem::ListedTwice {
                record: Record::CallingRights(person),
            },
        ));
        problems.extend(rights.iter().flat_map(|each| self.check_rights(each)));
        problems
    }

    fn check_rights(&self, rights: &CallingRights) -> Vec<OfficeProblem> {
        let mut found = Found::of(Record::CallingRights(rights.person));
        self.persons_exist(&[rights.person], "person", &mut found);
        found.problems
    }

    fn check_calling_policy(&self) -> Vec<OfficeProblem> {
        let policy = self.calling();
        let mut found = Found::of(Record::CallingPolicy);
        let known = self.has_schedule(policy.foreign_hours);
        found.unless(known, "foreign_hours", OutsideFault::ScheduleMissing);
        for (list, field) in [(policy.blocked, "blocked"), (policy.welcome, "welcome")] {
            let known = list.is_none_or(|list| self.caller_list(list).is_some());
            found.unless(known, field, OutsideFault::CallerListMissing);
        }
        found.count(
            "premium_allowed",
            policy.premium_allowed.len(),
            PREMIUM_ALLOWED_MAX,
        );
        let is_code = |code: &Option<String>, most: usize| {
            code.as_ref().is_none_or(|code| is_digits(code, most))
        };
        found.unless(
            is_code(&policy.outside_prefix, OUTSIDE_PREFIX_MAX_DIGITS),
            "outside_prefix",
            OutsideFault::OutsidePrefix,
        );
        // Some countries dial its 0 from abroad too.
        let good = is_code(&policy.area_code, AREA_CODE_MAX_DIGITS);
        found.unless(good, "area_code", OutsideFault::AreaCode);
        found.problems
    }

    fn check_admission(&self) -> Vec<OfficeProblem> {
        let rates = &self.outside_admission().rates;
        let mut found = Found::of(Record::OutsideAdmission);
        found.count("rates", rates.len(), RATES_MAX);
        let good = rates
            .iter()
            .all(|rate| rate.calls >= 1 && (1..=RATE_MAX_SECONDS).contains(&rate.seconds));
        found.unless(good, "rates", OutsideFault::Rate);
        found.problems
    }

    fn check_emergency_plan(&self) -> Vec<OfficeProblem> {
        let plan = self.emergency();
        let mut found = Found::of(Record::EmergencyPlan);
        found.text(&plan.location, "location");
        let homes = &plan.locations;
        for home in homes {
            found.text(&home.location, "locations");
        }
        let persons: Vec<PersonId> = homes.iter().map(|home| home.person).collect();
        self.persons_exist(&persons, "locations", &mut found);
        if let Some(twice) = first_twice(persons.iter()) {
            let name = self.person(*twice).map_or("", |person| &person.name);
            let fault = OutsideFault::Twice(name.to_owned());
            found.unless(false, "locations", fault);
        }
        self.persons_exist(&plan.alert_persons, "alert_persons", &mut found);
        found.count(
            "alert_persons",
            plan.alert_persons.len(),
            EMERGENCY_PERSONS_MAX,
        );
        found.count(
            "alert_emails",
            plan.alert_emails.len(),
            EMERGENCY_EMAILS_MAX,
        );
        found.unless(self.has_line(plan.line), "line", OutsideFault::LineMissing);
        let line = plan.line.and_then(|line| self.trunk(line));
        let carries = line.is_none_or(|line| line.emergency);
        found.unless(carries, "line", OutsideFault::NoEmergencyLine);
        found.problems
    }

    fn check_domain_access(&self) -> Vec<OfficeProblem> {
        let all = &self.outside.domain_access;
        let mut found = Found::of(Record::DomainAccess);
        if let Some(twice) = first_twice(all.iter().map(|access| &access.domain)) {
            let fault = OutsideFault::Twice(twice.to_string());
            found.unless(false, "domain", fault);
        }
        for access in all {
            let ours = self.settings.domains.contains(&access.domain);
            let fault = OutsideFault::NotOurDomain(access.domain.clone());
            found.unless(ours, "domain", fault);
            found.count("allow", access.allow.len(), NETWORKS_MAX);
            found.count("deny", access.deny.len(), NETWORKS_MAX);
        }
        found.problems
    }

    fn has_line(&self, line: Option<TrunkId>) -> bool {
        line.is_none_or(|line| self.trunk(line).is_some())
    }

    fn has_schedule(&self, schedule: Option<ScheduleId>) -> bool {
        schedule.is_none_or(|schedule| self.schedule(schedule).is_some())
    }

    fn persons_exist(&self, persons: &[PersonId], field: &'static str, found: &mut Found) {
        let known = persons.iter().all(|each| self.person(*each).is_some());
        found.unless(known, field, OutsideFault::PersonMissing);
    }
}

fn check_trunk(trunk: &Trunk) -> Vec<OfficeProblem> {
    let mut found = Found::of(Record::Trunk(trunk.id));
    found.name(&trunk.name);
    if let Some(MusicOnHold::Own(sounds)) = &trunk.music {
        let record = Record::Trunk(trunk.id);
        let too_many = check_count(record, "music", sounds.len(), MUSIC_SOUNDS_MAX);
        found.problems.extend(too_many);
    }
    found.port(Some(&trunk.server), "server");
    found.port(trunk.outbound_proxy.as_ref(), "outbound_proxy");
    let identity = &trunk.identity;
    for (text, field) in [
        (Some(&identity.auth_user), "identity.auth_user"),
        (Some(&identity.from_user), "identity.from_user"),
        (Some(&identity.contact_user), "identity.contact_user"),
        (trunk.realm.as_ref(), "realm"),
        (trunk.provider.as_ref(), "provider"),
    ] {
        found.line_text(text.map_or("", String::as_str), field);
    }
    if let TrunkAccess::Register { expires, .. } = trunk.access {
        let expiry = REGISTER_EXPIRY_MIN_SECONDS..=REGISTER_EXPIRY_MAX_SECONDS;
        let good = expires.is_none_or(|seconds| expiry.contains(&seconds));
        found.unless(good, "access.expires", OutsideFault::RegisterExpiry);
        // A line that is off may be half filled in.
        let named = !trunk.enabled || !identity.auth_user.is_empty();
        found.unless(named, "identity.auth_user", OutsideFault::UserMissing);
        let can_prove = !trunk.enabled || is_set(trunk.password.as_ref());
        found.unless(can_prove, "password", OutsideFault::PasswordMissing);
    }
    found.networks(&trunk.networks);
    for (prefix, field) in [
        (&trunk.called_prefix, "called_prefix"),
        (&trunk.outgoing.prefix, "outgoing.prefix"),
    ] {
        let good = prefix.is_empty() || is_dialled(prefix, LINE_PREFIX_MAX_CHARS);
        found.unless(good, field, OutsideFault::LinePrefix);
    }
    let is_codec = |name: &String| {
        (1..=CODEC_MAX_CHARS).contains(&name.len())
            && name.bytes().all(|c| c.is_ascii_graphic() && c != b'/')
    };
    let good = trunk.codecs.len() <= CODECS_PER_LINE_MAX && trunk.codecs.iter().all(is_codec);
    found.unless(good, "codecs", OutsideFault::Codecs);
    let probes = PROBE_MIN_SECONDS..=PROBE_MAX_SECONDS;
    let probe = trunk.probe_seconds;
    let good = probe.is_none_or(|seconds| probes.contains(&seconds));
    found.unless(good, "probe_seconds", OutsideFault::Probe);
    let sessions = SESSION_EXPIRES_MIN_SECONDS..=SESSION_EXPIRES_MAX_SECONDS;
    let session = trunk.session_expires;
    let good = session.is_none_or(|seconds| sessions.contains(&seconds));
    found.unless(good, "session_expires", OutsideFault::SessionExpires);
    let channels = trunk.channels;
    found.channels(Some(channels.all), 1, "channels.all");
    // A line for one direction only has none of the other.
    found.channels(channels.incoming, 0, "channels.incoming");
    found.channels(channels.outgoing, 0, "channels.outgoing");
    found.problems
}

fn is_set(password: Option<&Secret>) -> bool {
    password.is_some_and(|password| !password.expose().is_empty())
}

fn is_digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit())
}

/// Whether a telephone can dial it.
fn is_dialled(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text
            .bytes()
            .all(|c| c.is_ascii_digit() || matches!(c, b'*' | b'#'))
}

fn begins_a_number(prefix: &str) -> bool {
    prefix.strip_prefix('+').is_some_and(|digits| {
        is_digits(digits, NUMBER_PREFIX_MAX_DIGITS) && !digits.starts_with('0')
    })
}

/// The first that is there twice.
fn first_twice<T: Ord + Copy>(all: impl Iterator<Item = T>) -> Option<T> {
    let mut seen = BTreeSet::new();
    all.into_iter().find(|each| !seen.insert(*each))
}
