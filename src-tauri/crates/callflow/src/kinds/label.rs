//! `label`: marks the call for those who take it and for the history.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Param, Takes, required};
use crate::check::NodeCheck;
use crate::limits::MAX_VALUE_CHARS;
use crate::template::Template;
use crate::walk::{Act, Alert, Next, Turn};
use serde::Deserialize;

/// Marks the call.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Label {
    prefix: Template,
    tags: Vec<String>,
    alert: Alert,
    note: Template,
}

/// What telephones show of a prefix.
const SHOWN: usize = 12;

impl Behaviour for Label {
    type State = ();

    const KIND: Kind = Kind::new("label", Group::Data, "tag")
        .params(&[
            Param::new("prefix", Takes::Template).range(0, 40),
            Param::new("tags", Takes::TextList).range(0, 20),
            Param::choice("alert", &["normal", "internal", "vip"]),
            Param::new("note", Takes::Template).range(0, 500),
        ])
        .outcomes(&[required("default")])
        .quiet();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let prefix = self.prefix.fill(40, |name| turn.value(name));
        let note = self.note.fill(MAX_VALUE_CHARS, |name| turn.value(name));
        turn.act(Act::Label {
            prefix,
            tags: self.tags.iter().take(20).cloned().collect(),
            alert: self.alert,
            note,
        });
        Next::leave("default")
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let length = self.prefix.fill(40, |_| None).chars().count();
        if length > SHOWN {
            let found = check.warn("label.longPrefix").field("prefix");
            found.with("characters", length).with("most", SHOWN);
        }
    }
}
