//! Who is written to when there is an alarm: a fuse has blown, somebody calls for help, a call flow
//! tells of something.

use office::{EmailAddress, Office};
use std::collections::BTreeSet;
use store::{LetterKind, NewLetter, Role, Store, StoreError};

/// Queues a letter to each of them. `false` when there is nobody.
pub(super) fn queue(
    store: &mut Store,
    office: &Office,
    subject: &str,
    body: &str,
    at_ms: i64,
) -> Result<bool, StoreError> {
    let addressees = addressees(store, office)?;
    for to in &addressees {
        store.queue_letter(&NewLetter {
            kind: LetterKind::Alert,
            to: to.clone(),
            subject: subject.to_owned(),
            body: body.to_owned(),
            sounds: Vec::new(),
            message: None,
            deletes_message: false,
            queued_ms: at_ms,
        })?;
    }
    Ok(!addressees.is_empty())
}

/// Whom the office has named. Where it has named nobody, whoever runs it, as far as their mailboxes
/// have an address; and else the address that letters come from, which may be one that nobody reads.
fn addressees(store: &Store, office: &Office) -> Result<Vec<EmailAddress>, StoreError> {
    let named = &office.emergency().alert_emails;
    if !named.is_empty() {
        return Ok(named.clone());
    }
    let users = store.users()?.into_iter().map(|user| user.value);
    let runs_it = users.filter(|user| matches!(user.role, Role::Owner | Role::Admin));
    let mailboxes = runs_it.filter_map(|user| office.mailbox_of(user.person?));
    let addresses: BTreeSet<EmailAddress> = mailboxes
        .filter_map(|mailbox| mailbox.email.as_ref())
        .flat_map(|email| email.addresses.iter().cloned())
        .collect();
    if !addresses.is_empty() {
        return Ok(addresses.into_iter().collect());
    }
    let account = store.mail_account()?;
    Ok(Vec::from_iter(
        account.map(|account| account.value.settings.from_address),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::{EmergencyPlan, MailboxEmail, PersonId};
    use store::{MailSecurity, MailSettings, NewPerson, UserEdit};

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    /// Somebody with a mailbox whose messages go to an address, and who signs in.
    fn joins(store: &mut Store, name: &str, role: Role) {
        let person = NewPerson {
            name: name.to_owned(),
            ..NewPerson::default()
        };
        let (person, office): (PersonId, Office) =
            store.change(|change| change.add_person(&person)).unwrap();
        let mut mailbox = office.mailbox_of(person).unwrap().clone();
        mailbox.email = Some(MailboxEmail {
            addresses: vec![address(&format!("{name}@example.com"))],
            attach: false,
            delete_after_sending: false,
        });
        let user = UserEdit {
            login: name.to_owned(),
            role,
            person: Some(person),
        };
        let changed = store.change(|change| {
            change.edit_mailbox(&mailbox, 1)?;
            change.add_user(&user, None)
        });
        changed.unwrap();
    }

    /// Who is written to, as it is now.
    fn written_to(store: &mut Store) -> Vec<String> {
        let before = store.letters(10, None).unwrap().len();
        let ((), office) = store.change(|_| Ok(())).unwrap();
        queue(store, &office, "A fuse has blown", "Look.", 0).unwrap();
        let letters = store.letters(10, None).unwrap();
        let new = letters.len() - before;
        let mut to: Vec<String> = letters
            .into_iter()
            .take(new)
            .map(|letter| letter.to.as_str().to_owned())
            .collect();
        to.sort();
        to
    }

    #[test]
    fn alarms_reach_whom_the_office_names_or_whoever_runs_it_before_an_address_nobody_reads() {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(dir.path()).unwrap();
        assert!(written_to(&mut store).is_empty());

        let settings = MailSettings {
            enabled: false,
            host: "mail.example.com".to_owned(),
            port: 465,
            security: MailSecurity::Tls,
            user: None,
            from_address: address("noreply@example.com"),
            from_name: String::new(),
        };
        let set = store.change(|change| change.edit_mail_settings(&settings, 0));
        set.unwrap();
        assert_eq!(written_to(&mut store), ["noreply@example.com"]);

        joins(&mut store, "sam", Role::Staff);
        assert_eq!(written_to(&mut store), ["noreply@example.com"]);
        joins(&mut store, "olga", Role::Owner);
        joins(&mut store, "adam", Role::Admin);
        assert_eq!(
            written_to(&mut store),
            ["adam@example.com", "olga@example.com"]
        );

        let plan = EmergencyPlan {
            alert_emails: vec![address("boss@example.com")],
            ..EmergencyPlan::default()
        };
        let named = store.change(|change| change.edit_emergency_plan(&plan, 1));
        named.unwrap();
        assert_eq!(written_to(&mut store), ["boss@example.com"]);
    }
}
