//! The icon in the tray and its menu; where there is no tray, the menu is in the window.

use crate::{
    desktop::{Desktop, Seen},
    login_start, window,
    words::Words,
};
use std::{
    panic::{self, AssertUnwindSafe},
    sync::{Mutex, PoisonError},
};
use tauri::{
    AppHandle, Manager, Wry,
    image::Image,
    include_image,
    menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};

const RUNS: Image<'_> = include_image!("icons/tray/open.png");
const ATTENTION: Image<'_> = include_image!("icons/tray/attention.png");
const STOPPED: Image<'_> = include_image!("icons/tray/stopped.png");
const ID: &str = "cordboard";

const OPEN: &str = "open";
const START_AT_LOGIN: &str = "start-at-login";
const CLOSE: &str = "close";
const QUIT: &str = "quit";

/// The menu, and the icon where the desktop shows one.
pub struct Tray {
    office: MenuItem<Wry>,
    state: MenuItem<Wry>,
    start_at_login: CheckMenuItem<Wry>,
    menu: Menu<Wry>,
    for_window: Menu<Wry>,
    icon: Mutex<Option<TrayIcon>>,
}

impl Tray {
    /// The menu alone; the icon comes with [`Tray::appear`].
    ///
    /// # Errors
    /// The menu cannot be made.
    pub fn new(app: &AppHandle, words: &Words) -> tauri::Result<Self> {
        let said = |text| MenuItem::new(app, text, false, None::<&str>);
        let office = said("Cordboard")?;
        let state = said(words.starting)?;
        let open = MenuItem::with_id(app, OPEN, words.open, true, None::<&str>)?;
        let start_at_login = CheckMenuItem::with_id(
            app,
            START_AT_LOGIN,
            words.start_at_login,
            true,
            login_start::is_on(),
            None::<&str>,
        )?;
        let quit = MenuItem::with_id(app, QUIT, words.quit, true, Some("CmdOrCtrl+Q"))?;
        let line = || PredefinedMenuItem::separator(app);
        let menu = Menu::with_items(
            app,
            &[
                &office,
                &state,
                &line()?,
                &open,
                &start_at_login,
                &line()?,
                &quit,
            ],
        )?;
        let close = MenuItem::with_id(app, CLOSE, words.close, true, Some("CmdOrCtrl+W"))?;
        let cordboard = Submenu::with_items(
            app,
            "Cordboard",
            true,
            &[&state, &line()?, &start_at_login, &line()?, &close, &quit],
        )?;
        let for_window = Menu::with_items(app, &[&cordboard])?;
        Ok(Self {
            office,
            state,
            start_at_login,
            menu,
            for_window,
            icon: Mutex::default(),
        })
    }

    /// The menu for a window that nobody could bring back from a tray.
    pub fn menu_for_window(&self) -> Option<Menu<Wry>> {
        // macOS has its menu bar, with the icon beside it.
        let needed = cfg!(target_os = "linux") && !self.is_shown();
        needed.then(|| self.for_window.clone())
    }

    /// Whether there is an icon.
    pub fn is_shown(&self) -> bool {
        self.icon().is_some()
    }

    /// Shows the icon. Where the library for it is missing there is none, and all else goes on.
    pub fn appear(&self, app: &AppHandle) {
        if self.is_shown() {
            return;
        }
        let builder = TrayIconBuilder::with_id(ID)
            .icon(RUNS)
            .tooltip("Cordboard")
            .menu(&self.menu)
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_tray_icon_event(|icon, event| {
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                    && !cfg!(target_os = "macos")
                {
                    window::show(icon.app_handle());
                }
            });
        // On Linux a missing libayatana-appindicator3 is told by a panic.
        match panic::catch_unwind(AssertUnwindSafe(|| builder.build(app))) {
            Ok(Ok(icon)) => *self.icon() = Some(icon),
            Ok(Err(error)) => eprintln!("there is no icon in the tray: {error}"),
            Err(_) => eprintln!("there is no icon in the tray: its library is not installed"),
        }
    }

    /// Tells what goes on.
    pub fn tell(&self, words: &Words, seen: &Seen, ends_after_calls: bool) {
        let (office, state, icon) = match seen {
            Seen::Starting => ("Cordboard", words.starting.to_owned(), RUNS),
            Seen::Restarting => ("Cordboard", words.restarting.to_owned(), ATTENTION),
            Seen::Stopped => ("Cordboard", words.stopped.to_owned(), STOPPED),
            Seen::GaveUp(_) => ("Cordboard", words.stopped.to_owned(), ATTENTION),
            Seen::Runs(status) => {
                let counts = words.phones_and_calls(status.registered_devices, status.active_calls);
                let counts = if ends_after_calls {
                    format!("{counts} · {}", words.stopping_after_calls)
                } else {
                    counts
                };
                let icon = if status.attention == 0 {
                    RUNS
                } else {
                    ATTENTION
                };
                (status.office.as_str(), counts, icon)
            }
        };
        // An item that cannot be changed says what it said before; there is nobody to tell.
        let _ = self.office.set_text(office);
        let _ = self.state.set_text(&state);
        if let Some(shown) = self.icon().as_ref() {
            let _ = shown.set_icon(Some(icon));
            let _ = shown.set_tooltip(Some(format!("{office}\n{state}")));
        }
    }

    fn icon(&self) -> std::sync::MutexGuard<'_, Option<TrayIcon>> {
        self.icon.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does what the menu item `id` says.
pub fn on_menu(app: &AppHandle, id: &str) {
    match id {
        OPEN => window::show(app),
        CLOSE => window::close(app),
        QUIT => window::ask_before_quitting(app),
        START_AT_LOGIN => {
            let turned = login_start::turn(!login_start::is_on());
            if let Err(error) = turned {
                eprintln!("the start at login cannot be changed: {error:#}");
            }
            let item = &app.state::<Tray>().start_at_login;
            let _ = item.set_checked(login_start::is_on());
        }
        _ => {}
    }
}

/// Shows the icon as soon as the desktop has a place for it: right after the login it may not, and
/// GNOME has none without an extension.
#[cfg(target_os = "linux")]
pub fn appear_when_possible(app: &AppHandle) {
    use gio::{BusNameWatcherFlags, BusType, Cancellable};
    const PLACE: &str = "org.kde.StatusNotifierWatcher";
    let app = app.clone();
    // Asking for the bus first: watching a name where there is no bus makes gio panic.
    gio::bus_get(BusType::Session, Cancellable::NONE, move |bus| {
        let Ok(bus) = bus else { return };
        // The watch ends with the program.
        gio::bus_watch_name_on_connection(
            &bus,
            PLACE,
            BusNameWatcherFlags::NONE,
            move |_, _, _| {
                let tray = app.state::<Tray>();
                tray.appear(&app);
                if tray.is_shown() {
                    window::hide_menu(&app);
                    app.state::<Desktop>().tell_again(&app);
                }
            },
            |_, _| {},
        );
    });
}

/// Shows the icon: every desktop of this system has a place for it.
#[cfg(not(target_os = "linux"))]
pub fn appear_when_possible(app: &AppHandle) {
    app.state::<Tray>().appear(app);
    app.state::<Desktop>().tell_again(app);
}
