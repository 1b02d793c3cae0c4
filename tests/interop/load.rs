//! A whole office at once: 500 telephones register, calls come ten a second, telephones ring together,
//! and afterwards nothing is left behind.

use anyhow::Result;
use cordboard_tests::interop::{
    crowd::{Crowd, Login, answering, file},
    ports::Ports,
    sipp::Sipp,
    weather::{Bridge, Weather},
};
use std::time::{Duration, Instant};

#[test]
fn five_hundred_telephones_come_back_at_once_and_none_is_refused() -> Result<()> {
    const TELEPHONES: u32 = 500;
    let office = Crowd::start(TELEPHONES, 1, "auto", |_| Ok(()))?;
    let ports = Ports::claim()?;
    // Every telephone has an address of its own, as in an office.
    let telephones = office.logins.iter().enumerate().map(|(index, login)| {
        let ip = format!("127.1.{}.{}", index / 250, index % 250 + 1);
        format!("{};{ip}", login.line(&format!("{ip}:{}", ports.sip())))
    });
    let list = office.list("telephones", telephones)?;
    let (cpu, began) = (office.engine.cpu()?, Instant::now());
    let outcome = Sipp::scenario(file("register"))
        .target(office.sip()?)
        .calls(TELEPHONES)
        .arguments(&["-t", "ui", "-ip_field", "3", "-inf", &list])
        .arguments(&[
            "-p",
            &ports.sip().to_string(),
            "-r",
            "500",
            "-max_socket",
            "1000",
        ])
        .run()?;
    outcome.all_went_well()?;
    let (took, used) = (began.elapsed(), office.engine.cpu()? - cpu);
    println!("{TELEPHONES} telephones registered in {took:?}; the engine used {used:?}");
    assert_eq!(outcome.successful, u64::from(TELEPHONES));
    assert_eq!(office.engine.status()?["registered_devices"], TELEPHONES);
    assert!(took < Duration::from_secs(15), "{took:?}");
    Ok(())
}

#[test]
fn ten_calls_a_second_leave_nothing_behind() -> Result<()> {
    const CALLS: u32 = 100;
    let office = Crowd::start(20, 1, "relay", |_| Ok(()))?;
    let (callers, called) = office.logins.split_at(10);
    let answering = office.telephones(called, "called", CALLS)?;
    let cpu = office.engine.cpu()?;
    let outcome = office
        .calls("caller", callers, &numbers(called), CALLS, 10)?
        .run()?;
    let used = office.engine.cpu()? - cpu;
    outcome.all_went_well()?;
    println!("{CALLS} calls: the engine used {used:?}");
    answering.wait()?.all_went_well()?;
    office.engine.wait_until_idle(office.sockets)
}

#[test]
fn of_three_telephones_that_ring_two_are_stopped_each_time() -> Result<()> {
    const CALLS: u32 = 20;
    let office = Crowd::start(6, 3, "auto", |_| Ok(()))?;
    // The first person is called on three telephones, the others call.
    let (called, callers) = office.logins.split_at(3);
    let answering = office.telephones(&called[..1], "called", CALLS)?;
    let ringing = office.telephones(&called[1..2], "ringing", CALLS)?;
    let also_ringing = office.telephones(&called[2..], "ringing", CALLS)?;
    let outcome = office
        .calls("caller", callers, &numbers(&called[..1]), CALLS, 5)?
        .run()?;
    outcome.all_went_well()?;
    for telephone in [answering, ringing, also_ringing] {
        telephone.wait()?.all_went_well()?;
    }
    office.engine.wait_until_idle(office.sockets)
}

#[test]
fn calls_get_through_a_network_that_loses_every_fifth_message_and_repeats_every_fifth() -> Result<()>
{
    const CALLS: u32 = 60;
    let bad = Weather {
        lost: 20,
        twice: 20,
    };
    let office = Crowd::start(20, 1, "relay", |_| Ok(()))?;
    let (callers, called) = office.logins.split_at(10);
    let (near, far) = (
        Bridge::open(office.sip()?, 1)?,
        Bridge::open(office.sip()?, 2)?,
    );
    let port = office.register(far.address(), called)?;
    let answering = answering(&port, "called_in_bad_weather", 2 * CALLS).start()?;
    near.set(bad);
    far.set(bad);
    let outcome = office
        .calls("caller", callers, &numbers(called), CALLS, 5)?
        .target(near.address())
        .run()?;
    let (arrived, lost, twice) = near.counts();
    println!(
        "{} of {CALLS} calls went well; the callers' bridge: {arrived} arrived, {lost} lost, {twice} twice",
        outcome.successful
    );
    assert!(lost > 50 && twice > 50, "the weather was too good");
    assert!(far.counts().1 > 50, "the called were not in the weather");
    assert!(outcome.successful >= 54, "{}", outcome.log);
    // A farewell whose every copy was lost is given up after 32 s (RFC 3261, timer F).
    let at_rest = || office.engine.wait_until_idle(office.sockets);
    at_rest()
        .or_else(|_| at_rest())
        .or_else(|_| at_rest())
        .or_else(|_| at_rest())?;
    drop(answering);
    Ok(())
}

fn numbers(of: &[Login]) -> Vec<String> {
    of.iter().map(|login| login.number.clone()).collect()
}
