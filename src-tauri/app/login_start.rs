//! Whether the window's program starts when the person logs in; off until they turn it on.

use crate::arguments::BACKGROUND;
use anyhow::Context;
use auto_launch::{AutoLaunch, AutoLaunchBuilder};
use std::env;

/// Whether it is on.
pub fn is_on() -> bool {
    entry().is_ok_and(|entry| entry.is_enabled().unwrap_or(false))
}

/// Turns it on or off.
///
/// # Errors
/// The system keeps no such entry.
pub fn turn(on: bool) -> anyhow::Result<()> {
    let entry = entry()?;
    if on { entry.enable() } else { entry.disable() }?;
    Ok(())
}

fn entry() -> anyhow::Result<AutoLaunch> {
    let program = env::current_exe()?;
    let program = program.to_str().context("the program's path is no text")?;
    let entry = AutoLaunchBuilder::new()
        .set_app_name("Cordboard")
        .set_app_path(program)
        .set_args(&[BACKGROUND])
        .build()?;
    Ok(entry)
}
