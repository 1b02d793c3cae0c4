//! The engine as a service of the system: it starts with the person's session and is started again
//! when it fails, with or without a window.
//!
//! What to write and what to run is decided by [`Plan`], which is the same on every system; see
//! src-tauri/decisions/0007-the-engine-as-a-service.md.

use crate::options::Serve;
use clap::{Args, Parser, Subcommand};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// The unit as the Debian package ships it.
const UNIT: &str = include_str!("../../../../assets/cordboard-engine.service");
const PACKAGED_START: &str = "/usr/bin/cordboard-engine serve";
const UNIT_NAME: &str = "cordboard-engine.service";
const LAUNCHD_LABEL: &str = "io.cordboard.engine";
const TASK_NAME: &str = "Cordboard engine";

/// `cordboard-engine service …`
#[derive(Debug, Args)]
pub(crate) struct Service {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Starts the engine now and at each login, and again when it fails
    Install {
        /// Options of `cordboard-engine serve`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Stops the engine and starts it no more
    Remove,
    /// Tells whether the engine is a service and runs
    Status,
}

/// Why the service is not as it was asked to be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceFailed {
    /// The options would not start an engine.
    #[error("these options would not start the engine: {0}")]
    Options(clap::Error),
    /// No home folder, or a program whose path is no text.
    #[error("there is no home folder to keep the service's file in")]
    NoHome,
    /// The file of the service.
    #[error("{} cannot be written: {why}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The system's word.
        why: io::Error,
    },
    /// A program of the system.
    #[error("`{command}` failed: {why}")]
    System {
        /// As one would type it.
        command: String,
        /// What it said.
        why: String,
    },
}

/// Does what `cordboard-engine service …` asks for.
pub(crate) fn run(service: &Service) -> Result<(), ServiceFailed> {
    let place = Place::here()?;
    match &service.verb {
        Verb::Install { options } => {
            check(options)?;
            let plan = place.install(options);
            write(&place.file, &plan.text)?;
            plan.commands.iter().try_for_each(|words| execute(words))?;
            println!("{}", plan.said);
        }
        Verb::Remove => {
            // One that never ran cannot be stopped; the file goes all the same.
            let stopped = place.remove().iter().try_for_each(|words| execute(words));
            match fs::remove_file(&place.file) {
                Ok(()) => println!("The phone system is no service any more."),
                Err(why) if why.kind() == io::ErrorKind::NotFound => stopped?,
                Err(why) => return Err(file_failed(&place.file, why)),
            }
        }
        Verb::Status => {
            let installed = place.file.exists();
            let runs = installed
                && place
                    .status()
                    .iter()
                    .all(|command| execute(command).is_ok());
            println!(
                "{}",
                match (installed, runs) {
                    (false, _) =>
                        "The phone system is no service. Make it one with: cordboard-engine service install",
                    (true, true) => "The phone system is a service and runs.",
                    (true, false) => "The phone system is a service but does not run.",
                }
            );
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Linux,
    MacOs,
    Windows,
}

/// Where the service is described, and for which program.
#[derive(Debug)]
struct Place {
    system: System,
    program: String,
    file: PathBuf,
}

/// What makes the engine a service.
#[derive(Debug)]
struct Plan {
    /// What is written to the file of the service.
    text: String,
    /// What is run then.
    commands: Vec<Vec<String>>,
    /// What the person is told.
    said: &'static str,
}

impl Place {
    fn here() -> Result<Self, ServiceFailed> {
        let folder = |name| {
            env::var_os(name)
                .filter(|it| !it.is_empty())
                .map(PathBuf::from)
        };
        let program = env::current_exe().ok();
        let program = program.and_then(|program| Some(program.to_str()?.to_owned()));
        let home = folder(if cfg!(windows) {
            "LOCALAPPDATA"
        } else {
            "HOME"
        });
        let (program, home) = program.zip(home).ok_or(ServiceFailed::NoHome)?;
        let system = if cfg!(windows) {
            System::Windows
        } else if cfg!(target_os = "macos") {
            System::MacOs
        } else {
            System::Linux
        };
        let file = match system {
            System::Linux => folder("XDG_CONFIG_HOME")
                .unwrap_or_else(|| home.join(".config"))
                .join("systemd/user")
                .join(UNIT_NAME),
            System::MacOs => home.join(format!("Library/LaunchAgents/{LAUNCHD_LABEL}.plist")),
            System::Windows => home.join("Cordboard").join("engine-task.xml"),
        };
        Ok(Self {
            system,
            program,
            file,
        })
    }

    fn install(&self, options: &[String]) -> Plan {
        let Self {
            system, program, ..
        } = self;
        let file = self.file.to_string_lossy().into_owned();
        let words = [program.as_str(), "serve"]
            .into_iter()
            .chain(options.iter().map(String::as_str));
        match system {
            System::Linux => Plan {
                text: UNIT.replace(PACKAGED_START, &joined(words.map(in_unit))),
                commands: vec![
                    command("systemctl --user daemon-reload", &[]),
                    command("systemctl --user enable --now", &[UNIT_NAME]),
                ],
                said: "The phone system runs as a service from now on and starts when you log in.\n\
                       To start it with the computer, before anyone logs in: loginctl enable-linger",
            },
            System::MacOs => Plan {
                text: property_list(words),
                commands: vec![command("launchctl load -w", &[&file])],
                said: "The phone system runs as a service from now on and starts when you log in.",
            },
            System::Windows => Plan {
                text: task(program, &joined(words.skip(1).map(in_command_line))),
                commands: vec![
                    command("schtasks /create /f /tn", &[TASK_NAME, "/xml", &file]),
                    command("schtasks /run /tn", &[TASK_NAME]),
                ],
                said: "The phone system runs by itself from now on and starts when you log in.",
            },
        }
    }

    fn remove(&self) -> Vec<Vec<String>> {
        let file = self.file.to_string_lossy();
        match self.system {
            System::Linux => vec![command("systemctl --user disable --now", &[UNIT_NAME])],
            System::MacOs => vec![command("launchctl unload -w", &[&file])],
            System::Windows => vec![
                command("schtasks /end /tn", &[TASK_NAME]),
                command("schtasks /delete /f /tn", &[TASK_NAME]),
            ],
        }
    }

    /// Commands that all succeed where the service runs.
    fn status(&self) -> Vec<Vec<String>> {
        match self.system {
            System::Linux => vec![command("systemctl --user is-active --quiet", &[UNIT_NAME])],
            System::MacOs => vec![command("launchctl list", &[LAUNCHD_LABEL])],
            System::Windows => vec![command("schtasks /query /tn", &[TASK_NAME])],
        }
    }
}

/// A service that cannot start would fail where nobody looks.
fn check(options: &[String]) -> Result<(), ServiceFailed> {
    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        _serve: Serve,
    }
    let words = ["serve"]
        .into_iter()
        .chain(options.iter().map(String::as_str));
    match Alone::try_parse_from(words) {
        Ok(_) => Ok(()),
        Err(why) => Err(ServiceFailed::Options(why)),
    }
}

fn command(words: &str, more: &[&str]) -> Vec<String> {
    let words = words.split(' ').chain(more.iter().copied());
    words.map(str::to_owned).collect()
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

/// A word of `ExecStart=` (systemd.service(5), "Command lines").
fn in_unit(word: &str) -> String {
    let escaped = word
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%")
        .replace('$', "$$");
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.:=,[]%$".contains(c);
    if !escaped.is_empty() && escaped.chars().all(plain) {
        escaped
    } else {
        format!("\"{escaped}\"")
    }
}

/// A word of a Windows command line. Paths there hold no quotation marks.
fn in_command_line(word: &str) -> String {
    if word.contains(' ') {
        format!("\"{word}\"")
    } else {
        word.to_owned()
    }
}

fn in_xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// launchd.plist(5): started at login, and again unless it ended in good order.
fn property_list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: String = words
        .map(|word| format!("    <string>{}</string>\n", in_xml(word)))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>{LAUNCHD_LABEL}</string>
  <key>ProgramArguments</key>
  <array>
{words}  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ProcessType</key>
  <string>Interactive</string>
</dict>
</plist>
"#
    )
}

/// A task of the Windows Task Scheduler: started at login, again each minute when it fails, never
/// ended because it runs long or the computer runs on its battery.
fn task(program: &str, arguments: &str) -> String {
    let (program, arguments) = (in_xml(program), in_xml(arguments));
    format!(
        r#"<?xml version="1.0"?>
<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Cordboard phone system</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger/>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
  </Settings>
  <Actions>
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"#
    )
}

fn write(file: &Path, text: &str) -> Result<(), ServiceFailed> {
    let written = file.parent().map_or(Ok(()), fs::create_dir_all);
    written
        .and_then(|()| fs::write(file, text))
        .map_err(|why| file_failed(file, why))
}

fn file_failed(file: &Path, why: io::Error) -> ServiceFailed {
    ServiceFailed::File {
        file: file.to_owned(),
        why,
    }
}

fn execute(words: &[String]) -> Result<(), ServiceFailed> {
    let failed = |why: String| ServiceFailed::System {
        command: words.join(" "),
        why,
    };
    let (program, arguments) = words.split_first().ok_or_else(|| failed(String::new()))?;
    let done = Command::new(program).args(arguments).output();
    let done = done.map_err(|why| failed(why.to_string()))?;
    if done.status.success() {
        Ok(())
    } else {
        let said = String::from_utf8_lossy(&done.stderr);
        Err(failed(format!("{} {}", done.status, said.trim())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(system: System, program: &str) -> Place {
        Place {
            system,
            program: program.to_owned(),
            file: PathBuf::from("/home/anna/service"),
        }
    }

    fn options(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_packaged_unit_is_the_one_that_is_installed() {
        let plan = place(System::Linux, "/usr/bin/cordboard-engine").install(&[]);
        assert_eq!(plan.text, UNIT);
        assert!(UNIT.contains("Restart=on-failure"));
        assert_eq!(
            plan.commands[1].join(" "),
            "systemctl --user enable --now cordboard-engine.service"
        );
    }

    #[test]
    fn paths_and_options_survive_the_unit_file() {
        let place = place(System::Linux, "/home/anna/my apps/50% off/cordboard-engine");
        let plan = place.install(&options("--sip [::1]:5070 --data /srv/$office"));
        assert!(plan.text.contains(
            "\nExecStart=\"/home/anna/my apps/50%% off/cordboard-engine\" serve --sip [::1]:5070 --data /srv/$$office\n"
        ));
    }

    #[test]
    fn launchd_and_the_task_scheduler_get_every_word() {
        let mac = place(System::MacOs, "/Applications/Cord & board").install(&options("--sip 1:2"));
        assert!(mac.text.contains("<string>/Applications/Cord &amp; board</string>\n    <string>serve</string>\n    <string>--sip</string>"));
        let windows = place(
            System::Windows,
            r"C:\Program Files\Cordboard\cordboard-engine.exe",
        );
        let plan = windows.install(&["--data".to_owned(), r"D:\Our office".to_owned()]);
        assert!(
            plan.text
                .contains(r"<Command>C:\Program Files\Cordboard\cordboard-engine.exe</Command>")
        );
        assert!(
            plan.text
                .contains(r"<Arguments>serve --data &quot;D:\Our office&quot;</Arguments>")
        );
    }

    #[test]
    fn options_that_start_no_engine_are_refused_before_anything_is_written() {
        assert!(check(&options("--sip 127.0.0.1:5070 --data /tmp/x")).is_ok());
        assert!(check(&options("--sip 5070")).is_err());
        assert!(check(&options("--fly")).is_err());
    }
}
