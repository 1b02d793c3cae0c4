//! Whose call is this? A call from outside belongs to a line because it names the line's secret,
//! or because it comes from where the line's provider is.

use super::{config::Source, targets::Targets};
use sip_message::{Request, Text};
use sip_transport::{Flow, Target};
use subtle::ConstantTimeEq;

/// By what a line's calls are known; kept current by its [`super::Line`].
#[derive(Clone, Debug)]
pub struct Entrance {
    /// The secret in our Contact.
    pub token: Text,
    /// Whether the secret alone is enough, wherever the call comes from: the line registers, and
    /// nobody has pinned where its calls come from.
    pub token_is_enough: bool,
    /// Whether calls must be encrypted.
    pub secure: bool,
    /// Networks by configuration.
    pub sources: Vec<Source>,
    /// The servers the provider's name leads to, and the one that has our registration.
    pub targets: Vec<Target>,
}

/// By what a call was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// The line's secret, in its Request-URI.
    Token,
    /// Where it came from.
    Source,
}

/// How well a source fits a line, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// One of the provider's machines.
    Address,
    /// The very server we talk to, or what configuration names.
    Exact,
}

/// The line that a request outside of any dialog belongs to; `None`: it is a stranger's. `serves`
/// tells whether the called number is one of that line's, for several lines of one provider.
pub fn whose<I: Copy>(
    request: &Request,
    flow: &Flow,
    lines: &[(I, &Entrance)],
    serves: impl Fn(I) -> bool,
) -> Option<(I, KnownBy)> {
    if let Some(token) = token_of(request) {
        // Every line is compared with, so that the time taken tells nothing.
        let named = lines.iter().fold(None, |named, (id, entrance)| {
            let same: bool = entrance.token.ct_eq(&token).into();
            let is_it = same && !entrance.token.is_empty();
            if is_it { Some((*id, *entrance)) } else { named }
        });
        if let Some((id, entrance)) = named {
            let from_there = entrance.fit(flow).is_some();
            let safe = flow.transport.is_secure() || !entrance.secure;
            let known = from_there || (entrance.token_is_enough && safe);
            return known.then_some((id, KnownBy::Token));
        }
    }
    let fitting = |(id, entrance): &(I, &Entrance)| Some((*id, entrance.fit(flow)?));
    let candidates: Vec<(I, Fit)> = lines.iter().filter_map(fitting).collect();
    let best = candidates.iter().map(|(_, fit)| *fit).max()?;
    let nearest = |fit: Fit| candidates.iter().filter(move |(_, f)| *f == fit);
    nearest(best)
        .chain(candidates.iter())
        .find(|(id, _)| serves(*id))
        .or_else(|| nearest(best).next())
        .map(|(id, _)| (*id, KnownBy::Source))
}

impl Entrance {
    /// Whether a request that came over this flow comes from the line's provider.
    pub fn is_from_there(&self, flow: &Flow) -> bool {
        self.fit(flow).is_some()
    }

    pub(super) fn refresh(&mut self, targets: &Targets, registered_at: Option<&Target>) {
        self.targets.clear();
        self.targets.extend(targets.all().cloned());
        if let Some(target) = registered_at
            && !self.targets.contains(target)
        {
            self.targets.push(target.clone());
        }
    }

    fn fit(&self, flow: &Flow) -> Option<Fit> {
        if self.secure && !flow.transport.is_secure() {
            return None;
        }
        let configured = |source: &Source| source.contains(flow.transport, flow.remote);
        let ip = flow.remote.ip().to_canonical();
        let mut of_host = self
            .targets
            .iter()
            .filter(|target| target.addr.ip().to_canonical() == ip);
        let exact = |target: &Target| {
            target.addr.port() == flow.remote.port() && target.transport == flow.transport
        };
        if self.sources.iter().any(configured) || of_host.clone().any(exact) {
            Some(Fit::Exact)
        } else {
            of_host.next().map(|_| Fit::Address)
        }
    }
}

/// The `line` parameter of the Request-URI.
fn token_of(request: &Request) -> Option<Text> {
    request.uri().ok()?.as_sip()?.params().value("line")
}
