//! Whether somebody has said of each line if its provider limits what calls abroad may cost: the only wall
//! that holds where this computer has been taken over.

use super::{ok, warning};
use api::{Check, CheckId};
use office::{Office, SpendCap};

pub(super) fn check(office: &Office) -> Check {
    let id = CheckId::SpendCap;
    let lines = office.trunks().filter(|trunk| trunk.enabled);
    let open: Vec<String> = lines
        .filter(|trunk| trunk.spend_cap == SpendCap::NotAnswered)
        .map(|trunk| trunk.name.clone())
        .collect();
    if open.is_empty() {
        return ok(id);
    }
    warning(id, "notAnswered").with("lines", open.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::{
        Domain, Language, LineTransport, OfficeParts, OfficeSettings, Realm, SipPlace, Trunk,
        TrunkId,
    };

    #[test]
    fn a_line_is_named_until_somebody_has_answered_whatever_they_said() {
        let checked = |answers: &[(&str, bool, SpendCap)]| {
            let settings = OfficeSettings::founded(Realm::generate(7), Language::default());
            let lines = answers.iter().zip(1..);
            let trunks = lines.map(|((name, enabled, spend_cap), id)| {
                let server = SipPlace {
                    host: Domain::parse(&format!("198.51.100.{id}")).unwrap(),
                    port: None,
                    transport: LineTransport::Udp,
                };
                Trunk {
                    enabled: *enabled,
                    spend_cap: *spend_cap,
                    ..Trunk::at(TrunkId(id), name, server)
                }
            });
            let office = Office::build(OfficeParts {
                trunks: trunks.collect(),
                ..OfficeParts::empty(settings)
            });
            check(&office.unwrap())
        };
        let open = checked(&[
            ("Carrier", true, SpendCap::NotAnswered),
            ("Off", false, SpendCap::NotAnswered),
            ("Capped", true, SpendCap::On),
            ("Mobile", true, SpendCap::NotAnswered),
        ]);
        assert_eq!(open.finding, "notAnswered");
        assert_eq!(open.facts["lines"], "Carrier, Mobile".to_owned().into());
        let answered = [("A", true, SpendCap::On), ("B", true, SpendCap::None)];
        assert_eq!(checked(&answered).finding, "ok");
        assert_eq!(checked(&[]).finding, "ok");
    }
}
