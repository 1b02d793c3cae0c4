//! The window as a person sees it: on a display, with the real webview.

// WebKitWebDriver exists on Linux only.
#![cfg(target_os = "linux")]

use anyhow::Result;
use cordboard_tests::interop::window::Window;
use std::{fs, path::Path};

fn open(data: &Path) -> Result<Window> {
    let binary = Path::new(env!("CARGO_BIN_EXE_cordboard"));
    Window::open(binary, &["--data", &data.to_string_lossy()])
}

#[test]
fn a_window_that_cannot_start_the_engine_says_why_and_tries_again() -> Result<()> {
    let folder = tempfile::tempdir()?;
    // A file where the data folder should be made: nothing can be kept there.
    let blocked = folder.path().join("blocked");
    fs::write(&blocked, "")?;
    let window = open(&blocked.join("data"))?;
    assert_eq!(window.see("h1")?, "The phone system is not running");
    assert!(window.see(".reason")?.contains("cannot be made"));
    window.click("a")?;
    assert_eq!(window.see("h1")?, "The phone system is not running");
    Ok(())
}
