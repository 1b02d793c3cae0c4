//! Expressions: typed trees of constants, variables and operations.

use crate::limits::{MAX_EXPR_DEPTH, MAX_PATTERN_BYTES, MAX_PATTERN_CHARS};
use crate::{Type, Value};
use regex::{Regex, RegexBuilder};
use serde_json::Value as Json;
use std::cmp::Ordering;

/// An expression that has been read.
#[derive(Clone, Debug)]
pub enum Expr {
    /// Always the same.
    Const(Value),
    /// What a variable holds.
    Var(String),
    /// An operation on others.
    Op(Op, Vec<Expr>),
    /// Whether a text is of this form.
    Matches(Box<Expr>, Pattern),
}

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "they are named like the operations of documents"
)]
pub enum Op {
    And,
    Or,
    Not,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    StartsWith,
    IsSet,
    Concat,
    Add,
}

/// A regular expression of bounded size. Matching takes time linear in the text.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BadExpr {
    /// It has not the form of one.
    Form,
    /// It is nested too deep.
    TooDeep,
    /// There is no such operation.
    UnknownOp(String),
    /// The operation takes another number of parts.
    Arguments(Op),
    /// The pattern cannot be used.
    Pattern,
    /// There is no such variable.
    UnknownVariable(String),
    /// The operation cannot take this.
    Types {
        /// Which operation.
        op: &'static str,
        /// What it was given.
        got: Type,
    },
}

impl std::hash::Hash for Op {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// It is no pattern, or would take too much memory.
    pub fn parse(text: &str) -> Result<Self, BadExpr> {
        if text.chars().count() > MAX_PATTERN_CHARS {
            return Err(BadExpr::Pattern);
        }
        Self::compile(text)
    }

    fn compile(text: &str) -> Result<Self, BadExpr> {
        RegexBuilder::new(text)
            .size_limit(MAX_PATTERN_BYTES)
            .dfa_size_limit(MAX_PATTERN_BYTES)
            .nest_limit(32)
            .build()
            .map(Self)
            .map_err(|_| BadExpr::Pattern)
    }

    /// Compiles a pattern that a whole text must be of.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_whole(text: &str) -> Result<Self, BadExpr> {
        Self::parse(text)?;
        Self::compile(&format!("^(?:{text})$"))
    }

    /// Whether a text, or some part of it, is of this form.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl Op {
    /// As documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
            Self::Not => "not",
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::In => "in",
            Self::StartsWith => "starts_with",
            Self::IsSet => "is_set",
            Self::Concat => "concat",
            Self::Add => "add",
        }
    }

    const ALL: [Self; 14] = [
        Self::And,
        Self::Or,
        Self::Not,
        Self::Eq,
        Self::Ne,
        Self::Lt,
        Self::Le,
        Self::Gt,
        Self::Ge,
        Self::In,
        Self::StartsWith,
        Self::IsSet,
        Self::Concat,
        Self::Add,
    ];

    fn takes(self, arguments: usize) -> bool {
        match self {
            Self::And | Self::Or | Self::Concat | Self::Add => arguments >= 1,
            Self::Not | Self::IsSet => arguments == 1,
            Self::In => arguments >= 2,
            Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge | Self::StartsWith => {
                arguments == 2
            }
        }
    }
}

impl Expr {
    /// Reads an expression: `{"const": …}`, `{"var": …}` or `{"op": …, "args": […]}`.
    ///
    /// # Errors
    /// What is wrong with its form; types are [`judge`](Self::judge)d apart.
    pub fn read(json: &Json) -> Result<Self, BadExpr> {
        Self::read_at(json, 0)
    }

    fn read_at(json: &Json, depth: usize) -> Result<Self, BadExpr> {
        if depth > MAX_EXPR_DEPTH {
            return Err(BadExpr::TooDeep);
        }
        let object = json.as_object().ok_or(BadExpr::Form)?;
        if let Some(constant) = object.get("const") {
            let value = match constant {
                Json::Bool(yes) => Some(Value::Bool(*yes)),
                Json::Number(number) => number.as_f64().and_then(Value::number),
                Json::String(text) => Some(Value::text(text)),
                Json::Null | Json::Array(_) | Json::Object(_) => None,
            };
            return value.map(Self::Const).ok_or(BadExpr::Form);
        }
        if let Some(Json::String(name)) = object.get("var") {
            return Ok(Self::Var(name.chars().take(70).collect()));
        }
        let (Some(Json::String(op)), Some(Json::Array(args))) =
            (object.get("op"), object.get("args"))
        else {
            return Err(BadExpr::Form);
        };
        if op == "matches" {
            let [subject, pattern] = args.as_slice() else {
                return Err(BadExpr::Form);
            };
            let pattern = pattern.get("const").and_then(Json::as_str);
            let pattern = Pattern::parse(pattern.ok_or(BadExpr::Pattern)?)?;
            let subject = Self::read_at(subject, depth + 1)?;
            return Ok(Self::Matches(Box::new(subject), pattern));
        }
        let known = Op::ALL.into_iter().find(|known| known.name() == op);
        let known = known.ok_or_else(|| BadExpr::UnknownOp(op.chars().take(32).collect()))?;
        if !known.takes(args.len()) {
            return Err(BadExpr::Arguments(known));
        }
        let args: Result<_, _> = args
            .iter()
            .map(|arg| Self::read_at(arg, depth + 1))
            .collect();
        Ok(Self::Op(known, args?))
    }

    /// What it comes to; `None` where a value that is missing leaves nothing to say.
    #[must_use]
    pub fn value(&self, of: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
        match self {
            Self::Const(value) => Some(value.clone()),
            Self::Var(name) => of(name),
            Self::Matches(subject, pattern) => {
                let subject = subject.value(of);
                Some(Value::Bool(
                    subject.is_some_and(|value| pattern.fits(&value.to_string())),
                ))
            }
            Self::Op(op, args) => apply(*op, args, of),
        }
    }

    /// Whether it holds. What is missing does not hold.
    #[must_use]
    pub fn holds(&self, of: &dyn Fn(&str) -> Option<Value>) -> bool {
        self.value(of) == Some(Value::Bool(true))
    }

    /// What type it comes to, given the variables' types.
    ///
    /// # Errors
    /// The first thing in it that makes no sense.
    pub fn judge(&self, of: &dyn Fn(&str) -> Option<Type>) -> Result<Type, BadExpr> {
        let (op, args) = match self {
            Self::Const(value) => return Ok(type_of(value)),
            Self::Var(name) => {
                return of(name).ok_or_else(|| BadExpr::UnknownVariable(name.clone()));
            }
            Self::Matches(subject, _) => {
                let got = subject.judge(of)?;
                let texts = matches!(got, Type::Text | Type::Digits | Type::Number);
                let bad = BadExpr::Types { op: "matches", got };
                return if texts { Ok(Type::Bool) } else { Err(bad) };
            }
            Self::Op(op, args) => (*op, args),
        };
        let types: Vec<Type> = args
            .iter()
            .map(|arg| arg.judge(of))
            .collect::<Result<_, _>>()?;
        let bad = |got: Type| Err(BadExpr::Types { op: op.name(), got });
        let all = |fits: &dyn Fn(Type) -> bool| types.iter().copied().find(|got| !fits(*got));
        let wrong = match op {
            Op::And | Op::Or | Op::Not => all(&|got| got == Type::Bool),
            Op::IsSet => match args.as_slice() {
                [Self::Var(_)] => None,
                _ => return Err(BadExpr::Arguments(op)),
            },
            Op::Concat => all(&|got| got != Type::Audio),
            Op::Add => all(&|got| matches!(got, Type::Number | Type::Digits)),
            Op::StartsWith => all(&|got| matches!(got, Type::Text | Type::Digits)),
            Op::Eq | Op::Ne | Op::In => {
                let first = types.first().copied().unwrap_or(Type::Text);
                all(&|got| comparable(first, got))
            }
            Op::Lt | Op::Le | Op::Gt | Op::Ge => {
                let first = types.first().copied().unwrap_or(Type::Text);
                all(&|got| comparable(first, got) && !matches!(got, Type::Bool | Type::Audio))
            }
        };
        match wrong {
            Some(got) => bad(got),
            None => Ok(match op {
                Op::Concat => Type::Text,
                Op::Add => Type::Number,
                _ => Type::Bool,
            }),
        }
    }

    /// The variables it asks for.
    pub fn variables<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Const(_) => {}
            Self::Var(name) => found.push(name),
            Self::Matches(subject, _) => subject.variables(found),
            // Asking whether something is set is no use of it.
            Self::Op(Op::IsSet, _) => {}
            Self::Op(_, args) => args.iter().for_each(|arg| arg.variables(found)),
        }
    }

    /// What it comes to whatever the variables hold, if so.
    #[must_use]
    pub fn constant(&self) -> Option<Value> {
        let mut variables = Vec::new();
        self.variables(&mut variables);
        let asks = matches!(self, Self::Op(Op::IsSet, _)) || self.has_is_set();
        (variables.is_empty() && !asks)
            .then(|| self.value(&|_| None))
            .flatten()
    }

    fn has_is_set(&self) -> bool {
        match self {
            Self::Const(_) | Self::Var(_) => false,
            Self::Matches(subject, _) => subject.has_is_set(),
            Self::Op(op, args) => *op == Op::IsSet || args.iter().any(Self::has_is_set),
        }
    }
}

fn apply(op: Op, args: &[Expr], of: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    let yes = |holds: bool| Some(Value::Bool(holds));
    let mut values = args.iter().map(|arg| arg.value(of));
    match op {
        Op::And => yes(args.iter().all(|arg| arg.holds(of))),
        Op::Or => yes(args.iter().any(|arg| arg.holds(of))),
        Op::Not => yes(!args.iter().all(|arg| arg.holds(of))),
        Op::IsSet => yes(values.all(|value| value.is_some())),
        Op::Concat => {
            let texts = values.flatten().map(|value| value.to_string());
            Some(Value::text(&texts.collect::<String>()))
        }
        Op::Add => {
            let sum: Option<f64> = values.map(|value| value?.as_number()).sum();
            sum.and_then(Value::number)
        }
        Op::In => {
            let first = values.next().flatten();
            yes(first.is_some_and(|first| {
                values.any(|other| {
                    other.is_some_and(|other| compare(&first, &other) == Some(Ordering::Equal))
                })
            }))
        }
        Op::StartsWith => {
            let (subject, start) = (values.next().flatten(), values.next().flatten());
            yes(subject.zip(start).is_some_and(|(subject, start)| {
                subject.to_string().starts_with(&start.to_string())
            }))
        }
        Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => {
            let (one, other) = (values.next().flatten(), values.next().flatten());
            let order = one.zip(other).map(|(one, other)| compare(&one, &other));
            yes(match (op, order) {
                (_, None) => false,
                (Op::Eq, Some(order)) => order == Some(Ordering::Equal),
                (Op::Ne, Some(order)) => order != Some(Ordering::Equal),
                (Op::Lt, Some(order)) => order.is_some_and(Ordering::is_lt),
                (Op::Le, Some(order)) => order.is_some_and(Ordering::is_le),
                (Op::Gt, Some(order)) => order.is_some_and(Ordering::is_gt),
                (_, Some(order)) => order.is_some_and(Ordering::is_ge),
            })
        }
    }
}

/// How two values are ordered; `None` where they cannot be compared. A number and digits compare as
/// numbers, a moment and a text by the text's time.
fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => Some(one.cmp(other)),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::Clip(one), Value::Clip(other)) => Some(one.cmp(other)),
        (Value::Moment(one), Value::Moment(other)) => Some(one.cmp(other)),
        (Value::Moment(one), Value::Text(text)) => match moment(text)? {
            Value::Moment(other) => Some(one.cmp(&other)),
            _ => None,
        },
        (Value::Text(_), Value::Moment(_)) => compare(other, one).map(Ordering::reverse),
        _ => one.as_number()?.partial_cmp(&other.as_number()?),
    }
}

fn moment(text: &str) -> Option<Value> {
    Type::Datetime.read(&Json::String(text.to_owned()))
}

fn type_of(value: &Value) -> Type {
    match value {
        Value::Text(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
            Type::Digits
        }
        Value::Text(_) => Type::Text,
        Value::Number(_) => Type::Number,
        Value::Bool(_) => Type::Bool,
        Value::Moment(_) => Type::Datetime,
        Value::Clip(_) => Type::Audio,
    }
}

fn comparable(one: Type, other: Type) -> bool {
    use Type::{Datetime, Digits, Number, Text};
    one == other
        || matches!(
            (one, other),
            (Text | Number | Datetime, Digits)
                | (Digits, Text | Number)
                | (Datetime, Text)
                | (Text, Datetime)
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(name: &str) -> Option<Value> {
        match name {
            "order" => Some(Value::text("4711")),
            "age" => Value::number(17.0),
            "now" => Some(Value::Moment(1_800_000_000_000)),
            _ => None,
        }
    }

    #[test]
    fn operations_give_what_they_say() {
        let var = |name: &str| json!({ "var": name });
        let is = |value: Json| json!({ "const": value });
        let op = |op: &str, args: Json| json!({ "op": op, "args": args });
        let cases = [
            (op("eq", json!([var("order"), is(json!("4711"))])), true),
            (op("eq", json!([var("order"), is(json!(4711))])), true),
            (op("lt", json!([var("age"), is(json!(18))])), true),
            (op("ge", json!([var("age"), is(json!(18))])), false),
            (op("ne", json!([var("missing"), is(json!("x"))])), false),
            (
                op(
                    "not",
                    json!([op("eq", json!([var("missing"), is(json!("x"))]))]),
                ),
                true,
            ),
            (
                op(
                    "in",
                    json!([var("order"), is(json!("1")), is(json!("4711"))]),
                ),
                true,
            ),
            (
                op("starts_with", json!([var("order"), is(json!("47"))])),
                true,
            ),
            (
                op("starts_with", json!([var("missing"), is(json!(""))])),
                false,
            ),
            (
                op("matches", json!([var("order"), is(json!("^4[0-9]{3}$"))])),
                true,
            ),
            (op("is_set", json!([var("missing")])), false),
            (
                op("gt", json!([var("now"), is(json!("2020-01-01T00:00:00Z"))])),
                true,
            ),
            (
                op(
                    "and",
                    json!([is(json!(true)), op("is_set", json!([var("age")]))]),
                ),
                true,
            ),
            (
                op(
                    "eq",
                    json!([op("add", json!([var("age"), is(json!(3))])), is(json!(20))]),
                ),
                true,
            ),
            (
                op(
                    "eq",
                    json!([
                        op("concat", json!([is(json!("a")), var("order")])),
                        is(json!("a4711"))
                    ]),
                ),
                true,
            ),
        ];
        for (expression, holds) in cases {
            let read = Expr::read(&expression).unwrap();
            assert_eq!(read.holds(&of), holds, "{expression}");
        }
    }

    #[test]
    fn nonsense_is_refused_with_its_reason() {
        let mut deep = json!({ "var": "x" });
        for _ in 0..40 {
            deep = json!({ "op": "not", "args": [deep] });
        }
        assert_eq!(Expr::read(&deep).unwrap_err(), BadExpr::TooDeep);
        let op = |op: &str, args: Json| Expr::read(&json!({ "op": op, "args": args }));
        assert_eq!(
            op("xor", json!([])).unwrap_err(),
            BadExpr::UnknownOp("xor".into())
        );
        assert_eq!(
            op("not", json!([])).unwrap_err(),
            BadExpr::Arguments(Op::Not)
        );
        let bomb = json!([{ "var": "x" }, { "const": "(a{1000}){1000}" }]);
        assert_eq!(op("matches", bomb).unwrap_err(), BadExpr::Pattern);
        let types = |name: &str| (name == "on").then_some(Type::Bool);
        let lt = op("lt", json!([{ "var": "on" }, { "const": true }])).unwrap();
        assert!(matches!(
            lt.judge(&types),
            Err(BadExpr::Types { op: "lt", .. })
        ));
        let unknown = Expr::read(&json!({ "var": "of" })).unwrap();
        assert_eq!(
            unknown.judge(&types),
            Err(BadExpr::UnknownVariable("of".into()))
        );
    }

    #[test]
    fn a_pattern_fits_the_whole_text_or_not_at_all() {
        let fits = |pattern: &str, text: &str| Pattern::parse_whole(pattern).unwrap().fits(text);
        assert!(fits("[0-9]{4}", "4711"));
        assert!(!fits("[0-9]{4}", "47110"));
        assert!(fits("a|ab", "ab"));
        assert!(Pattern::parse(&"a".repeat(201)).is_err());
    }
}
