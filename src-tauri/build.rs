//! Lets Tauri read tauri.conf.json when the window is built.
fn main() {
    #[cfg(feature = "window")]
    tauri_build::build();
}
