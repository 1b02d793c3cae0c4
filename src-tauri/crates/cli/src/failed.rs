//! What can go wrong, in sentences that say what to do.

use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    #[error("there is no home folder to look for the engine in; name its data folder with --data")]
    NoDataFolder,
    #[error(
        "the phone engine does not run on {}; start it with: cordboard-engine serve --data {}",
        .data.display(), .data.display()
    )]
    NotRunning { data: PathBuf },
    #[error(
        "{api} is not an address of this computer; the API is reached as in http://127.0.0.1:7080"
    )]
    NotThisComputer { api: String },
    #[error("{} cannot be read ({why}); run this as the person the engine runs for", .file.display())]
    NoToken { file: PathBuf, why: io::Error },
    #[error("the phone engine does not answer at {api}: {why}")]
    NoAnswer { api: String, why: ureq::Error },
    #[error("{0}")]
    Refused(String),
    #[error(
        "nobody is called {0:?} or has that extension; `cordboardctl person list` shows everybody"
    )]
    NoSuchPerson(String),
    #[error("several people are called {0:?}; name one by their extension")]
    SeveralPeople(String),
    #[error("no phone has the user name {0:?}; `cordboardctl device list` shows all")]
    NoSuchDevice(String),
    #[error("no line is called {0:?}; `cordboardctl line list` shows all")]
    NoSuchLine(String),
    #[error("no further office is called {0:?}; `cordboardctl office list` shows all")]
    NoSuchOffice(String),
    #[error("the audit log is not as it was written: {0}")]
    AuditBroken(String),
    #[error(
        "the engine's answer cannot be understood ({0}); engine and cordboardctl must be of one version"
    )]
    Misunderstood(serde_json::Error),
    #[error("the output cannot be written: {0}")]
    Output(io::Error),
}
