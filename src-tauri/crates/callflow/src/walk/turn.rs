//! A node's turn: what it may look at and what it can have done.

use super::{About, Act, Call, Frame, Reason, TraceEvent};
use crate::catalogue::Refers;
use crate::limits::{MAX_SPOKEN_CHARS, MAX_VALUE_CHARS};
use crate::program::{Flows, Step};
use crate::prompt::{Hears, HearsDocument, Prompt, Saying, Sound};
use crate::queues::{Joins, QueueId};
use crate::target::read_id;
use crate::template::Template;
use crate::value::Value;
use office::{Coming, Dialled, Language, Office, Openness, PersonId, schedule::OpenState};
use spoken::{Lang, Phrase};
use std::sync::Arc;
use std::time::Duration;

/// A node's turn.
pub(crate) struct Turn<'a, 'o> {
    about: &'a About<'o>,
    call: &'a mut Call,
    frame: &'a mut Frame,
    step: &'a Step,
    acts: &'a mut Vec<Act>,
}

/// What stands for keys that are nobody's business.
pub(crate) const MASKED: &str = "•••";

impl<'a, 'o> Turn<'a, 'o> {
    pub(super) fn new(
        about: &'a About<'o>,
        call: &'a mut Call,
        frame: &'a mut Frame,
        step: &'a Step,
        acts: &'a mut Vec<Act>,
    ) -> Self {
        Self {
            about,
            call,
            frame,
            step,
            acts,
        }
    }

    pub(crate) fn about(&self) -> &'a About<'o> {
        self.about
    }

    pub(crate) fn office(&self) -> &'o Office {
        self.about.office
    }

    pub(crate) fn flows(&self) -> Arc<Flows> {
        Arc::clone(&self.call.flows)
    }

    /// This step, as a queue.
    pub(crate) fn step(&self) -> QueueId {
        QueueId {
            flow: self.frame.flow,
            step: Arc::clone(&self.step.id),
        }
    }

    /// What people call the flow.
    pub(crate) fn flow_name(&self) -> &str {
        self.frame.program.name()
    }

    pub(crate) fn facts(&self) -> &super::CallFacts {
        &self.call.facts
    }

    /// Who of the office calls, if they do.
    pub(crate) fn caller(&self) -> Option<PersonId> {
        let facts = &self.call.facts;
        let number = facts.caller_number.as_deref().filter(|_| facts.internal)?;
        match self.office().resolve(number) {
            Dialled::Person(person) => Some(person.id),
            _ => None,
        }
    }

    /// Whether the caller has hung up.
    pub(crate) fn is_gone(&self) -> bool {
        self.call.gone
    }

    /// Whether an edge leaves an outcome of this node.
    pub(crate) fn is_connected(&self, outcome: &str) -> bool {
        self.step.exit(outcome).is_some()
    }

    pub(crate) fn act(&mut self, act: Act) {
        self.acts.push(act);
    }

    /// Answers the caller's telephone, unless that has been done.
    pub(crate) fn answer(&mut self) {
        if !self.call.answered && !self.call.gone {
            self.call.answered = true;
            self.act(Act::Answer);
        }
    }

    /// Says prompts. Whether there is anything to say; if not, nothing is told.
    pub(crate) fn say(&mut self, prompts: &[Prompt], interruptible: bool) -> bool {
        let sounds = self.sounds(prompts);
        self.say_sounds(sounds, interruptible)
    }

    /// Says sounds. Whether there is anything to say; if not, nothing is told.
    pub(crate) fn say_sounds(&mut self, sounds: Vec<Sound>, interruptible: bool) -> bool {
        if sounds.is_empty() {
            return false;
        }
        self.answer();
        self.tell(TraceEvent::Prompt);
        self.act(Act::Say {
            sounds,
            interruptible,
        });
        true
    }

    /// Whether the caller's telephone has been answered.
    pub(crate) fn is_answered(&self) -> bool {
        self.call.answered
    }

    /// Lets the caller hear something while they wait. A telephone that rings needs no answer.
    pub(crate) fn hear(&mut self, hears: &HearsDocument) {
        self.answer();
        let hears = self.hears(hears);
        self.act(Act::Hear(hears));
    }

    /// Lets the caller wait in a queue, or wait on. They leave it when they go on from this step.
    pub(crate) fn enqueue(&mut self, joins: Joins) {
        self.call.queued = true;
        self.act(Act::Enqueue(joins));
    }

    pub(crate) fn wait(&mut self, wait: Duration) {
        self.act(Act::Wait(wait));
    }

    /// Keeps a key for the next question.
    pub(crate) fn keep_key(&mut self, key: char) {
        self.call.keep_key(key);
    }

    /// The first key that was kept.
    pub(crate) fn next_key(&mut self) -> Option<char> {
        if self.call.keys.is_empty() {
            None
        } else {
            Some(self.call.keys.remove(0))
        }
    }

    /// Forgets the keys that were kept: they were pressed for somebody else.
    pub(crate) fn forget_keys(&mut self) {
        self.call.keys.clear();
    }

    pub(crate) fn tell_key(&mut self, key: char) {
        let digits = key.to_string();
        self.tell(TraceEvent::Digit { digits });
    }

    pub(crate) fn tell_digits(&mut self, digits: &str, sensitive: bool) {
        let digits = if sensitive { MASKED } else { digits }.to_owned();
        self.tell(TraceEvent::Digit { digits });
    }

    /// Tells why the node decides as it does.
    pub(crate) fn tell_because(&mut self, reason: Reason) {
        self.tell(TraceEvent::Because { reason });
    }

    fn tell(&mut self, event: TraceEvent) {
        let act = (self.call).trace(self.about, Some(self.frame), &self.step.id, event);
        self.act(act);
    }

    pub(crate) fn tell_fault(&mut self, reason: Reason) {
        self.tell(TraceEvent::Fault { reason });
    }

    /// What a variable holds, those of the call itself among them.
    pub(crate) fn value(&self, name: &str) -> Option<Value> {
        let facts = &self.call.facts;
        let text = |text: &Option<String>| text.as_deref().map(Value::text);
        match name {
            "caller.number" => text(&facts.caller_number),
            "caller.name" => text(&facts.caller_name),
            "caller.internal" => Some(Value::Bool(facts.internal)),
            "caller.anonymous" => Some(Value::Bool(facts.caller_number.is_none())),
            "called.number" => Some(Value::text(&facts.called_number)),
            "call.id" => Some(Value::text(&facts.call)),
            "now" => Some(Value::Moment(self.about.unix_ms)),
            name => self.frame.variables.get(name).cloned(),
        }
    }

    /// Sets a variable the flow declares, brought to its type. Nothing is set where it does not fit,
    /// and the trace says so.
    pub(crate) fn set(&mut self, name: &str, value: Value, sensitive: bool) {
        let Some(held) = self.frame.program.variables.get(name) else {
            return self.tell_fault(Reason::new("valueDoesNotFit").with("variable", name));
        };
        let sensitive = sensitive || held.sensitive;
        let Some(value) = held.holds.convert(value) else {
            return self.tell_fault(Reason::new("valueDoesNotFit").with("variable", name));
        };
        let shown = if sensitive {
            MASKED.to_owned()
        } else {
            value.to_string()
        };
        self.frame.variables.insert(name.to_owned(), value);
        self.tell(TraceEvent::Var {
            variable: name.to_owned(),
            value: shown,
        });
    }

    /// What a declared variable holds, as a type.
    pub(crate) fn type_of(&self, name: &str) -> Option<crate::Type> {
        self.frame
            .program
            .variables
            .get(name)
            .map(|held| held.holds)
    }

    /// A template with its gaps filled.
    pub(crate) fn fill(&self, template: &Template) -> String {
        template.fill(MAX_VALUE_CHARS, |name| self.value(name))
    }

    /// How often the caller has come to this node in this call, this time among them.
    pub(crate) fn count(&mut self) -> u32 {
        let count = self.frame.counts.entry(self.frame.at).or_default();
        *count = count.saturating_add(1);
        *count
    }

    /// Counts anew.
    pub(crate) fn forget_count(&mut self) {
        self.frame.counts.remove(&self.frame.at);
    }

    /// Why the caller would come to a mailbox now.
    pub(crate) fn coming(&self) -> Coming {
        self.call.coming
    }

    /// The caller goes on as these hours say. Those asked last count.
    pub(crate) fn go_by(&mut self, openness: &Openness) {
        self.call.coming = match openness.state {
            OpenState::Open => Coming::Unanswered,
            OpenState::Closed | OpenState::Holiday | OpenState::Break => {
                self.call.coming.by_closed(openness.greeting)
            }
        };
    }

    /// A number below `sides`, by lot.
    pub(crate) fn draw(&mut self, sides: u64) -> u64 {
        self.call.draw(sides)
    }

    /// The next clip's number.
    pub(crate) fn new_clip(&mut self) -> u32 {
        self.call.clips = self.call.clips.saturating_add(1);
        self.call.clips
    }

    /// The id a parameter refers to.
    ///
    /// # Errors
    /// Nothing has been chosen: the node cannot do what it should.
    pub(crate) fn chosen(&self, reference: &str, what: Refers) -> Result<i64, super::Next> {
        read_id(reference)
            .ok_or_else(|| super::Next::Fail(Reason::new("notChosen").with("what", what.name())))
    }

    pub(crate) fn set_language(&mut self, language: Language, voice: Option<String>) {
        self.call.language = Some(language);
        self.call.voice = voice;
    }

    /// The language the caller hears.
    pub(crate) fn language(&self) -> &Language {
        let own = self.call.language.as_ref();
        own.unwrap_or(&self.about.office.settings().language)
    }

    pub(crate) fn lang(&self) -> Lang {
        Lang::of(self.language())
    }

    /// Recorded phrases in the caller's language.
    pub(crate) fn phrases(&self, phrases: &[Phrase]) -> Vec<Sound> {
        let lang = self.lang();
        phrases
            .iter()
            .map(|phrase| Sound::phrase(lang, *phrase))
            .collect()
    }

    pub(crate) fn saying(&self) -> Saying<'_> {
        let zone = self
            .call
            .zone
            .unwrap_or(self.about.office.settings().time_zone);
        Saying {
            language: self.language(),
            zone: zone.rules(),
            unix_ms: self.about.unix_ms,
        }
    }

    /// Prompts as sounds; what cannot be said is left out.
    pub(crate) fn sounds(&self, prompts: &[Prompt]) -> Vec<Sound> {
        let saying = self.saying();
        let mut sounds = Vec::new();
        for prompt in prompts {
            match prompt {
                Prompt::Audio { media_id } => {
                    sounds.extend(read_id(media_id).map(|sound| Sound::Uploaded { sound }));
                }
                Prompt::Tts { text, voice } => {
                    let text = text.fill(MAX_SPOKEN_CHARS, |name| self.value(name));
                    let voice = voice.as_deref().or(self.call.voice.as_deref());
                    sounds.extend(saying.text(&text, voice));
                }
                Prompt::Value { value, spoken_as } => {
                    if let Some(value) = self.spoken_value(value) {
                        sounds.extend(saying.value(&value, *spoken_as));
                    }
                }
                Prompt::Silence { ms } => sounds.push(Sound::Silence {
                    ms: (*ms).clamp(50, 10_000),
                }),
            }
        }
        sounds
    }

    /// What a prompt's value names: a variable, or a text with gaps.
    fn spoken_value(&self, value: &str) -> Option<Value> {
        let name = value.trim();
        if crate::template::is_name(name) {
            return self.value(name);
        }
        let text = self.fill(&Template::parse(value));
        (!text.is_empty()).then(|| Value::text(&text))
    }

    pub(crate) fn hears(&self, hears: &HearsDocument) -> Hears {
        match hears {
            HearsDocument::Ringback => Hears::Ringback,
            HearsDocument::Silence => Hears::Silence,
            HearsDocument::Music(music) => Hears::Music((!music.is_empty()).then(|| music.clone())),
            HearsDocument::Prompts(prompts) => match self.sounds(prompts) {
                sounds if sounds.is_empty() => Hears::Music(None),
                sounds => Hears::Sounds(sounds),
            },
        }
    }
}

/// The variables every call has, with their types.
pub(crate) const BUILT_IN: [(&str, crate::Type); 7] = [
    ("caller.number", crate::Type::Text),
    ("caller.name", crate::Type::Text),
    ("caller.internal", crate::Type::Bool),
    ("caller.anonymous", crate::Type::Bool),
    ("called.number", crate::Type::Text),
    ("call.id", crate::Type::Text),
    ("now", crate::Type::Datetime),
];
