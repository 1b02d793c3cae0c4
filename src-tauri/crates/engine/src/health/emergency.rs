//! Whether a number inside is one that calls for help.

use super::{ok, warning};
use api::{Check, CheckId};
use office::Office;

pub(super) fn check(office: &Office) -> Check {
    let id = CheckId::Emergency;
    let shadowed = switch::shadowed_by_emergency(office);
    if shadowed.is_empty() {
        return ok(id);
    }
    let numbers: Vec<&str> = shadowed.iter().map(|number| number.as_str()).collect();
    warning(id, "shadowed").with("numbers", numbers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::{
        Country, Extension, ExtensionNumber, Language, OfficeParts, OfficeSettings, Realm,
        RouteTarget,
    };

    #[test]
    fn an_extension_that_calls_for_help_is_told() {
        let checked = |country: Option<&str>| {
            let mut settings = OfficeSettings::founded(Realm::generate(7), Language::default());
            settings.country = country.map(|country| Country::parse(country).unwrap());
            let extensions = ["101", "110", "112", "1120"].map(|number| {
                Extension::to(ExtensionNumber::parse(number).unwrap(), RouteTarget::Hangup)
            });
            let office = Office::build(OfficeParts {
                extensions: extensions.into(),
                ..OfficeParts::empty(settings)
            });
            check(&office.unwrap())
        };
        let in_germany = checked(Some("DE"));
        assert_eq!(in_germany.finding, "shadowed");
        assert_eq!(in_germany.facts["numbers"], "110, 112".into());
        // Until somebody has said where the office is, colleagues come first.
        assert_eq!(checked(None).finding, "ok");
    }
}
