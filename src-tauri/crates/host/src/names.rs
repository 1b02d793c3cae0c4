//! The name service: questions of the switch asked of the DNS, within a time, and the last good
//! answers kept for when it is dead (promise R11).

use crate::{
    inbox::Inbox,
    limits::{
        ANSWER_WITHIN, FRESH_ANSWER_WITHIN, KEEP_ANSWERS, MAX_KEPT_ANSWERS, MAX_QUESTIONS,
        MAX_RECORDS, NAME_SERVER_WITHIN,
    },
};
use hickory_resolver::{
    TokioResolver,
    config::{LookupIpStrategy, NameServerConfig, ResolverConfig},
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::rr::{RData, RecordType},
};
use sip_transaction::ResolveId;
use sip_transport::{NaptrRecord, Query, Resolution, SrvRecord};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use switch::Input;
use tokio::{
    runtime::Handle,
    sync::Semaphore,
    time::{Instant, timeout},
};

/// The name service, as the signalling thread sees it.
#[derive(Debug)]
pub(crate) struct Names {
    shared: Arc<Shared>,
    runtime: Handle,
}

struct Shared {
    inbox: Inbox,
    /// None when the system names no server: nothing is found then.
    resolver: Option<TokioResolver>,
    room: Arc<Semaphore>,
    kept: Mutex<Kept>,
}

/// The last good answers.
#[derive(Debug, Default)]
struct Kept {
    answers: BTreeMap<(Kind, String), (Instant, Resolution)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Naptr,
    Srv,
    Addr,
}

impl Names {
    /// Asks these servers, or those of the system.
    pub(crate) fn new(runtime: Handle, inbox: Inbox, servers: Option<&[SocketAddr]>) -> Names {
        let resolver = {
            let _context = runtime.enter();
            resolver(servers)
        };
        let resolver = resolver
            .inspect_err(|why| tracing::warn!(%why, "no name service"))
            .ok();
        let shared = Shared {
            inbox,
            resolver,
            room: Arc::new(Semaphore::new(MAX_QUESTIONS)),
            kept: Mutex::default(),
        };
        Names {
            shared: Arc::new(shared),
            runtime,
        }
    }

    /// Asks a question; [`Input::Resolved`] follows.
    pub(crate) fn ask(&self, id: ResolveId, query: Query) {
        let shared = Arc::clone(&self.shared);
        self.runtime.spawn(async move {
            let answer = Arc::clone(&shared).resolve(&query).await;
            // News of the host's own is always let in.
            let _ = shared.inbox.push(Input::Resolved { id, answer });
        });
    }
}

impl Shared {
    /// A fresh answer, or the last good one when none comes soon.
    async fn resolve(self: Arc<Shared>, query: &Query) -> Resolution {
        let kept = self.kept(query);
        let Ok(room) = Arc::clone(&self.room).try_acquire_owned() else {
            return kept.unwrap_or(Resolution::Failed);
        };
        let (kind, name) = key(query);
        // Goes on when an older answer is given: the next call then has the fresh one.
        let asking = tokio::spawn(async move {
            let _room = room;
            self.ask_fresh(kind, name).await
        });
        let patience = match kept {
            Some(_) => FRESH_ANSWER_WITHIN,
            None => ANSWER_WITHIN,
        };
        let fresh = match timeout(patience, asking).await {
            Ok(Ok(answer)) => answer,
            _ => Resolution::Failed,
        };
        match (fresh, kept) {
            (Resolution::Failed, Some(kept)) => kept,
            (fresh, _) => fresh,
        }
    }

    /// The last good answer, when it is not too old.
    fn kept(&self, query: &Query) -> Option<Resolution> {
        let kept = self.lock();
        let (at, answer) = kept.answers.get(&key(query))?;
        (at.elapsed() < KEEP_ANSWERS).then(|| answer.clone())
    }

    async fn ask_fresh(&self, kind: Kind, name: String) -> Resolution {
        let Some(resolver) = &self.resolver else {
            return Resolution::Failed;
        };
        let asked = timeout(ANSWER_WITHIN, ask(resolver, kind, &name)).await;
        let answer = match asked {
            Ok(Ok(answer)) => answer,
            Ok(Err(why)) if why.is_no_records_found() || why.is_nx_domain() => Resolution::NotFound,
            Ok(Err(why)) => {
                tracing::debug!(%why, name, "the name service failed");
                Resolution::Failed
            }
            Err(_) => Resolution::Failed,
        };
        if !matches!(answer, Resolution::Failed | Resolution::NotFound) {
            self.lock().keep((kind, name), answer.clone());
        }
        answer
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing panics while holding it.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn keep(&mut self, key: (Kind, String), answer: Resolution) {
        self.answers.insert(key, (Instant::now(), answer));
        if self.answers.len() > MAX_KEPT_ANSWERS {
            let oldest = self.answers.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.answers.remove(&oldest);
            }
        }
    }
}

fn resolver(servers: Option<&[SocketAddr]>) -> Result<TokioResolver, NetError> {
    let mut builder = match servers {
        None => TokioResolver::builder_tokio()?,
        Some(servers) => {
            let servers = servers.iter().map(name_server).collect();
            let config = ResolverConfig::from_parts(None, Vec::new(), servers);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
    };
    let options = builder.options_mut();
    options.timeout = NAME_SERVER_WITHIN;
    options.attempts = 2;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    builder.build()
}

fn name_server(at: &SocketAddr) -> NameServerConfig {
    let mut config = NameServerConfig::udp_and_tcp(at.ip());
    for connection in &mut config.connections {
        connection.port = at.port();
    }
    config
}

async fn ask(resolver: &TokioResolver, kind: Kind, name: &str) -> Result<Resolution, NetError> {
    // The final dot keeps the machine's own search domains out.
    let name = format!("{name}.");
    match kind {
        Kind::Addr => {
            let found = resolver.lookup_ip(name).await?;
            Ok(Resolution::Addrs(found.iter().take(MAX_RECORDS).collect()))
        }
        Kind::Srv => {
            let found = resolver.lookup(name, RecordType::SRV).await?;
            let records = found
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::SRV(srv) => Some(SrvRecord {
                        priority: srv.priority,
                        weight: srv.weight,
                        port: srv.port,
                        target: srv.target.to_ascii(),
                    }),
                    _ => None,
                });
            Ok(Resolution::Srv(records.take(MAX_RECORDS).collect()))
        }
        Kind::Naptr => {
            let found = resolver.lookup(name, RecordType::NAPTR).await?;
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let records = found
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::NAPTR(naptr) => Some(NaptrRecord {
                        order: naptr.order,
                        preference: naptr.preference,
                        flags: text(&naptr.flags),
                        service: text(&naptr.services),
                        replacement: naptr.replacement.to_ascii(),
                    }),
                    _ => None,
                });
            Ok(Resolution::Naptr(records.take(MAX_RECORDS).collect()))
        }
    }
}

/// The same for all spellings of a question.
fn key(query: &Query) -> (Kind, String) {
    let (kind, name) = match query {
        Query::Naptr(name) => (Kind::Naptr, name),
        Query::Srv(name) => (Kind::Srv, name),
        Query::Addr(name) => (Kind::Addr, name),
    };
    (kind, name.trim_end_matches('.').to_ascii_lowercase())
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
