//! Sound in the window: messages left by telephone, files brought along, and what is played.

use super::{
    keys::{by_keys_alone, count_pointers},
    office::open,
};
use anyhow::{Result, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use cordboard_tests::interop::{
    baresip::Baresip, chromium::Chromium, engine::Engine, process::until, sound::Sound,
};
use std::{fs, path::Path, time::Duration};

/// Greeting and tone are over by then.
pub const GREETED: Duration = Duration::from_secs(45);

/// So many bytes of a message are about four seconds of it.
pub const SPOKEN: u64 = 12_000;

/// The largest file that is being recorded.
pub fn being_recorded(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| {
        let path = entry.path();
        match path.extension() {
            _ if path.is_dir() => being_recorded(&path),
            Some(ending) if ending == "part" => entry.metadata().map_or(0, |file| file.len()),
            _ => 0,
        }
    });
    sizes.max().unwrap_or_default()
}

/// Somebody calls a number where nobody answers, and speaks for some seconds.
pub fn leave_message(engine: &Engine, caller: &mut Baresip, number: &str) -> Result<()> {
    caller.dial(number)?;
    caller.wait_within("CALL_ESTABLISHED", GREETED)?;
    let folder = engine.data().join("sound");
    let speaks = until(GREETED, || being_recorded(&folder) > SPOKEN);
    ensure!(speaks, "nothing is recorded\n{}", engine.log());
    caller.hang_up()?;
    caller.wait_until_closed().map(drop)
}

/// A sound file as somebody has it on their computer.
pub fn wav(hz: f64, seconds: u64) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("sound.wav");
    Sound::tone(hz, Duration::from_secs(seconds), -12.0, 44_100).write(&file)?;
    Ok(fs::read(&file)?)
}

/// Drops a file onto the screen.
pub fn drop_file(browser: &Chromium, name: &str, content: &[u8]) -> Result<()> {
    let content = BASE64_STANDARD.encode(content);
    browser
        .run(&format!(
            "const bytes = Uint8Array.from(atob('{content}'), (sign) => sign.charCodeAt(0));
             const dataTransfer = new DataTransfer();
             dataTransfer.items.add(new File([bytes], '{name}', {{ type: 'audio/wav' }}));
             for (const kind of ['dragenter', 'dragover', 'drop'])
               document.body.dispatchEvent(
                 new DragEvent(kind, {{ bubbles: true, cancelable: true, dataTransfer }}));",
        ))
        .map(drop)
}

/// What a link on the page gives: its type, its name and how many bytes.
pub fn download(browser: &Chromium, css: &str) -> Result<(String, String, u64)> {
    let given = browser.run(&format!(
        "const link = document.querySelector('{css}');
         return fetch(link.href).then(async (answer) => [
           answer.headers.get('content-type'),
           answer.headers.get('content-disposition') ?? link.download,
           (await answer.arrayBuffer()).byteLength,
         ]);"
    ))?;
    let text = |at: usize| given[at].as_str().unwrap_or_default().to_owned();
    Ok((text(0), text(1), given[2].as_u64().unwrap_or_default()))
}

/// Waits until what plays has come at least so far, in seconds.
pub fn has_played(browser: &Chromium, seconds: u32) -> Result<()> {
    browser.until(
        "the sound is played",
        &format!(
            "const place = document.querySelector('.waveform-slider');
             return place !== null && Number(place.ariaValueNow) >= {seconds};"
        ),
    )
}

/// Goes to another screen by its address; up to here nothing but the keyboard was used.
pub fn go(engine: &Engine, browser: &Chromium, path: &str) -> Result<()> {
    by_keys_alone(browser)?;
    open(engine, browser, path)?;
    count_pointers(browser)
}
