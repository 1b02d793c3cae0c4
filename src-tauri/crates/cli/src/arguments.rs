//! What can be asked on the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Sets up and watches the phone system of this computer.
#[derive(Debug, Parser)]
#[command(name = "cordboardctl", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// The data folder of the engine [default: the folder of the person who is logged in]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
    /// The address of the engine's API [default: what the engine wrote into its data folder]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) api: Option<String>,
    /// Prints JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Tells whether the phone system is well
    Status,
    /// Prints a link that opens the window in a browser of this computer, once and for a minute
    Open,
    /// Adds, lists and removes people
    #[command(subcommand)]
    Person(PersonVerb),
    /// Adds, lists and removes phones
    #[command(subcommand)]
    Device(DeviceVerb),
    /// Lists, switches and tests lines to the telephone network
    #[command(subcommand)]
    Line(LineVerb),
    /// Lists and adds the office's numbers in the telephone network
    #[command(subcommand)]
    Number(NumberVerb),
    /// Tells where a number would go, through which line and why, without calling it
    Where {
        /// As it would be dialled
        number: String,
        /// Who would call: name or extension
        #[arg(long)]
        person: Option<String>,
    },
    /// Lists the limits that stop a bill from growing; one that was used up is put back in at the window
    #[command(subcommand)]
    Fuse(FuseVerb),
    /// Tells whether the audit log is as it was written, and prints all of it as a table
    #[command(subcommand)]
    Audit(AuditVerb),
    /// Adds, lists and switches further offices of the engine, each with its own people and phones
    #[command(subcommand)]
    Office(OfficeVerb),
    /// Lists the calls that were, the newest first
    Calls {
        /// How many
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// Only calls in which a name or number begins with this
        #[arg(long)]
        search: Option<String>,
    },
    /// Shows the SIP messages of a call as a ladder
    Trace {
        /// The number of the call, as `calls` lists it
        call: u64,
        /// Shows the messages themselves, with secrets masked
        #[arg(long)]
        raw: bool,
    },
    /// Ends a call that goes on
    HangUp {
        /// The number of the call
        call: u64,
    },
    /// Lets the sound of a call that goes on take another way
    Media {
        /// The number of the call
        call: u64,
        /// Straight between the two phones, or through the office
        way: Way,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PersonVerb {
    /// Adds a person
    Add {
        /// Their name
        name: String,
        /// The number others dial to reach them
        #[arg(long)]
        extension: String,
    },
    /// Lists all people
    List,
    /// Removes a person with their phones and numbers
    Remove {
        /// Their name or extension
        person: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeviceVerb {
    /// Adds a phone; prints what to type into it
    Add {
        /// Whose phone it is: name or extension
        person: String,
        /// What the office calls it, such as "Desk phone"
        label: String,
    },
    /// Lists all phones
    List,
    /// Removes a phone
    Remove {
        /// Its user name
        device: String,
    },
    /// Gives a phone a new password; prints what to type into it
    RenewSecret {
        /// Its user name
        device: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum LineVerb {
    /// Lists all lines with how they are
    List,
    /// Turns a line on
    On {
        /// Its name or number
        line: String,
    },
    /// Turns a line off
    Off {
        /// Its name or number
        line: String,
    },
    /// Has a line register at once
    Register {
        /// Its name or number
        line: String,
    },
    /// Tests a line; nobody is called
    Test {
        /// Its name or number
        line: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum NumberVerb {
    /// Lists all numbers
    List,
    /// Adds a number
    Add {
        /// With country code, or as people write it in the office's country
        number: String,
        /// The extension it leads to
        #[arg(long)]
        extension: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum FuseVerb {
    /// Lists the limits and how much of them is used today
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditVerb {
    /// Reads all of it; fails if a line was changed, taken out or put in
    Check {
        /// A hash that was written down before: fails if no line of the log has it any more
        #[arg(long = "seen", value_name = "HASH")]
        seen: Vec<String>,
    },
    /// Prints all of it as a table (CSV)
    Export,
}

#[derive(Debug, Subcommand)]
pub(crate) enum OfficeVerb {
    /// Lists the further offices with how they are
    List,
    /// Adds an office, which begins at once
    Add(NewOffice),
    /// Turns an office on
    On {
        /// Its name, folder or number
        office: String,
    },
    /// Turns an office off: its calls end, and its phones find nobody
    Off {
        /// Its name, folder or number
        office: String,
    },
    /// Says what an office answers for
    Domains {
        /// Its name, folder or number
        office: String,
        /// All of its domains
        #[arg(required = true)]
        domains: Vec<String>,
    },
    /// Takes an office that is off from the list; its data stays
    Remove {
        /// Its name, folder or number
        office: String,
    },
    /// Prints a link that opens its window in a browser of this computer, once and for a minute
    Open {
        /// Its name, folder or number
        office: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewOffice {
    /// What it is called
    pub(crate) name: String,
    /// What its phones register at, such as acme.example.com; may be given several times
    #[arg(long = "domain", required = true)]
    pub(crate) domains: Vec<String>,
    /// The office it is a part of: name, folder or number
    #[arg(long, value_name = "OFFICE")]
    pub(crate) part_of: Option<String>,
    /// The colour its window is told by, such as #0a7f3c
    #[arg(long, value_name = "COLOUR")]
    pub(crate) accent: Option<String>,
    /// The language it begins with [default: that of the first office]
    #[arg(long)]
    pub(crate) language: Option<String>,
    /// The time zone it begins with, such as Europe/Vienna [default: that of the first office]
    #[arg(long)]
    pub(crate) time_zone: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Way {
    Direct,
    Relayed,
}
