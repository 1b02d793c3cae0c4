//! `notify`: people are told; the call goes on at once.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Param, Takes, required};
use crate::check::NodeCheck;
use crate::template::Template;
use crate::walk::{Act, Channel, Next, Turn};
use serde::Deserialize;

/// People are told.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Notify {
    channels: Vec<Channel>,
    template: Template,
}

impl Behaviour for Notify {
    type State = ();

    const KIND: Kind = Kind::new("notify", Group::Data, "bell")
        .params(&[
            CHANNELS,
            Param::new("template", Takes::Template).required().range(1, 1_000),
        ])
        .outcomes(&[required("default")])
        .quiet();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let text = turn.fill(&self.template);
        let mut channels = self.channels.clone();
        channels.dedup();
        channels.truncate(3);
        if !channels.is_empty() {
            turn.act(Act::Notify { channels, text });
        }
        Next::leave("default")
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        if self.channels.is_empty() {
            let desktop = serde_json::json!(["desktop"]);
            check.warn("notify.noChannel").set_field("channels", desktop);
        } else if self.channels.contains(&Channel::Webhook) {
            // A notice has no address of a program; the step that asks one has.
            let mut others = self.channels.clone();
            others.retain(|channel| *channel != Channel::Webhook);
            if others.is_empty() {
                others.push(Channel::Desktop);
            }
            check.warn("notify.webhook").set_field("channels", serde_json::json!(others));
        }
    }
}

const CHANNELS: Param = {
    let mut channels = Param::new("channels", Takes::TextList).required();
    channels.values = &["desktop", "email", "webhook"];
    channels
};
