//! The kinds of nodes as the palette and the inspector show them: what each is called, which
//! parameters it has and which outcomes.

use serde::Serialize;
use serde_json::{Map, Value as Json};

/// A kind of node.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kind {
    /// As documents write it.
    pub kind: &'static str,
    /// Where the palette shows it.
    pub group: Group,
    /// Its picture, by its lucide name.
    pub icon: &'static str,
    /// Whether the caller's telephone is answered for it: from there on they pay.
    pub answers: bool,
    /// Its parameters, in the order of the form.
    pub params: &'static [Param],
    /// The outcomes it has whatever its parameters.
    pub outcomes: &'static [FixedOutcome],
    /// Whether it can run after the caller has hung up.
    #[serde(skip)]
    pub quiet: bool,
    /// Whether a circle of nodes with this one in it gives the caller time or something to do.
    #[serde(skip)]
    pub paces: bool,
    /// Whether a person or a mailbox is offered to the caller there.
    #[serde(skip)]
    pub offers: bool,
    /// The outcome it takes when it cannot do what it should.
    #[serde(skip)]
    pub failure: Option<&'static str>,
}

/// Where the palette shows a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Group {
    /// Start and end.
    Start,
    /// Speak.
    Speak,
    /// Ask.
    Ask,
    /// Connect.
    Connect,
    /// Decide.
    Decide,
    /// Data and side effects.
    Data,
}

/// An outcome every node of a kind has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FixedOutcome {
    /// As edges write it.
    pub name: &'static str,
    /// What becomes of it where no edge leaves it.
    pub class: Class,
}

/// An outcome of a node with its present parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// As edges write it.
    pub name: String,
    /// What becomes of it where no edge leaves it.
    pub class: Class,
    /// What the office calls it ("Sales" for a key), if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// What becomes of an outcome that no edge leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Publishing is refused.
    Required,
    /// Something sensible.
    Optional(Fallback),
    /// The call leaves the flow.
    Terminal,
}

/// Where an optional outcome without an edge leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// Where another outcome of the node leads.
    Outcome(&'static str),
    /// The call ends.
    HangUp,
    /// To the node for failures.
    OnError,
    /// It does not occur.
    Ignored,
}

/// A parameter of a kind.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Param {
    /// As documents write it.
    pub name: &'static str,
    /// What is put in.
    #[serde(rename = "type")]
    pub takes: Takes,
    /// Whether it must be filled in.
    pub required: bool,
    /// What holds where a document says nothing.
    pub default: Preset,
    /// The least number, or the fewest entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The greatest number, the most characters, or the most entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// What can be chosen.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub values: &'static [&'static str],
    /// What kind of thing of the office is chosen.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub refers: Option<Refers>,
    /// Whether the form hides it at first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub advanced: bool,
}

/// What is put into a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "they are named like the widgets of the form")]
pub enum Takes {
    Text,
    LongText,
    Template,
    Integer,
    Seconds,
    Boolean,
    Choice,
    Ref,
    Refs,
    Prompts,
    Hears,
    Targets,
    Options,
    ExitKeys,
    Rules,
    Cases,
    Expression,
    Buckets,
    Assignments,
    Headers,
    Saves,
    RouteTarget,
    TextList,
    Language,
    Digits,
    Regex,
    /// How callers of a queue come to its agents.
    #[serde(rename = "queueSettings")]
    QueueRules,
    /// A variable's name; a text to the form.
    #[serde(rename = "text")]
    Variable,
}

/// A kind of thing of the office that a parameter refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "they are named like the things themselves")]
pub enum Refers {
    Person,
    Device,
    Mailbox,
    Room,
    Schedule,
    Sound,
    Flow,
    Mode,
    PinSet,
    CallerList,
    RingGroup,
    Queue,
    Lot,
    Table,
}

/// What holds where a document says nothing of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Preset {
    /// Nothing.
    Nothing,
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A text or a choice.
    Text(&'static str),
}

impl Refers {
    /// As the catalogue writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Device => "device",
            Self::Mailbox => "mailbox",
            Self::Room => "room",
            Self::Schedule => "schedule",
            Self::Sound => "sound",
            Self::Flow => "flow",
            Self::Mode => "mode",
            Self::PinSet => "pinSet",
            Self::CallerList => "callerList",
            Self::RingGroup => "ringGroup",
            Self::Queue => "queue",
            Self::Lot => "lot",
            Self::Table => "table",
        }
    }
}

impl Kind {
    /// A kind with neither parameters nor outcomes yet.
    pub(crate) const fn new(kind: &'static str, group: Group, icon: &'static str) -> Self {
        Self {
            kind,
            group,
            icon,
            answers: false,
            params: &[],
            outcomes: &[],
            quiet: false,
            paces: false,
            offers: false,
            failure: None,
        }
    }

    /// With these parameters.
    pub(crate) const fn params(self, params: &'static [Param]) -> Self {
        Self { params, ..self }
    }

    /// With these fixed outcomes.
    pub(crate) const fn outcomes(self, outcomes: &'static [FixedOutcome]) -> Self {
        Self { outcomes, ..self }
    }

    /// The caller is answered for it.
    pub(crate) const fn answers(self) -> Self {
        Self {
            answers: true,
            ..self
        }
    }

    /// It can run after the caller has hung up.
    pub(crate) const fn quiet(self) -> Self {
        Self {
            quiet: true,
            ..self
        }
    }

    /// It gives the caller time or something to do.
    pub(crate) const fn paces(self) -> Self {
        Self {
            paces: true,
            ..self
        }
    }

    /// A person or a mailbox is offered there.
    pub(crate) const fn offers(self) -> Self {
        Self {
            offers: true,
            ..self
        }
    }

    /// The outcome it takes when it cannot do what it should.
    pub(crate) const fn fails_by(self, outcome: &'static str) -> Self {
        Self {
            failure: Some(outcome),
            ..self
        }
    }

    /// The fixed outcomes as those of a node.
    #[must_use]
    pub fn fixed_outcomes(&self) -> Vec<Outcome> {
        self.outcomes
            .iter()
            .map(|fixed| Outcome {
                name: fixed.name.to_owned(),
                class: fixed.class,
                label: None,
            })
            .collect()
    }

    /// A node's data with every parameter it says nothing of set to its default.
    #[must_use]
    pub fn complete(&self, data: &Map<String, Json>) -> Map<String, Json> {
        let mut whole = data.clone();
        for param in self.params {
            let missing = whole.get(param.name).is_none_or(Json::is_null);
            if missing {
                whole.insert(param.name.to_owned(), param.preset());
            } else if let Some(number) = whole.get(param.name).and_then(Json::as_i64) {
                let within = param.within(number);
                if within != number {
                    whole.insert(param.name.to_owned(), within.into());
                }
            }
        }
        whole
    }
}

/// A required outcome.
pub(crate) const fn required(name: &'static str) -> FixedOutcome {
    FixedOutcome {
        name,
        class: Class::Required,
    }
}

/// An outcome that leads where another does unless it has an edge of its own.
pub(crate) const fn or_else(name: &'static str, other: &'static str) -> FixedOutcome {
    FixedOutcome {
        name,
        class: Class::Optional(Fallback::Outcome(other)),
    }
}

/// An outcome after which the call ends unless it has an edge.
pub(crate) const fn or_hang_up(name: &'static str) -> FixedOutcome {
    FixedOutcome {
        name,
        class: Class::Optional(Fallback::HangUp),
    }
}

/// An outcome that is a failure unless it has an edge.
pub(crate) const fn or_fail(name: &'static str) -> FixedOutcome {
    FixedOutcome {
        name,
        class: Class::Optional(Fallback::OnError),
    }
}

/// An outcome that does not occur unless it has an edge.
pub(crate) const fn or_ignore(name: &'static str) -> FixedOutcome {
    FixedOutcome {
        name,
        class: Class::Optional(Fallback::Ignored),
    }
}

impl Outcome {
    /// A required outcome that depends on a node's parameters.
    pub(crate) fn required(name: String, label: &str) -> Self {
        Self {
            name,
            class: Class::Required,
            label: (!label.is_empty()).then(|| label.to_owned()),
        }
    }
}

impl Param {
    /// An optional parameter without a default.
    pub(crate) const fn new(name: &'static str, takes: Takes) -> Self {
        Self {
            name,
            takes,
            required: false,
            default: Preset::Nothing,
            min: None,
            max: None,
            values: &[],
            refers: None,
            advanced: false,
        }
    }

    /// A reference to one thing of the office.
    pub(crate) const fn reference(name: &'static str, refers: Refers) -> Self {
        let mut param = Self::new(name, Takes::Ref);
        param.refers = Some(refers);
        param
    }

    /// A choice of these; the first holds where nothing is said.
    pub(crate) const fn choice(name: &'static str, values: &'static [&'static str]) -> Self {
        let mut param = Self::new(name, Takes::Choice);
        param.values = values;
        if let [first, ..] = values {
            param.default = Preset::Text(first);
        }
        param
    }

    /// It must be filled in.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// A number that holds where nothing is said.
    pub(crate) const fn number(mut self, number: i64) -> Self {
        self.default = Preset::Number(number);
        self
    }

    /// Yes or no, where nothing is said.
    pub(crate) const fn flag(mut self, flag: bool) -> Self {
        self.default = Preset::Flag(flag);
        self
    }

    /// A text that holds where nothing is said.
    pub(crate) const fn text(mut self, text: &'static str) -> Self {
        self.default = Preset::Text(text);
        self
    }

    /// Between these.
    pub(crate) const fn range(mut self, min: i64, max: i64) -> Self {
        self.min = Some(min);
        self.max = Some(max);
        self
    }

    /// The form hides it at first.
    pub(crate) const fn advanced(mut self) -> Self {
        self.advanced = true;
        self
    }

    /// What holds where nothing is said, as documents would write it.
    #[must_use]
    pub fn preset(&self) -> Json {
        match (self.default, self.takes) {
            (Preset::Number(number), _) => number.into(),
            (Preset::Flag(flag), _) => flag.into(),
            (Preset::Text(text), _) => text.into(),
            (
                Preset::Nothing,
                Takes::Integer
                | Takes::Seconds
                | Takes::Expression
                | Takes::RouteTarget
                | Takes::QueueRules
                | Takes::Hears,
            ) => Json::Null,
            (Preset::Nothing, Takes::Boolean) => false.into(),
            (
                Preset::Nothing,
                Takes::Text
                | Takes::LongText
                | Takes::Template
                | Takes::Choice
                | Takes::Ref
                | Takes::Language
                | Takes::Digits
                | Takes::Regex
                | Takes::Variable,
            ) => "".into(),
            (Preset::Nothing, _) => Json::Array(Vec::new()),
        }
    }

    fn within(&self, number: i64) -> i64 {
        let number = self.min.map_or(number, |min| number.max(min));
        self.max.map_or(number, |max| number.min(max))
    }
}

impl Serialize for Class {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(match self {
            Self::Required => "required",
            Self::Optional(_) => "optional",
            Self::Terminal => "terminal",
        })
    }
}

/// All kinds, in the order of the palette.
#[must_use]
pub fn kinds() -> &'static [Kind] {
    crate::kinds::ALL
}

/// The kind of that name.
#[must_use]
pub fn find(kind: &str) -> Option<&'static Kind> {
    kinds().iter().find(|known| known.kind == kind)
}
