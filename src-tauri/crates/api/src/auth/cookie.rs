//! The cookie in which a browser keeps its session.

use super::Way;
use axum::http::{HeaderMap, HeaderValue, header};

/// Its name. Browsers do not tell the ports of a computer apart, so each office of an engine has one
/// of its own.
#[derive(Clone, Debug)]
pub(crate) struct CookieName(String);

impl Default for CookieName {
    fn default() -> Self {
        Self("cordboard_session".to_owned())
    }
}

impl CookieName {
    /// That of a further office.
    pub(crate) fn of_office(number: u16) -> Self {
        Self(format!("cordboard_session_{number}"))
    }
}

/// The pass a request brings. With two cookies of the name, none counts: one was planted.
pub(crate) fn pass_of<'a>(headers: &'a HeaderMap, name: &CookieName) -> Option<&'a str> {
    let mut passes = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(named, _)| *named == name.0)
        .map(|(_, pass)| pass);
    let first = passes.next()?;
    passes.next().is_none().then_some(first)
}

/// The answer's line that gives a browser its pass. The cookie ends with the browser; how long the
/// session lasts is for the engine to say.
pub(crate) fn with_pass(name: &CookieName, pass: &str, way: Way) -> Option<HeaderValue> {
    HeaderValue::from_str(&line(name, pass, "", way)).ok()
}

/// The answer's line that takes it away.
pub(crate) fn without_pass(name: &CookieName, way: Way) -> Option<HeaderValue> {
    HeaderValue::from_str(&line(name, "", "; Max-Age=0", way)).ok()
}

fn line(CookieName(name): &CookieName, pass: &str, life: &str, way: Way) -> String {
    // On this computer there is no TLS, and Secure would have some browsers drop the cookie.
    let secure = match way {
        Way::ThisComputer => "",
        Way::Network => "; Secure",
    };
    format!("{name}={pass}; Path=/; HttpOnly; SameSite=Strict{life}{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pass_is_found_among_other_cookies() {
        let headers = |lines: &[&'static str]| -> HeaderMap {
            lines
                .iter()
                .map(|line| (header::COOKIE, HeaderValue::from_static(line)))
                .collect()
        };
        let own = CookieName::default();
        for (lines, pass) in [
            (&["cordboard_session=a.b.c"][..], Some("a.b.c")),
            (&["theme=dark; cordboard_session=a=b; x=y"], Some("a=b")),
            (&["theme=dark", "cordboard_session=a"], Some("a")),
            (&["cordboard_session=a; cordboard_session=b"], None),
            (&["cordboard_session=a", "cordboard_session=a"], None),
            (&["xcordboard_session=a"], None),
            (&["cordboard_session_2=a"], None),
            (&["cordboard_session_2=a; cordboard_session=b"], Some("b")),
            (&["cordboard_session"], None),
            (&[], None),
        ] {
            assert_eq!(pass_of(&headers(lines), &own), pass, "{lines:?}");
        }
    }

    #[test]
    fn no_script_and_no_other_site_gets_the_cookie() {
        let own = CookieName::default();
        assert_eq!(
            with_pass(&own, "a.b.c", Way::Network).unwrap(),
            "cordboard_session=a.b.c; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            with_pass(&own, "a.b.c", Way::ThisComputer).unwrap(),
            "cordboard_session=a.b.c; Path=/; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            without_pass(&own, Way::Network).unwrap(),
            "cordboard_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure"
        );
    }
}
