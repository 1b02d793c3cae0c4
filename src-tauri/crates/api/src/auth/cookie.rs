//! The cookie in which a browser keeps its session.

use super::Way;
use axum::http::{HeaderMap, HeaderValue, header};

/// Its name.
const NAME: &str = "cordboard_session";

/// The pass a request brings. With two cookies of the name, none counts: one was planted.
pub(crate) fn pass_of(headers: &HeaderMap) -> Option<&str> {
    let mut passes = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == NAME)
        .map(|(_, pass)| pass);
    let first = passes.next()?;
    passes.next().is_none().then_some(first)
}

/// The answer's line that gives a browser its pass. The cookie ends with the browser; how long the
/// session lasts is for the engine to say.
pub(crate) fn with_pass(pass: &str, way: Way) -> Option<HeaderValue> {
    HeaderValue::from_str(&line(pass, "", way)).ok()
}

/// The answer's line that takes it away.
pub(crate) fn without_pass(way: Way) -> Option<HeaderValue> {
    HeaderValue::from_str(&line("", "; Max-Age=0", way)).ok()
}

fn line(pass: &str, life: &str, way: Way) -> String {
    // On this computer there is no TLS, and Secure would have some browsers drop the cookie.
    let secure = match way {
        Way::ThisComputer => "",
        Way::Network => "; Secure",
    };
    format!("{NAME}={pass}; Path=/; HttpOnly; SameSite=Strict{life}{secure}")
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
        for (lines, pass) in [
            (&["cordboard_session=a.b.c"][..], Some("a.b.c")),
            (&["theme=dark; cordboard_session=a=b; x=y"], Some("a=b")),
            (&["theme=dark", "cordboard_session=a"], Some("a")),
            (&["cordboard_session=a; cordboard_session=b"], None),
            (&["cordboard_session=a", "cordboard_session=a"], None),
            (&["xcordboard_session=a"], None),
            (&["cordboard_session"], None),
            (&[], None),
        ] {
            assert_eq!(pass_of(&headers(lines)), pass, "{lines:?}");
        }
    }

    #[test]
    fn no_script_and_no_other_site_gets_the_cookie() {
        assert_eq!(
            with_pass("a.b.c", Way::Network).unwrap(),
            "cordboard_session=a.b.c; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            with_pass("a.b.c", Way::ThisComputer).unwrap(),
            "cordboard_session=a.b.c; Path=/; HttpOnly; SameSite=Strict"
        );
        assert_eq!(
            without_pass(Way::Network).unwrap(),
            "cordboard_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure"
        );
    }
}
