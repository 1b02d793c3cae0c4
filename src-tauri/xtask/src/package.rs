//! `cargo xtask package`: the Debian package, built, looked into, and started from its own files.

use crate::{Failed, cargo, machine, root, step};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Programs beside the window's own, which the bundler knows by itself.
const BESIDE: [&str; 2] = ["cordboard-engine", "cordboardctl"];
/// What must be in it; the window finds the engine beside itself.
const CONTENTS: &[&str] = &[
    "usr/bin/cordboard",
    "usr/bin/cordboard-engine",
    "usr/bin/cordboardctl",
    "usr/lib/systemd/user/cordboard-engine.service",
    "usr/share/applications/Cordboard.desktop",
    "usr/share/icons/hicolor/32x32/apps/cordboard.png",
    "usr/share/icons/hicolor/128x128/apps/cordboard.png",
    "usr/share/icons/hicolor/256x256@2/apps/cordboard.png",
    "usr/share/icons/hicolor/scalable/apps/cordboard.svg",
    "usr/share/doc/cordboard/copyright",
];
/// What it must ask for; the tray icon's library is opened at run time, so no linker knows of it.
const DEPENDS: &[&str] = &[
    "libwebkit2gtk-4.1-0",
    "libgtk-3-0",
    "libayatana-appindicator3-1",
];

/// Builds the package and says where it is.
///
/// # Errors
/// A sentence: it cannot be built, or something is missing in it.
pub fn package() -> Result<(), Failed> {
    if !cfg!(target_os = "linux") {
        return Err("packages are made on Linux only, so far".to_owned());
    }
    machine::prepare(machine::For::Package)?;
    step(cargo().args(["build", "--release", "--workspace", "--bins"]))?;
    let built = target()?.join("release");
    let beside = BESIDE.map(|name| format!("\"/usr/bin/{name}\":{:?}", built.join(name)));
    let files = format!(
        r#"{{"bundle":{{"linux":{{"deb":{{"files":{{{}}}}}}}}}}}"#,
        beside.join(",")
    );
    let mut tauri = Command::new(root().join("ui/node_modules/.bin/tauri"));
    tauri
        .current_dir(root())
        .env("PATH", machine::search_path())
        .env("CARGO_TARGET_DIR", target()?)
        .args(["bundle", "--bundles", "deb", "--config", &files]);
    step(&mut tauri)?;
    let package = newest(&target()?.join("release/bundle/deb"))?;
    check(&package)?;
    println!("{}", package.display());
    Ok(())
}

/// Unpacks the package beside itself and looks at what is there.
fn check(package: &Path) -> Result<(), Failed> {
    let unpacked = package.with_extension("unpacked");
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked).map_err(|error| error.to_string())?;
    }
    step(
        Command::new("dpkg-deb")
            .arg("--raw-extract")
            .args([package, unpacked.as_path()]),
    )?;
    let control = fs::read_to_string(unpacked.join("DEBIAN/control"));
    let control = control.map_err(|error| format!("the package's control file: {error}"))?;
    let missing = missing(&control, |file| unpacked.join(file).is_file());
    if !missing.is_empty() {
        return Err(format!("the package lacks {}", missing.join(", ")));
    }
    for program in BESIDE {
        step(Command::new(unpacked.join("usr/bin").join(program)).arg("--version"))?;
    }
    // The window's own tests, with the window and the engine of the package.
    step(
        cargo()
            .args(["test", "--workspace", "--test", "window"])
            .env("CORDBOARD_PROGRAM", unpacked.join("usr/bin/cordboard")),
    )
}

fn missing(control: &str, present: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let depends = control
        .lines()
        .find_map(|line| line.strip_prefix("Depends:"))
        .unwrap_or("");
    let depends: Vec<_> = depends.split(',').map(str::trim).collect();
    let files = CONTENTS.iter().filter(|file| !present(file));
    let packages = DEPENDS.iter().filter(|name| {
        !depends
            .iter()
            .any(|depend| depend.split(' ').next() == Some(name))
    });
    files.chain(packages).copied().collect()
}

/// The target folder that we were built into ourselves.
fn target() -> Result<PathBuf, Failed> {
    let us = env::current_exe().map_err(|error| error.to_string())?;
    let target = us.ancestors().nth(2);
    Ok(target
        .ok_or("xtask does not run from a target folder")?
        .to_path_buf())
}

fn newest(folder: &Path) -> Result<PathBuf, Failed> {
    let told = |error| format!("{}: {error}", folder.display());
    let files = fs::read_dir(folder).map_err(told)?.flatten();
    let packages = files.map(|file| file.path());
    packages
        .filter(|file| file.extension().is_some_and(|ending| ending == "deb"))
        .max_by_key(|file| file.metadata().and_then(|it| it.modified()).ok())
        .ok_or_else(|| format!("there is no package in {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_package_lacks_is_named() {
        let control = "Package: cordboard\nDepends: libgtk-3-0, libwebkit2gtk-4.1-0 (>= 2.40)\n";
        let lacks = missing(control, |file| file != "usr/bin/cordboardctl");
        assert_eq!(
            lacks,
            ["usr/bin/cordboardctl", "libayatana-appindicator3-1"]
        );
    }
}
