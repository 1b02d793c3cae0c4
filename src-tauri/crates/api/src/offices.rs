//! The further offices of the engine, as the API of the first office sees and moves them.

use crate::{Api, Desk, auth::cookie::CookieName};
use office::Domain;
use std::{fmt, sync::Arc};
use store::{FurtherOffice, FurtherOfficeId, OfficeFolder};

/// Who starts and stops further offices. All of it may take seconds: ask where that holds up nobody.
pub trait Offices: fmt::Debug + Send + Sync {
    /// Starts an office that does not run, founding it where its folder is new.
    ///
    /// # Errors
    /// Why it cannot run, as a sentence for the office manager.
    fn start(&self, office: &FurtherOffice) -> Result<(), String>;

    /// An office that runs is called otherwise or answers for other domains from now on.
    fn changed(&self, office: &FurtherOffice);

    /// Ends an office's calls politely, then the office.
    fn stop(&self, id: FurtherOfficeId);

    /// The API of an office that runs.
    fn running(&self, id: FurtherOfficeId) -> Option<Arc<Api>>;

    /// Why an office that should run does not.
    fn trouble(&self, id: FurtherOfficeId) -> Option<String>;

    /// The name that leads to an office, or to the first, from the others behind the same sockets;
    /// it stays whatever the domains are.
    fn inner_name(&self, id: Option<FurtherOfficeId>) -> Option<Domain>;

    /// Whether a folder of that name holds an office already, also one taken off the list.
    fn has_folder(&self, folder: &OfficeFolder) -> bool;
}

impl Api {
    /// With further offices to look after: the API of the first office.
    #[must_use]
    pub fn with_offices(mut self, offices: Arc<dyn Offices>) -> Self {
        self.offices = Some(offices);
        self
    }

    /// As the API of a further office, whose number no other office of the engine has: its windows
    /// stay signed in beside those of the others in one browser.
    #[must_use]
    pub fn of_further_office(mut self, number: u16) -> Self {
        self.auth.cookie = CookieName::of_office(number);
        self
    }

    /// What is going on in its office.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }
}
