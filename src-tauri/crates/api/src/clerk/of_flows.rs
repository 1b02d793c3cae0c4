//! What calls in flows ask for: other programs, letters, and a voice. Each takes as long as it takes;
//! none of it holds up another call or the store.

use super::alarms;
use crate::{
    AskFailed, Desk, Keeper,
    limits::{MAX_WAITING_SPEECHES, MAX_WEB_ASKED, MAX_WEB_REPLY},
    prompts,
    values::Millis,
    web::{Web, WebFailed, WebRequest},
};
use callflow::{
    Speech,
    walk::{Channel, HeaderPart, HttpMethod, HttpRequest, Reply},
};
use serde_json::Value;
use std::{
    io,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};
use store::{Store, StoreError};
use switch::{Answer, Input, QuestionId};
use tokio::{runtime::Handle, sync::Semaphore};

/// Longest subject of a letter, in characters.
const SUBJECT: usize = 80;

/// The way from flows to the world.
#[derive(Debug, Clone)]
pub(super) struct OfFlows {
    keeper: Arc<Keeper>,
    desk: Arc<Desk>,
    web: Web,
    places: Arc<Semaphore>,
    runtime: Handle,
    speeches: SyncSender<(QuestionId, Speech)>,
}

impl OfFlows {
    /// # Errors
    /// The computer gives no thread, or nothing runs tasks here.
    pub(super) fn new(keeper: &Arc<Keeper>, desk: &Arc<Desk>) -> io::Result<Self> {
        let (speeches, waiting) = sync_channel(MAX_WAITING_SPEECHES);
        let (store, answers) = (Arc::clone(keeper), Arc::clone(desk));
        thread::Builder::new()
            .name("voice".to_owned())
            .spawn(move || speak_all(&waiting, &store, &answers))?;
        Ok(Self {
            keeper: Arc::clone(keeper),
            desk: Arc::clone(desk),
            web: Web::new(),
            places: Arc::new(Semaphore::new(MAX_WEB_ASKED)),
            runtime: Handle::try_current().map_err(io::Error::other)?,
            speeches,
        })
    }

    /// Asks another program. What it was asked and what it answered is nobody's business here.
    pub(super) fn request(&self, id: QuestionId, request: HttpRequest) {
        let of = self.clone();
        self.runtime.spawn(async move {
            let reply = of.reply(request).await;
            let answer = Answer::Replied(reply);
            of.desk.send(Input::Answered { id, answer });
        });
    }

    async fn reply(&self, request: HttpRequest) -> Reply {
        let Ok(_place) = self.places.try_acquire() else {
            return Reply::Failed { why: "tooMany" };
        };
        let request = match self.read(request).await {
            Ok(request) => request,
            Err(why) => return Reply::Failed { why },
        };
        match self.web.ask(request).await {
            Ok(reply) => Reply::Answered {
                status: reply.status,
                body: serde_json::from_slice(&reply.body).unwrap_or_else(|_| {
                    Value::from(String::from_utf8_lossy(&reply.body).into_owned())
                }),
            },
            Err(WebFailed::TimedOut) => Reply::TimedOut,
            Err(why) => {
                tracing::info!(%why, "a flow got no answer of another program");
                Reply::Failed { why: word(&why) }
            }
        }
    }

    /// A request with its secrets in their places.
    async fn read(&self, request: HttpRequest) -> Result<WebRequest, &'static str> {
        let mut headers = Vec::with_capacity(request.headers.len());
        let mut names = Vec::new();
        for (_, parts) in &request.headers {
            for part in parts {
                if let HeaderPart::Secret(name) = part {
                    names.push(name.clone());
                }
            }
        }
        let (secrets, may_be_private) = self
            .keeper
            .ask(move |store| {
                let mut secrets = Vec::with_capacity(names.len());
                for name in &names {
                    secrets.push(store.web_key(name)?);
                }
                Ok((secrets, store.asks_private_networks()?))
            })
            .await
            .map_err(|why: AskFailed| {
                tracing::error!(%why, "the secrets of a flow could not be read");
                "noSecret"
            })?;
        let mut secrets = secrets.into_iter();
        for (name, parts) in request.headers {
            let mut value = String::new();
            for part in parts {
                match part {
                    HeaderPart::Text(text) => value.push_str(&text),
                    HeaderPart::Secret(_) => {
                        let secret = secrets.next().flatten().ok_or("noSecret")?;
                        value.push_str(secret.expose());
                    }
                }
            }
            headers.push((name, value));
        }
        let method = match request.method {
            HttpMethod::Get => "GET",
            HttpMethod::Post => "POST",
            HttpMethod::Put => "PUT",
            HttpMethod::Patch => "PATCH",
            HttpMethod::Delete => "DELETE",
        };
        Ok(WebRequest {
            method: method.to_owned(),
            url: request.url,
            headers,
            body: Some(request.body).filter(|body| !body.is_empty()),
            within: request.timeout,
            max_reply: request.max_reply.min(MAX_WEB_REPLY),
            // The one who draws a flow and the one who runs the office must both want it.
            may_be_private: request.allow_private && may_be_private,
        })
    }

    /// Has a text spoken.
    pub(super) fn speak(&self, id: QuestionId, speech: Speech) {
        if self.speeches.try_send((id, speech)).is_err() {
            let answer = Answer::Failed("too many texts wait to be spoken".to_owned());
            self.desk.send(Input::Answered { id, answer });
        }
    }
}

/// Speaks one text after the other until nobody asks any more.
fn speak_all(waiting: &Receiver<(QuestionId, Speech)>, keeper: &Keeper, desk: &Arc<Desk>) {
    while let Ok((id, speech)) = waiting.recv() {
        let fail = |why: String| {
            let answer = Answer::Failed(why);
            desk.send(Input::Answered { id, answer });
        };
        let Some(voice) = prompts::voice_of(&speech) else {
            fail(format!("no voice speaks {}", speech.language));
            continue;
        };
        let known = desk
            .configuration()
            .spoken(voice.locale, &speech.text)
            .cloned();
        if let Some(name) = known {
            let answer = Answer::Spoken(name);
            desk.send(Input::Answered { id, answer });
            continue;
        }
        match prompts::make(keeper.dir(), voice.locale, speech.text) {
            Ok(prompt) => super::on_store(keeper, desk, id, move |store, _| {
                store.keep_spoken_prompt(&prompt)?;
                Ok(Answer::Spoken(prompt.name))
            }),
            Err(why) => fail(why.detail),
        }
    }
}

/// Tells people of a call: on the screens of the office, and by a letter to whoever hears of alarms. What cannot
/// go the way it should is shown on the screens, so that nothing is lost.
pub(super) fn notify(
    store: &mut Store,
    desk: &Desk,
    channels: &[Channel],
    text: String,
) -> Result<Answer, StoreError> {
    // No program is known to which a notice could go; the check of the flow says so.
    let mut on_screens =
        channels.contains(&Channel::Desktop) || channels.contains(&Channel::Webhook);
    if channels.contains(&Channel::Email) {
        match store.mail_account()? {
            Some(_) => {
                let first = text.lines().next().unwrap_or_default();
                let subject: String = first.chars().take(SUBJECT).collect();
                alarms::queue(store, &desk.office(), &subject, &text, Millis::now().0)?;
                desk.wake_courier();
            }
            None => {
                tracing::warn!("a flow tells by mail, but no mail server is set up");
                on_screens = true;
            }
        }
    }
    if on_screens {
        desk.show_notice(text);
    }
    Ok(Answer::Done)
}

/// Why there is no answer, in a word for the trace.
fn word(why: &WebFailed) -> &'static str {
    match why {
        WebFailed::Malformed(_) => "malformed",
        WebFailed::TooMuchAsked | WebFailed::TooLarge => "tooLarge",
        WebFailed::NotEncrypted => "notEncrypted",
        WebFailed::Private(_) => "notAllowed",
        WebFailed::NoSuchHost(_) => "noSuchHost",
        WebFailed::Unreachable(_) => "refused",
        WebFailed::NotTrusted(_) => "notTrusted",
        WebFailed::LeadsElsewhere(_) => "leadsElsewhere",
        WebFailed::BrokeOff(_) => "brokeOff",
        WebFailed::TimedOut => "timedOut",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Configuration;
    use std::time::Instant;

    #[test]
    fn what_cannot_be_sent_is_shown_on_the_screens() {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(dir.path()).unwrap();
        let desk = Desk::new(Configuration::read(&store).unwrap(), Instant::now());
        for channel in [Channel::Desktop, Channel::Email, Channel::Webhook] {
            let before = desk.attention().len();
            let told = notify(&mut store, &desk, &[channel], "Anna calls".to_owned());
            assert!(matches!(told, Ok(Answer::Done)));
            assert_eq!(desk.attention().len(), before + 1, "{channel:?}");
        }
        assert!(store.letters(10, None).unwrap().is_empty());
    }
}
