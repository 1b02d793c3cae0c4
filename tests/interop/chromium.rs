//! Debian's Chromium without a display, driven through its own driver.

use super::{
    ports::Ports,
    process::{PATIENCE, Process, until},
    webdriver::Page,
};
use anyhow::{Result, ensure};
use serde_json::json;
use std::{net::TcpStream, ops::Deref, process::Command};
use tempfile::TempDir;

/// A running browser with one page. Dropping it ends it.
pub struct Chromium {
    page: Page,
    driver: Process,
    _ports: Ports,
    _folder: TempDir,
}

impl Chromium {
    /// Starts a browser with a window of this size.
    ///
    /// # Errors
    /// chromium or chromium-driver is not installed, or does not start.
    pub fn open(width: u32, height: u32) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let ports = Ports::claim()?;
        let mut driver = Command::new("chromedriver");
        driver
            .arg(format!("--port={}", ports.control()))
            .env("LC_ALL", "C.UTF-8");
        let driver = Process::start(driver, &folder.path().join("driver.log"))?;
        let control = ("127.0.0.1", ports.control());
        ensure!(
            until(PATIENCE, || TcpStream::connect(control).is_ok()),
            "chromedriver does not listen\n{}",
            driver.log_tail()
        );
        let profile = format!(
            "--user-data-dir={}",
            folder.path().join("profile").display()
        );
        let capabilities = json!({
            "goog:chromeOptions": {
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                    "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                    "--force-device-scale-factor=1", "--lang=en-GB",
                    // A microphone that beeps, and nobody who has to allow it.
                    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
                    format!("--window-size={width},{height}"), profile,
                ],
            },
        });
        let page = Page::open(format!("127.0.0.1:{}", ports.control()), &capabilities)?;
        Ok(Self {
            page,
            driver,
            _ports: ports,
            _folder: folder,
        })
    }

    /// The process whose descendants are the browser.
    pub fn process(&self) -> u32 {
        self.driver.id()
    }

    /// Whether the person prefers `light` or `dark`.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn prefer(&self, colours: &str) -> Result<()> {
        let features = json!([{ "name": "prefers-color-scheme", "value": colours }]);
        self.page.devtools(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        )
    }

    /// Makes the page this large, in pixels.
    ///
    /// # Errors
    /// The browser is gone.
    pub fn size(&self, width: u32, height: u32) -> Result<()> {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.page
            .devtools("Emulation.setDeviceMetricsOverride", &size)
    }
}

impl Deref for Chromium {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}
