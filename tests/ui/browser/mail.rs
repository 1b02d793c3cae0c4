//! Letters leave the office through a mail server: set up, tried, and refused, in the window.

use super::{
    keys::{at, by_keys_alone},
    office::office,
    states::judge,
};
use anyhow::{Context, Result, ensure};
use cordboard_tests::interop::{
    mail_server::{UNKNOWN, mail_server},
    process::PATIENCE,
    webdriver::ENTER,
};

#[test]
fn mail_is_set_up_and_tried_by_keys() -> Result<()> {
    let engine = office()?;
    let (port, letters) = mail_server()?;
    let browser = at(&engine, "/settings/mail")?;
    let mut found = Vec::new();
    browser.read("No mail server is set up")?;
    judge(&browser, "settings-mail-empty", &mut found)?;
    browser.tab_to("Set up")?;
    browser.press(&[], ENTER)?;
    browser.has_focus("Server")?;
    browser.type_keys("127.0.0.1")?;
    browser.tab_to("Port")?;
    browser.type_over(&port.to_string())?;
    browser.tab_to("Security")?;
    browser.press(&[], ENTER)?;
    browser.see("[role=listbox]")?;
    browser.type_keys("none")?;
    browser.has_focus("None")?;
    browser.press(&[], ENTER)?;
    browser.read("Password and letters can be read by anybody on the way.")?;
    browser.tab_to("Sender’s address")?;
    browser.type_keys("Reed & Lang <office@example.com>")?;
    judge(&browser, "settings-mail-server", &mut found)?;
    browser.press(&[], ENTER)?;
    browser.read("Mail server changed")?;
    browser.read(&format!("through 127.0.0.1:{port}"))?;

    browser.tab_to("To")?;
    browser.type_over("anna@example.com")?;
    browser.press(&[], ENTER)?;
    browser.read("The server took the letter to anna@example.com.")?;
    let letter = letters.recv_timeout(PATIENCE).context("no letter")?;
    ensure!(
        letter.contains("To: anna@example.com") && letter.contains("office@example.com"),
        "{letter}"
    );

    // What the server says is said on.
    browser.tab_to("To")?;
    browser.type_over(UNKNOWN)?;
    browser.press(&[], ENTER)?;
    browser.read("The letter could not be sent.")?;
    browser.read("no such mailbox here")?;
    judge(&browser, "settings-mail", &mut found)?;
    by_keys_alone(&browser)?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
