//! What every kind of node has in common, and the list of kinds. A new kind is one file beside this
//! one and one line in the list.

use crate::catalogue::{Kind, Outcome};
use crate::check::NodeCheck;
use crate::program::{Around, Program};
use crate::walk::{Event, Next, Reason, Turn};
use office::{Office, PersonId, ScheduleId};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};
use spoken::Lang;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

/// One kind of node: the implementing type holds a node's parameters.
pub(crate) trait Behaviour: Sized + Clone + Debug + DeserializeOwned {
    /// What such a node keeps while a caller is at it.
    type State: Clone + Debug + Default + PartialEq + Eq + Hash;

    /// How the palette and the inspector show it.
    const KIND: Kind;

    /// The outcomes it has with its present parameters.
    fn outcomes(&self, _around: &Around<'_>) -> Vec<Outcome> {
        Self::KIND.fixed_outcomes()
    }

    /// A caller comes to it.
    fn enter(&self, state: &mut Self::State, turn: &mut Turn<'_, '_>) -> Next;

    /// Something happens while the caller is at it.
    fn on(&self, _state: &mut Self::State, _turn: &mut Turn<'_, '_>, _event: &Event) -> Next {
        Next::Stay
    }

    /// What this kind alone can find wrong with its parameters. Ranges, references, expressions,
    /// templates and prompts are checked for all kinds alike.
    fn check(&self, _check: &mut NodeCheck<'_, '_>) {}

    /// The variables that are set when it is left by an outcome.
    fn sets(&self) -> Vec<(&'static str, &str)> {
        Vec::new()
    }

    /// What it does with a caller who neither presses a key nor finds anybody.
    fn in_silence(&self, _around: &Around<'_>) -> Silence {
        Silence::default()
    }

    /// Whether a circle of nodes with this one in it gives the caller time or something to do.
    fn paces(&self) -> bool {
        Self::KIND.paces
    }

    /// Whether the call leaves the flow here.
    fn leaves(&self) -> bool {
        false
    }

    /// Whether a person or a mailbox is offered to the caller here.
    fn offers(&self) -> bool {
        Self::KIND.offers
    }

    /// What may decide by its hours here, and where callers may be led from here.
    fn touches(&self, _around: &Around<'_>) -> Vec<Touches> {
        Vec::new()
    }

    /// Whether a caller may find a person here at a moment (milliseconds since 1970, UTC), where that
    /// is known only when they have dialled something.
    fn may_find_somebody(&self, _office: &Office, _at_unix_ms: i64) -> bool {
        false
    }

    /// Texts a voice speaks here besides the prompts.
    fn words(&self, _lang: Lang) -> Vec<String> {
        Vec::new()
    }
}

/// What a node does with a caller who neither presses a key nor finds anybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Silence {
    /// The outcomes that are still possible; `None` for all.
    pub(crate) outcomes: Option<&'static [&'static str]>,
    /// How long that takes at most.
    pub(crate) lasts: Duration,
}

impl Silence {
    /// Only these outcomes, after at most this time.
    pub(crate) fn only(outcomes: &'static [&'static str], lasts: Duration) -> Self {
        Self {
            outcomes: Some(outcomes),
            lasts,
        }
    }

    /// Any outcome, after at most this time.
    pub(crate) fn after(lasts: Duration) -> Self {
        Self {
            outcomes: None,
            lasts,
        }
    }
}

/// Something with hours, or that leads to what has some.
#[derive(Clone, Debug)]
pub(crate) enum Touches {
    /// A schedule is asked.
    Schedule(ScheduleId),
    /// A person is called.
    Person(PersonId),
    /// A number inside is called.
    Number(String),
    /// Another flow is walked.
    Flow(Arc<Program>),
}

macro_rules! kinds {
    ($($module:ident::$name:ident),* $(,)?) => {
        $(mod $module;)*

        /// A node with its parameters read.
        #[derive(Clone, Debug)]
        pub(crate) enum Node {
            $($name(Box<$module::$name>),)*
            /// A node whose kind is unknown or whose parameters cannot be read.
            Broken(Reason),
        }

        /// What the node a caller is at keeps.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        pub(crate) enum State {
            #[default]
            Nothing,
            $($name(<$module::$name as Behaviour>::State),)*
        }

        /// All kinds, in the order of the palette.
        pub(crate) static ALL: &[Kind] = &[$(<$module::$name as Behaviour>::KIND),*];

        impl Node {
            /// Reads the parameters of a node.
            pub(crate) fn read(kind: &str, data: &Map<String, Json>) -> Self {
                $(if kind == <$module::$name as Behaviour>::KIND.kind {
                    return match parse::<$module::$name>(data) {
                        Ok(node) => Self::$name(Box::new(node)),
                        Err(reason) => Self::Broken(reason),
                    };
                })*
                Self::Broken(Reason::new("unknownKind").with("kind", kind.chars().take(40).collect::<String>()))
            }

            pub(crate) fn kind(&self) -> Option<&'static Kind> {
                let kind = match self {
                    $(Self::$name(_) => <$module::$name as Behaviour>::KIND.kind,)*
                    Self::Broken(_) => return None,
                };
                crate::catalogue::find(kind)
            }

            pub(crate) fn outcomes(&self, around: &Around<'_>) -> Vec<Outcome> {
                match self {
                    $(Self::$name(node) => node.outcomes(around),)*
                    Self::Broken(_) => Vec::new(),
                }
            }

            pub(crate) fn enter(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
                match self {
                    $(Self::$name(node) => {
                        let mut own = Default::default();
                        let next = node.enter(&mut own, turn);
                        *state = State::$name(own);
                        next
                    })*
                    Self::Broken(reason) => Next::Fail(reason.clone()),
                }
            }

            pub(crate) fn on(&self, state: &mut State, turn: &mut Turn<'_, '_>, event: &Event) -> Next {
                match (self, state) {
                    $((Self::$name(node), State::$name(own)) => node.on(own, turn, event),)*
                    _ => Next::Stay,
                }
            }

            pub(crate) fn check(&self, check: &mut NodeCheck<'_, '_>) {
                match self {
                    $(Self::$name(node) => node.check(check),)*
                    Self::Broken(_) => {}
                }
            }

            pub(crate) fn sets(&self) -> Vec<(&'static str, &str)> {
                match self {
                    $(Self::$name(node) => node.sets(),)*
                    Self::Broken(_) => Vec::new(),
                }
            }

            pub(crate) fn in_silence(&self, around: &Around<'_>) -> Silence {
                match self {
                    $(Self::$name(node) => node.in_silence(around),)*
                    Self::Broken(_) => Silence::default(),
                }
            }

            pub(crate) fn paces(&self) -> bool {
                match self {
                    $(Self::$name(node) => node.paces(),)*
                    Self::Broken(_) => false,
                }
            }

            pub(crate) fn leaves(&self) -> bool {
                match self {
                    $(Self::$name(node) => node.leaves(),)*
                    Self::Broken(_) => false,
                }
            }

            pub(crate) fn offers(&self) -> bool {
                match self {
                    $(Self::$name(node) => node.offers(),)*
                    Self::Broken(_) => false,
                }
            }

            pub(crate) fn touches(&self, around: &Around<'_>) -> Vec<Touches> {
                match self {
                    $(Self::$name(node) => node.touches(around),)*
                    Self::Broken(_) => Vec::new(),
                }
            }

            pub(crate) fn may_find_somebody(&self, office: &Office, at_unix_ms: i64) -> bool {
                match self {
                    $(Self::$name(node) => node.may_find_somebody(office, at_unix_ms),)*
                    Self::Broken(_) => false,
                }
            }

            pub(crate) fn words(&self, lang: Lang) -> Vec<String> {
                match self {
                    $(Self::$name(node) => node.words(lang),)*
                    Self::Broken(_) => Vec::new(),
                }
            }
        }
    };
}

pub(crate) use dial::may_be_outside;
pub(crate) use park::has_lot;

kinds! {
    entry::Entry,
    hangup::Hangup,
    goto::Goto,
    return_::Return,
    play::Play,
    pause::Pause,
    set_language::SetLanguage,
    menu::Menu,
    collect::Collect,
    pin::Pin,
    directory::Directory,
    record::Record,
    dial::Dial,
    ring_group::RingGroup,
    enqueue::Enqueue,
    voicemail::Voicemail,
    conference::Conference,
    park::Park,
    time_condition::TimeCondition,
    mode_switch::ModeSwitch,
    caller_match::CallerMatch,
    condition::Condition,
    availability::Availability,
    split::Split,
    loop_::Loop,
    set_var::SetVar,
    label::Label,
    http_request::Request,
    lookup::Lookup,
    notify::Notify,
    call_recording::CallRecording,
    subflow::Subflow,
}

fn parse<K: Behaviour>(data: &Map<String, Json>) -> Result<K, Reason> {
    let whole = Json::Object(K::KIND.complete(data));
    serde_path_to_error::deserialize(whole).map_err(|error| {
        let field = error.path().to_string();
        Reason::new("badParameter").with("field", field.chars().take(80).collect::<String>())
    })
}
