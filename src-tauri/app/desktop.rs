//! What the parts of the window's program share, and how it all comes together.

use crate::{
    arguments::Arguments,
    engine_api::Status,
    engine_process::{EngineProcess, Running},
    first_instance::FirstInstance,
    memory::Memory,
    pages::Leaving,
    tray::{self, Tray},
    watch::{self, Order},
    window,
    words::Words,
};
use std::{
    mem,
    path::Path,
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::Instant,
};
use tauri::{AppHandle, Manager, RunEvent, Url};

/// What the parts of the window's program share.
pub struct Desktop {
    /// The engine on our data.
    pub engine: EngineProcess,
    /// In the language of the person.
    pub words: &'static Words,
    /// From one start to the next.
    pub memory: Memory,
    orders: mpsc::Sender<Order>,
    /// The engine as last seen, and whether it ends when no call is active.
    seen: Mutex<(Seen, bool)>,
    /// The question that is on the screen.
    pub question: Mutex<Option<Question>>,
    /// When a page whose session had lapsed was let in again.
    pub let_in_again: Mutex<Option<Instant>>,
}

/// A question about the phone system that is on the screen.
#[derive(Clone, Debug)]
pub struct Question {
    /// Why it is asked.
    pub leaving: Leaving,
    /// The page it hides.
    pub back: Option<Url>,
}

/// The engine as last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// For the first time.
    Starting,
    /// It runs.
    Runs(Status),
    /// It died and is being started again.
    Restarting,
    /// It was told to stop.
    Stopped,
    /// It died again and again; this is what it said.
    GaveUp(String),
}

impl Desktop {
    /// Where the office's data is kept.
    pub fn data(&self) -> &Path {
        self.engine.data()
    }

    /// The engine, found or started.
    ///
    /// # Errors
    /// A sentence for the person in front of the window.
    pub fn find_or_start_engine(&self) -> anyhow::Result<Running> {
        let (running, started) = self.engine.find_or_start()?;
        if let Some(mut started) = started {
            let orders = self.orders.clone();
            // Its end is noticed the moment it comes.
            thread::spawn(move || {
                let _ = started.wait();
                let _ = orders.send(Order::Look);
            });
        }
        self.order(Order::Look);
        Ok(running)
    }

    /// Tells the watch what to do.
    pub fn order(&self, order: Order) {
        // The watch ends with the program.
        let _ = self.orders.send(order);
    }

    /// The engine as last seen.
    pub fn seen(&self) -> Seen {
        self.told().0
    }

    fn told(&self) -> (Seen, bool) {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Tells tray and window how the engine is now, if that is news.
    pub fn tell(&self, app: &AppHandle, now: Seen, ends_after_calls: bool) {
        let now = (now, ends_after_calls);
        let before = mem::replace(
            &mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner),
            now.clone(),
        );
        if before == now {
            return;
        }
        app.state::<Tray>().tell(self.words, &now.0, now.1);
        if before.0 != now.0 {
            window::on_change(app, &now.0);
        }
    }

    /// Tells the tray once more.
    pub fn tell_again(&self, app: &AppHandle) {
        let (seen, ends_after_calls) = self.told();
        app.state::<Tray>()
            .tell(self.words, &seen, ends_after_calls);
    }

    /// Calls that were active at the last look.
    pub fn active_calls(&self) -> usize {
        match self.seen() {
            Seen::Runs(status) => status.active_calls,
            _ => 0,
        }
    }
}

/// Runs until the program is told to quit. The engine keeps running after that unless it was told
/// to stop as well: it carries the calls.
///
/// # Errors
/// There is no display.
pub fn run(arguments: Arguments, first: Option<FirstInstance>) -> anyhow::Result<()> {
    let (orders, received) = mpsc::channel();
    let desktop = Desktop {
        memory: Memory::of(&arguments.data),
        engine: EngineProcess::new(arguments.data, arguments.for_engine),
        words: Words::of_system(),
        orders,
        seen: Mutex::new((Seen::Starting, false)),
        question: Mutex::default(),
        let_in_again: Mutex::default(),
    };
    let background = arguments.background;
    tauri::Builder::default()
        .manage(desktop)
        .register_asynchronous_uri_scheme_protocol(window::SCHEME, |context, request, responder| {
            let app = context.app_handle().clone();
            // Starting an engine takes a moment; the window must not freeze meanwhile.
            thread::spawn(move || responder.respond(window::own_page(&app, &request)));
        })
        .on_menu_event(|app, event| tray::on_menu(app, event.id().as_ref()))
        .setup(move |app| {
            let app = app.handle();
            app.manage(Tray::new(app, app.state::<Desktop>().words)?);
            tray::appear_when_possible(app);
            if !background {
                window::open(app, "/")?;
            }
            let for_second = app.clone();
            if let Some(first) = first {
                first.on_second(move || window::show(&for_second));
            }
            let for_watch = app.clone();
            thread::spawn(move || watch::watch(&for_watch, &received, background));
            Ok(())
        })
        .build(tauri::generate_context!())?
        .run(|app, event| match event {
            // Without its window the program goes on: it watches over the engine.
            RunEvent::ExitRequested {
                code: None, api, ..
            } => api.prevent_exit(),
            #[cfg(target_os = "macos")]
            RunEvent::Reopen { .. } => window::show(app),
            RunEvent::WindowEvent { event, .. } => window::on_event(app, &event),
            _ => {}
        });
    Ok(())
}
