//! Where the engine is and how to be let in: `engine.json` and `api-token` in its data folder.

use crate::failed::Failed;
use serde::Deserialize;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// An engine to talk to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Engine {
    /// As in `http://127.0.0.1:7080`.
    pub(crate) api: String,
    /// Its data folder.
    pub(crate) data: PathBuf,
}

#[derive(Deserialize)]
struct EngineFile {
    api: String,
}

/// The engine that runs on `data`, or the one at `api`.
pub(crate) fn find(data: Option<PathBuf>, api: Option<String>) -> Result<Engine, Failed> {
    let data = data
        .or_else(data_folder::default)
        .ok_or(Failed::NoDataFolder)?;
    let api = match api {
        Some(api) => api,
        None => read_address(&data).ok_or_else(|| Failed::NotRunning { data: data.clone() })?,
    };
    let api = api.trim_end_matches('/').to_owned();
    if is_this_computer(&api) {
        Ok(Engine { api, data })
    } else {
        Err(Failed::NotThisComputer { api })
    }
}

impl Engine {
    /// The owner's token.
    pub(crate) fn token(&self) -> Result<String, Failed> {
        let file = self.data.join("api-token");
        match fs::read_to_string(&file) {
            Ok(token) => Ok(token.trim().to_owned()),
            Err(why) => Err(Failed::NoToken { file, why }),
        }
    }
}

fn read_address(data: &Path) -> Option<String> {
    let written = fs::read(data.join("engine.json")).ok()?;
    let file: EngineFile = serde_json::from_slice(&written).ok()?;
    Some(file.api)
}

/// The token must never leave this computer, whatever a file or an option says.
fn is_this_computer(api: &str) -> bool {
    let Some(host) = api.strip_prefix("http://") else {
        return false;
    };
    let port_of_localhost = host.strip_prefix("localhost:");
    let is_loopback = |address: SocketAddr| address.ip().is_loopback();
    port_of_localhost.is_some_and(|port| port.parse::<u16>().is_ok())
        || host.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_stays_on_this_computer() {
        for (api, ours) in [
            ("http://127.0.0.1:7080", true),
            ("http://[::1]:7080", true),
            ("http://localhost:7080", true),
            ("http://192.0.2.1:7080", false),
            ("http://127.0.0.1.example.com:7080", false),
            ("http://localhost:7080@example.com", false),
            ("http://localhost.example.com:7080", false),
            ("https://127.0.0.1:7080", false),
            ("127.0.0.1:7080", false),
        ] {
            assert_eq!(is_this_computer(api), ours, "{api}");
        }
    }
}
