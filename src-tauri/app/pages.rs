//! The few pages of our own: shown while no engine answers, and before the window goes.

use crate::words::Words;
use tauri::http::{Response, header};

/// Our pages hold no script and load nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Why somebody is about to be asked what becomes of the phone system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// The window is closed; the tray, if there is one, brings it back.
    Close {
        /// Whether there is a tray.
        tray: bool,
    },
    /// The program ends.
    Quit,
}

/// Moves on to `address` at once.
pub fn forward(words: &Words, address: &str) -> String {
    let address = escaped(address);
    let refresh = format!(r#"<meta http-equiv="refresh" content="0;url={address}">"#);
    page(words, words.starting, &refresh, "")
}

/// The engine does not start, or ends again and again.
pub fn trouble(words: &Words, reason: &str) -> String {
    let Words {
        not_running_title: title,
        not_running,
        try_again,
        ..
    } = words;
    let reason = escaped(reason);
    let body = format!(
        r#"<h1>{title}</h1><p>{not_running}</p><p class="reason">{reason}</p>
<p class="choices"><a class="first" href="/" autofocus>{try_again}</a></p>"#
    );
    page(words, title, "", &body)
}

/// The engine was told to stop, and not by us.
pub fn stopped(words: &Words) -> String {
    let Words {
        stopped_title: title,
        stopped_text,
        start,
        ..
    } = words;
    let body = format!(
        r#"<h1>{title}</h1><p>{stopped_text}</p>
<p class="choices"><a class="first" href="/" autofocus>{start}</a></p>"#
    );
    page(words, title, "", &body)
}

/// Asks what becomes of the phone system.
pub fn question(words: &Words, leaving: Leaving, active_calls: usize) -> String {
    let (title, text) = match leaving {
        Leaving::Close { tray: true } => (words.close_title, words.close_text),
        Leaving::Close { tray: false } => (words.close_title, words.close_text_without_tray),
        Leaving::Quit => (words.quit_title, words.quit_text),
    };
    let Words {
        keep_running,
        stop_after_calls,
        stop_now,
        cancel,
        remember,
        ..
    } = words;
    let calls = words.how_many_active(active_calls);
    let after_calls = if active_calls == 0 {
        String::new()
    } else {
        format!(r#"<button name="choice" value="stopAfterCalls">{stop_after_calls}</button>"#)
    };
    let remember = match leaving {
        Leaving::Close { .. } => {
            format!(
                r#"<p><label><input type="checkbox" name="remember" checked> {remember}</label></p>"#
            )
        }
        Leaving::Quit => String::new(),
    };
    let body = format!(
        r#"<h1>{title}</h1><p>{text}</p><p><strong>{calls}</strong></p>
<form action="/leave"><p class="choices">
<button class="first" name="choice" value="keepRunning" autofocus>{keep_running}</button>
{after_calls}
<button name="choice" value="stopNow">{stop_now}</button>
<button class="quiet" name="choice" value="cancel">{cancel}</button>
</p>{remember}</form>"#
    );
    page(words, title, "", &body)
}

/// A page as the webview gets it.
pub fn answer(page: String) -> Response<Vec<u8>> {
    Response::builder()
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .body(page.into_bytes())
        .unwrap_or_default()
}

/// Colours and measures are those of ui/src/design/tokens.css.
fn page(words: &Words, title: &str, head: &str, body: &str) -> String {
    let language = words.language;
    format!(
        r#"<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>{head}<style>
:root {{ color-scheme: light dark; --ink: light-dark(#1d2129, #eceae5); --accent: light-dark(#0b4f9e, #8fb2ff);
  --line: light-dark(#8b8f97, #6d727c); --raised: light-dark(#fff, #1e2126);
  font: 15px/1.5 "Inter Variable", Inter, system-ui, "Segoe UI", sans-serif; }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(#f9f8f5, #16181c); color: var(--ink); }}
main {{ max-width: 34rem; padding: 2rem; }}
svg {{ width: 48px; height: 48px; display: block; margin-bottom: 20px; }}
h1 {{ font-size: 20px; line-height: 1.3; margin: 0 0 8px; }}
p {{ margin: 0 0 12px; }}
.reason {{ padding: 8px 12px; border-left: 3px solid light-dark(#c77600, #ffc24d);
  background: var(--raised); overflow-wrap: anywhere; }}
.choices {{ display: flex; flex-wrap: wrap; gap: 8px; margin: 20px 0 16px; }}
.choices > * {{ font: inherit; line-height: 32px; padding: 0 14px; border-radius: 6px; cursor: default;
  border: 1px solid var(--line); background: var(--raised); color: var(--ink); text-decoration: none; }}
.choices > .first {{ background: var(--accent); border-color: var(--accent); color: light-dark(#fff, #10192c); }}
.choices > .quiet {{ background: none; border-color: transparent; }}
:focus-visible {{ outline: 2px solid var(--accent); outline-offset: 2px; }}
input {{ accent-color: var(--accent); }}
</style><main>{mark}{body}</main></html>"#,
        mark = if body.is_empty() { "" } else { MARK },
    )
}

const MARK: &str = include_str!("../../assets/mark.svg");

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_cannot_become_markup() {
        let page = trouble(Words::of_system(), "<script>alert(1)</script> & more");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"));
    }

    #[test]
    fn the_window_moves_on_to_the_engine() {
        let page = forward(Words::of_system(), "http://127.0.0.1:7080/sign-in?ticket=a");
        assert!(page.contains("content=\"0;url=http://127.0.0.1:7080/sign-in?ticket=a\""));
    }

    #[test]
    fn waiting_for_calls_is_offered_only_while_there_are_calls() {
        let asked = |calls| question(Words::of_system(), Leaving::Quit, calls);
        assert!(asked(1).contains("stopAfterCalls"));
        assert!(!asked(0).contains("stopAfterCalls"));
    }

    #[test]
    fn quitting_is_asked_each_time() {
        let asked = |leaving| question(Words::of_system(), leaving, 0).contains("remember");
        assert!(asked(Leaving::Close { tray: true }));
        assert!(!asked(Leaving::Quit));
    }
}
