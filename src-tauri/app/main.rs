//! The Cordboard window: finds or starts the engine and shows its UI.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

#[cfg(feature = "window")]
mod engine_process;
#[cfg(feature = "window")]
mod window;

#[cfg(feature = "window")]
fn main() -> anyhow::Result<()> {
    let engine = engine_process::EngineProcess::from_arguments(std::env::args().skip(1))?;
    window::run(engine)
}

#[cfg(not(feature = "window"))]
fn main() {
    eprintln!(
        "This build of Cordboard has no window. Start the phone system with: cordboard-engine serve"
    );
    std::process::exit(2);
}
