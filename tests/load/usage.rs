//! What a program has used so far, all its threads and child processes together, as Linux counts it.

use std::{collections::BTreeMap, fs, time::Duration};

/// Processor time, in the program itself and in the kernel for it. `None` if it has ended.
pub fn cpu(process: u32) -> Option<Duration> {
    cpu_of_each(process).map(|each| each.values().sum())
}

/// What the system calls a process, cut at 15 letters. `None` if it has ended.
pub fn name(process: u32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// The same of each process of the family: one that has ended since is missing, with what it used.
pub fn cpu_of_each(process: u32) -> Option<BTreeMap<u32, Duration>> {
    // utime and stime of /proc/PID/stat are the same sum, rounded to ticks of 10 ms: too coarse for
    // runs of a few seconds.
    let of_one = |process| {
        let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
        let nanos = threads.flatten().filter_map(|thread| {
            let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        });
        Some((process, Duration::from_nanos(nanos.sum())))
    };
    family(process).into_iter().map(of_one).collect()
}

/// Resident memory in bytes. Pages that several processes of the family share count once.
pub fn memory(process: u32) -> Option<u64> {
    let family = family(process);
    let field = if family.len() == 1 { "Rss:" } else { "Pss:" };
    let of_one = |process| {
        let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
        let line = text.lines().find(|line| line.starts_with(field))?;
        let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes * 1024)
    };
    family.into_iter().map(of_one).sum()
}

/// Datagrams that all programs of this computer have sent over UDP so far (RFC 4113).
pub fn datagrams_sent() -> Option<u64> {
    let text = fs::read_to_string("/proc/net/snmp").ok()?;
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("Udp: "));
    let (names, figures) = (lines.next()?, lines.next()?);
    let mut columns = names.split(' ').zip(figures.split(' '));
    columns
        .find(|(name, _)| *name == "OutDatagrams")?
        .1
        .parse()
        .ok()
}

/// The tasks that wait for a processor and those that have one, over the last minute.
pub fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// A process and all its descendants. Each thread lists those it has started.
fn family(process: u32) -> Vec<u32> {
    let mut all = vec![process];
    let mut next = 0;
    while let Some(&parent) = all.get(next) {
        let threads = fs::read_dir(format!("/proc/{parent}/task"));
        for thread in threads.into_iter().flatten().flatten() {
            let text = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            let children = text.split_whitespace();
            all.extend(children.filter_map(|id| id.parse::<u32>().ok()));
        }
        next += 1;
    }
    all
}
