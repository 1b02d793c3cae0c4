//! E06 and E07 for all kinds alike: whether parameters are filled in, within their ranges, of the
//! right type, and refer to what exists.

use super::{Checking, Level, NodeCheck};
use crate::Type;
use crate::catalogue::{Kind, Param, Refers, Takes};
use crate::expr::{BadExpr, Expr};
use crate::kinds::{Node, has_lot, may_be_outside};
use crate::limits::{MAX_SPOKEN_CHARS, MAX_VARIABLES};
use crate::prompt::Prompt;
use crate::queue::{ESTIMATE, RINGS_FOR, SAYS_EVERY, TIER_AFTER_MAX, WAITING, WRAP_UP_MAX};
use crate::target::{BadTarget, Target, TargetDocument, read_id};
use crate::template::{Template, is_name};
use crate::walk::BUILT_IN;
use office::{
    CallerListId, ConferenceRoomId, DeviceId, Dialled, FlowId, Language, MailboxId, ModeId, Office,
    PersonId, PinSetId, ScheduleId, TimeZone,
};
use serde_json::{Map, Value as Json};
use std::collections::HashSet;

/// What a node's parameters say, each looked at for itself.
pub(super) fn node(checking: &mut Checking<'_>, index: usize) {
    let Some(checkable) = checking.nodes.get(index) else {
        return;
    };
    let node = checkable.node;
    let broken = match &checkable.does {
        Node::Broken(reason) => Some(reason.params.get("field").cloned().unwrap_or_default()),
        _ => None,
    };
    let Some(kind) = crate::catalogue::find(node.kind()) else {
        let kind = node.kind().chars().take(40).collect::<String>();
        let found = checking.find_at(index, "E07", Level::Error);
        found.variant("unknownKind").with("kind", kind);
        return;
    };
    let before = checking.errors();
    let mut check = NodeCheck { checking, index };
    for param in kind.params {
        match node.data.get(param.name).filter(|value| !value.is_null()) {
            Some(value) => check.param(kind, param, value),
            None if param.required && is_empty(&param.preset()) => check.not_filled_in(param),
            None => {}
        }
    }
    // What cannot be read has mostly been told already, and better.
    if let Some(field) = broken
        && checking.errors() == before
    {
        let found = checking.find_at(index, "E07", Level::Error);
        found
            .variant("unreadable")
            .field(&field)
            .with("field", field.as_str());
    }
}

/// What the flow as a whole says: variables and settings.
pub(super) fn whole(checking: &mut Checking<'_>) {
    let document = checking.document;
    if document.variables.len() > MAX_VARIABLES {
        let found = checking
            .find("E07", Level::Error)
            .variant("tooManyVariables");
        found.with("most", MAX_VARIABLES);
    }
    let mut seen = HashSet::new();
    for variable in document.variables.iter().take(MAX_VARIABLES) {
        let name = variable.name.as_str();
        let variant = if !is_name(name) || name.contains('.') {
            "variableName"
        } else if !seen.insert(name) {
            "variableTwice"
        } else if (variable.default.as_ref())
            .is_some_and(|json| !json.is_null() && variable.holds.read(json).is_none())
        {
            "variableDefault"
        } else {
            continue;
        };
        let found = checking.find("E07", Level::Error).variant(variant);
        found.with("variable", name.chars().take(40).collect::<String>());
    }
    let settings = &document.settings;
    for (field, id) in [
        ("onError", &settings.on_error),
        ("onCallerHangup", &settings.on_caller_hangup),
    ] {
        if let Some(id) = id.as_deref().filter(|id| !checking.index.contains_key(id)) {
            let found = checking
                .find("E06", Level::Error)
                .variant("node")
                .field(field);
            found
                .with("id", id.chars().take(64).collect::<String>())
                .fix_choose();
        }
    }
    if let Some(language) = settings.language.as_deref()
        && Language::parse(language).is_err()
    {
        let found = checking
            .find("E07", Level::Error)
            .variant("language")
            .field("language");
        found.with("language", language.chars().take(40).collect::<String>());
    }
    if let Some(zone) = settings.timezone.as_deref()
        && TimeZone::parse(zone).is_err()
    {
        let found = checking
            .find("E07", Level::Error)
            .variant("timeZone")
            .field("timezone");
        found.with("zone", zone.chars().take(40).collect::<String>());
    }
    if let Some(target) = &settings.last_resort
        && let Some((variant, what)) = judge_target(checking.around.office, target)
    {
        let found = checking
            .find("E06", Level::Error)
            .variant(variant)
            .field("lastResort");
        found
            .with("what", what)
            .with("id", target.id.as_str())
            .fix_choose();
    }
}

/// The variables a node asks for, whether they exist or not.
pub(super) fn reads(kind: &Kind, data: &Map<String, Json>) -> Vec<String> {
    let mut names = Vec::new();
    for param in kind.params {
        let Some(value) = data.get(param.name) else {
            continue;
        };
        match param.takes {
            Takes::Template => names.extend(template_names(value)),
            Takes::Expression => names.extend(expr_names(value)),
            Takes::Cases => entries(value).for_each(|it| names.extend(expr_names_in(it, "expr"))),
            Takes::Assignments => {
                entries(value).for_each(|it| names.extend(expr_names_in(it, "value")));
            }
            Takes::Headers => {
                let values = entries(value).filter_map(|header| header.get("value"));
                values.for_each(|value| names.extend(template_names(value)));
            }
            Takes::Prompts => prompts(value)
                .iter()
                .for_each(|it| names.extend(prompt_names(it))),
            Takes::Hears => {
                let list = value.get("prompts").map(prompts).unwrap_or_default();
                list.iter().for_each(|it| names.extend(prompt_names(it)));
            }
            _ => {}
        }
    }
    names
}

impl NodeCheck<'_, '_> {
    fn param(&mut self, kind: &Kind, param: &Param, value: &Json) {
        if param.required && is_empty(value) {
            return self.not_filled_in(param);
        }
        self.range(param, value);
        match param.takes {
            Takes::Choice => self.choice(param, value),
            Takes::Ref => self.reference(param, value),
            Takes::Refs => entries(value).for_each(|each| self.reference(param, each)),
            Takes::Prompts => self.prompts(param, value),
            Takes::Hears => {
                if let Some(list) = value.get("prompts") {
                    self.prompts(param, list);
                }
            }
            Takes::Template => self.template(param, value),
            Takes::Headers => {
                let values = entries(value).filter_map(|header| header.get("value"));
                values.for_each(|value| self.template(param, value));
            }
            Takes::Expression => {
                self.expression(param, value);
            }
            Takes::Cases => {
                for case in entries(value) {
                    let got = self.expression(param, case.get("expr").unwrap_or(&Json::Null));
                    if let Some(got) = got.filter(|got| *got != Type::Bool) {
                        let found = self.error("E07").variant("type").field(param.name);
                        found.with("got", got.to_string()).with("wanted", "bool");
                    }
                }
            }
            Takes::Assignments => {
                for assignment in entries(value) {
                    self.assignment(kind, param, assignment);
                }
            }
            Takes::Saves => {
                let names = entries(value).filter_map(|save| save.get("var")?.as_str());
                names.for_each(|name| self.declared(param, name));
            }
            Takes::Variable => self.declared(param, value.as_str().unwrap_or("")),
            Takes::Targets => self.targets(kind, param, value),
            Takes::QueueRules => self.queue_rules(param, value),
            Takes::RouteTarget => self.route_target(param, value),
            Takes::TextList if !param.values.is_empty() => {
                entries(value).for_each(|each| self.choice(param, each));
            }
            _ => {}
        }
    }

    fn not_filled_in(&mut self, param: &Param) {
        match param.refers {
            Some(refers) => self.missing_or_none(param.name, refers, ""),
            // Those kinds that cannot do without tell it themselves.
            None if param.takes == Takes::Hears => {}
            None => {
                self.error("E07")
                    .variant("required")
                    .field(param.name)
                    .fix_choose();
            }
        }
    }

    fn range(&mut self, param: &Param, value: &Json) {
        let (size, variant) = match value {
            Json::Number(number) => match number.as_i64() {
                Some(number) => (number, "range"),
                None => return,
            },
            Json::String(text) => (text.chars().count() as i64, "tooLong"),
            Json::Array(list) => (list.len() as i64, "tooMany"),
            Json::Null | Json::Bool(_) | Json::Object(_) => return,
        };
        let below = param.min.filter(|min| size < *min && variant == "range");
        let above = param.max.filter(|max| size > *max);
        if let Some(bound) = below.or(above) {
            let found = self.error("E07").variant(variant).field(param.name);
            let found = found.with("got", size).with("bound", bound);
            let found = match (param.min, param.max) {
                (Some(min), Some(max)) => found.with("min", min).with("max", max),
                _ => found,
            };
            if variant == "range" {
                found.set_field(param.name, bound.into());
            }
        }
    }

    fn choice(&mut self, param: &Param, value: &Json) {
        let known = value
            .as_str()
            .is_some_and(|text| param.values.contains(&text));
        if !known {
            let found = self.error("E07").variant("choice").field(param.name);
            let found = found.with("got", shown(value));
            if param.takes == Takes::Choice {
                found.set_field(param.name, param.preset());
            }
        }
    }

    fn reference(&mut self, param: &Param, value: &Json) {
        let Some(refers) = param.refers else { return };
        let id = value.as_str().unwrap_or("");
        if id.is_empty() && !param.required {
            return;
        }
        let exists = read_id(id).is_some_and(|id| self.exists(refers, id));
        if !exists {
            self.missing_or_none(param.name, refers, id);
        }
    }

    /// What cannot be chosen because the office has no such things yet is a warning: callers take
    /// the node's outcome for failures.
    fn missing_or_none(&mut self, field: &str, refers: Refers, id: &str) {
        let has_none = match refers {
            Refers::RingGroup => !self.around().flows.has_ring_group(),
            Refers::Queue => self.around().flows.queues().next().is_none(),
            Refers::Table => true,
            Refers::Lot => !self.around().office.settings().parking.on,
            _ => false,
        };
        if has_none {
            let found = self.warn("E06").variant("noneYet").field(field);
            found.with("what", refers.name());
        } else {
            self.missing(field, refers, Some(id));
        }
    }

    fn exists(&self, refers: Refers, id: i64) -> bool {
        let around = self.around();
        let office = around.office;
        match refers {
            Refers::Person => office.person(PersonId(id)).is_some(),
            Refers::Device => office.device(DeviceId(id)).is_some(),
            Refers::Mailbox => office.mailbox(MailboxId(id)).is_some(),
            Refers::Room => office.room(ConferenceRoomId(id)).is_some(),
            Refers::Schedule => office.schedule(ScheduleId(id)).is_some(),
            Refers::Sound => around.sounds.contains_key(&id),
            Refers::Flow => office.flow(FlowId(id)).is_some(),
            Refers::Mode => office.mode(ModeId(id)).is_some(),
            Refers::PinSet => office.pin_set(PinSetId(id)).is_some(),
            Refers::CallerList => office.caller_list(CallerListId(id)).is_some(),
            Refers::Lot => has_lot(office, id),
            Refers::RingGroup => around.flows.ring_group(FlowId(id)).is_some(),
            Refers::Queue => around.flows.queue(FlowId(id)).is_some(),
            Refers::Table => false,
        }
    }

    fn prompts(&mut self, param: &Param, value: &Json) {
        for prompt in prompts(value) {
            match &prompt {
                Prompt::Audio { media_id } => {
                    let exists = read_id(media_id).is_some_and(|id| self.exists(Refers::Sound, id));
                    if !exists {
                        self.missing(param.name, Refers::Sound, Some(media_id));
                    }
                }
                Prompt::Tts { text, .. } => {
                    if text.is_empty() {
                        self.error("E07").variant("emptyText").field(param.name);
                    }
                    let chars = text.fill(usize::MAX, |_| None).chars().count();
                    if chars > MAX_SPOKEN_CHARS {
                        let found = self.error("E07").variant("tooLong").field(param.name);
                        found.with("got", chars).with("bound", MAX_SPOKEN_CHARS);
                    }
                    self.template_text(param, text);
                }
                Prompt::Value { value, .. } if value.is_empty() => {
                    self.error("E07").variant("emptyText").field(param.name);
                }
                Prompt::Value { .. } | Prompt::Silence { .. } => {}
            }
            if let Prompt::Value { .. } = &prompt {
                for name in prompt_names(&prompt) {
                    self.known(param, &name);
                }
            }
        }
    }

    fn template(&mut self, param: &Param, value: &Json) {
        if let Some(text) = value.as_str() {
            self.template_text(param, &Template::parse(text));
        }
    }

    fn template_text(&mut self, param: &Param, template: &Template) {
        if !template.is_whole() {
            self.error("E07").variant("template").field(param.name);
        }
        for name in template.variables() {
            self.known(param, name);
        }
    }

    /// A variable must be the call's or declared.
    fn known(&mut self, param: &Param, name: &str) {
        if self.type_of(name).is_none() {
            let found = self
                .error("E07")
                .variant("unknownVariable")
                .field(param.name);
            found.with("variable", name.chars().take(70).collect::<String>());
        }
    }

    /// A variable must be declared, so that it can be set.
    fn declared(&mut self, param: &Param, name: &str) {
        if name.is_empty() || self.variable(name).is_none() {
            let found = self.error("E07").variant("undeclared").field(param.name);
            found.with("variable", name.chars().take(70).collect::<String>());
        }
    }

    fn type_of(&self, name: &str) -> Option<Type> {
        let built_in = BUILT_IN.iter().find(|(known, _)| *known == name);
        built_in
            .map(|(_, holds)| *holds)
            .or_else(|| self.variable(name))
    }

    /// What an expression comes to, if it makes sense.
    fn expression(&mut self, param: &Param, value: &Json) -> Option<Type> {
        let judged = Expr::read(value).and_then(|expr| expr.judge(&|name| self.type_of(name)));
        let bad = match judged {
            Ok(comes_to) => return Some(comes_to),
            Err(bad) => bad,
        };
        let found = self.error("E07").field(param.name);
        match bad {
            BadExpr::Form => found.variant("expression"),
            BadExpr::TooDeep => found.variant("tooDeep"),
            BadExpr::UnknownOp(op) => found.variant("unknownOp").with("op", op),
            BadExpr::Arguments(op) => found.variant("arguments").with("op", op.name()),
            BadExpr::Pattern => found.variant("pattern"),
            BadExpr::UnknownVariable(name) => {
                found.variant("unknownVariable").with("variable", name)
            }
            BadExpr::Types { op, got } => found
                .variant("operand")
                .with("op", op)
                .with("got", got.to_string()),
        };
        None
    }

    fn assignment(&mut self, kind: &Kind, param: &Param, assignment: &Json) {
        let name = assignment.get("name").and_then(Json::as_str).unwrap_or("");
        let value = assignment.get("value").unwrap_or(&Json::Null);
        let got = self.expression(param, value);
        if kind.kind == "subflow" {
            // What another flow takes is its own affair; see its check.
            return;
        }
        self.declared(param, name);
        if let Some((wanted, got)) = self.variable(name).zip(got) {
            let digits = matches!((wanted, got), (Type::Number, Type::Digits));
            let number = matches!((wanted, got), (Type::Digits, Type::Number));
            if !wanted.takes(got) && !digits && !number {
                self.error("E07")
                    .variant("type")
                    .field(param.name)
                    .with("variable", name)
                    .with("got", got.to_string())
                    .with("wanted", wanted.to_string());
            }
        }
    }

    /// Whom a queue's own step names.
    fn queue_rules(&mut self, param: &Param, value: &Json) {
        for agent in value.get("agents").into_iter().flat_map(entries) {
            let id = agent.get("id").and_then(Json::as_str).unwrap_or("");
            if !read_id(id).is_some_and(|id| self.exists(Refers::Person, id)) {
                self.missing(&format!("{}.agents", param.name), Refers::Person, Some(id));
            }
        }
        let bounds = [
            ("ringFor", RINGS_FOR, false),
            ("wrapUp", (0, WRAP_UP_MAX), false),
            ("tierAfter", (0, TIER_AFTER_MAX), false),
            ("saysEvery", SAYS_EVERY, true),
            ("maxWaiting", WAITING, false),
            ("maxEstimate", ESTIMATE, true),
        ];
        for (name, (least, most), may_be_none) in bounds {
            let Some(got) = value.get(name).and_then(Json::as_u64) else {
                continue;
            };
            let range = u64::from(least)..=u64::from(most);
            if !(range.contains(&got) || may_be_none && got == 0) {
                let field = format!("{}.{name}", param.name);
                let found = self
                    .error("E07")
                    .variant("range")
                    .field(&field)
                    .with("got", got);
                found.with("min", least).with("max", most);
            }
        }
        let music = value
            .get("music")
            .and_then(|music| music.get("mediaId")?.as_str());
        if let Some(id) = music
            && !read_id(id).is_some_and(|id| self.exists(Refers::Sound, id))
        {
            self.missing(&format!("{}.music", param.name), Refers::Sound, Some(id));
        }
    }

    fn targets(&mut self, kind: &Kind, param: &Param, value: &Json) {
        let office = self.around().office;
        for target in entries(value) {
            let text = |key: &str| target.get(key).and_then(Json::as_str).unwrap_or("");
            let id = text("id").chars().take(64).collect::<String>();
            let number = read_id(&id);
            let refers = match text("type") {
                "user" => Refers::Person,
                "device" => Refers::Device,
                "ring_group" | "ringGroup" => Refers::RingGroup,
                // Callers wait for those of a queue; they are not rung.
                "queue" if kind.kind == "availability" => Refers::Queue,
                "number" => {
                    let variant = match office.resolve(&id) {
                        _ if id.is_empty() || id.starts_with('?') => "choose",
                        Dialled::Person(_) | Dialled::Outside(_) => continue,
                        Dialled::Unknown if may_be_outside(office, &id) => continue,
                        Dialled::Unknown => "noLine",
                        _ => "notAPerson",
                    };
                    let found = self.error("E06").variant(variant).field(param.name);
                    found.with("what", "number").with("id", id).fix_choose();
                    continue;
                }
                other => {
                    let other = other.chars().take(40).collect::<String>();
                    let found = self.error("E07").variant("choice").field(param.name);
                    found.with("got", other);
                    continue;
                }
            };
            if !number.is_some_and(|id| self.exists(refers, id)) {
                self.missing_or_none(param.name, refers, &id);
            }
        }
    }

    fn route_target(&mut self, param: &Param, value: &Json) {
        let target: TargetDocument = serde_json::from_value(value.clone()).unwrap_or_default();
        let Some((variant, what)) = judge_target(self.around().office, &target) else {
            return;
        };
        let found = self.error("E06");
        let id = target.id.chars().take(64).collect::<String>();
        let found = found.variant(variant).field(param.name).with("what", what);
        found.with("id", id).fix_choose();
    }
}

/// What is wrong with a target, if anything: the variant of E06 and what it refers to.
fn judge_target(office: &Office, target: &TargetDocument) -> Option<(&'static str, &'static str)> {
    let missing = |exists: bool, what| (!exists).then_some(("missing", what));
    match target.read() {
        Err(BadTarget::NotChosen) => Some(("choose", "target")),
        Err(BadTarget::UnknownKind(_)) => Some(("unknownTarget", "target")),
        Err(BadTarget::BadNumber(_)) => Some(("missing", "extension")),
        Ok(Target::Flow(id)) => missing(office.flow(id).is_some(), "flow"),
        Ok(Target::Person(id)) => missing(office.person(id).is_some(), "person"),
        Ok(Target::Extension(number)) => {
            missing(office.extension(number.as_str()).is_some(), "extension")
        }
        Ok(Target::Voicemail(id)) => missing(office.mailbox(id).is_some(), "mailbox"),
        Ok(Target::Conference(id)) => missing(office.room(id).is_some(), "room"),
        Ok(Target::Outside(_)) if office.trunks().len() > 0 => None,
        Ok(Target::Outside(_)) => Some(("noLine", "number")),
        Ok(Target::Hangup) => None,
    }
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(list) => list.is_empty(),
        Json::Bool(_) | Json::Number(_) | Json::Object(_) => false,
    }
}

fn shown(value: &Json) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(40).collect()
}

fn entries(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().into_iter().flatten()
}

fn prompts(value: &Json) -> Vec<Prompt> {
    use serde::Deserialize as _;
    entries(value)
        .filter_map(|json| Prompt::deserialize(json).ok())
        .collect()
}

fn prompt_names(prompt: &Prompt) -> Vec<String> {
    match prompt {
        Prompt::Tts { text, .. } => text.variables().map(str::to_owned).collect(),
        Prompt::Value { value, .. } if is_name(value.trim()) => vec![value.trim().to_owned()],
        Prompt::Value { value, .. } => Template::parse(value)
            .variables()
            .map(str::to_owned)
            .collect(),
        Prompt::Audio { .. } | Prompt::Silence { .. } => Vec::new(),
    }
}

fn template_names(value: &Json) -> Vec<String> {
    let template = Template::parse(value.as_str().unwrap_or(""));
    template.variables().map(str::to_owned).collect()
}

fn expr_names_in(entry: &Json, key: &str) -> Vec<String> {
    entry.get(key).map(expr_names).unwrap_or_default()
}

fn expr_names(value: &Json) -> Vec<String> {
    let Ok(expr) = Expr::read(value) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    expr.variables(&mut names);
    names.into_iter().map(str::to_owned).collect()
}
