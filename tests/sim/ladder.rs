//! What went over the wire, written down: to check that each INVITE has one final answer, and to
//! find out why a story fails.

use super::{builder::OFFICE, network::Datagram};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    time::Duration,
};

/// Messages sent, first lines only.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    text: String,
    /// The office's final answers to INVITEs, by Call-ID and CSeq.
    finals: BTreeMap<String, BTreeSet<String>>,
}

impl Ladder {
    pub(super) fn add(&mut self, at: Duration, datagram: &Datagram) {
        let Datagram { from, to, bytes } = datagram;
        let message = String::from_utf8_lossy(bytes);
        let first = message.lines().next().unwrap_or_default();
        let header = |name: &str| {
            let line = message.lines().find(|line| line.starts_with(name));
            line.unwrap_or_default()
        };
        let cseq = header("CSeq: ");
        let _ = writeln!(self.text, "{at:?} {from} > {to} {first} {cseq}");
        if *from == OFFICE
            && let Some(status) = first.strip_prefix("SIP/2.0 ")
            && !status.starts_with('1')
            && cseq.ends_with(" INVITE")
        {
            let invite = format!("{} {cseq}", header("Call-ID: "));
            let finals = self.finals.entry(invite).or_default();
            finals.insert(status.to_owned());
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// INVITEs the office gave several final answers.
    pub(super) fn contradictions(&self) -> Vec<String> {
        let several = self.finals.iter().filter(|(_, finals)| finals.len() > 1);
        several
            .map(|(invite, finals)| format!("{invite}: {finals:?}"))
            .collect()
    }
}
