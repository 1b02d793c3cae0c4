//! Phones, and what to type into one.

use crate::{
    client::{Client, as_json, understand},
    failed::Failed,
    person::{self, Person},
    table::table,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A phone, as far as this program needs to know it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Device {
    id: i64,
    revision: i64,
    person: i64,
    label: String,
    user: String,
    online: Option<Online>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Online {
    address: String,
    transport: String,
    user_agent: String,
}

/// What to type into a phone.
#[derive(Debug, Deserialize, Serialize)]
struct Login {
    user: String,
    #[serde(rename(deserialize = "authUser"))]
    auth_user: String,
    password: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    server: Option<String>,
    port: u16,
    transport: String,
}

pub(crate) fn add(
    client: &Client,
    person: &str,
    label: &str,
    json: bool,
) -> Result<String, Failed> {
    let person = person::find(client, person)?;
    let wish = json!({ "person": person.id, "label": label });
    tell_login(client.post("devices", &wish)?, &person.name, json)
}

pub(crate) fn list(client: &Client, json: bool) -> Result<String, Failed> {
    let devices = client.get("devices")?;
    if json {
        return Ok(as_json(&devices));
    }
    let people: Vec<Person> = understand(client.get("people")?)?;
    let devices: Vec<Device> = understand(devices)?;
    Ok(as_table(&devices, &people))
}

pub(crate) fn remove(client: &Client, user: &str) -> Result<String, Failed> {
    let device = find(client, user)?;
    client.delete(&format!("devices/{}", device.id), device.revision)?;
    Ok(format!(
        "The phone {:?} ({user}) is removed.\n",
        device.label
    ))
}

pub(crate) fn renew_secret(client: &Client, user: &str, json: bool) -> Result<String, Failed> {
    let device = find(client, user)?;
    let path = format!("devices/{}/renew-secret", device.id);
    let made = client.post_on(&path, device.revision)?;
    let people: Vec<Person> = understand(client.get("people")?)?;
    tell_login(made, owner(&people, device.person), json)
}

fn find(client: &Client, user: &str) -> Result<Device, Failed> {
    let devices: Vec<Device> = understand(client.get("devices")?)?;
    let found = devices.into_iter().find(|device| device.user == user);
    found.ok_or_else(|| Failed::NoSuchDevice(user.to_owned()))
}

fn tell_login(mut made: Value, person: &str, json: bool) -> Result<String, Failed> {
    let login: Login = understand(made["login"].take())?;
    if json {
        let login = serde_json::to_value(&login).map_err(Failed::Misunderstood)?;
        return Ok(as_json(&login));
    }
    let device: Device = understand(made["device"].take())?;
    Ok(as_block(&login, person, &device.label))
}

fn as_block(login: &Login, person: &str, label: &str) -> String {
    let server = login
        .server
        .as_deref()
        .unwrap_or("the address of this computer");
    let transport = login.transport.to_uppercase();
    let domain = login.domain.as_ref();
    let server = match domain {
        Some(domain) => format!("{domain}\n  Outbound proxy       {server}"),
        None => server.to_owned(),
    };
    format!(
        "Type this into {person}'s phone ({label}):\n\
         \n  Server               {server}\
         \n  Port                 {port}\
         \n  Transport            {transport}\
         \n  User name            {user}\
         \n  Authentication name  {auth_user}\
         \n  Password             {password}\n\
         \nThe password is shown only now. For a new one: cordboardctl device renew-secret {user}\n",
        port = login.port,
        user = login.user,
        auth_user = login.auth_user,
        password = login.password,
    )
}

fn as_table(devices: &[Device], people: &[Person]) -> String {
    if devices.is_empty() {
        return "No phones yet. Add one: cordboardctl device add 101 \"Desk phone\"\n".to_owned();
    }
    let row = |device: &Device| {
        let place = device.online.as_ref().map_or_else(
            || "offline".to_owned(),
            |online| {
                let Online {
                    address,
                    transport,
                    user_agent,
                } = online;
                format!("{address} {transport} {user_agent}")
                    .trim_end()
                    .to_owned()
            },
        );
        let person = owner(people, device.person).to_owned();
        [person, device.label.clone(), device.user.clone(), place]
    };
    let rows: Vec<_> = devices.iter().map(row).collect();
    table(["PERSON", "PHONE", "USER NAME", "WHERE"], &rows)
}

fn owner(people: &[Person], id: i64) -> &str {
    let person = people.iter().find(|person| person.id == id);
    person.map_or("", |person| &person.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Value {
        json!({
            "device": {
                "id": 1, "revision": 1, "person": 1, "label": "Desk phone",
                "user": "anna-desk-aaaaaaa", "maxContacts": 5, "media": "auto", "online": null,
            },
            "login": {
                "user": "anna-desk-aaaaaaa", "authUser": "anna-desk-aaaaaaa",
                "password": "AB12C-DE34F", "server": "192.0.2.7", "port": 5060, "transport": "udp",
            },
        })
    }

    #[test]
    fn what_to_type_into_a_phone_is_a_neat_block() {
        insta::assert_snapshot!(tell_login(made(), "Anna", false).unwrap(), @r"
        Type this into Anna's phone (Desk phone):

          Server               192.0.2.7
          Port                 5060
          Transport            UDP
          User name            anna-desk-aaaaaaa
          Authentication name  anna-desk-aaaaaaa
          Password             AB12C-DE34F

        The password is shown only now. For a new one: cordboardctl device renew-secret anna-desk-aaaaaaa
        ");
    }

    #[test]
    fn programs_get_the_login_alone() {
        insta::assert_snapshot!(tell_login(made(), "Anna", true).unwrap(), @r#"
        {
          "auth_user": "anna-desk-aaaaaaa",
          "password": "AB12C-DE34F",
          "port": 5060,
          "server": "192.0.2.7",
          "transport": "udp",
          "user": "anna-desk-aaaaaaa"
        }
        "#);
    }

    #[test]
    fn phones_are_listed_with_where_they_are() {
        let device = |user: &str, online| Device {
            id: 1,
            revision: 1,
            person: 1,
            label: "Desk phone".to_owned(),
            user: user.to_owned(),
            online,
        };
        let online = Online {
            address: "192.0.2.11:5060".to_owned(),
            transport: "udp".to_owned(),
            user_agent: "Snom D785".to_owned(),
        };
        let person = understand(json!({
            "id": 1, "revision": 1, "name": "Anna", "extension": "101", "numbers": ["101"],
            "doing": "free",
        }));
        let devices = [device("anna-a", Some(online)), device("anna-b", None)];
        insta::assert_snapshot!(as_table(&devices, &[person.unwrap()]), @r"
        PERSON  PHONE       USER NAME  WHERE
        Anna    Desk phone  anna-a     192.0.2.11:5060 udp Snom D785
        Anna    Desk phone  anna-b     offline
        ");
    }
}
