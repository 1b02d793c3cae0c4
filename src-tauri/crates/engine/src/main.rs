//! The program `cordboard-engine`: wires store, switch, sockets and API together.

mod certificates;
mod courier;
mod disk_watch;
mod engine_file;
mod health;
mod house;
mod one_office;
mod options;
mod serve;
mod service;
mod start_failed;
mod voicemail;

use clap::Parser;
use options::{Options, Verb};
use std::{io::IsTerminal, process::ExitCode};
use tracing_subscriber::EnvFilter;

/// What ends the engine before it is ready; the same number clap uses for wrong options.
const COULD_NOT_START: u8 = 2;

fn main() -> ExitCode {
    match Options::parse().verb {
        Verb::Serve(options) => serve(*options),
        Verb::Service(service) => finish(service::run(&service)),
        Verb::Speak { voice } => voice::worker_main(&voice),
    }
}

fn serve(options: options::Serve) -> ExitCode {
    let log = EnvFilter::builder().parse_lossy(&options.log);
    tracing_subscriber::fmt()
        .with_env_filter(log)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    finish(serve::serve(options))
}

fn finish<E: std::fmt::Display>(outcome: Result<(), E>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("error: {failed}");
            ExitCode::from(COULD_NOT_START)
        }
    }
}
