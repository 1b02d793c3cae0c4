//! How the window is painted on a computer without a graphics card.

use std::{
    fs::{self, OpenOptions},
    path::Path,
};
use tauri::WebviewWindow;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Where Linux has its graphics cards.
const CARDS: &str = "/dev/dri";
/// What can be computed on bears this name and a number; the others only show pictures.
const COMPUTES: &str = "renderD";

/// Lets the webview paint by itself if there is nothing that would do it faster: it hands its pictures to
/// OpenGL else, and a computer without a card imitates one, which costs several times as much.
pub fn paint_as_fast_as_can_be(window: &WebviewWindow) {
    if has_card(Path::new(CARDS)) {
        return;
    }
    // The window is there all the same, only slower.
    let _ = window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
}

/// Whether there is a card in this folder that we may use.
fn has_card(folder: &Path) -> bool {
    let devices = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut cards =
        devices.filter(|device| device.file_name().to_string_lossy().starts_with(COMPUTES));
    let may_use = |card: &Path| OpenOptions::new().read(true).write(true).open(card).is_ok();
    cards.any(|card| may_use(&card.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_what_computes_and_may_be_used() {
        let folder = tempfile::tempdir().unwrap();
        let there_is = |name: &str| fs::write(folder.path().join(name), "").unwrap();
        assert!(!has_card(&folder.path().join("none")));
        assert!(!has_card(folder.path()));
        there_is("card0");
        assert!(!has_card(folder.path()), "it shows pictures only");
        there_is("renderD128");
        assert!(has_card(folder.path()));
    }
}
