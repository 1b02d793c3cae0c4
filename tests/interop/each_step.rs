//! Each kind of step that a call flow can have, in a call of a real telephone: what the caller hears,
//! whom they reach, and that the step is left by the outcome it should be.

use anyhow::{Context, Result, anyhow, ensure};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    flows::{document, publish},
    likeness::{find, made},
    process::until,
    sound::Sound,
    talk::{A_WHILE, hang_up, has_heard_at_last, registered, talk},
};
use serde_json::{Value, json};
use spoken::{Lang, say};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::mpsc,
    thread::{self, ScopedJoinHandle},
    time::Duration,
};

/// Whoever leaves a step as they should hears this tone, whoever does not the other.
const RIGHT_HZ: f64 = 1_040.0;
const WRONG_HZ: f64 = 1_300.0;
/// What a step itself says.
const SAYS_HZ: f64 = 1_650.0;
/// How long each of them is, and how much of it is heard for certain.
const TONE: Duration = Duration::from_millis(700);
const HEARD: Duration = Duration::from_millis(500);

/// What callers say, as a tone, and what Anna says who is rung.
const CALLER_HZ: f64 = 880.0;
const ANNA_HZ: f64 = 440.0;

/// What a step remembers of the caller, where it remembers something.
const KEPT: &str = "4711";

/// How long somebody speaks who is recorded.
const SPEAKS: Duration = Duration::from_millis(1_500);

/// Whoever comes into a room has been welcomed by then, and heard the others for a while.
const WELCOMED: Duration = Duration::from_secs(6);

/// A greeting and a tone are over by then.
const GREETED: Duration = Duration::from_secs(30);

/// A step of a flow, and what a caller does at it.
struct Step {
    data: Value,
    /// The keys they press.
    keys: &'static str,
    /// The outcome by which they leave, and the others it has.
    leaves: &'static str,
    others: &'static [&'static str],
    /// How often it says its tone.
    says: u32,
    /// Whether it remembers something.
    keeps: bool,
}

/// A step that says nothing, remembers nothing and waits for nothing.
fn step(data: Value, leaves: &'static str, others: &'static [&'static str]) -> Step {
    Step {
        data,
        keys: "",
        leaves,
        others,
        says: 0,
        keeps: false,
    }
}

impl Step {
    fn keys(self, keys: &'static str) -> Step {
        Step { keys, ..self }
    }

    fn says(self, says: u32) -> Step {
        Step { says, ..self }
    }

    fn keeps(self) -> Step {
        Step {
            keeps: true,
            ..self
        }
    }

    fn kind(&self) -> &str {
        self.data["kind"].as_str().unwrap_or_default()
    }
}

/// What steps refer to, by its identity.
struct Things {
    says: i64,
    right: i64,
    wrong: i64,
    dora: i64,
    /// Rings Dora.
    group: i64,
    hours: i64,
    mode: i64,
    list: i64,
    pins: i64,
    subflow: i64,
    /// Where the customer database listens.
    database: u16,
}

/// A prompt that is a sound of the office.
fn sound(id: i64) -> Value {
    json!([{ "source": "audio", "mediaId": id.to_string() }])
}

fn is_kept() -> Value {
    json!({ "op": "eq", "args": [{ "var": "kept" }, { "const": KEPT }] })
}

/// Every step that leads on by itself or by keys.
fn steps(of: &Things) -> Vec<Step> {
    let says = sound(of.says);
    let dora = json!([{ "type": "user", "id": of.dora.to_string() }]);
    let one_case =
        json!([{ "id": "in", "label": "Colleague", "expr": { "var": "caller.internal" } }]);
    let url = format!(
        "http://127.0.0.1:{}/callers/{{{{caller.number}}}}",
        of.database
    );
    let save = json!([{ "path": "customer.number", "var": "kept" }]);
    vec![
        step(
            json!({ "kind": "callRecording", "action": "start", "announce": says }),
            "default",
            &[],
        )
        .says(1),
        step(
            json!({ "kind": "play", "prompts": says, "repeat": 2 }),
            "default",
            &[],
        )
        .says(2),
        step(
            json!({
                "kind": "menu", "prompts": says,
                "options": [{ "digit": "1", "label": "One" }, { "digit": "2", "label": "Two" }],
            }),
            "digit:2",
            &["digit:1", "timeout"],
        )
        .keys("2")
        .says(1),
        step(
            json!({ "kind": "collect", "variable": "kept", "prompts": says, "minDigits": 4 }),
            "default",
            &["timeout"],
        )
        .keys("4711#")
        .says(1)
        .keeps(),
        step(
            json!({ "kind": "pin", "pinSet": of.pins.to_string(), "prompts": says }),
            "ok",
            &["denied"],
        )
        .keys("471100#")
        .says(1),
        step(
            json!({ "kind": "condition", "cases": one_case }),
            "case:in",
            &["else"],
        ),
        step(
            json!({ "kind": "timeCondition", "schedule": of.hours.to_string() }),
            "in_hours",
            &["out_of_hours"],
        ),
        step(
            json!({ "kind": "availability", "of": dora, "need": "any_free" }),
            "yes",
            &["no"],
        ),
        step(
            json!({ "kind": "callerMatch", "rules": [{ "id": "vip", "list": of.list.to_string() }] }),
            "rule:vip",
            &["else"],
        ),
        step(
            json!({ "kind": "modeSwitch", "mode": of.mode.to_string() }),
            "mode:night",
            &["mode:day"],
        ),
        step(
            json!({ "kind": "setVar", "assign": [{ "name": "kept", "value": { "const": KEPT } }] }),
            "default",
            &[],
        )
        .keeps(),
        step(
            json!({ "kind": "split", "buckets": [{ "id": "a", "weight": 100 }, { "id": "b", "weight": 0 }] }),
            "bucket:a",
            &["bucket:b"],
        ),
        step(
            json!({ "kind": "pause", "duration": 1, "hears": "moh" }),
            "default",
            &[],
        ),
        step(
            json!({ "kind": "subflow", "flow": of.subflow.to_string() }),
            "return:done",
            &["error"],
        ),
        step(
            json!({
                "kind": "lookup", "table": of.list.to_string(), "key": { "var": "caller.number" },
                "save": [{ "path": "customer", "var": "kept" }],
            }),
            "found",
            &["not_found"],
        )
        .keeps(),
        step(
            json!({
                "kind": "httpRequest", "method": "GET", "url": url, "hears": "moh", "save": save,
                "allowPrivate": true,
            }),
            "success",
            &["error"],
        )
        .keeps(),
        step(
            json!({ "kind": "notify", "channels": ["desktop"], "template": "{{caller.number}} calls" }),
            "default",
            &[],
        ),
        // Nobody fetches them from the slot in time.
        step(
            json!({ "kind": "park", "lot": "1", "timeout": 5 }),
            "timeout",
            &[],
        ),
        // Dora is in the group, and has no telephone.
        step(
            json!({ "kind": "ringGroup", "group": of.group.to_string() }),
            "no_answer",
            &[],
        ),
        // Dora takes no call of the queue in time.
        step(
            json!({
                "kind": "enqueue", "maxWait": 10,
                "own": { "agents": dora, "ringFor": 5, "waitsForAgents": true, "saysPlace": false },
            }),
            "timeout",
            &["no_agents", "queue_full"],
        ),
    ]
}

/// The flow of a step: whoever leaves it as they should hears the right tone, and is hung up.
fn flow_of(step: &Step, of: &Things) -> Value {
    let mut this = step.data.clone();
    this["id"] = json!("n_this1");
    let says =
        |id: &str, sound_of: i64| json!({ "id": id, "kind": "play", "prompts": sound(sound_of) });
    let mut nodes = vec![
        this,
        says("n_right", of.right),
        says("n_wrong", of.wrong),
        json!({ "id": "n_bye01", "kind": "hangup" }),
    ];
    let mut edges = vec![
        ["n_right", "default", "n_bye01"],
        ["n_wrong", "default", "n_bye01"],
    ];
    if step.keeps {
        nodes.push(json!({
            "id": "n_kept1", "kind": "condition",
            "cases": [{ "id": "kept", "label": "Kept", "expr": is_kept() }],
        }));
        edges.push(["n_this1", step.leaves, "n_kept1"]);
        edges.push(["n_kept1", "case:kept", "n_right"]);
        edges.push(["n_kept1", "else", "n_wrong"]);
    } else {
        edges.push(["n_this1", step.leaves, "n_right"]);
    }
    edges.extend(
        step.others
            .iter()
            .map(|other| ["n_this1", *other, "n_wrong"]),
    );
    with_variable(document(&nodes, &edges), "digits")
}

/// A flow that remembers something.
fn with_variable(mut flow: Value, kind: &str) -> Value {
    flow["variables"] = json!([{ "name": "kept", "type": kind }]);
    flow
}

/// A caller walks through the flow of a step.
fn walk(caller: &mut Baresip, number: &str, step: &Step) -> Result<()> {
    let kind = step.kind();
    caller.forget_what_was_heard()?;
    caller.dial(number)?;
    caller
        .wait_for("CALL_ESTABLISHED")
        .context(kind.to_owned())?;
    if !step.keys.is_empty() {
        // The step has begun to speak.
        caller.wait_until_heard(TONE / 4).context(kind.to_owned())?;
        caller.press(step.keys)?;
    }
    caller.wait_until_closed().context(kind.to_owned())?;
    let heard = caller.heard_last()?;
    let [right, wrong, says] = [RIGHT_HZ, WRONG_HZ, SAYS_HZ].map(|hz| heard.time_of_tone(hz));
    ensure!(
        right >= HEARD && wrong.is_zero(),
        "{kind}: heard the right tone for {right:?}, the wrong one for {wrong:?}"
    );
    // Who presses a key interrupts what is said.
    let least = match step.keys {
        "" => HEARD * step.says,
        _ => TONE / 8 * step.says,
    };
    ensure!(
        says >= least && (step.says > 0 || says.is_zero()),
        "{kind}: says its tone for {says:?}"
    );
    Ok(())
}

/// A customer database that knows everybody by the same number; gives its port and what it was asked.
fn database() -> Result<(u16, mpsc::Receiver<String>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let (asked, questions) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let question = lines.next().unwrap_or_default();
            // The rest of the head, up to the empty line.
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let body = json!({ "customer": { "number": KEPT } }).to_string();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n{body}",
                body.len()
            );
            // Whoever does not listen any more has hung up; whoever asks no more is gone.
            let _ = stream.write_all(answer.as_bytes());
            let _ = asked.send(question);
        }
    });
    Ok((port, questions))
}

/// Everything that steps refer to. Callers have the numbers 105, 106 and 107.
fn things(engine: &Engine, database: u16) -> Result<Things> {
    let id = |made: Value| made["id"].as_i64().context("no identity");
    let tone = |title: &str, hz: f64| engine.upload(title, &Sound::tone(hz, TONE, -20.0, 16_000));
    let always = json!({
        "schemaVersion": 1, "id": "sch_always", "name": "Always", "timezone": null,
        "weekly": [{ "days": [0, 1, 2, 3, 4, 5, 6], "open": ["00:00", "24:00"] }],
    });
    let hours = engine.ask("POST", "/api/schedules", &json!({ "document": always }))?;
    let states = json!([{ "id": "", "name": "Day" }, { "id": "", "name": "Night" }]);
    let mode = engine.ask(
        "POST",
        "/api/modes",
        &json!({ "name": "Day and night", "states": states }),
    )?;
    let night = json!({ "state": mode["states"][1]["id"] });
    engine.ask("POST", &format!("/api/modes/{}/set", mode["id"]), &night)?;
    let callers: Vec<Value> = ["105", "106", "107"]
        .iter()
        .map(|number| json!({ "number": number, "name": "Known", "values": [KEPT] }))
        .collect();
    let list = json!({ "name": "Customers", "columns": ["customer"], "callers": callers });
    let pins = json!({ "name": "Door", "pins": [{ "name": "The cleaners", "pin": "471100" }] });
    engine.ask(
        "PUT",
        "/api/web-access",
        &json!({ "privateNetworks": true }),
    )?;
    let comes_back = json!({ "id": "n_done1", "kind": "return", "name": "done" });
    let dora = id(engine.find("/api/people", "name", "Dora")?)?;
    let group = json!({ "name": "Sales", "group": {
        "members": [{ "person": dora, "delay": 0 }], "strategy": "all", "ringFor": 5,
        "music": false, "prefix": "", "records": false, "hours": null,
        "otherwise": { "kind": "hangup" },
    } });
    Ok(Things {
        says: tone("Says", SAYS_HZ)?,
        right: tone("Right", RIGHT_HZ)?,
        wrong: tone("Wrong", WRONG_HZ)?,
        dora,
        group: id(engine.ask("POST", "/api/ring-groups", &group)?)?,
        hours: id(hours)?,
        mode: id(mode)?,
        list: id(engine.ask("POST", "/api/caller-lists", &list)?)?,
        pins: id(engine.ask("POST", "/api/pin-sets", &pins)?)?,
        subflow: publish(engine, "Comes back", "690", &document(&[comes_back], &[]))?,
        database,
    })
}

/// Flows of their own, for steps that need more than keys.
struct Special {
    kinds: BTreeSet<String>,
    rings: [String; 3],
    turns: String,
    busy: String,
    german: String,
    mailbox: String,
    records: String,
    room: String,
}

/// The kinds of all steps of a flow.
fn kinds_of(flow: &Value) -> impl Iterator<Item = String> {
    let nodes = flow["nodes"].as_array().into_iter().flatten();
    nodes.filter_map(|node| node["type"].as_str().map(str::to_owned))
}

fn special(engine: &Engine, of: &Things) -> Result<Special> {
    let id_of = |path: &str, name: &str| -> Result<String> {
        Ok(engine.find(path, "name", name)?["id"].to_string())
    };
    let (anna, mailbox) = (
        id_of("/api/people", "Anna")?,
        id_of("/api/mailboxes", "Anna")?,
    );
    let room = json!({
        "name": "Meeting", "number": "650", "waitForHost": false, "muteOnEntry": false,
        "joinTone": false, "maxMembers": 10
    });
    let room = engine.ask("POST", "/api/rooms", &room)?["id"].to_string();
    let bye = json!({ "id": "n_bye01", "kind": "hangup" });
    let rings = json!({
        "id": "n_ring1", "kind": "dial", "targets": [{ "type": "user", "id": anna }],
        "ringTime": 20,
    });
    let says = |id: &str, prompts: Value| json!({ "id": id, "kind": "play", "prompts": prompts });
    let value = |name: &str| json!([{ "source": "value", "value": name, "as": "digits" }]);
    let ends = [["n_this1", "no_answer", "n_bye01"]];

    let mut kinds = BTreeSet::new();
    let mut number = 680;
    let mut add = |flow: Value| -> Result<String> {
        kinds.extend(kinds_of(&flow));
        number += 1;
        publish(
            engine,
            &format!("Flow {number}"),
            &number.to_string(),
            &flow,
        )?;
        Ok(number.to_string())
    };
    let label = json!({ "id": "n_label", "kind": "label", "prefix": "VIP: " });
    let labelled = document(
        &[label, rings, bye.clone()],
        &[
            ["n_label", "default", "n_ring1"],
            ["n_ring1", "no_answer", "n_bye01"],
        ],
    );
    let goto = json!({ "id": "n_this1", "kind": "goto", "target": { "kind": "user", "id": anna } });
    let directory = json!({ "id": "n_this1", "kind": "directory", "by": "extension" });
    let twice = json!({ "id": "n_this1", "kind": "loop", "times": 2 });
    let turns = document(
        &[
            twice,
            says("n_again", sound(of.says)),
            says("n_right", sound(of.right)),
            bye.clone(),
        ],
        &[
            ["n_this1", "again", "n_again"],
            ["n_again", "default", "n_this1"],
            ["n_this1", "done", "n_right"],
            ["n_right", "default", "n_bye01"],
        ],
    );
    let german = document(
        &[
            json!({ "id": "n_this1", "kind": "setLanguage", "language": "de" }),
            says(
                "n_says1",
                json!([sound(of.says)[0], value(KEPT)[0], sound(of.right)[0]]),
            ),
            bye.clone(),
        ],
        &[
            ["n_this1", "default", "n_says1"],
            ["n_says1", "default", "n_bye01"],
        ],
    );
    let takes = json!({ "id": "n_this1", "kind": "voicemail", "mailbox": mailbox, "greeting": sound(of.says) });
    let hears = json!({ "id": "n_this1", "kind": "record", "variable": "kept", "max": 10 });
    let records = document(
        &[hears, says("n_back1", value("kept")), bye.clone()],
        &[
            ["n_this1", "default", "n_back1"],
            ["n_back1", "default", "n_bye01"],
        ],
    );
    let meets = json!({ "id": "n_this1", "kind": "conference", "room": room });
    Ok(Special {
        rings: [
            add(labelled)?,
            add(document(&[goto], &[]))?,
            add(document(&[directory, bye], &ends))?,
        ],
        turns: add(turns)?,
        busy: add(document(
            &[json!({ "id": "n_this1", "kind": "hangup", "cause": "busy" })],
            &[],
        ))?,
        german: add(german)?,
        mailbox: add(document(&[takes], &[]))?,
        records: add(with_variable(records, "audio"))?,
        room: add(document(&[meets], &[]))?,
        kinds,
    })
}

impl Special {
    /// Steps that lead to Anna: both hear each other.
    fn reach_anna(&self, caller: &mut Baresip, anna: &mut Baresip) -> Result<()> {
        for number in &self.rings {
            caller.forget_what_was_heard()?;
            anna.forget_what_was_heard()?;
            caller.dial(number)?;
            if number == &self.rings[2] {
                // The directory asks whom to ring.
                caller.wait_for("CALL_ESTABLISHED")?;
                caller.wait_until_heard(TONE / 4)?;
                caller.press("101#")?;
            }
            let rings = anna.wait_for("CALL_INCOMING")?;
            if number == &self.rings[0] {
                ensure!(rings.peer_name.starts_with("VIP: "), "no label: {rings:?}");
            }
            anna.accept()?;
            anna.wait_for("CALL_ESTABLISHED")?;
            talk(caller, anna)?;
            caller.wait_until_heard(caller.recorded() + A_WHILE)?;
            hang_up(caller, anna)?;
            has_heard_at_last(caller, ANNA_HZ).context(number.clone())?;
            has_heard_at_last(anna, CALLER_HZ).context(number.clone())?;
        }
        Ok(())
    }

    /// Anna is in a room already, and the caller is led to it.
    fn meet(&self, caller: &mut Baresip, anna: &mut Baresip) -> Result<()> {
        caller.forget_what_was_heard()?;
        anna.forget_what_was_heard()?;
        anna.dial("650")?;
        anna.wait_for("CALL_ESTABLISHED")?;
        caller.dial(&self.room)?;
        caller.wait_for("CALL_ESTABLISHED")?;
        for phone in [&*anna, caller] {
            phone.wait_until_heard(WELCOMED)?;
        }
        for phone in [&mut *caller, anna] {
            phone.hang_up()?;
            phone.wait_until_closed()?;
        }
        for (phone, hz) in [(&*caller, ANNA_HZ), (anna, CALLER_HZ)] {
            let heard = phone.heard_last()?.time_of_tone(hz);
            ensure!(heard >= HEARD, "{hz} Hz is heard in the room for {heard:?}");
        }
        Ok(())
    }

    /// Steps that speak, listen or turn away.
    fn speak_and_listen(&self, engine: &Engine, caller: &mut Baresip) -> Result<()> {
        let listen_to = |caller: &mut Baresip, number: &str| -> Result<Sound> {
            caller.forget_what_was_heard()?;
            caller.dial(number)?;
            caller
                .wait_for("CALL_ESTABLISHED")
                .context(number.to_owned())?;
            caller.wait_until_closed().context(number.to_owned())?;
            caller.heard_last()
        };
        let heard = listen_to(caller, &self.turns)?;
        let (says, right) = (heard.time_of_tone(SAYS_HZ), heard.time_of_tone(RIGHT_HZ));
        ensure!(
            says >= HEARD * 2 && says <= TONE * 2 + HEARD / 2 && right >= HEARD,
            "two turns take {says:?}, and then {right:?}"
        );

        let said = made(&say::digits(KEPT), Lang::De)?;
        let heard = listen_to(caller, &self.german)?;
        let found = find(&said, &heard)?.context("the caller heard too little")?;
        ensure!(found.likeness > 0.9, "in German: {found:?}");

        caller.dial(&self.busy)?;
        let closed = caller.wait_until_closed()?;
        ensure!(closed.detail.starts_with("486"), "{closed:?}");

        caller.forget_what_was_heard()?;
        caller.dial(&self.records)?;
        caller.wait_for("CALL_ESTABLISHED")?;
        thread::sleep(SPEAKS);
        caller.press("#")?;
        caller.wait_until_closed()?;
        let heard = caller.heard_last()?.time_of_tone(CALLER_HZ);
        ensure!(heard >= HEARD, "what was recorded is played for {heard:?}");

        caller.forget_what_was_heard()?;
        caller.dial(&self.mailbox)?;
        caller.wait_for("CALL_ESTABLISHED")?;
        let mailbox = engine.find("/api/mailboxes", "name", "Anna")?;
        let greeted = until(GREETED, || engine.is_recording());
        ensure!(greeted, "no message is taken\n{}", engine.log());
        thread::sleep(SPEAKS);
        caller.hang_up()?;
        caller.wait_until_closed()?;
        let greeting = caller.heard_last()?.time_of_tone(SAYS_HZ);
        ensure!(greeting >= HEARD, "the greeting is heard for {greeting:?}");
        let message = engine.new_messages(&mailbox, 1)?.remove(0);
        let sound = engine.sound(&format!("/api/messages/{}/sound.wav", message["id"]))?;
        ensure!(sound.is_tone(CALLER_HZ), "{:?} Hz", sound.strongest_hz());
        Ok(())
    }
}

fn ended(thread: ScopedJoinHandle<'_, Result<()>>) -> Result<()> {
    thread
        .join()
        .map_err(|_| anyhow!("a caller has ended badly"))?
}

#[test]
fn each_kind_of_step_does_in_a_real_call_what_it_says() -> Result<()> {
    let engine = Engine::start()?;
    let phone = |name: &str, number: &str, hz: f64| {
        let settings = engine.telephone(name, number, Transport::Udp)?;
        registered(settings.tone(hz).unbuffered())
    };
    let mut anna = phone("Anna", "101", ANNA_HZ)?;
    let _dora = phone("Dora", "102", 550.0)?;
    let mut callers = [
        phone("Emil", "105", CALLER_HZ)?,
        phone("Fritz", "106", CALLER_HZ)?,
        phone("Gerda", "107", CALLER_HZ)?,
    ];
    let (port, questions) = database()?;
    let things = things(&engine, port)?;
    let special = special(&engine, &things)?;
    let mut kinds = special.kinds.clone();
    let mut walks = Vec::new();
    for (step, number) in steps(&things).into_iter().zip(700..) {
        let (flow, number) = (flow_of(&step, &things), number.to_string());
        kinds.extend(kinds_of(&flow));
        publish(&engine, step.kind(), &number, &flow).context(step.kind().to_owned())?;
        walks.push((step, number));
    }

    thread::scope(|scope| {
        let (special, engine) = (&special, &engine);
        let [emil, fritz, gerda] = &mut callers;
        let (some, others) = walks.split_at(walks.len() / 2);
        let anna = &mut anna;
        let walk_all = |caller: &mut Baresip, walks: &[(Step, String)]| -> Result<()> {
            walks
                .iter()
                .try_for_each(|(step, number)| walk(caller, number, step))
        };
        let threads = [
            scope.spawn(move || {
                walk_all(emil, some)?;
                special.speak_and_listen(engine, emil)
            }),
            scope.spawn(move || walk_all(fritz, others)),
            scope.spawn(move || {
                special.reach_anna(gerda, anna)?;
                special.meet(gerda, anna)
            }),
        ];
        threads.map(ended).into_iter().collect::<Result<()>>()
    })?;
    let question = questions.try_recv().context("the database was not asked")?;
    ensure!(question.starts_with("GET /callers/106 "), "{question}");

    // Whoever adds a kind of step adds it here, too.
    kinds.insert("return".to_owned());
    let catalogue = engine.ask("GET", "/api/flows/catalogue", &Value::Null)?;
    let known = catalogue.as_array().context("no catalogue")?.iter();
    let known = known.filter_map(|kind| kind["kind"].as_str());
    let missing: Vec<&str> = known.filter(|kind| !kinds.contains(*kind)).collect();
    ensure!(missing.is_empty(), "nobody has walked through {missing:?}");
    Ok(())
}
