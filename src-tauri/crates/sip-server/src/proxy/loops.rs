//! Loop detection (RFC 5393 §4): a request that comes back unchanged while its first pass is still
//! under way is refused; one that comes back with another destination (a spiral) passes.
//!
//! The RFC puts a hash into our Via branch. The proxy is stateful, so it remembers instead: a request
//! loops when a request under way has the same routing fields, and the newcomer's Via list shows
//! that it went through that very pass. Forks that only meet again at us do not.

use super::context::Context;
use sip_message::{HeaderName, Request, header::Via};
use slab::Slab;
use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hasher},
};

#[derive(Debug, Default)]
pub(crate) struct Loops {
    under_way: BTreeMap<u64, Vec<usize>>,
}

impl Loops {
    pub(crate) fn insert(&mut self, request: &Request, index: usize) {
        self.under_way
            .entry(routing_hash(request))
            .or_default()
            .push(index);
    }

    pub(crate) fn remove(&mut self, request: &Request, index: usize) {
        let hash = routing_hash(request);
        if let Some(list) = self.under_way.get_mut(&hash) {
            list.retain(|i| *i != index);
            if list.is_empty() {
                self.under_way.remove(&hash);
            }
        }
    }

    pub(crate) fn is_loop(&self, request: &Request, contexts: &Slab<Context>) -> bool {
        let Some(list) = self.under_way.get(&routing_hash(request)) else {
            return false;
        };
        let earlier: Vec<Via> = request.headers().all::<Via>().flatten().skip(1).collect();
        list.iter()
            .filter_map(|index| contexts.get(*index))
            .any(|context| {
                context.request().via().is_ok_and(|via| {
                    earlier.iter().any(|v| {
                        v.branch().is_some()
                            && v.branch() == via.branch()
                            && v.sent_by == via.sent_by
                    })
                })
            })
    }
}

/// A hash over what decides where a request goes.
fn routing_hash(request: &Request) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut add = |part: &[u8]| {
        hasher.write_usize(part.len());
        hasher.write(part);
    };
    add(&request.raw_uri());
    for name in [
        HeaderName::CallId,
        HeaderName::From,
        HeaderName::To,
        HeaderName::CSeq,
        HeaderName::ProxyRequire,
        HeaderName::ProxyAuthorization,
    ] {
        add(&request.headers().value(name).unwrap_or_default());
    }
    for line in request.headers().named(HeaderName::Route) {
        add(&line.value());
    }
    hasher.finish()
}
