//! Text messages of a simulated phone (RFC 3428): writing one, with credentials when asked, and
//! reading those that come.

use super::SimPhone;
use bytes::Bytes;
use sip_message::{
    Method, Request, Response,
    header::{CSeq, From, NameAddr, PAssertedIdentity, To},
};
use sip_server::digest::answer_challenge;
use sip_transaction::{ClientId, Destination};
use std::time::Instant;

/// A text that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Who the office says wrote it.
    pub writer: String,
    /// What it says.
    pub words: String,
}

#[derive(Debug, Default)]
pub(super) struct Texts {
    writing: Option<(ClientId, Request)>,
    status: Option<u16>,
    read: Vec<Text>,
}

impl Texts {
    pub(super) fn is_waiting_for(&self, client: ClientId) -> bool {
        self.writing.as_ref().is_some_and(|(of, _)| *of == client)
    }
}

impl SimPhone {
    /// Writes to a number, in the name of `account`.
    pub fn write_as(&mut self, now: Instant, account: &str, number: &str, words: &str) {
        let to = self.address(number);
        let (call_id, tag) = (self.endpoint.token(), self.endpoint.token());
        let request = Request::builder(Method::Message, &to)
            .push(&From(NameAddr::new(self.address(account)).with_tag(&tag)))
            .push(&To(NameAddr::new(to)))
            .set_raw("Call-ID", call_id.as_bytes())
            .push(&CSeq {
                number: 1,
                method: Method::Message,
            })
            .body("text/plain", Bytes::from(words.to_owned()));
        self.send_text(now, request.build());
    }

    /// Writes to a number in its own name.
    pub fn write(&mut self, now: Instant, number: &str, words: &str) {
        let account = self.user.clone();
        self.write_as(now, &account, number, words);
    }

    /// What became of the last text it wrote.
    pub fn text_status(&self) -> Option<u16> {
        self.texts.status
    }

    /// The texts that came, oldest first.
    pub fn texts(&self) -> &[Text] {
        &self.texts.read
    }

    pub(super) fn on_text(&mut self, request: &Request) {
        let writer = request.headers().get::<PAssertedIdentity>().ok();
        let shown = writer.and_then(|writer| writer.display());
        self.texts.read.push(Text {
            writer: shown.map_or_else(String::new, |name| name.to_str().into_owned()),
            words: String::from_utf8_lossy(&request.body()).into_owned(),
        });
    }

    pub(super) fn on_text_answered(&mut self, now: Instant, response: &Response) {
        if !response.status().is_final() {
            return;
        }
        let Some((_, last)) = self.texts.writing.take() else {
            return;
        };
        let cnonce = self.endpoint.token();
        if response.status() == 401
            && let Some(again) = answer_challenge(response, &last, &self.login(), &cnonce)
        {
            return self.send_text(now, again.request.build());
        }
        self.texts.status = Some(response.status().code());
    }

    fn send_text(&mut self, now: Instant, request: Request) {
        let to = Destination::Flow(self.flow());
        let client = self.endpoint.send(now, to, request.edit());
        self.texts.writing = Some((client, request));
    }
}
