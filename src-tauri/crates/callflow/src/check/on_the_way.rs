//! What the office's numbers set on the way to the flow: variables it has to have, with values that fit.

use super::{Checking, Level};
use crate::limits::MAX_VARIABLES;
use office::{Route, RouteTarget};

/// W08: a caller of such a number walks on without the value.
pub(super) fn variables(checking: &mut Checking<'_>) {
    let Some(this) = checking.around.this else {
        return;
    };
    let document = checking.document;
    let office = checking.around.office;
    let leads_here = |route: &&Route| route.target == RouteTarget::Flow(this);
    for number in office.phone_numbers() {
        let closed = number.hours.as_ref().map(|hours| &hours.when_closed);
        let routes = [Some(&number.route), closed].into_iter().flatten();
        for (name, value) in routes
            .filter(leads_here)
            .flat_map(|route| &route.dest_xform.variables)
        {
            let mut declared = document.variables.iter().take(MAX_VARIABLES);
            let variant = match declared.find(|variable| variable.name == *name) {
                None => "unknown",
                Some(variable) if variable.holds.read_text(value).is_none() => "doesNotFit",
                Some(_) => continue,
            };
            checking
                .find("W08", Level::Warning)
                .variant(variant)
                .with("variable", name.as_str())
                .with("number", number.number.as_str());
        }
    }
}
