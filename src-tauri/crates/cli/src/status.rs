//! Whether the phone system is well.

use crate::{
    client::{Client, as_json, understand},
    failed::Failed,
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Status {
    office: String,
    version: String,
    uptime_seconds: u64,
    registered_devices: usize,
    active_calls: usize,
    sip: Vec<Listener>,
}

#[derive(Debug, Deserialize)]
struct Listener {
    transport: String,
    address: String,
}

pub(crate) fn show(client: &Client, json: bool) -> Result<String, Failed> {
    let status = client.get_openly("status")?;
    if json {
        return Ok(as_json(&status));
    }
    understand(status).map(|status| as_text(&status))
}

fn as_text(status: &Status) -> String {
    let mut text = format!(
        "{} is ready for calls.\n\
         \n  Phones connected  {}\
         \n  Calls right now   {}\
         \n  Running for       {}\
         \n  Version           {}\n",
        status.office,
        status.registered_devices,
        status.active_calls,
        duration(status.uptime_seconds),
        status.version,
    );
    for (place, listener) in status.sip.iter().enumerate() {
        let title = if place == 0 { "Phones connect to" } else { "" };
        let transport = listener.transport.to_uppercase();
        text.push_str(&format!("  {title:17} {transport} {}\n", listener.address));
    }
    text
}

/// `2 d 03:04:05`; the hours and minutes a stopwatch would show.
fn duration(seconds: u64) -> String {
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let clock = format!("{hours:02}:{minutes:02}:{seconds:02}");
    if days > 0 {
        format!("{days} d {clock}")
    } else {
        clock
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_told_in_one_look() {
        let listener = |transport: &str, address: &str| Listener {
            transport: transport.to_owned(),
            address: address.to_owned(),
        };
        let status = Status {
            office: "Reed & Sons".to_owned(),
            version: "0.1.0".to_owned(),
            uptime_seconds: 2 * 86_400 + 3 * 3_600 + 65,
            registered_devices: 3,
            active_calls: 1,
            sip: vec![
                listener("udp", "192.0.2.7:5060"),
                listener("tcp", "192.0.2.7:5060"),
            ],
        };
        insta::assert_snapshot!(as_text(&status), @r"
        Reed & Sons is ready for calls.

          Phones connected  3
          Calls right now   1
          Running for       2 d 03:01:05
          Version           0.1.0
          Phones connect to UDP 192.0.2.7:5060
                            TCP 192.0.2.7:5060
        ");
    }
}
