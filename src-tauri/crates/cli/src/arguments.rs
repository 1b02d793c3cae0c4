//! What can be asked on the command line.

use clap::{Parser, Subcommand, ValueEnum};
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

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Way {
    Direct,
    Relayed,
}
