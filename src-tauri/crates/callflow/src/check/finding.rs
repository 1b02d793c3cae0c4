//! One thing that is wrong, where, and what would mend it.

use crate::rehearse::Rehearsal;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Something a check has found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Which rule: one of [`RULES`], with the variant behind a dot where the rule has several.
    pub rule: String,
    /// How bad it is.
    pub level: Level,
    /// At which node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// At which edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge: Option<String>,
    /// At which outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// At which parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What belongs into the sentence: texts and numbers.
    pub params: BTreeMap<&'static str, Json>,
    /// What would mend it.
    pub fixes: Vec<Fix>,
    /// A call that meets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Rehearsal>,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// It forbids publishing.
    Error,
    /// It should be looked at.
    Warning,
    /// It is good to know.
    Info,
}

/// What would mend something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fix {
    /// What it does: `choose`, `connect`, `remove` or `set`. The first two need a choice and have no
    /// patches.
    pub id: &'static str,
    /// What belongs into its sentence.
    pub params: BTreeMap<&'static str, Json>,
    /// What it changes in the document.
    pub patches: Vec<Patch>,
}

/// A change of a document, as immer writes them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Patch {
    /// `add`, `remove` or `replace`.
    pub op: &'static str,
    /// Where, from the outside in.
    pub path: Vec<PathPart>,
    /// What is put there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Json>,
}

/// A step of a path: a name or a place in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum PathPart {
    /// The field of that name.
    Name(String),
    /// The entry at that place.
    Index(usize),
}

/// All rules, with their variants behind dots.
pub const RULES: &[&str] = &[
    "E01.badId",
    "E01.entryElsewhere",
    "E01.entryId",
    "E01.noEntry",
    "E01.sameId",
    "E01.tooMany",
    "E01.twoEntries",
    "E02.end",
    "E02.intoEntry",
    "E02.outcome",
    "E02.tooMany",
    "E02.twice",
    "E03",
    "E04",
    "E05",
    "E06.choose",
    "E06.missing",
    "E06.noLine",
    "E06.node",
    "E06.noneYet",
    "E06.notAPerson",
    "E06.notPublished",
    "E06.recursion",
    "E06.unknownTarget",
    "E07.arguments",
    "E07.choice",
    "E07.emptyText",
    "E07.expression",
    "E07.language",
    "E07.operand",
    "E07.pattern",
    "E07.range",
    "E07.required",
    "E07.template",
    "E07.timeZone",
    "E07.tooDeep",
    "E07.tooLong",
    "E07.tooMany",
    "E07.tooManyVariables",
    "E07.type",
    "E07.undeclared",
    "E07.unknownKind",
    "E07.unknownOp",
    "E07.unknownVariable",
    "E07.unreadable",
    "E07.variableDefault",
    "E07.variableName",
    "E07.variableTwice",
    "I01",
    "P01",
    "P02",
    "P03",
    "P04",
    "W01",
    "W02.forEver",
    "W02.long",
    "W03",
    "W04",
    "W05",
    "W06",
    "W07",
    "W08.doesNotFit",
    "W08.unknown",
    "callRecording.unannounced",
    "callerMatch.asksNothing",
    "callerMatch.shadowed",
    "collect.badPattern",
    "collect.minAboveMax",
    "condition.constant",
    "dial.long",
    "dial.noCallerId",
    "dial.noDevice",
    "directory.nobody",
    "enqueue.noAgents",
    "enqueue.noDevice",
    "enqueue.noQueue",
    "goto.circle",
    "hangup.goodbyeAnswers",
    "httpRequest.hears",
    "httpRequest.noAddress",
    "httpRequest.notSecure",
    "httpRequest.sensitive",
    "label.longPrefix",
    "lookup.noColumn",
    "menu.keyDelayed",
    "menu.keyNotSpoken",
    "menu.manyKeys",
    "menu.noKey",
    "menu.sameKey",
    "modeSwitch.oneState",
    "notify.noChannel",
    "notify.webhook",
    "pause.longSilence",
    "pin.emptySet",
    "play.long",
    "return.badName",
    "return.neverRun",
    "ringGroup.noDevice",
    "setLanguage.notRecorded",
    "setLanguage.oneLanguage",
    "setLanguage.unknown",
    "split.sum",
    "subflow.noInput",
    "timeCondition.never",
    "voicemail.nobodyNotified",
    "voicemail.switchedOff",
];

impl Finding {
    pub(crate) fn new(rule: &'static str, level: Level) -> Self {
        Self {
            rule: rule.to_owned(),
            level,
            node: None,
            edge: None,
            outcome: None,
            field: None,
            params: BTreeMap::new(),
            fixes: Vec::new(),
            example: None,
        }
    }
}

/// A finding that is being written down.
pub struct Found<'f> {
    finding: &'f mut Finding,
    place: Option<usize>,
}

impl<'f> Found<'f> {
    pub(super) fn new(finding: &'f mut Finding, place: Option<usize>) -> Self {
        Self { finding, place }
    }

    pub(super) fn at(mut self, node: String, place: usize) -> Self {
        self.finding.node = Some(node);
        self.place = Some(place);
        self
    }

    pub(crate) fn variant(self, variant: &str) -> Self {
        self.finding.rule.push('.');
        self.finding.rule.push_str(variant);
        self
    }

    pub(crate) fn field(self, field: &str) -> Self {
        self.finding.field = Some(field.to_owned());
        self
    }

    pub(crate) fn outcome(self, outcome: &str) -> Self {
        self.finding.outcome = Some(outcome.to_owned());
        self
    }

    pub(crate) fn edge(self, edge: &str) -> Self {
        self.finding.edge = Some(edge.to_owned());
        self
    }

    pub(crate) fn with(self, name: &'static str, value: impl Into<Json>) -> Self {
        self.finding.params.insert(name, value.into());
        self
    }

    /// It is mended by choosing something.
    pub(crate) fn fix_choose(self) -> Self {
        self.fix("choose", Vec::new())
    }

    /// It is mended by connecting the outcome.
    pub(crate) fn fix_connect(self) -> Self {
        self.fix("connect", Vec::new())
    }

    /// It is mended by setting the parameter.
    pub(crate) fn set_field(mut self, field: &str, value: Json) -> Self {
        self.finding.field.get_or_insert_with(|| field.to_owned());
        let patches = self.data_path(field).map(|path| Patch {
            op: "add",
            path,
            value: Some(value.clone()),
        });
        self = self.fix("set", patches.into_iter().collect());
        if let Some(fix) = self.finding.fixes.last_mut() {
            fix.params.insert("field", field.into());
            fix.params.insert("value", value);
        }
        self
    }

    /// It is mended by emptying the parameter.
    pub(crate) fn remove_field(self, field: &str) -> Self {
        let patches = self.data_path(field).map(|path| Patch {
            op: "remove",
            path,
            value: None,
        });
        self.fix("remove", patches.into_iter().collect())
    }

    /// It is mended by taking an entry out of a list.
    pub(crate) fn drop_entry(self, field: &str, index: usize) -> Self {
        let patches = self.data_path(field).map(|mut path| {
            path.push(PathPart::Index(index));
            Patch {
                op: "remove",
                path,
                value: None,
            }
        });
        self.fix("remove", patches.into_iter().collect())
    }

    pub(crate) fn fix(self, id: &'static str, patches: Vec<Patch>) -> Self {
        self.finding.fixes.push(Fix {
            id,
            params: BTreeMap::new(),
            patches,
        });
        self
    }

    fn data_path(&self, field: &str) -> Option<Vec<PathPart>> {
        let name = |name: &str| PathPart::Name(name.to_owned());
        let place = PathPart::Index(self.place?);
        Some(vec![name("nodes"), place, name("data"), name(field)])
    }
}

impl Patch {
    /// Puts something where something is.
    pub(super) fn replace(path: &[&str], value: Json) -> Self {
        let name = |name: &&str| PathPart::Name((*name).to_owned());
        Self {
            op: "replace",
            path: path.iter().map(name).collect(),
            value: Some(value),
        }
    }

    /// Takes an edge away.
    pub(super) fn remove_edge(place: usize) -> Self {
        Self {
            op: "remove",
            path: vec![PathPart::Name("edges".to_owned()), PathPart::Index(place)],
            value: None,
        }
    }
}
