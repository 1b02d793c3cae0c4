//! One conversation with the mail server (RFC 5321), step by step, so that each refusal is told as
//! what it is.

use crate::SendFailed;
use crate::failure::answer;
use crate::limits::ANSWER_TIMEOUT;
use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use std::net::ToSocketAddrs;
use store::{MailAccount, MailSecurity};

/// A connection that is ready for letters.
pub(crate) struct Session {
    connection: SmtpConnection,
}

impl Session {
    /// Connects, protects the connection and signs in.
    pub(crate) fn begin(
        account: &MailAccount,
        trusted: &[Certificate],
    ) -> Result<Self, SendFailed> {
        let settings = &account.settings;
        let (host, port) = (settings.host.as_str(), settings.port);
        let addresses: Vec<_> = (host, port)
            .to_socket_addrs()
            .map(Iterator::collect)
            .unwrap_or_default();
        if addresses.is_empty() {
            return Err(SendFailed::HostUnknown {
                host: host.to_owned(),
            });
        }
        let hello = ClientId::default();
        let on_connect = |error| SendFailed::of_connecting(&error, host, port);
        let tls = match settings.security {
            MailSecurity::None => None,
            MailSecurity::Tls | MailSecurity::Starttls => {
                let mut parameters = TlsParameters::builder(host.to_owned());
                for certificate in trusted {
                    parameters = parameters.add_root_certificate(certificate.clone());
                }
                Some(parameters.build_rustls().map_err(on_connect)?)
            }
        };
        let from_start = tls
            .as_ref()
            .filter(|_| settings.security == MailSecurity::Tls);
        let mut connection = SmtpConnection::connect(
            &addresses[..],
            Some(ANSWER_TIMEOUT),
            &hello,
            from_start,
            None,
        )
        .map_err(on_connect)?;
        if settings.security == MailSecurity::Starttls
            && let Some(tls) = &tls
        {
            if !connection.can_starttls() {
                connection.abort();
                return Err(SendFailed::NoStarttls {
                    host: host.to_owned(),
                });
            }
            connection
                .starttls(tls, &hello)
                .map_err(|error| match error.status() {
                    Some(_) => SendFailed::NoStarttls {
                        host: host.to_owned(),
                    },
                    None => on_connect(error),
                })?;
        }
        let mut session = Self { connection };
        session.sign_in(account)?;
        Ok(session)
    }

    fn sign_in(&mut self, account: &MailAccount) -> Result<(), SendFailed> {
        let Some(user) = account.settings.user.clone() else {
            return Ok(());
        };
        let known = |mechanism: &&Mechanism| {
            let server = self.connection.server_info();
            server.supports_auth_mechanism(**mechanism)
        };
        if !DEFAULT_MECHANISMS.iter().any(|each| known(&each)) {
            self.connection.abort();
            return Err(SendFailed::NoSignIn);
        }
        let password = account.password.as_ref();
        let password = password.map_or("", |password| password.expose()).to_owned();
        let signed_in = self
            .connection
            .auth(DEFAULT_MECHANISMS, &Credentials::new(user, password));
        signed_in.map(drop).map_err(|error| {
            self.connection.abort();
            SendFailed::of_talking(&error, |answer, _| SendFailed::SignInRefused { answer })
        })
    }

    /// Hands over one letter. After a failure the conversation is over.
    pub(crate) fn send(&mut self, message: &Message) -> Result<(), SendFailed> {
        let sent = self.try_send(message);
        if sent.is_err() {
            self.connection.abort();
        }
        sent
    }

    fn try_send(&mut self, message: &Message) -> Result<(), SendFailed> {
        let envelope = message.envelope();
        let from = envelope.from();
        let shown = from.map(ToString::to_string).unwrap_or_default();
        self.connection
            .command(Mail::new(from.cloned(), Vec::new()))
            .map_err(|error| match error.is_permanent() {
                true => SendFailed::SenderRefused {
                    from: shown,
                    answer: answer(&error),
                },
                false => SendFailed::of_talking(&error, refused),
            })?;
        for to in envelope.to() {
            self.connection
                .command(Rcpt::new(to.clone(), Vec::new()))
                .map_err(|error| {
                    SendFailed::of_talking(&error, |answer, for_good| {
                        let to = to.to_string();
                        SendFailed::RecipientRefused {
                            to,
                            answer,
                            for_good,
                        }
                    })
                })?;
        }
        let on_refused = |error| SendFailed::of_talking(&error, refused);
        self.connection.command(Data).map_err(on_refused)?;
        self.connection
            .message(&message.formatted())
            .map_err(on_refused)?;
        Ok(())
    }

    /// Ends the conversation politely.
    pub(crate) fn end(mut self) {
        // The letters are handed over: what the server says to a good-bye changes nothing.
        let _ = self.connection.quit();
    }
}

fn refused(answer: String, for_good: bool) -> SendFailed {
    SendFailed::Refused { answer, for_good }
}
