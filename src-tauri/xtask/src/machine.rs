//! What the machine must have: system packages, a Node.js that is new enough, the UI's packages.

use crate::{Failed, npm, root, step};
use std::{
    env,
    ffi::OsString,
    fs, iter,
    path::Path,
    process::{Command, Stdio},
};

/// What the machine is prepared for; each one includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum For {
    /// Building and running the engine.
    Engine,
    /// Building and running the window.
    Window,
    /// Running every test, real telephones and browsers included.
    Tests,
    /// Making the package.
    Package,
}

/// Something the machine must have.
struct Package {
    purpose: For,
    /// Its name in Debian and Ubuntu.
    debian: &'static str,
    /// Its name in Homebrew; nothing where macOS needs no package for it.
    brew: Option<&'static str>,
    /// A shell line that succeeds where it is present.
    check: &'static str,
}

const fn package(
    purpose: For,
    debian: &'static str,
    brew: Option<&'static str>,
    check: &'static str,
) -> Package {
    Package {
        purpose,
        debian,
        brew,
        check,
    }
}

const PACKAGES: &[Package] = &[
    package(
        For::Engine,
        "build-essential",
        None,
        "command -v cc && command -v c++",
    ),
    package(
        For::Engine,
        "pkg-config",
        Some("pkgconf"),
        "command -v pkg-config",
    ),
    package(For::Engine, "cmake", Some("cmake"), "command -v cmake"),
    package(
        For::Engine,
        "npm",
        Some("node"),
        "command -v npm && command -v node",
    ),
    package(
        For::Window,
        "libwebkit2gtk-4.1-dev",
        None,
        "pkg-config --exists webkit2gtk-4.1",
    ),
    package(
        For::Window,
        "libayatana-appindicator3-1",
        None,
        "PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep libayatana-appindicator3.so.1",
    ),
    package(
        For::Tests,
        "baresip-core",
        Some("baresip"),
        "command -v baresip",
    ),
    package(For::Tests, "sip-tester", Some("sipp"), "command -v sipp"),
    package(For::Tests, "sox", Some("sox"), "command -v sox"),
    package(
        For::Tests,
        "espeak-ng",
        Some("espeak-ng"),
        "command -v espeak-ng",
    ),
    package(For::Tests, "tshark", Some("wireshark"), "command -v tshark"),
    // It makes a disk hang, as far as one program can tell.
    package(For::Tests, "strace", None, "command -v strace"),
    package(For::Tests, "xvfb", None, "command -v Xvfb"),
    package(
        For::Tests,
        "webkit2gtk-driver",
        None,
        "command -v WebKitWebDriver",
    ),
    package(
        For::Tests,
        "chromium",
        Some("chromium"),
        "command -v chromium",
    ),
    package(
        For::Tests,
        "chromium-driver",
        Some("chromedriver"),
        "command -v chromedriver",
    ),
    package(For::Tests, "xdotool", None, "command -v xdotool"),
    // A microphone for the window, loudspeakers for telephones and an ear beside them.
    package(For::Tests, "pulseaudio", None, "command -v pulseaudio"),
    package(For::Tests, "pulseaudio-utils", None, "command -v parec"),
    package(
        For::Tests,
        "libasound2-plugins",
        None,
        "ls /usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so",
    ),
    package(
        For::Tests,
        "gstreamer1.0-pulseaudio",
        None,
        "ls /usr/lib/*/gstreamer-1.0/libgstpulseaudio.so",
    ),
    package(
        For::Tests,
        "iproute2",
        None,
        "PATH=$PATH:/sbin:/usr/sbin command -v ip",
    ),
    // The bundler asks pkg-config which library the tray icon will open.
    package(
        For::Package,
        "libayatana-appindicator3-dev",
        None,
        "pkg-config --exists ayatana-appindicator3-0.1",
    ),
];

/// The oldest Node.js that builds the UI, and the one fetched where the machine's is older.
const OLDEST_NODE: (u32, u32) = (20, 19);
const OWN_NODE: &str = "node@22";

/// Installs what is missing.
///
/// # Errors
/// A sentence that names the command to run by hand where we cannot run it.
pub fn prepare(purpose: For) -> Result<(), Failed> {
    let missing = missing(purpose, |package| shell(package.check));
    if cfg!(target_os = "linux") {
        let names: Vec<_> = missing.iter().map(|package| package.debian).collect();
        install(&names)?;
    } else if cfg!(target_os = "macos") {
        let names: Vec<_> = missing.iter().filter_map(|package| package.brew).collect();
        if !names.is_empty() {
            return Err(format!("please run: brew install {}", names.join(" ")));
        }
    }
    // On Windows the build itself says what it lacks: there is no shell to ask beforehand.
    prepare_node()?;
    prepare_ui()
}

fn install(names: &[&str]) -> Result<(), Failed> {
    if names.is_empty() {
        return Ok(());
    }
    let line = install_line(names, shell("test \"$(id -u)\" = 0"));
    if !shell("command -v apt-get") {
        return Err(elsewhere(names));
    }
    eprintln!("{line}");
    if shell_aloud(&line) {
        Ok(())
    } else {
        Err(format!("could not install packages; please run: {line}"))
    }
}

/// Installs a cargo subcommand from crates.io if it is missing.
///
/// # Errors
/// A sentence with the command that failed.
pub fn prepare_cargo_tool(tool: &str) -> Result<(), Failed> {
    if shell(&format!("command -v {tool}")) {
        return Ok(());
    }
    step(crate::cargo().args(["install", "--locked", tool]))
}

fn missing(purpose: For, present: impl Fn(&Package) -> bool) -> Vec<&'static Package> {
    let needed = PACKAGES.iter().filter(|package| package.purpose <= purpose);
    needed.filter(|package| !present(package)).collect()
}

/// `env` carries the setting through sudo; the lock may be held by a machine's own updates.
fn install_line(packages: &[&str], is_root: bool) -> String {
    let sudo = if is_root { "" } else { "sudo " };
    format!(
        "{sudo}apt-get update -q && {sudo}env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
         -o DPkg::Lock::Timeout=300 --no-install-recommends {}",
        packages.join(" ")
    )
}

fn elsewhere(names: &[&str]) -> String {
    let names = names.join(" ");
    format!("there is no apt-get here; please install what these Debian packages hold: {names}")
}

/// Long-lived distributions carry a Node.js too old for the UI's tools; npm itself brings a newer one.
fn prepare_node() -> Result<(), Failed> {
    if node_version().is_some_and(|version| version >= OLDEST_NODE) {
        return Ok(());
    }
    let tools = root().join("target/tools");
    fs::create_dir_all(&tools).map_err(|error| format!("{}: {error}", tools.display()))?;
    eprintln!("Node.js is older than 20.19; fetching {OWN_NODE} into target/tools");
    step(
        npm()
            .arg("install")
            .arg("--prefix")
            .arg(&tools)
            .arg(OWN_NODE),
    )?;
    match node_version() {
        Some(version) if version >= OLDEST_NODE => Ok(()),
        _ => Err("please install Node.js 20.19 or newer".to_owned()),
    }
}

/// The search path for every command we start: with the Node.js fetched by us, if there is one, in front.
pub fn search_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let own = root().join("target/tools/node_modules/node/bin");
    if !own.join("node").is_file() {
        return path;
    }
    let folders = iter::once(own).chain(env::split_paths(&path));
    // Joining fails only if our own folder holds a colon; then the machine's Node.js has to do.
    env::join_paths(folders).unwrap_or(path)
}

fn node_version() -> Option<(u32, u32)> {
    let said = Command::new("node")
        .arg("--version")
        .env("PATH", search_path())
        .output()
        .ok()?;
    parse_node_version(&String::from_utf8_lossy(&said.stdout))
}

fn parse_node_version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// `npm ci`, unless what is installed is newer than the lock file.
fn prepare_ui() -> Result<(), Failed> {
    let ui = root().join("ui");
    let at = |file: &Path| fs::metadata(file).and_then(|found| found.modified()).ok();
    let installed = at(&ui.join("node_modules/.package-lock.json"));
    if installed >= at(&ui.join("package-lock.json")) {
        return Ok(());
    }
    step(npm().args(["ci", "--no-audit", "--no-fund"]))
}

fn shell(line: &str) -> bool {
    let quiet = Command::new("sh")
        .args(["-c", line])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}

fn shell_aloud(line: &str) -> bool {
    let status = Command::new("sh").args(["-c", line]).status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(packages: &[&Package]) -> Vec<&'static str> {
        packages.iter().map(|package| package.debian).collect()
    }

    #[test]
    fn a_bare_machine_is_given_everything_the_engine_needs_and_no_more() {
        let bare = names(&missing(For::Engine, |_| false));
        assert_eq!(bare, ["build-essential", "pkg-config", "cmake", "npm"]);
    }

    #[test]
    fn packaging_needs_all_packages_and_each_is_listed_once() {
        let all = names(&missing(For::Package, |_| false));
        assert_eq!(all.len(), PACKAGES.len());
        let once: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(once.len(), all.len());
    }

    #[test]
    fn what_is_present_is_not_asked_for() {
        let lacking = missing(For::Window, |package| package.debian != "cmake");
        assert_eq!(names(&lacking), ["cmake"]);
        assert!(missing(For::Package, |_| true).is_empty());
    }

    #[test]
    fn root_installs_directly_and_asks_no_questions() {
        assert_eq!(
            install_line(&["sox", "tshark"], true),
            "apt-get update -q && env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
             -o DPkg::Lock::Timeout=300 --no-install-recommends sox tshark"
        );
    }

    #[test]
    fn anyone_else_installs_through_sudo_with_the_setting_inside() {
        assert_eq!(
            install_line(&["sox"], false),
            "sudo apt-get update -q && sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
             -o DPkg::Lock::Timeout=300 --no-install-recommends sox"
        );
    }

    #[test]
    fn another_system_is_told_what_to_install() {
        assert!(elsewhere(&["cmake", "npm"]).contains("cmake npm"));
    }

    #[test]
    fn node_versions_compare_as_numbers() {
        assert_eq!(parse_node_version("v20.19.4\n"), Some((20, 19)));
        assert!(parse_node_version("v18.20.4").unwrap() < OLDEST_NODE);
        assert!(parse_node_version("v100.1.0").unwrap() > OLDEST_NODE);
        assert_eq!(parse_node_version("command not found"), None);
    }

    #[test]
    fn checks_are_sound_shell() {
        for Package { debian, check, .. } in PACKAGES {
            let parsed = Command::new("sh").args(["-n", "-c", check]).status();
            assert!(
                parsed.is_ok_and(|status| status.success()),
                "{debian}: {check}"
            );
        }
    }
}
