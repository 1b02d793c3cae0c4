//! Whether other computers reach the window, if they may.

use super::{ok, problem, unknown};
use api::{Check, CheckId, CheckState, LanState};
use host::PortHolder;
use office::LanAccess;

/// `holder_of` names the program that holds a port, where the system tells.
pub(super) fn check(
    wanted: LanAccess,
    state: &LanState,
    holder_of: impl FnOnce(u16) -> Option<PortHolder>,
) -> Check {
    let id = CheckId::Lan;
    let port = i64::from(wanted.port);
    if !wanted.enabled {
        return Check::new(id, CheckState::Ok, "off");
    }
    match state.problem.as_deref() {
        // Turned on a moment ago, and not listening yet.
        None if !state.enabled => unknown(id),
        None => ok(id)
            .with("port", port)
            .with("addresses", state.urls.clone()),
        Some("portTaken") => {
            let check = match holder_of(wanted.port) {
                Some(holder) => problem(id, "portTaken").with("program", holder.program),
                None => problem(id, "portTakenBySomebody"),
            };
            check.with("port", port)
        }
        Some("portForbidden") => problem(id, "portForbidden").with("port", port),
        Some("certificate") => problem(id, "noCertificate"),
        Some(_) => problem(id, "cannotListen").with("port", port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::CheckState::{Ok, Problem, Unknown};

    fn checked(enabled: bool, state: LanState, holder: Option<PortHolder>) -> Check {
        let wanted = LanAccess {
            enabled,
            port: 7443,
        };
        check(wanted, &state, |_| holder)
    }

    fn failing(why: &str) -> LanState {
        LanState {
            enabled: true,
            problem: Some(why.to_owned()),
            ..LanState::default()
        }
    }

    #[test]
    fn access_that_is_off_is_no_fault_and_access_that_fails_is() {
        let listening = LanState {
            enabled: true,
            ..LanState::default()
        };
        let cases: [(bool, LanState, CheckState, &str); 7] = [
            (false, LanState::default(), Ok, "off"),
            (true, LanState::default(), Unknown, "unknown"),
            (true, listening, Ok, "ok"),
            (true, failing("portTaken"), Problem, "portTakenBySomebody"),
            (true, failing("portForbidden"), Problem, "portForbidden"),
            (true, failing("cannotListen"), Problem, "cannotListen"),
            (true, failing("certificate"), Problem, "noCertificate"),
        ];
        for (enabled, state, outcome, finding) in cases {
            let check = checked(enabled, state, None);
            assert_eq!((check.state, check.finding.as_str()), (outcome, finding));
        }
    }

    #[test]
    fn the_program_on_the_port_is_named() {
        let holder = PortHolder {
            program: "apache2".to_owned(),
            process: 812,
        };
        let check = checked(true, failing("portTaken"), Some(holder));
        assert_eq!(check.finding, "portTaken");
        assert_eq!(check.facts["program"], "apache2".into());
        assert_eq!(check.facts["port"], 7443.into());
    }
}
