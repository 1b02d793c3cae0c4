//! Whether what is on the screen is usable by everybody, as axe judges it.

use anyhow::{Context, Result};
use cordboard_tests::interop::chromium::Chromium;
use std::{fs, path::Path};

/// What axe finds wrong, one line each. What comes or goes is half transparent for a moment: it is
/// judged once it is there, and a report during which something began to move is made again.
pub fn violations(browser: &Chromium) -> Result<Vec<String>> {
    let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&axe)
        .with_context(|| format!("{}; npm ci in ui installs it", axe.display()))?;
    browser.run(&axe)?;
    let report = browser.run(
        "const moves = () =>
           document.getAnimations().some(({ playState, effect }) =>
             playState === 'running' && effect.getComputedTiming().endTime !== Infinity);
         const frame = () => new Promise((drawn) => {
           requestAnimationFrame(drawn);
           setTimeout(drawn, 100);
         });
         const resting = async () => {
           const until = Date.now() + 2000;
           while (moves() && Date.now() < until) await frame();
         };
         const judged = async (tries) => {
           await resting();
           const report = await axe.run(document, { resultTypes: ['violations'] });
           return moves() && tries ? judged(tries - 1) : report;
         };
         return judged(2).then((report) => report.violations.map(({ id, help, nodes }) =>
           ({ id, help, at: nodes.slice(0, 3).map((node) => node.html) })))",
    )?;
    let report = report.as_array().context("axe gave no report")?;
    Ok(report.iter().map(ToString::to_string).collect())
}
