//! One random case: the flows of an office, who calls and what they do, what telephones do, and what
//! else is so. It is plain data, so that it can be made smaller and told.

use callflow::rehearse::{CallerAct, Does, Http};
use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore, SeedableRng};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// All that two worlds are to agree about.
#[derive(Clone, Debug)]
pub struct Case {
    /// How long after 08:55 the call comes in, in milliseconds; the office opens at nine.
    pub waits_ms: u64,
    /// The flow that is called.
    pub flow: Drawing,
    /// The one it may run, and the one it may go to.
    pub others: [Drawing; 2],
    pub caller: Caller,
    pub acts: Vec<CallerAct>,
    pub staff: Vec<Staff>,
    /// What telephones outside do.
    pub outside: Does,
    /// After how many wrong PINs they dial right ones.
    pub wrong_pins: u32,
    pub http: Http,
    /// How long the caller speaks when something is recorded: not at all, or on and on.
    pub speaks_ms: u64,
    /// The mode of the office is set to night.
    pub night: bool,
    /// The mailbox of the office takes nothing more.
    pub full: bool,
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Anna, from her desk.
    Inside,
    /// Somebody over a line.
    Line(&'static str),
    /// Somebody over a line who hides their number.
    Hidden,
}

/// What a telephone does.
#[derive(Clone, Debug)]
pub struct Staff {
    /// Whose, by their identity.
    pub person: i64,
    /// Which of theirs, if not all.
    pub device: Option<i64>,
    pub does: Does,
}

/// A flow.
#[derive(Clone, Debug)]
pub struct Drawing {
    pub settings: Value,
    /// Parameters, with `id` and `kind` among them.
    pub nodes: Vec<Value>,
    /// From where, by which outcome, to where.
    pub edges: Vec<(String, String, String)>,
}

/// The telephones of those who may be rung, with their owners: two of Anna (1), who may call herself,
/// two of Ben, one of Cleo, one of Dora. Eve (5) has none.
pub const DEVICES: [(i64, i64); 6] = [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 4)];

/// A number outside that a flow may call.
pub const OUTSIDE: &str = "+4930654321";

/// The number that leads to the flow, for those who call over a line.
pub const NUMBER: &str = "+4930123451";

const ENDS: &str = "n_ends";

/// Choices, each as likely.
pub struct Chance(ChaCha12Rng);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(ChaCha12Rng::seed_from_u64(seed))
    }

    pub fn below(&mut self, of: usize) -> usize {
        (self.0.next_u64() % of as u64) as usize
    }

    pub fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

impl Case {
    pub fn draw(seed: u64) -> Case {
        let chance = &mut Chance::new(seed);
        let flow = Drawing::draw(chance, 8, false);
        let others = [
            Drawing::draw(chance, 4, true),
            Drawing::draw(chance, 4, false),
        ];
        let caller = match chance.below(5) {
            0 | 1 => Caller::Inside,
            2 => Caller::Line("+4930777001"),
            3 => Caller::Line("+491701234567"),
            _ => Caller::Hidden,
        };
        let mut staff = Vec::new();
        for person in [2, 3, 4] {
            let does = does(chance);
            staff.push(Staff {
                person,
                device: None,
                does,
            });
        }
        // Now and then one of two telephones does something else.
        if chance.one_in(2) && staff[0].does != Does::DoNotDisturb {
            let does = match does(chance) {
                Does::DoNotDisturb => Does::RingsOut,
                does => does,
            };
            staff.push(Staff {
                person: 2,
                device: Some(4),
                does,
            });
        }
        if chance.one_in(2) {
            let does = [
                Does::AnswersAfter(4),
                Does::Off,
                Does::RingsOut,
                Does::Declines,
            ];
            staff.push(Staff {
                person: 1,
                device: Some(2),
                does: chance.pick(&does),
            });
        }
        let mut case = Case {
            // Now and then the office opens while they are there.
            waits_ms: chance.pick(&[2_000, 2_000, 270_000, 290_000, 320_000]),
            flow,
            others,
            caller,
            acts: acts(chance),
            staff,
            outside: match does(chance) {
                Does::DoNotDisturb => Does::RingsOut,
                does => does,
            },
            wrong_pins: chance.pick(&[0, 0, 1, 2, u32::MAX]),
            http: match chance.below(5) {
                0 => Http::TimesOut,
                1 => Http::Fails,
                2 => Http::Replies {
                    status: chance.pick(&[404, 500]),
                    body: Value::Null,
                },
                _ => Http::Replies {
                    status: 200,
                    body: json!({"order": {"digits": "12"}, "vip": true}),
                },
            },
            speaks_ms: chance.pick(&[0, 60_000]),
            night: chance.one_in(2),
            full: chance.one_in(6),
        };
        case.draw_no_lots();
        case
    }

    /// Lots are drawn from the seed of a call: who hides their number comes by the first way.
    fn draw_no_lots(&mut self) {
        let drawings = [&mut self.flow].into_iter().chain(&mut self.others);
        for node in drawings.flat_map(|drawing| &mut drawing.nodes) {
            if node["kind"] == "split" && self.caller == Caller::Hidden {
                node["buckets"][0]["weight"] = 100.into();
                node["buckets"][1]["weight"] = 0.into();
            }
        }
    }
}

impl Case {
    /// The flow that is called (0), the one it runs, the one it goes to.
    pub fn drawing(&self, which: usize) -> &Drawing {
        match which {
            0 => &self.flow,
            other => &self.others[other - 1],
        }
    }

    pub fn drawing_mut(&mut self, which: usize) -> &mut Drawing {
        match which {
            0 => &mut self.flow,
            other => &mut self.others[other - 1],
        }
    }

    /// What a telephone does.
    pub fn does(&self, (device, person): (i64, i64)) -> Does {
        let own = self.staff.iter().find(|one| one.device == Some(device));
        let all = |one: &&Staff| one.person == person && one.device.is_none();
        let named = own.or_else(|| self.staff.iter().find(all));
        named.map_or(Does::RingsOut, |one| one.does)
    }
}

fn does(chance: &mut Chance) -> Does {
    match chance.below(7) {
        0 | 1 => Does::AnswersAfter(1 + chance.below(6) as u32),
        2 => Does::Busy,
        3 => Does::Off,
        4 => Does::Declines,
        5 => Does::DoNotDisturb,
        _ => Does::RingsOut,
    }
}

/// What the caller does, in moments of the office's sound. Some press keys early and fast, some are
/// silent; in the end they hang up.
fn acts(chance: &mut Chance) -> Vec<CallerAct> {
    let mut acts = Vec::new();
    let mut at = 0;
    let press = |acts: &mut Vec<CallerAct>, at: u64, key: char| {
        acts.push(CallerAct {
            after_ms: at * 20,
            key: Some(key),
            hang_up: false,
        });
    };
    for _ in 0..chance.pick(&[0, 2, 5, 9]) {
        // Seconds, or at once: half a second and less.
        at += match chance.below(3) {
            0 => 50 * (1 + chance.below(8) as u64),
            1 => 7 + chance.below(20) as u64,
            _ => 25 + chance.below(150) as u64,
        };
        let keys = chance.pick(&[
            "1", "2", "3", "#", "12#", "4711#", "0815#", "2#", "102", "0", "*",
        ]);
        for key in keys.chars() {
            press(&mut acts, at, key);
            at += 10;
        }
    }
    let after_ms = match chance.below(3) {
        0 => at * 20 + 20 * (1 + chance.below(500) as u64),
        _ => at * 20 + 1_000 * (10 + chance.below(50) as u64),
    };
    acts.push(CallerAct {
        // Earlier the office may not have said a word yet, and a telephone waits for that before it
        // cancels (RFC 3261 section 9.1).
        after_ms: after_ms.max(220),
        key: None,
        hang_up: true,
    });
    acts
}

impl Drawing {
    /// A flow of up to so many nodes, every outcome wired to any node or the end, but for some.
    fn draw(chance: &mut Chance, most: usize, returns: bool) -> Drawing {
        let count = 2 + chance.below(most - 1);
        let cause = chance.pick(&["normal", "busy", "rejected", "unavailable"]);
        let mut nodes = vec![
            json!({"id": "n_start", "kind": "entry"}),
            json!({"id": ENDS, "kind": "hangup", "cause": cause}),
        ];
        if chance.one_in(4) {
            nodes[1]["goodbye"] = prompts(chance);
        }
        let mut exits = vec![("n_start".to_owned(), "default".to_owned())];
        for at in 0..count {
            let id = format!("n_node{at}");
            let (mut node, outcomes) = node(chance, returns);
            node["id"] = id.clone().into();
            if chance.one_in(25) {
                node["disabled"] = true.into();
            }
            nodes.push(node);
            exits.extend(outcomes.into_iter().map(|outcome| (id.clone(), outcome)));
        }
        let mut edges = Vec::new();
        for (from, outcome) in exits {
            if from != "n_start" && chance.one_in(30) {
                continue; // not wired
            }
            let to = match chance.below(count + 1) {
                to if from == "n_start" => format!("n_node{}", to % count),
                to if to == count => ENDS.to_owned(),
                to => format!("n_node{to}"),
            };
            edges.push((from, outcome, to));
        }
        let mut settings = json!({});
        let any = format!("n_node{}", chance.below(count));
        match chance.below(10) {
            0 | 1 => settings["onError"] = any.into(),
            2 | 3 => settings["onCallerHangup"] = any.into(),
            4 => settings["lastResort"] = json!({"kind": "voicemail", "id": "1"}),
            5 => settings["lastResort"] = json!({"kind": "flow", "id": "3"}),
            6 => settings["language"] = "de".into(),
            7 => settings["maxSteps"] = 10.into(),
            _ => {}
        }
        Drawing {
            settings,
            nodes,
            edges,
        }
    }

    /// As it is published.
    pub fn document(&self, name: &str) -> Value {
        let nodes = self.nodes.iter().map(|node| {
            let mut data = node.clone();
            let id = data["id"].take();
            json!({"id": id, "type": data["kind"], "position": {"x": 0, "y": 0}, "data": data})
        });
        let nodes: Vec<Value> = nodes.collect();
        let edges = self.edges.iter().enumerate();
        let edges: Vec<Value> = edges
            .map(|(at, (from, outcome, to))| {
                json!({"id": format!("e{at}"), "source": from, "sourceHandle": outcome, "target": to})
            })
            .collect();
        json!({"schemaVersion": 1, "id": format!("flow_{name}1"), "name": name, "entry": "n_start",
            "settings": self.settings, "nodes": nodes, "edges": edges,
            "variables": [{"name": "digits", "type": "text"}, {"name": "secret", "type": "digits", "sensitive": true},
                {"name": "count", "type": "number", "default": 3}, {"name": "vip", "type": "bool"},
                {"name": "clip", "type": "audio"}, {"name": "said", "type": "text"}]})
    }
}

/// Something to be said.
fn prompts(chance: &mut Chance) -> Value {
    let some = json!({"source": "silence", "ms": 20 * (10 + chance.below(150))});
    match chance.below(8) {
        0..=2 => json!([some]),
        3 | 4 => json!([{"source": "tts", "text": "Please press a key."}]),
        5 => {
            json!([{"source": "tts", "text": "Hello {{caller.name}}, you have dialled {{digits}}."}])
        }
        6 => json!([some, {"source": "value", "value": "digits", "as": "digits"},
            {"source": "value", "value": "now", "as": "time"}, {"source": "audio", "mediaId": "1"}]),
        _ => json!([{"source": "value", "value": "count", "as": "number"},
            {"source": "value", "value": "clip", "as": "text"}]),
    }
}

fn target(chance: &mut Chance) -> Value {
    let delay = chance.pick(&[0, 0, 0, 2, 4]);
    match chance.below(9) {
        0..=4 => {
            let id = chance.pick(&["1", "2", "2", "3", "4", "5"]);
            json!({"type": "user", "id": id, "delay": delay})
        }
        5 => json!({"type": "device", "id": chance.pick(&["2", "3", "4", "5"]), "delay": delay}),
        6 => json!({"type": "number", "id": chance.pick(&["102", "104", "700"]), "delay": delay}),
        7 => json!({"type": "number", "id": OUTSIDE, "delay": delay}),
        _ => json!({"type": "user", "id": chance.pick(&["99", ""]), "delay": delay}),
    }
}

/// One node of any kind, and its outcomes that have to lead somewhere.
fn node(chance: &mut Chance, returns: bool) -> (Value, Vec<String>) {
    let own = |outcomes: &[&str]| -> Vec<String> {
        outcomes.iter().map(|name| (*name).to_owned()).collect()
    };
    let seconds = 1 + chance.below(3);
    let hears = chance.pick(&["ringback", "moh", "silence"]);
    match chance.below(40) {
        0 => {
            let mut play =
                json!({"kind": "play", "bargeIn": chance.one_in(2), "repeat": 1 + chance.below(2)});
            play["prompts"] = prompts(chance);
            (play, own(&["default"]))
        }
        1..=4 => {
            let mut menu = json!({"kind": "menu",
                "options": [{"digit": "1", "label": "One"}, {"digit": "2", "label": "Two"}],
                "timeout": 2 + seconds, "attempts": 1 + chance.below(3), "bargeIn": !chance.one_in(3),
                "directDial": chance.one_in(3)});
            menu["prompts"] = prompts(chance);
            (menu, own(&["digit:1", "digit:2", "timeout", "invalid"]))
        }
        5..=9 => dial(chance, seconds, hears),
        10 => (
            json!({"kind": "pause", "duration": seconds, "hears": hears}),
            own(&["default"]),
        ),
        11 => (
            json!({"kind": "loop", "times": 1 + chance.below(3)}),
            own(&["again", "done"]),
        ),
        12 | 13 => {
            let sensitive = chance.one_in(3);
            let variable = if sensitive { "secret" } else { "digits" };
            let mut collect = json!({"kind": "collect", "variable": variable, "maxDigits": 1 + chance.below(4),
                "minDigits": chance.below(3), "timeout": 3, "interDigit": 2, "attempts": 1 + chance.below(2),
                "confirm": chance.one_in(3), "sensitive": sensitive, "terminator": chance.pick(&["#", "*", "none"])});
            collect["prompts"] = prompts(chance);
            if chance.one_in(3) {
                collect["pattern"] = "^[0-4]+$".into();
            }
            (collect, own(&["default", "timeout", "invalid"]))
        }
        14 => {
            let expr = match chance.below(3) {
                0 => json!({"op": "eq", "args": [{"var": "digits"}, {"const": "1"}]}),
                1 => json!({"op": "or", "args": [{"var": "vip"}, {"var": "caller.internal"}]}),
                _ => {
                    json!({"op": "starts_with", "args": [{"var": "called.number"}, {"const": "+49"}]})
                }
            };
            (
                json!({"kind": "condition", "cases": [{"id": "one", "label": "One", "expr": expr}]}),
                own(&["case:one", "else"]),
            )
        }
        15 => (
            json!({"kind": "label", "prefix": "Sales {{digits}}:", "tags": ["sales"], "note": "{{said}}",
                "alert": chance.pick(&["normal", "internal", "vip"])}),
            own(&["default"]),
        ),
        16 | 17 => {
            let set = chance.pick(&["1", "1", "1", "9"]);
            let mut pin = json!({"kind": "pin", "pinSet": set, "attempts": 1 + chance.below(4)});
            if chance.one_in(2) {
                pin["prompts"] = prompts(chance);
            }
            (pin, own(&["ok", "denied"]))
        }
        18 | 19 => (
            json!({"kind": "directory", "by": chance.pick(&["name", "extension"]), "ringTime": 5 + seconds,
                "scope": if chance.one_in(3) { json!(["Sales"]) } else { json!([]) }}),
            own(&["answered", "no_answer", "not_found", "timeout"]),
        ),
        20 => (
            json!({"kind": "record", "variable": "clip", "max": 3 + seconds, "beep": chance.one_in(2),
                "stopKey": chance.pick(&["#", "*", ""])}),
            own(&["default", "empty"]),
        ),
        21..=23 => {
            let mailbox = chance.pick(&["1", "1", "2", "3", "9"]);
            let mut voicemail =
                json!({"kind": "voicemail", "mailbox": mailbox, "max": 10 + chance.below(2) * 170});
            if chance.one_in(2) {
                voicemail["greeting"] = prompts(chance);
            }
            let mut outcomes = own(&["saved", "empty", "full", "operator"]);
            outcomes.truncate(chance.below(5));
            (voicemail, outcomes)
        }
        24 => (
            json!({"kind": "conference", "room": chance.pick(&["1", "1", "9"]), "role": chance.pick(&["member", "host"])}),
            own(&["left", "full"]),
        ),
        25 => (
            json!({"kind": "park", "lot": chance.pick(&["1", "1", "7"]), "timeout": 5 + chance.below(4)}),
            own(&["timeout"]),
        ),
        26 => (
            json!({"kind": "timeCondition", "schedule": chance.pick(&["1", "1", "1", "9"]),
                "at": chance.pick(&["now", "now", "arrival"])}),
            own(&["in_hours", "out_of_hours"]),
        ),
        27 => (
            json!({"kind": "modeSwitch", "mode": chance.pick(&["1", "1", "9"])}),
            own(&["mode:day", "mode:night"]),
        ),
        28 => {
            let rules = json!([{"id": "a", "label": "A", "list": chance.pick(&["1", "9"])},
                {"id": "b", "label": "B", "prefix": "017"}, {"id": "c", "label": "C", "anonymous": true},
                {"id": "d", "label": "D", "internal": true}]);
            (
                json!({"kind": "callerMatch", "rules": rules}),
                own(&["rule:a", "rule:b", "rule:c", "rule:d", "else"]),
            )
        }
        29 => (
            json!({"kind": "availability", "of": [target(chance), target(chance),
                    {"type": chance.pick(&["user", "queue"]), "id": chance.pick(&["6", "7"])}],
                "need": chance.pick(&["any_free", "any_reachable", "waiting_below"])}),
            own(&["yes", "no"]),
        ),
        30 => (
            json!({"kind": "split", "sticky": true, "buckets": [{"id": "a", "weight": 50}, {"id": "b", "weight": 50}]}),
            own(&["bucket:a", "bucket:b"]),
        ),
        31 => (
            json!({"kind": "setVar", "assign": [
                {"name": "digits", "value": {"const": chance.pick(&["1", "102"])}},
                {"name": "count", "value": {"op": "add", "args": [{"var": "count"}, {"const": 1}]}},
                {"name": "said", "value": {"op": "concat", "args": [{"var": "caller.number"}, {"const": "!"}]}}]}),
            own(&["default"]),
        ),
        32 => (
            json!({"kind": "httpRequest", "method": "GET", "url": "https://office.example/{{digits}}",
                "timeout": seconds, "hears": hears, "save": [{"path": "order.digits", "var": "digits"},
                {"path": "vip", "var": "vip"}]}),
            own(&["success", "error", "timeout"]),
        ),
        33 => (
            json!({"kind": "lookup", "table": chance.pick(&["1", "1", "9"]),
                "save": [{"path": "name", "var": "said"}, {"path": "customer", "var": "digits"}]}),
            own(&["found", "not_found"]),
        ),
        34 => (
            json!({"kind": "ringGroup", "group": chance.pick(&["4", "4", "5", "1"])}),
            own(&["no_answer", "unreachable", "declined"]),
        ),
        38 | 39 => enqueue(chance),
        35 => match chance.below(3) {
            0 => (
                json!({"kind": "setLanguage", "language": chance.pick(&["de", "en"])}),
                own(&["default"]),
            ),
            1 => (
                json!({"kind": "notify", "channels": ["desktop"], "template": "{{caller.number}} {{digits}}"}),
                own(&["default"]),
            ),
            _ => {
                let mut recording =
                    json!({"kind": "callRecording", "action": chance.pick(&["start", "stop"])});
                if chance.one_in(2) {
                    recording["announce"] = prompts(chance);
                }
                (recording, own(&["default"]))
            }
        },
        36 if returns => (
            json!({"kind": "return", "name": chance.pick(&["done", "again"])}),
            Vec::new(),
        ),
        36 => (
            json!({"kind": "subflow", "flow": chance.pick(&["2", "2", "9"]),
                "inputs": [{"name": "digits", "value": {"const": "7"}}]}),
            own(&["return:done", "return:again", "error"]),
        ),
        _ => {
            let to = [
                ("flow", "3"),
                ("flow", "9"),
                ("user", "2"),
                ("extension", "202"),
                ("voicemail", "1"),
                ("conference", "1"),
                ("hangup", ""),
            ];
            let (kind, id) = chance.pick(&to);
            (
                json!({"kind": "goto", "target": {"kind": kind, "id": id}}),
                own(&["failed"]),
            )
        }
    }
}

fn dial(chance: &mut Chance, seconds: usize, hears: &str) -> (Value, Vec<String>) {
    let people = 1 + chance.below(4);
    let targets: Vec<Value> = (0..people).map(|_| target(chance)).collect();
    let mut dial = json!({"kind": "dial", "targets": targets, "ringTime": 5 + seconds, "hears": hears,
        "strategy": chance.pick(&["all", "all", "order"])});
    if chance.one_in(4) {
        dial["whisper"] = prompts(chance);
    }
    if chance.one_in(4) {
        dial["screen"] = true.into();
    }
    let mut outcomes = vec!["no_answer", "busy", "declined", "unreachable"];
    outcomes.truncate(1 + chance.below(4));
    if chance.one_in(2) {
        outcomes.push("answered");
    }
    (dial, outcomes.into_iter().map(str::to_owned).collect())
}

fn enqueue(chance: &mut Chance) -> (Value, Vec<String>) {
    let mut step = json!({"kind": "enqueue", "maxWait": 10 + chance.below(3) * 15,
        "priority": chance.below(3)});
    let mut outcomes = vec!["timeout"];
    if chance.one_in(3) {
        step["own"] = json!({"agents": [{"type": "user", "id": chance.pick(&["2", "3", "99"])},
            {"type": "user", "id": "4"}], "strategy": chance.pick(&["order", "roundRobin", "fewestCalls"]),
            "ringFor": 5, "wrapUp": chance.below(9), "waitsForAgents": chance.one_in(2),
            "saysPlace": chance.one_in(2), "saysEvery": chance.pick(&[0, 15])});
    } else {
        step["queue"] = chance.pick(&["6", "6", "7", "8", "1"]).into();
    }
    if chance.one_in(2) {
        step["exitKeys"] = json!([{"digit": "1", "label": "Out"}]);
        outcomes.push("key:1");
    }
    if chance.one_in(2) {
        outcomes.push("answered");
    }
    if chance.one_in(2) {
        outcomes.push("no_agents");
    }
    (step, outcomes.into_iter().map(str::to_owned).collect())
}

/// The case as somebody would tell it.
impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let clock = 8 * 3_600 + 55 * 60 + self.waits_ms / 1_000;
        let who = match self.caller {
            Caller::Inside => "Anna (101)".to_owned(),
            Caller::Line(number) => number.to_owned(),
            Caller::Hidden => "somebody who hides their number".to_owned(),
        };
        let (hour, minute, second) = (clock / 3_600, clock / 60 % 60, clock % 60);
        writeln!(f, "At {hour:02}:{minute:02}:{second:02} {who} calls.")?;
        for act in &self.acts {
            let at = act.after_ms as f64 / 1_000.0;
            match act.key {
                Some(key) => writeln!(f, "  {at:7.2} s  presses {key}")?,
                None => writeln!(f, "  {at:7.2} s  hangs up")?,
            }
        }
        for Staff {
            person,
            device,
            does,
        } in &self.staff
        {
            let which = device.map_or("all telephones".to_owned(), |id| format!("telephone {id}"));
            writeln!(f, "  {which} of person {person}: {does:?}")?;
        }
        writeln!(
            f,
            "  outside: {:?}; wrong PINs: {}; other programs: {:?}; speaks {} ms; night: {}; full: {}",
            self.outside, self.wrong_pins, self.http, self.speaks_ms, self.night, self.full
        )?;
        for (name, flow) in
            ["called", "run", "gone to"]
                .iter()
                .zip([&self.flow, &self.others[0], &self.others[1]])
        {
            let mut told = format!("The flow that is {name} {}\n", flow.settings);
            for node in &flow.nodes {
                let mut data = node.clone();
                let id = data["id"].take();
                let id = id.as_str().unwrap_or_default();
                let fields = data.as_object_mut().map(|fields| {
                    fields.remove("id");
                    std::mem::take(fields)
                });
                let leads = flow.edges.iter().filter(|(from, ..)| from == id);
                let leads: Vec<String> = leads.map(|(_, by, to)| format!("{by} → {to}")).collect();
                let _ = writeln!(
                    told,
                    "  {id}: {} ({})",
                    Value::from(fields.unwrap_or_default()),
                    leads.join(", ")
                );
            }
            f.write_str(&told)?;
        }
        Ok(())
    }
}
