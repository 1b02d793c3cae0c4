//! Further offices of an engine, driven by tests as the first is.

use super::{
    baresip::{Registrar, Settings, Transport},
    engine::{Credentials, Engine},
    http,
    process::binary,
};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{fs, path::PathBuf, process::Command};

/// The domain of the further office of most tests.
pub const DOMAIN: &str = "acme.example.com";

/// An engine on whose further offices each test has ports of its own.
///
/// # Errors
/// It refuses, or does not answer.
pub fn engine(further_media_ports: &str) -> Result<Engine> {
    Engine::start_with(&[
        "--sip",
        "127.0.0.1:0",
        "--api",
        "127.0.0.1:0",
        "--further-media-ports",
        further_media_ports,
    ])
}

/// A further office, reached by the same programs as the first.
pub struct Further {
    /// Its data folder.
    pub data: PathBuf,
}

impl Further {
    /// Adds it.
    ///
    /// # Errors
    /// It refuses, or does not answer.
    pub fn add(engine: &Engine, name: &str, folder: &str, domain: &str) -> Result<Self> {
        engine.ctl(&["office", "add", name, "--domain", domain])?;
        Ok(Self {
            data: engine.data().join("offices").join(folder),
        })
    }

    /// Runs `cordboardctl` on it; gives what it printed.
    ///
    /// # Errors
    /// It refuses, or does not answer.
    pub fn ctl(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = Command::new(binary("cordboardctl")?);
        command.arg("--data").arg(&self.data).args(arguments);
        let output = command.arg("--json").output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {errors}");
        Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
    }

    /// What its API has at a path.
    ///
    /// # Errors
    /// It refuses, or does not answer.
    pub fn ask(&self, path: &str) -> Result<Value> {
        self.send("GET", path, &Value::Null)
    }

    /// Asks its API for something; gives the answer.
    ///
    /// # Errors
    /// It refuses, or does not answer.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.send_on(method, path, None, body)
    }

    /// Puts a record in place of the one that is at a path now.
    ///
    /// # Errors
    /// It refuses, or does not answer.
    pub fn replace(&self, path: &str, record: &Value) -> Result<Value> {
        let revision = format!("\"{}\"", self.ask(path)?["revision"]);
        self.send_on("PUT", path, Some(&revision), record)
    }

    fn send_on(
        &self,
        method: &str,
        path: &str,
        revision: Option<&str>,
        body: &Value,
    ) -> Result<Value> {
        let file: Value = serde_json::from_slice(&fs::read(self.data.join("engine.json"))?)?;
        let host = file["api"].as_str().context("no api")?;
        let token = fs::read_to_string(self.data.join("api-token"))?;
        let bearer = format!("Bearer {}", token.trim());
        let host = host.trim_start_matches("http://");
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(revision.map(|revision| ("if-match", revision)));
        let answer = http::request(host, method, path, &headers, body)?;
        ensure!((200..300).contains(&answer.code), "{path}: {answer:?}");
        Ok(serde_json::from_str(&answer.body)?)
    }

    /// What to type into a new person's telephone.
    ///
    /// # Errors
    /// It refuses, or does not answer.
    pub fn hire(&self, name: &str, extension: &str) -> Result<Credentials> {
        self.ctl(&["person", "add", name, "--extension", extension])?;
        let told = self.ctl(&["device", "add", extension, "Desk phone"])?;
        ensure!(told["domain"] == DOMAIN, "{told}");
        Ok(serde_json::from_value(told)?)
    }

    /// A telephone of a new person.
    ///
    /// # Errors
    /// It refuses, or does not answer.
    pub fn telephone(
        &self,
        engine: &Engine,
        name: &str,
        extension: &str,
        transport: Transport,
    ) -> Result<Settings> {
        let credentials = self.hire(name, extension)?;
        at_domain(engine, &credentials, transport)
    }
}

/// A telephone with these credentials that says it belongs to the further office.
///
/// # Errors
/// It refuses, or does not answer.
pub fn at_domain(
    engine: &Engine,
    credentials: &Credentials,
    transport: Transport,
) -> Result<Settings> {
    let mut settings = engine.settings(credentials, transport)?;
    settings.registrar = settings.registrar.map(|registrar| Registrar {
        domain: DOMAIN.to_owned(),
        interval: 3_600,
        ..registrar
    });
    Ok(settings)
}
