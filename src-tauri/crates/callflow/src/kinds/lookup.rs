//! `lookup`: finds a caller, or whatever has a number, in one of the office's lists.

use super::Behaviour;
use super::condition::OptionalExpr;
use crate::Value;
use crate::catalogue::{Group, Kind, Param, Refers, Takes, required};
use crate::check::NodeCheck;
use crate::target::read_id;
use crate::walk::{Next, Reason, Turn};
use numbering::find_listed;
use office::{CallerListId, ListedCaller};
use serde::Deserialize;
use std::sync::Arc;

/// Finds a number in one of the office's lists.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Lookup {
    table: String,
    key: Option<OptionalExpr>,
    save: Vec<Save>,
}

/// What is remembered of whoever is found, and in which variable.
#[derive(Clone, Debug, Deserialize)]
struct Save {
    /// A column; `name` and `number` are always there.
    #[serde(default)]
    path: String,
    #[serde(rename = "var", default)]
    variable: String,
}

impl Behaviour for Lookup {
    type State = ();

    const KIND: Kind = Kind::new("lookup", Group::Data, "search")
        .params(&[
            Param::reference("table", Refers::CallerList).required(),
            Param::new("key", Takes::Expression),
            Param::new("save", Takes::Saves).range(0, 20),
        ])
        .outcomes(&[required("found"), required("not_found")])
        .fails_by("not_found")
        .quiet();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let list = match turn.chosen(&self.table, Refers::CallerList) {
            Ok(id) => turn.office().caller_list(CallerListId(id)).map(Arc::clone),
            Err(next) => return next,
        };
        let Some(list) = list else {
            return Next::Fail(Reason::new("noSuchList").with("id", &self.table));
        };
        let key = match self.key.as_ref().and_then(|key| key.0.as_ref()) {
            Some(key) => key.value(&|name| turn.value(name)),
            None => turn.value("caller.number"),
        };
        let Some(found) = key.and_then(|key| find_listed(turn.office(), &list, &key.to_string())) else {
            return Next::leave("not_found");
        };
        for save in self.save.iter().take(20) {
            let value = match save.path.as_str() {
                "name" => Some(found.name.as_str()),
                "number" => Some(found.number.as_str()),
                column => list.value(found, column),
            };
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                turn.set(&save.variable, Value::text(value), false);
            }
        }
        Next::leave("found")
    }

    fn sets(&self) -> Vec<(&'static str, &str)> {
        let names = self.save.iter().map(|save| save.variable.as_str());
        names.map(|name| ("found", name)).collect()
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let office = check.around().office;
        let list = read_id(&self.table).and_then(|id| office.caller_list(CallerListId(id)));
        let Some(list) = list else { return };
        let nobody = ListedCaller {
            number: String::new(),
            compared: String::new(),
            name: String::new(),
            values: Vec::new(),
        };
        for save in &self.save {
            let known = matches!(save.path.as_str(), "name" | "number")
                || list.value(&nobody, &save.path).is_some();
            if !known {
                let found = check.error("lookup.noColumn").field("save");
                found.with("column", save.path.as_str()).with("list", list.name.as_str());
            }
        }
    }
}
