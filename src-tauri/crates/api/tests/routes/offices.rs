//! Further offices: the list as its owner keeps it, and the way into the window of each. They have real
//! data and a real API each; the test stands where the engine starts and stops them.

use crate::engine::{Answer, Engine, HOST, certificates};
use api::{Api, Configuration, Desk, Keeper, Keys, Offices, routes};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use office::Domain;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Instant,
};
use store::{
    FurtherOffice, FurtherOfficeId, OfficeFolder, Role, Store, limits::FURTHER_OFFICES_MAX,
};
use switch::{Party, What};
use tower::ServiceExt;

const DOMAIN: &str = "acme.example.com";

/// The further offices of a test.
#[derive(Debug)]
struct House {
    data: PathBuf,
    rooms: Mutex<Rooms>,
}

#[derive(Debug, Default)]
struct Rooms {
    running: BTreeMap<FurtherOfficeId, (Arc<Api>, Arc<Keeper>)>,
    trouble: BTreeMap<FurtherOfficeId, String>,
    /// What was told of offices that run, as domains.
    told: Vec<String>,
    /// Why none can be started.
    broken: Option<String>,
}

impl House {
    fn open(&self, office: &FurtherOffice) -> (Arc<Api>, Arc<Keeper>) {
        let (mut store, _) = Store::open(&self.data.join(office.folder.as_str())).unwrap();
        let keys = Keys {
            token: store.api_token().unwrap(),
            passes: store.session_key().unwrap(),
        };
        let configuration = Configuration::read(&store).unwrap();
        let desk = Arc::new(Desk::new(configuration, Instant::now()));
        desk.connect(|_| true, Vec::new());
        let keeper = Arc::new(Keeper::start(store, Arc::clone(&desk)).unwrap());
        let number = u16::try_from(office.id.0).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 8000 + number));
        let api = Api::new(desk, Arc::clone(&keeper), keys, certificates(), address);
        (Arc::new(api.of_further_office(number + 1)), keeper)
    }

    fn api(&self, id: i64) -> Option<Arc<Api>> {
        self.running(FurtherOfficeId(id))
    }
}

impl Offices for House {
    fn start(&self, office: &FurtherOffice) -> Result<(), String> {
        let mut rooms = self.rooms.lock().unwrap();
        if let Some(why) = rooms.broken.clone() {
            rooms.trouble.insert(office.id, why.clone());
            return Err(why);
        }
        rooms.trouble.remove(&office.id);
        let open = || self.open(office);
        rooms.running.entry(office.id).or_insert_with(open);
        Ok(())
    }

    fn changed(&self, office: &FurtherOffice) {
        let domains = office.domains.iter().map(ToString::to_string);
        let domains = domains.collect::<Vec<_>>().join(" ");
        self.rooms.lock().unwrap().told.push(domains);
    }

    fn stop(&self, id: FurtherOfficeId) {
        let running = self.rooms.lock().unwrap().running.remove(&id);
        if let Some((_, keeper)) = running {
            keeper.stop();
        }
    }

    fn running(&self, id: FurtherOfficeId) -> Option<Arc<Api>> {
        let rooms = self.rooms.lock().unwrap();
        rooms.running.get(&id).map(|(api, _)| Arc::clone(api))
    }

    fn trouble(&self, id: FurtherOfficeId) -> Option<String> {
        self.rooms.lock().unwrap().trouble.get(&id).cloned()
    }

    fn inner_name(&self, id: Option<FurtherOfficeId>) -> Option<Domain> {
        let number = id.map_or(1, |id| id.0 + 1);
        Domain::parse(&format!("office-{number}.invalid")).ok()
    }

    fn has_folder(&self, folder: &OfficeFolder) -> bool {
        self.data.join(folder.as_str()).exists()
    }
}

fn engine() -> (Engine, Arc<House>) {
    let dir = tempfile::tempdir().unwrap();
    let house = Arc::new(House {
        data: dir.path().join("offices"),
        rooms: Mutex::default(),
    });
    (Engine::with_offices(dir, Arc::clone(&house) as _), house)
}

fn wanted(name: &str, domains: &[&str]) -> Value {
    json!({ "name": name, "domains": domains, "accent": "#0A7F3C" })
}

async fn add(engine: &Engine, name: &str, domain: &str) -> Value {
    let answer = engine.post("/api/offices", &wanted(name, &[domain])).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

async fn put(engine: &Engine, office: &Value, change: &Value) -> Answer {
    let mut edit = json!({ "name": office["name"], "domains": office["domains"],
        "parent": office["parent"], "accent": office["accent"], "enabled": office["enabled"] });
    let fields = change.as_object().unwrap().clone();
    edit.as_object_mut().unwrap().extend(fields);
    let revision = format!("\"{}\"", office["version"]);
    let path = format!("/api/offices/{}", office["id"]);
    let headers = [("if-match", revision.as_str())];
    let body = Body::from(edit.to_string());
    engine.ask("PUT", &path, &headers, body).await
}

#[tokio::test]
async fn an_office_is_added_changed_turned_off_and_removed() {
    let (engine, house) = engine();
    let acme = add(&engine, "  Acme  ", DOMAIN).await;
    for (field, value) in [
        ("name", json!("Acme")),
        ("folder", json!("acme")),
        ("domains", json!([DOMAIN])),
        ("accent", json!("#0a7f3c")),
        ("parent", Value::Null),
        ("state", json!("running")),
        ("trouble", Value::Null),
        ("phones", json!(0)),
        ("calls", json!(0)),
    ] {
        assert_eq!(acme[field], value, "{field}: {acme}");
    }
    assert_eq!(acme["window"], "http://127.0.0.1:8001");
    // What goes on in it is on the list.
    let theirs = house.api(1).unwrap();
    let caller = Party {
        name: "Cleo".to_owned(),
        ..Party::default()
    };
    theirs.desk().tell(&switch::Happening {
        at: Instant::now(),
        unix_ms: 1_763_717_401_000,
        what: What::CallerArrived {
            call: office::CallId(1),
            from: caller,
            dialled: "102".to_owned(),
            from_board: false,
        },
    });
    let listed = engine.get("/api/offices").await.json();
    assert_eq!(listed[0]["calls"], 1, "{listed}");

    let changed = put(
        &engine,
        &acme,
        &json!({ "name": "Acme Ltd", "domains": [DOMAIN, "acme.example", DOMAIN] }),
    )
    .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let changed = changed.json();
    assert_eq!(changed["name"], "Acme Ltd");
    assert_eq!(changed["folder"], "acme", "its data stays where it is");
    assert_eq!(changed["domains"], json!([DOMAIN, "acme.example"]));
    assert_eq!(
        house.rooms.lock().unwrap().told,
        [format!("{DOMAIN} acme.example")]
    );
    // Somebody else's window is older.
    put(&engine, &acme, &json!({})).await.problem(412);

    let path = format!("/api/offices/{}", acme["id"]);
    let refused = engine.ask("DELETE", &path, &[], Body::empty()).await;
    refused.problem(409);
    assert_eq!(refused.json()["code"], "officeRuns");
    let off = put(&engine, &changed, &json!({ "enabled": false }))
        .await
        .json();
    assert_eq!(
        (&off["state"], &off["window"]),
        (&json!("off"), &Value::Null)
    );
    assert!(house.api(1).is_none());
    let closed = engine.post(&format!("{path}/link"), &json!({})).await;
    closed.problem(409);
    assert_eq!(closed.json()["code"], "officeIsOff");
    let on = put(&engine, &off, &json!({ "enabled": true })).await.json();
    assert_eq!(on["state"], "running");
    let off = put(&engine, &on, &json!({ "enabled": false })).await.json();
    engine.on("DELETE", &path, 1).await.problem(412);
    let version = off["version"].as_i64().unwrap();
    let removed = engine.on("DELETE", &path, version).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    assert_eq!(engine.get("/api/offices").await.json(), json!([]));
    assert!(house.data.join("acme").exists(), "its data stays");
    // One of the same name is another office, also to the data.
    assert_eq!(add(&engine, "Acme", DOMAIN).await["folder"], "acme-2");

    let audit = engine.get("/api/audit").await.text;
    for action in ["office.added", "office.edited", "office.removed"] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
}

#[tokio::test]
async fn what_no_office_can_have_is_refused_by_field_and_nothing_is_kept_of_it() {
    let (engine, _house) = engine();
    let acme = add(&engine, "Acme", DOMAIN).await;
    let hosts: Vec<String> = (0..65).map(|host| format!("h{host}.example")).collect();
    let bolt = ["bolt.example.com"];
    for (edit, status, field, code) in [
        (wanted("", &bolt), 422, "name", "nameMissing"),
        (wanted(" \u{7}\t", &bolt), 422, "name", "nameMissing"),
        (wanted("Bolt", &[]), 422, "domains", "domainMissing"),
        (wanted("Bolt", &["not a host"]), 422, "domains", "badDomain"),
        (
            wanted("Bolt", &["acme.example.com."]),
            409,
            "domains",
            "domainTaken",
        ),
        (wanted("Bolt", &[DOMAIN]), 409, "domains", "domainTaken"),
        (
            wanted("Bolt", &["ACME.example.COM"]),
            409,
            "domains",
            "domainTaken",
        ),
        (
            json!({ "name": "Bolt", "domains": hosts }),
            422,
            "domains",
            "tooManyDomains",
        ),
        (
            json!({ "name": "Bolt", "domains": bolt, "accent": "red" }),
            422,
            "accent",
            "badAccent",
        ),
        (
            json!({ "name": "Bolt", "domains": bolt, "language": "?" }),
            422,
            "language",
            "badLanguage",
        ),
        (
            json!({ "name": "Bolt", "domains": bolt, "timeZone": "Mars/Olympus" }),
            422,
            "timeZone",
            "badTimeZone",
        ),
        (
            json!({ "name": "Bolt", "domains": bolt, "parent": 77 }),
            422,
            "parent",
            "unknownParent",
        ),
    ] {
        let answer = engine.post("/api/offices", &edit).await;
        assert_eq!(answer.problem(status).as_deref(), Some(field), "{edit}");
        assert_eq!(answer.json()["code"], code, "{edit}");
    }
    for (change, status, field, code) in [
        (json!({ "name": "" }), 422, "name", "nameMissing"),
        (json!({ "domains": [] }), 422, "domains", "domainMissing"),
        (
            json!({ "parent": acme["id"] }),
            422,
            "parent",
            "officeInItself",
        ),
        (json!({ "parent": 77 }), 422, "parent", "unknownParent"),
        (json!({ "accent": "#12345" }), 422, "accent", "badAccent"),
    ] {
        let answer = put(&engine, &acme, &change).await;
        assert_eq!(answer.problem(status).as_deref(), Some(field), "{change}");
        assert_eq!(answer.json()["code"], code, "{change}");
    }
    // A field of the wrong kind, and one that does not exist.
    let folder = json!({ "name": "Bolt", "domains": bolt, "folder": "../first" });
    let answer = engine.post("/api/offices", &folder).await;
    assert_eq!(answer.problem(422).as_deref(), Some("folder"));
    let answer = put(&engine, &acme, &json!({ "enabled": "yes" })).await;
    assert_eq!(answer.problem(422).as_deref(), Some("enabled"));
    let listed = engine.get("/api/offices").await.json();
    assert_eq!(listed, json!([acme]), "nothing of all that was kept");

    for path in ["/api/offices/77", "/api/offices/x"] {
        engine.on("DELETE", path, 1).await.problem(404);
        let link = engine.post(&format!("{path}/link"), &json!({})).await;
        link.problem(404);
    }
}

#[tokio::test]
async fn a_part_of_an_office_keeps_it_on_the_list() {
    let (engine, _house) = engine();
    let acme = add(&engine, "Acme", DOMAIN).await;
    let branch = json!({ "name": "Acme South", "domains": ["south.example.com"],
        "parent": acme["id"] });
    let branch = engine.post("/api/offices", &branch).await.json();
    assert_eq!(branch["parent"], acme["id"]);
    // Neither below itself by way of its part.
    let circle = put(&engine, &acme, &json!({ "parent": branch["id"] })).await;
    assert_eq!(circle.problem(422).as_deref(), Some("parent"));
    let off = put(&engine, &acme, &json!({ "enabled": false }))
        .await
        .json();
    let path = format!("/api/offices/{}", acme["id"]);
    let version = off["version"].as_i64().unwrap();
    let refused = engine.on("DELETE", &path, version).await;
    refused.problem(409);
    assert_eq!(refused.json()["code"], "officeHasParts");
    let moved = put(&engine, &branch, &json!({ "parent": null })).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    assert_eq!(engine.on("DELETE", &path, version).await.status, 204);
}

#[tokio::test]
async fn an_engine_has_so_many_offices_and_no_more() {
    let (engine, house) = engine();
    // They need not run for that.
    house.rooms.lock().unwrap().broken = Some("the disk is full".to_owned());
    for number in 0..FURTHER_OFFICES_MAX {
        let domain = format!("o{number}.example.com");
        let edit = wanted(&format!("Office {number}"), &[&domain]);
        let answer = engine.post("/api/offices", &edit).await;
        answer.problem(409);
        assert_eq!(answer.json()["code"], "officeCannotRun", "{}", answer.text);
    }
    let listed = engine.get("/api/offices").await.json();
    assert_eq!(listed.as_array().unwrap().len(), FURTHER_OFFICES_MAX);
    assert_eq!(listed[0]["state"], "failed");
    assert_eq!(listed[0]["trouble"], "the disk is full");
    let one_more = wanted("One more", &["more.example.com"]);
    let refused = engine.post("/api/offices", &one_more).await;
    refused.problem(409);
    assert_eq!(refused.json()["code"], "tooManyOffices");

    // Once the trouble is mended it is turned on again as it is.
    house.rooms.lock().unwrap().broken = None;
    let on = put(&engine, &listed[0], &json!({})).await.json();
    assert_eq!(
        (&on["state"], &on["trouble"]),
        (&json!("running"), &Value::Null)
    );
}

#[tokio::test]
async fn an_admin_sees_the_offices_and_only_an_owner_moves_them() {
    let (engine, _house) = engine();
    let acme = add(&engine, "Acme", DOMAIN).await;
    let path = format!("/api/offices/{}", acme["id"]);
    let edit = wanted("Bolt", &["bolt.example.com"]).to_string();
    for (login, role, sees) in [
        ("anna", Role::Admin, true),
        ("ben", Role::Receptionist, false),
        ("cleo", Role::Staff, false),
    ] {
        let cookie = engine.user(login, role, None).await;
        let seen = engine.by_cookie(&cookie, "GET", "/api/offices", "").await;
        match sees {
            true => assert_eq!(seen.json()[0]["name"], "Acme"),
            false => assert_eq!(seen.problem(403), None),
        }
        for (method, path) in [
            ("POST", "/api/offices".to_owned()),
            ("PUT", path.clone()),
            ("DELETE", path.clone()),
            ("POST", format!("{path}/link")),
        ] {
            let answer = engine.by_cookie(&cookie, method, &path, &edit).await;
            answer.problem(403);
            assert_eq!(answer.json()["code"], "role", "{login} {method} {path}");
        }
    }
    let dora = engine.user("dora", Role::Owner, None).await;
    let added = engine.by_cookie(&dora, "POST", "/api/offices", &edit).await;
    assert_eq!(added.status, 201, "{}", added.text);
    // Nobody in particular sees nothing.
    engine
        .by_cookie("", "GET", "/api/offices", "")
        .await
        .problem(401);
}

/// A browser at the window of one office.
struct Browser {
    router: Router,
    host: String,
}

impl Browser {
    async fn ask(&self, method: &str, path: &str, header: (&str, &str)) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.host)
            .header("origin", format!("http://{}", self.host))
            .header("content-type", "application/json")
            .header(header.0, header.1);
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

#[tokio::test]
async fn a_session_of_one_office_sees_nothing_of_another() {
    let (engine, house) = engine();
    for (name, domain) in [("Acme", DOMAIN), ("Bolt", "bolt.example.com")] {
        add(&engine, name, domain).await;
    }
    let person = json!({ "name": "Anna of the first", "extension": "101", "team": "",
        "ringSeconds": null });
    assert_eq!(engine.post("/api/people", &person).await.status, 201);
    let first = Browser {
        router: engine.router.clone(),
        host: HOST.to_owned(),
    };
    let [acme, bolt] = [1, 2].map(|id| {
        let api = house.api(id).unwrap();
        Browser {
            router: routes(api),
            host: format!("127.0.0.1:{}", 8000 + id),
        }
    });

    // The way in works at that office, and once.
    let link = engine.post("/api/offices/1/link", &json!({})).await.json();
    let url = link["url"].as_str().unwrap();
    let path = url
        .strip_prefix("http://127.0.0.1:8001")
        .unwrap()
        .to_owned();
    for other in [&first, &bolt] {
        let refused = other.ask("GET", &path, ("x-nothing", "")).await;
        assert!(
            !refused.headers.contains_key("set-cookie"),
            "{}",
            refused.text
        );
    }
    let opened = acme.ask("GET", &path, ("x-nothing", "")).await;
    assert_eq!(opened.status, 303, "{}", opened.text);
    let cookie = opened.cookie();
    let again = acme.ask("GET", &path, ("x-nothing", "")).await;
    assert!(!again.headers.contains_key("set-cookie"), "{}", again.text);

    let signed_in = ("cookie", cookie.as_str());
    let people = acme.ask("GET", "/api/people", signed_in).await;
    assert_eq!(people.json(), json!([]), "{}", people.text);
    // Its pass is worth nothing elsewhere, under whatever name a browser is made to send it.
    let pass = cookie.split_once('=').unwrap().1;
    for name in [
        "cordboard_session",
        "cordboard_session_2",
        "cordboard_session_3",
    ] {
        let renamed = format!("{name}={pass}");
        for other in [&first, &bolt] {
            for path in ["/api/people", "/api/calls", "/api/offices", "/api/audit"] {
                let answer = other.ask("GET", path, ("cookie", &renamed)).await;
                assert_eq!(answer.problem(401), None, "{name} {path}");
            }
        }
    }
    // Nor is the token of one office's programs.
    let token = format!("Bearer {}", engine.token);
    for other in [&acme, &bolt] {
        let answer = other
            .ask("GET", "/api/people", ("authorization", &token))
            .await;
        assert_eq!(answer.problem(401), None);
    }
    // A page of one office's window asks no other.
    let foreign = Request::builder()
        .uri("/api/people")
        .header("host", HOST)
        .header("origin", "http://127.0.0.1:8001")
        .header("authorization", &token);
    let answer = engine.send(foreign.body(Body::empty()).unwrap()).await;
    answer.problem(403);

    // A further office has none to look after, whoever asks there.
    for (method, path) in [("GET", "/api/offices"), ("POST", "/api/offices/2/link")] {
        let answer = acme.ask(method, path, signed_in).await;
        answer.problem(404);
        assert_eq!(answer.json()["code"], "notFirstOffice", "{method} {path}");
    }
}

async fn join(engine: &Engine, office: &Value, prefix: &str, prefix_there: &str) -> Answer {
    let path = format!("/api/offices/{}/joined", office["id"]);
    let edit = json!({ "prefix": prefix, "prefixThere": prefix_there });
    let body = Body::from(edit.to_string());
    engine.ask("PUT", &path, &[], body).await
}

#[tokio::test]
async fn two_offices_are_joined_by_a_prefix_each_and_parted() {
    let (engine, house) = engine();
    let acme = add(&engine, "Acme", DOMAIN).await;
    assert_eq!(acme["joined"], Value::Null);
    let joined = join(&engine, &acme, "8", "7").await;
    assert_eq!(joined.status, 200, "{}", joined.text);
    let said = json!({ "prefix": "8", "prefixThere": "7" });
    assert_eq!(joined.json()["joined"], said);
    let login_of = |office: &office::Office| {
        let mut peers = office.peers();
        let peer = peers.next().unwrap();
        assert!(peers.next().is_none());
        assert!(!peer.may_call_outside && peer.networks.is_empty());
        let password = peer.password.as_ref().unwrap().expose().to_owned();
        (
            peer.user.clone(),
            password,
            peer.place.clone().unwrap().host,
        )
    };
    let theirs = || house.api(1).unwrap().desk().office();
    let (here, there) = (login_of(&engine.desk.office()), login_of(&theirs()));
    assert_eq!((&here.0, &here.1), (&there.0, &there.1));
    assert_eq!(here.2.as_str(), "office-2.invalid");
    assert_eq!(there.2.as_str(), "office-1.invalid");
    let audit = engine.get("/api/audit").await.text;
    assert!(!audit.contains(&here.1) && !joined.text.contains(&here.1));

    // Joined once more it is the same, with another password.
    let again = join(&engine, &acme, "88", "7").await.json();
    assert_eq!(again["joined"]["prefix"], "88");
    assert_ne!(login_of(&engine.desk.office()).1, here.1);
    assert_eq!(login_of(&engine.desk.office()).1, login_of(&theirs()).1);

    // A prefix that is taken is told at the office where it is, and neither of the two changes.
    let person = json!({ "name": "Anna", "extension": "501", "team": "", "ringSeconds": null });
    engine.post("/api/people", &person).await;
    for (prefix, prefix_there, field) in [
        ("5", "6", "prefix"),
        ("", "6", "prefix"),
        ("x", "6", "prefix"),
        ("6", "", "prefixThere"),
        ("6", "1234567890123", "prefixThere"),
    ] {
        let refused = join(&engine, &acme, prefix, prefix_there).await;
        assert_eq!(refused.problem(422).as_deref(), Some(field), "{prefix}");
        let listed = engine.get("/api/offices").await.json();
        let said = json!({ "prefix": "88", "prefixThere": "7" });
        assert_eq!(listed[0]["joined"], said, "{prefix}");
    }
    assert_eq!(login_of(&engine.desk.office()).1, login_of(&theirs()).1);

    let path = format!("/api/offices/{}/joined", acme["id"]);
    let parted = engine.ask("DELETE", &path, &[], Body::empty()).await;
    assert_eq!(parted.json()["joined"], Value::Null, "{}", parted.text);
    assert_eq!(
        engine.desk.office().peers().count() + theirs().peers().count(),
        0
    );

    // An office that goes takes its prefix along.
    join(&engine, &acme, "8", "7").await;
    let off = put(&engine, &acme, &json!({ "enabled": false }))
        .await
        .json();
    assert_eq!(off["joined"], json!({ "prefix": "8", "prefixThere": null }));
    let refused = join(&engine, &acme, "9", "7").await;
    refused.problem(409);
    assert_eq!(refused.json()["code"], "officeIsOff");
    let version = off["version"].as_i64().unwrap();
    engine.on("DELETE", "/api/offices/1", version).await;
    assert_eq!(engine.desk.office().peers().count(), 0);
}

async fn edit_office(engine: &Engine, change: &Value) -> Answer {
    let now = engine.get("/api/office").await.json();
    let mut edit = json!({});
    for field in [
        "name",
        "country",
        "timeZone",
        "language",
        "ringSeconds",
        "maxCalls",
        "maxCallsPerPerson",
    ] {
        edit[field] = now[field].clone();
    }
    let fields = change.as_object().unwrap().clone();
    edit.as_object_mut().unwrap().extend(fields);
    let revision = format!("\"{}\"", now["revision"]);
    let headers = [("if-match", revision.as_str())];
    let body = Body::from(edit.to_string());
    engine.ask("PUT", "/api/office", &headers, body).await
}

#[tokio::test]
async fn the_first_office_says_which_domains_are_its_own() {
    let (engine, _house) = engine();
    add(&engine, "Acme", DOMAIN).await;
    assert_eq!(engine.get("/api/office").await.json()["domains"], json!([]));
    let domains = json!({ "domains": [" Office.Example ", "tel.example.", "office.example"] });
    let edited = edit_office(&engine, &domains).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    let own = json!(["office.example", "tel.example"]);
    assert_eq!(edited.json()["domains"], own);
    assert!(engine.desk.office().answers_for("tel.example"));
    // Whoever changes something else leaves them alone.
    let renamed = edit_office(&engine, &json!({ "name": "Head office" })).await;
    assert_eq!(renamed.json()["domains"], own);

    let hosts: Vec<String> = (0..65).map(|host| format!("h{host}.example")).collect();
    for (domains, status, code) in [
        (json!(["not a host"]), 422, "badDomain"),
        (json!([DOMAIN]), 409, "domainTaken"),
        (json!(hosts), 422, "tooManyDomains"),
    ] {
        let refused = edit_office(&engine, &json!({ "domains": domains })).await;
        assert_eq!(refused.problem(status).as_deref(), Some("domains"));
        assert_eq!(refused.json()["code"], code);
    }
    let refused = edit_office(&engine, &json!({ "domains": "office.example" })).await;
    assert_eq!(refused.problem(422).as_deref(), Some("domains"));
    assert_eq!(engine.get("/api/office").await.json()["domains"], own);
    // What is the first office's no further one gets.
    let taken = wanted("Bolt", &["TEL.example"]);
    let taken = engine.post("/api/offices", &taken).await;
    assert_eq!(taken.problem(409).as_deref(), Some("domains"));

    let none = edit_office(&engine, &json!({ "domains": [] })).await;
    assert_eq!(none.json()["domains"], json!([]));
}

#[tokio::test]
async fn the_domains_of_a_further_office_are_not_its_own_to_change() {
    // An engine without further offices to look after stands for one of them.
    let engine = Engine::start();
    let refused = edit_office(&engine, &json!({ "domains": ["bank.example"] })).await;
    assert_eq!(refused.problem(422).as_deref(), Some("domains"));
    assert_eq!(refused.json()["code"], "domainsOfFurther");
    let same = edit_office(&engine, &json!({ "domains": [], "name": "Acme" })).await;
    assert_eq!(same.status, 200, "{}", same.text);
}
