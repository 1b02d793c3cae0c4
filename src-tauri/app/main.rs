//! The Cordboard window: finds or starts the engine, watches over it, and shows its UI.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

#[cfg(feature = "window")]
mod arguments;
#[cfg(feature = "window")]
mod back_off;
#[cfg(feature = "window")]
mod desktop;
#[cfg(feature = "window")]
mod engine_api;
#[cfg(feature = "window")]
mod engine_process;
#[cfg(feature = "window")]
mod first_instance;
#[cfg(all(feature = "window", target_os = "linux"))]
mod graphics;
#[cfg(feature = "window")]
mod login_start;
#[cfg(feature = "window")]
mod memory;
#[cfg(feature = "window")]
mod pages;
#[cfg(feature = "window")]
mod tray;
#[cfg(feature = "window")]
mod watch;
#[cfg(feature = "window")]
mod window;
#[cfg(feature = "window")]
mod words;

#[cfg(feature = "window")]
fn main() -> anyhow::Result<()> {
    let arguments = arguments::Arguments::read(std::env::args().skip(1))?;
    let first = match first_instance::claim(&arguments.data) {
        Ok(Some(first)) => Some(first),
        Ok(None) if arguments.background => return Ok(()),
        Ok(None) => return first_instance::show_other(&arguments.data),
        // The window says why nothing can be kept there.
        Err(_) => None,
    };
    desktop::run(arguments, first)
}

#[cfg(not(feature = "window"))]
fn main() {
    eprintln!(
        "This build of Cordboard has no window. Start the phone system with: cordboard-engine serve"
    );
    std::process::exit(2);
}
