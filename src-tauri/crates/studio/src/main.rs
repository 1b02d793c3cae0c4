//! `studio prompts <folder of English sounds> <assets>` and `studio music <assets>`: makes what
//! callers hear. A developer runs it through `cargo xtask`; its results are committed.

mod master;
mod music;
mod prompts;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        // The speaker of German texts starts this very program.
        [voice::WORKER_VERB, "--voice", locale] => return voice::worker_main(locale),
        ["texts", list] => prompts::write_texts(Path::new(list)),
        ["prompts", english, assets] => prompts::record(Path::new(english), Path::new(assets)),
        ["music", assets] => music::compose(Path::new(assets)),
        _ => Err("texts <file> | prompts <English sounds> <assets> | music <assets>".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("studio: {sentence}");
            ExitCode::FAILURE
        }
    }
}
