//! `setLanguage`: from here on the caller hears another language.

use super::Behaviour;
use crate::catalogue::{Group, Kind, Param, Takes, required};
use crate::check::NodeCheck;
use crate::walk::{Next, Reason, Turn};
use office::Language;
use serde::Deserialize;

/// From here on the caller hears another language.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SetLanguage {
    language: String,
    voice: String,
}

/// The languages every recorded phrase exists in, and no other.
const RECORDED: [&str; 2] = ["en", "de"];

impl Behaviour for SetLanguage {
    type State = ();

    const KIND: Kind = Kind::new("setLanguage", Group::Speak, "languages")
        .params(&[
            Param::new("language", Takes::Language).required(),
            Param::new("voice", Takes::Text).advanced(),
        ])
        .outcomes(&[required("default")])
        .quiet();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let Ok(language) = Language::parse(&self.language) else {
            return Next::Fail(Reason::new("badParameter").with("field", "language"));
        };
        let voice = (!self.voice.is_empty()).then(|| self.voice.clone());
        turn.set_language(language, voice);
        Next::leave("default")
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let Ok(language) = Language::parse(&self.language) else {
            if !self.language.is_empty() {
                check.error("setLanguage.unknown").field("language").fix_choose();
            }
            return;
        };
        let plain = language.as_str().split('-').next().unwrap_or("");
        if !RECORDED.contains(&plain) {
            check
                .warn("setLanguage.notRecorded")
                .field("language")
                .with("language", language.as_str());
        }
    }
}
