//! The program `cordboardctl`: a client of the engine's API for people at a terminal.

mod arguments;
mod audit;
mod call;
mod client;
mod device;
mod failed;
mod find_engine;
mod ladder;
mod line;
mod office;
mod open;
mod outside;
mod person;
mod status;
mod table;
mod visible;

use arguments::{
    Arguments, AuditVerb, DeviceVerb, FuseVerb, LineVerb, NumberVerb, OfficeVerb, PersonVerb, Verb,
};
use clap::Parser;
use client::Client;
use failed::Failed;
use std::{
    io::{ErrorKind, Write},
    process::ExitCode,
};

fn main() -> ExitCode {
    let outcome = run(Arguments::parse()).and_then(|said| {
        let mut output = std::io::stdout().lock();
        match output
            .write_all(said.as_bytes())
            .and_then(|()| output.flush())
        {
            // Whoever reads the first lines only (`| head`) has what they wanted.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failed::Output(error)),
            _ => Ok(()),
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("error: {failed}");
            ExitCode::FAILURE
        }
    }
}

/// Does what was asked; gives what to print.
fn run(arguments: Arguments) -> Result<String, Failed> {
    let engine = find_engine::find(arguments.data, arguments.api)?;
    let client = Client::new(engine);
    let json = arguments.json;
    match arguments.verb {
        Verb::Status => status::show(&client, json),
        Verb::Open => open::link(&client, json),
        Verb::Person(PersonVerb::Add { name, extension }) => {
            person::add(&client, &name, &extension, json)
        }
        Verb::Person(PersonVerb::List) => person::list(&client, json),
        Verb::Person(PersonVerb::Remove { person }) => person::remove(&client, &person),
        Verb::Device(DeviceVerb::Add { person, label }) => {
            device::add(&client, &person, &label, json)
        }
        Verb::Device(DeviceVerb::List) => device::list(&client, json),
        Verb::Device(DeviceVerb::Remove { device }) => device::remove(&client, &device),
        Verb::Device(DeviceVerb::RenewSecret { device }) => {
            device::renew_secret(&client, &device, json)
        }
        Verb::Line(LineVerb::List) => line::list(&client, json),
        Verb::Line(LineVerb::On { line }) => line::switch(&client, &line, true),
        Verb::Line(LineVerb::Off { line }) => line::switch(&client, &line, false),
        Verb::Line(LineVerb::Register { line }) => line::register(&client, &line),
        Verb::Line(LineVerb::Test { line }) => line::test(&client, &line, json),
        Verb::Number(NumberVerb::List) => outside::numbers(&client, json),
        Verb::Number(NumberVerb::Add { number, extension }) => {
            outside::add_number(&client, &number, &extension, json)
        }
        Verb::Where { number, person } => {
            outside::where_to(&client, &number, person.as_deref(), json)
        }
        Verb::Fuse(FuseVerb::List) => outside::fuses(&client, json),
        Verb::Audit(AuditVerb::Check { seen }) => audit::check(&client, &seen, json),
        Verb::Audit(AuditVerb::Export) => audit::export(&client),
        Verb::Office(OfficeVerb::List) => office::list(&client, json),
        Verb::Office(OfficeVerb::Add(new)) => office::add(&client, &new, json),
        Verb::Office(OfficeVerb::On { office }) => office::switch(&client, &office, true),
        Verb::Office(OfficeVerb::Off { office }) => office::switch(&client, &office, false),
        Verb::Office(OfficeVerb::Domains { office, domains }) => {
            office::answer_for(&client, &office, &domains)
        }
        Verb::Office(OfficeVerb::Remove { office }) => office::remove(&client, &office),
        Verb::Office(OfficeVerb::Open { office }) => office::open(&client, &office, json),
        Verb::Calls { limit, search } => call::list(&client, limit, search.as_deref(), json),
        Verb::Trace { call, raw } => call::trace(&client, call, raw, json),
        Verb::HangUp { call } => call::hang_up(&client, call),
        Verb::Media { call, way } => call::move_media(&client, call, way),
    }
}
