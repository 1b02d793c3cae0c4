//! The one window: a webview on the engine's own address, with pages of our own until that answers.

use crate::{
    desktop::{Desktop, Question, Seen},
    memory::Choice,
    pages::{self, Leaving},
    tray::Tray,
    watch::Order,
};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::PoisonError,
    thread,
    time::{Duration, Instant},
};
use tauri::{
    AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    http::{Request, Response},
    webview::{DownloadEvent, NewWindowResponse, PermissionKind, PermissionResponse},
};

/// Our own pages live under this scheme: they can be shown when no engine answers.
pub const SCHEME: &str = "cordboard";
const LABEL: &str = "main";
const SIZE: (f64, f64) = (1200.0, 800.0);
const LEAST_SIZE: (f64, f64) = (640.0, 480.0);
/// A page that is sent to sign in again this soon after it was let in stays where it is.
const LET_IN_INTERVAL: Duration = Duration::from_secs(5);

/// Where the engine's page goes when its session has lapsed.
const SIGN_IN: &str = "/sign-in";
/// What its page tells us by an event, as it has no other way to us.
const LISTEN: &str = "addEventListener('cordboard:signed-out', () => location.assign('/sign-in'))";

const START: &str = "/";
const TROUBLE: &str = "/trouble";
const STOPPED: &str = "/stopped";
const QUESTION: &str = "/question";
const LEAVE: &str = "/leave";

/// Brings the window to the front, and back if it was closed.
pub fn show(app: &AppHandle) {
    app.state::<Desktop>().order(Order::Stay);
    bring(app, None);
}

/// Closes the window as its own button does.
pub fn close(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.close();
    }
}

/// Asks what becomes of the phone system, then quits.
pub fn ask_before_quitting(app: &AppHandle) {
    if runs(app) {
        ask(app, Leaving::Quit);
    } else {
        app.exit(0);
    }
}

/// Opens the window on one of our own pages.
///
/// # Errors
/// There is no display.
pub fn open(app: &AppHandle, page: &str) -> anyhow::Result<()> {
    let desktop = app.state::<Desktop>();
    let remembered = desktop.memory.get();
    let (width, height) = remembered.size.unwrap_or(SIZE);
    let (for_navigation, for_new_window) = (app.clone(), app.clone());
    let mut builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::CustomProtocol(own(page)?))
        .title("Cordboard")
        .inner_size(width, height)
        .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
        .maximized(remembered.maximized)
        .initialization_script(LISTEN)
        // Files that are dropped belong to the page, which hands them to the engine.
        .disable_drag_drop_handler()
        .on_permission_request(|webview, kind| match webview.url() {
            Ok(url) => answer_to(kind, is_of_engine(webview.app_handle(), &url)),
            Err(_) => PermissionResponse::Deny,
        })
        .on_navigation(move |url| may_go(&for_navigation, url))
        .on_new_window(move |url, _| {
            if may_go(&for_new_window, &url)
                && let Some(window) = for_new_window.get_webview_window(LABEL)
            {
                let _ = window.navigate(url);
            }
            NewWindowResponse::Deny
        })
        .on_download(|webview, event| {
            if let DownloadEvent::Requested { destination, .. } = event {
                // Without a folder of downloads, WebKit proposes the folder we were started in.
                if let Some(name) = destination.file_name() {
                    let folder = downloads(webview.app_handle());
                    let _ = fs::create_dir_all(&folder);
                    *destination = unused(&folder, Path::new(name));
                }
            }
            true
        });
    // Offices on one computer do not share cookies. Where nothing can be kept, the page says so.
    let kept = desktop.data().join("webview");
    if fs::create_dir_all(&kept).is_ok() {
        builder = builder.data_directory(kept);
    }
    if let Some(menu) = app.state::<Tray>().menu_for_window() {
        builder = builder.menu(menu);
    }
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    crate::graphics::paint_as_fast_as_can_be(&window);
    #[cfg(not(target_os = "linux"))]
    drop(window);
    Ok(())
}

/// Hides the window's menu: there is a tray by now.
pub fn hide_menu(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.hide_menu();
    }
}

/// Shows what has become of the engine where the page cannot know.
pub fn on_change(app: &AppHandle, seen: &Seen) {
    let window = app.get_webview_window(LABEL);
    // One of our own pages is on the screen and says it already, or waits for an answer.
    let is_said = window
        .as_ref()
        .is_some_and(|window| window.url().is_ok_and(|url| is_own(&url)));
    match seen {
        _ if is_said => {}
        // No phone works: that must be seen.
        Seen::GaveUp(_) => bring(app, Some(TROUBLE)),
        Seen::Stopped if window.is_some() => bring(app, Some(STOPPED)),
        Seen::Stopped | Seen::Starting | Seen::Runs(_) | Seen::Restarting => {}
    }
}

/// Closing the window does not end calls; the first time, we say so.
pub fn on_event(app: &AppHandle, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else {
        return;
    };
    let desktop = app.state::<Desktop>();
    if let Some(window) = app.get_webview_window(LABEL) {
        remember_size(&desktop, &window);
    }
    if !runs(app) {
        return app.exit(0);
    }
    let is_asked = take_question(&desktop).is_some();
    match desktop.memory.get().on_close {
        // Closing the question is no answer; the harmless one is taken.
        _ if is_asked => {}
        Some(Choice::KeepRunning) => {}
        Some(Choice::StopNow) if desktop.active_calls() > 0 => {
            api.prevent_close();
            ask(
                app,
                Leaving::Close {
                    tray: app.state::<Tray>().is_shown(),
                },
            );
        }
        Some(choice) => desktop.order(Order::Leave {
            choice,
            quit: false,
        }),
        None => {
            api.prevent_close();
            ask(
                app,
                Leaving::Close {
                    tray: app.state::<Tray>().is_shown(),
                },
            );
        }
    }
}

/// Answers for one of our own pages.
pub fn own_page(app: &AppHandle, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let desktop = app.state::<Desktop>();
    let words = desktop.words;
    let page = match request.uri().path() {
        TROUBLE => match desktop.seen() {
            Seen::GaveUp(reason) => pages::trouble(words, &reason),
            _ => pages::forward(words, START),
        },
        STOPPED => pages::stopped(words),
        QUESTION => match question(&desktop) {
            Some(asked) => pages::question(words, asked.leaving, desktop.active_calls()),
            None => pages::forward(words, START),
        },
        LEAVE => on_answer(app, request.uri().query().unwrap_or("")),
        _ => start_page(app, &desktop),
    };
    pages::answer(page)
}

/// Waits for the engine and moves on to it.
fn start_page(app: &AppHandle, desktop: &Desktop) -> String {
    let running = desktop.find_or_start_engine();
    let address = running.and_then(|running| desktop.engine.sign_in_address(&running));
    match address {
        Ok(address) => pages::forward(desktop.words, &address),
        Err(error) => {
            let reason = format!("{error:#}");
            let page = pages::trouble(desktop.words, &reason);
            desktop.tell(app, Seen::GaveUp(reason), false);
            page
        }
    }
}

fn ask(app: &AppHandle, leaving: Leaving) {
    let desktop = app.state::<Desktop>();
    let window = app.get_webview_window(LABEL);
    let back = window.and_then(|window| window.url().ok());
    let back = back.filter(|url| is_engine(url, desktop.engine.latest_address()));
    *desktop
        .question
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = Some(Question { leaving, back });
    bring(app, Some(QUESTION));
}

/// Does what was chosen; gives the page to show instead of the question.
fn on_answer(app: &AppHandle, form: &str) -> String {
    let desktop = app.state::<Desktop>();
    // Nobody but the question may lead here.
    let Some(Question { leaving, back }) = take_question(&desktop) else {
        return pages::forward(desktop.words, START);
    };
    let field = |name| {
        let mut fields = form.split('&').filter_map(|field| field.split_once('='));
        fields.find_map(|(found, value)| (found == name).then_some(value))
    };
    let choice = match field("choice") {
        Some("keepRunning") => Choice::KeepRunning,
        Some("stopAfterCalls") => Choice::StopAfterCalls,
        Some("stopNow") => Choice::StopNow,
        _ => {
            let back = back.as_ref().map_or(START, Url::as_str);
            return pages::forward(desktop.words, back);
        }
    };
    let quit = leaving == Leaving::Quit;
    if !quit && field("remember").is_some() {
        desktop.memory.change(|it| it.on_close = Some(choice));
    }
    if let Some(window) = app.get_webview_window(LABEL) {
        remember_size(&desktop, &window);
        let _ = window.destroy();
    }
    desktop.order(Order::Leave { choice, quit });
    String::new()
}

fn question(desktop: &Desktop) -> Option<Question> {
    let asked = desktop.question.lock();
    asked.unwrap_or_else(PoisonError::into_inner).clone()
}

fn take_question(desktop: &Desktop) -> Option<Question> {
    let asked = desktop.question.lock();
    asked.unwrap_or_else(PoisonError::into_inner).take()
}

/// Whether there is a phone system that could go on.
fn runs(app: &AppHandle) -> bool {
    matches!(
        app.state::<Desktop>().seen(),
        Seen::Runs(_) | Seen::Restarting
    )
}

/// Shows the window, on `page` if there is one.
fn bring(app: &AppHandle, page: Option<&'static str>) {
    let app = app.clone();
    // A window cannot be made while an event is being handled.
    thread::spawn(move || {
        let shown = match app.get_webview_window(LABEL) {
            Some(window) => show_again(&window, page),
            None => open(&app, page.unwrap_or(START)),
        };
        if let Err(error) = shown {
            eprintln!("the window cannot be shown: {error:#}");
        }
    });
}

fn show_again(window: &WebviewWindow, page: Option<&str>) -> anyhow::Result<()> {
    if let Some(page) = page {
        window.navigate(own(page)?)?;
    }
    window.unminimize()?;
    window.show()?;
    window.set_focus()?;
    Ok(())
}

/// What a page may have: the engine's own, the microphone, for greetings. The system still asks
/// once where it does.
fn answer_to(kind: PermissionKind, is_of_engine: bool) -> PermissionResponse {
    if is_of_engine && kind == PermissionKind::Microphone {
        PermissionResponse::Allow
    } else {
        PermissionResponse::Deny
    }
}

fn is_of_engine(app: &AppHandle, url: &Url) -> bool {
    is_engine(url, app.state::<Desktop>().engine.latest_address())
}

/// Whether the window may show `url`. Other sites open in the browser.
fn may_go(app: &AppHandle, url: &Url) -> bool {
    let desktop = app.state::<Desktop>();
    if is_own(url) {
        return true;
    }
    if is_of_engine(app, url) {
        let lapsed = url.path() == SIGN_IN && url.query().is_none();
        if lapsed {
            let_in_again(app, &desktop);
        }
        return !lapsed;
    }
    if matches!(url.scheme(), "https" | "http" | "mailto" | "tel")
        && let Err(error) = open::that_detached(url.as_str())
    {
        eprintln!("{url} cannot be opened: {error}");
    }
    false
}

/// A session has lapsed: on this computer a new ticket will do, unless the latest one has just
/// failed to.
fn let_in_again(app: &AppHandle, desktop: &Desktop) {
    let now = Instant::now();
    let mut latest = desktop
        .let_in_again
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if latest.is_none_or(|latest| now.duration_since(latest) >= LET_IN_INTERVAL) {
        *latest = Some(now);
        bring(app, Some(START));
    }
}

fn own(page: &str) -> Result<Url, <Url as std::str::FromStr>::Err> {
    // WebView2 knows no schemes of others.
    let base = if cfg!(windows) {
        format!("http://{SCHEME}.localhost")
    } else {
        format!("{SCHEME}://localhost")
    };
    format!("{base}{page}").parse()
}

fn is_own(url: &Url) -> bool {
    own(START).is_ok_and(|own| (url.scheme(), url.host_str()) == (own.scheme(), own.host_str()))
}

/// Whether `url` is a page of the engine, or a file that such a page made.
fn is_engine(url: &Url, engine: Option<SocketAddr>) -> bool {
    let Some(engine) = engine else {
        return false;
    };
    // The origin of a blob is that of the page it stems from.
    url.origin().ascii_serialization() == format!("http://{engine}")
}

fn remember_size(desktop: &Desktop, window: &WebviewWindow) {
    let (Ok(maximized), Ok(scale), Ok(size)) = (
        window.is_maximized(),
        window.scale_factor(),
        window.inner_size(),
    ) else {
        return;
    };
    desktop.memory.change(|it| {
        it.maximized = maximized;
        if !maximized {
            it.size = Some(size.to_logical::<f64>(scale).into());
        }
    });
}

fn downloads(app: &AppHandle) -> PathBuf {
    let paths = app.path();
    let known = paths.download_dir();
    known.unwrap_or_else(|_| paths.home_dir().unwrap_or_default().join("Downloads"))
}

/// The file of this name in `folder`, with a number if there is one already.
fn unused(folder: &Path, name: &Path) -> PathBuf {
    let file = folder.join(name);
    let stem = name.file_stem().unwrap_or_default().to_string_lossy();
    let ending = name.extension().map_or_else(String::new, |ending| {
        format!(".{}", ending.to_string_lossy())
    });
    let numbered = (1u32..).map(|number| folder.join(format!("{stem} ({number}){ending}")));
    std::iter::once(file)
        .chain(numbered)
        .find(|file| !file.exists())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_engine_are_pages_of_the_engine() {
        let engine = Some(SocketAddr::from(([127, 0, 0, 1], 7080)));
        let is = |url: &str| is_engine(&url.parse().unwrap(), engine);
        assert!(is("http://127.0.0.1:7080/people?x=1"));
        assert!(is("blob:http://127.0.0.1:7080/0f-1"));
        for other in [
            "http://127.0.0.1:7081/",
            "https://127.0.0.1:7080/",
            "http://127.0.0.1:7080@example.com/",
            "http://localhost:7080/",
            "blob:http://example.com/0f-1",
            "file:///etc/passwd",
            "data:text/html,hi",
            "javascript:alert(1)",
        ] {
            assert!(!is(other), "{other}");
        }
    }

    #[test]
    fn our_own_pages_are_our_own() {
        assert!(is_own(&own(QUESTION).unwrap()));
        assert!(!is_own(&"http://127.0.0.1:7080/".parse().unwrap()));
    }

    #[test]
    fn a_download_never_replaces_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let name = Path::new("calls.csv");
        assert_eq!(unused(folder.path(), name), folder.path().join("calls.csv"));
        fs::write(folder.path().join("calls.csv"), "").unwrap();
        fs::write(folder.path().join("calls (1).csv"), "").unwrap();
        let third = unused(folder.path(), name);
        assert_eq!(third, folder.path().join("calls (2).csv"));
    }
}
