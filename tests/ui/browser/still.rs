//! A drawing that nobody touches costs nothing: no repaint while nothing happens.

use super::{keys::at, office::office};
use anyhow::{Result, ensure};
use cordboard_tests::interop::{engine::Engine, flows, raw::Peer};
use serde_json::{Value, json};

/// Counts for five seconds what would make the browser paint: changes of the page, pictures asked
/// for, and animations that run.
const WATCH: &str = "
    return new Promise(done => {
        let changes = [], pictures = 0;
        const watch = new MutationObserver(seen => changes.push(...seen.map(({ target, type }) =>
            `${type} of ${target.nodeName} ${target.className ?? ''}`)));
        watch.observe(document, {
            subtree: true, childList: true, attributes: true, characterData: true,
        });
        const ask = window.requestAnimationFrame;
        window.requestAnimationFrame = picture => { pictures += 1; return ask(picture); };
        setTimeout(() => {
            watch.disconnect();
            window.requestAnimationFrame = ask;
            const running = document.getAnimations().filter(one => one.playState === 'running');
            done({ changes: changes.slice(0, 10), pictures, running: running.length });
        }, 5000);
    });";

fn publish(engine: &Engine) -> Result<i64> {
    let menu = json!({
        "id": "n_menu1", "kind": "menu", "timeout": 30,
        "prompts": [{ "source": "silence", "ms": 100 }],
        "options": [{ "digit": "1", "label": "Again" }],
    });
    let end = json!({ "id": "n_end01", "kind": "hangup", "goodbye": [] });
    let ways = [
        ["n_menu1", "digit:1", "n_menu1"],
        ["n_menu1", "timeout", "n_end01"],
    ];
    flows::publish(engine, "Main", "600", &flows::document(&[menu, end], &ways))
}

#[test]
fn a_drawing_with_a_caller_on_it_is_not_painted_again_while_nothing_happens() -> Result<()> {
    let engine = office()?;
    let flow = publish(&engine)?;
    let mut cleo = Peer::new(&engine, "Cleo Sand", "103")?;
    cleo.register()?;
    let mut call = cleo.invite("600")?;
    ensure!(cleo.outcome(&mut call)?.code() == Some(200));
    let browser = at(&engine, &format!("/flows/{flow}"))?;
    browser.see("#step-n_menu1[data-live]")?;
    // A clock may go on to its next minute once; it does not in two looks that follow each other.
    let still = json!({ "changes": [], "pictures": 0, "running": 0 });
    let looks = [(); 3].map(|()| browser.run(WATCH));
    let looks: Vec<Value> = looks.into_iter().collect::<Result<_>>()?;
    ensure!(looks[1..].contains(&still), "{looks:#?}");
    // The watch sees what happens.
    let watched = browser.run(&WATCH.replace(
        "setTimeout(() => {",
        "document.body.append(document.createElement('p')); setTimeout(() => {",
    ))?;
    ensure!(watched["changes"][0] == "childList of BODY ", "{watched:#}");
    cleo.bye(&mut call)?;
    Ok(())
}
