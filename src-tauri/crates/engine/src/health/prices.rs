//! Whether what calls cost is known where it is limited: calls without a price use up no money, and a
//! limit on money that nothing uses up protects nobody.

use super::{ok, warning};
use api::{Check, CheckId};
use office::{Office, Prices, Trunk};

pub(super) fn check(office: &Office) -> Check {
    let id = CheckId::Prices;
    let policy = office.calling();
    let limits = [policy.money_office, policy.money_person, policy.money_line];
    let has_own_limit = |person: &office::Person| {
        let rights = office.calling_rights(person.id);
        rights.is_some_and(|rights| rights.money.is_some_and(|money| money > 0))
    };
    let is_limited = limits.iter().any(|limit| *limit > 0) || office.persons().any(has_own_limit);
    if !is_limited {
        return ok(id);
    }
    let calls_abroad = !policy.countries.is_empty();
    // Calls at home may well cost nothing. Abroad none does.
    let is_unpriced = |trunk: &Trunk| {
        trunk.prices == Prices::default() || (calls_abroad && trunk.prices.foreign == 0)
    };
    let lines = office.trunks().filter(|trunk| trunk.enabled);
    let unpriced: Vec<&str> = lines
        .filter(|trunk| is_unpriced(trunk))
        .map(|trunk| trunk.name.as_str())
        .collect();
    if unpriced.is_empty() {
        return ok(id);
    }
    warning(id, "unpriced").with("lines", unpriced.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::{
        CallingPolicy, CallingRights, Country, Domain, Language, LineTransport, OfficeParts,
        OfficeSettings, OutsideParts, Person, PersonId, Reach, Realm, SipPlace, TrunkId,
    };

    /// What is found of an office with these lines, by price abroad and at home.
    fn found(
        policy: CallingPolicy,
        of_anna: Option<u64>,
        lines: &[(&str, u32, u32)],
    ) -> (String, Option<api::Fact>) {
        let settings = OfficeSettings::founded(Realm::generate(7), Language::default());
        let trunks = lines.iter().zip(1..).map(|((name, foreign, fixed), id)| {
            let server = SipPlace {
                host: Domain::parse(&format!("198.51.100.{id}")).unwrap(),
                port: None,
                transport: LineTransport::Udp,
            };
            Trunk {
                prices: Prices {
                    foreign: *foreign,
                    fixed: *fixed,
                    ..Prices::default()
                },
                ..Trunk::at(TrunkId(id), name, server)
            }
        });
        let rights = CallingRights {
            person: PersonId(1),
            shows: None,
            reach: Reach::Everywhere,
            abroad_after_hours: false,
            foreign_minutes: None,
            money: of_anna,
        };
        let office = Office::build(OfficeParts {
            persons: vec![Person::named(PersonId(1), "Anna")],
            trunks: trunks.collect(),
            outside: OutsideParts {
                calling: policy,
                rights: vec![rights],
                ..OutsideParts::default()
            },
            ..OfficeParts::empty(settings)
        });
        let check = check(&office.unwrap());
        (check.finding, check.facts.get("lines").cloned())
    }

    fn limited() -> CallingPolicy {
        CallingPolicy {
            money_office: 20_00_00,
            ..CallingPolicy::default()
        }
    }

    #[test]
    fn a_money_limit_on_a_line_without_prices_is_told() {
        let lines = [("Dear", 300, 10), ("Cheap", 0, 0), ("Flat", 200, 0)];
        let told = ("unpriced".to_owned(), Some("Cheap".to_owned().into()));
        assert_eq!(found(limited(), None, &lines), told);
        let of_anna = found(CallingPolicy::default(), Some(5_00_00), &lines);
        assert_eq!(of_anna, told, "a limit of one person is a limit, too");
        let in_order = ("ok".to_owned(), None);
        assert_eq!(found(limited(), None, &[lines[0], lines[2]]), in_order);
        assert_eq!(found(CallingPolicy::default(), None, &lines), in_order);
    }

    #[test]
    fn a_line_that_calls_abroad_for_nothing_is_told() {
        let abroad = CallingPolicy {
            countries: vec![Country::parse("GB").unwrap()],
            ..limited()
        };
        let lines = [("Home", 0, 10), ("World", 300, 0)];
        let told = ("unpriced".to_owned(), Some("Home".to_owned().into()));
        assert_eq!(found(abroad, None, &lines), told);
        assert_eq!(found(limited(), None, &lines), ("ok".to_owned(), None));
    }
}
