//! A link into the window, for a browser of this computer.

use crate::{
    client::{Client, as_json, understand},
    failed::Failed,
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ticket {
    /// The path to open.
    url: String,
    expires_in_seconds: u64,
}

pub(crate) fn link(client: &Client, json: bool) -> Result<String, Failed> {
    let ticket: Ticket = understand(client.post("tickets", &Value::Null)?)?;
    let url = client.page(&ticket.url);
    if json {
        return Ok(as_json(&json!({ "url": url })));
    }
    Ok(format!(
        "{url}\n\nOpen this in a browser of this computer within {} seconds. It works once, and for \
         whoever has it: do not pass it on.\n",
        ticket.expires_in_seconds
    ))
}
