//! The one window: a webview on the engine's own address, with a page of our own until that answers.

use crate::engine_process::EngineProcess;
use std::{sync::Arc, thread};
use tauri::{
    WebviewUrl, WebviewWindowBuilder,
    http::{Response, header::CONTENT_TYPE},
    menu::{Menu, MenuItem, Submenu},
};

/// Our own page lives under this scheme: it can be shown when no engine answers.
const SCHEME: &str = "cordboard";
const STOP: &str = "stop";

/// Shows the window until it is closed. The engine keeps running after that: it carries the calls.
///
/// # Errors
/// There is no display, or the webview cannot be made.
pub fn run(engine: EngineProcess) -> anyhow::Result<()> {
    let engine = Arc::new(engine);
    let for_page = Arc::clone(&engine);
    tauri::Builder::default()
        .register_asynchronous_uri_scheme_protocol(SCHEME, move |_, _, responder| {
            let engine = Arc::clone(&for_page);
            // Starting an engine takes a moment; the window must not freeze meanwhile.
            thread::spawn(move || {
                let page = match engine.find_or_start() {
                    Ok(running) => forward_page(&running.api),
                    Err(error) => trouble_page(&format!("{error:#}")),
                };
                responder.respond(
                    Response::builder()
                        .header(CONTENT_TYPE, "text/html; charset=utf-8")
                        .header("Cache-Control", "no-store")
                        .body(page.into_bytes())
                        .unwrap_or_default(),
                );
            });
        })
        .setup(|app| {
            let stop = MenuItem::with_id(app, STOP, "Stop the Phone System", true, None::<&str>)?;
            let close = tauri::menu::PredefinedMenuItem::close_window(app, Some("Close Window"))?;
            let cordboard = Submenu::with_items(app, "Cordboard", true, &[&close, &stop])?;
            app.set_menu(Menu::with_items(app, &[&cordboard])?)?;
            let start = WebviewUrl::CustomProtocol(format!("{SCHEME}://localhost/").parse()?);
            WebviewWindowBuilder::new(app, "main", start)
                .title("Cordboard")
                .inner_size(1200.0, 800.0)
                .min_inner_size(640.0, 480.0)
                .build()?;
            Ok(())
        })
        .on_menu_event(move |app, event| {
            if event.id() == STOP {
                if let Some(running) = engine.find() {
                    running.stop();
                }
                app.exit(0);
            }
        })
        .run(tauri::generate_context!())?;
    Ok(())
}

fn forward_page(address: &str) -> String {
    page(
        &format!(r#"<meta http-equiv="refresh" content="0;url={address}">"#),
        "",
    )
}

fn trouble_page(reason: &str) -> String {
    let reason = escaped(reason);
    page(
        "",
        &format!(
            r#"<main><h1>The phone system is not running</h1>
<p>Cordboard could not start it on this computer, so phones cannot make calls right now.</p>
<p class="reason">{reason}</p>
<p><a href="{SCHEME}://localhost/">Try again</a></p></main>"#
        ),
    )
}

fn page(head: &str, body: &str) -> String {
    format!(
        r"<!doctype html><html lang=en><title>Cordboard</title>{head}<style>
:root {{ color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: light-dark(#f7f6f3, #16181c); color: light-dark(#1d2129, #e8e6e1); }}
main {{ max-width: 32rem; padding: 2rem; }}
h1 {{ font-size: 1.4rem; }}
a {{ color: light-dark(#0b4f9e, #8fb2ff); }}
.reason {{ padding: .75rem 1rem; border-left: 3px solid #c77600;
  background: light-dark(#fff, #1f2228); overflow-wrap: anywhere; }}
</style>{body}</html>"
    )
}

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
        let page = trouble_page("<script>alert(1)</script> & more");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"));
    }

    #[test]
    fn the_window_moves_on_to_the_engine() {
        let page = forward_page("http://127.0.0.1:7080");
        assert!(page.contains("content=\"0;url=http://127.0.0.1:7080\""));
    }
}
