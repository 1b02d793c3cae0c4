//! The registrar (RFC 3261 §10.3): lets phones say where they are.
//!
//! With Path (RFC 3327), several flows of a device (outbound, RFC 5626), GRUU (RFC 5627) and
//! Service-Route (RFC 3608). A REGISTER changes all of its contacts or none.

mod contacts;

use crate::{
    digest::Authenticated,
    limits::{DEFAULT_MAX_CONTACTS, MAX_BINDING_TEXT, MAX_PATH},
    location::{Aor, Binding, Location, LocationChange, PublicGruu, Removal},
    status::{
        BAD_EXTENSION, BAD_REQUEST, FIRST_HOP_LACKS_OUTBOUND, FORBIDDEN, INTERVAL_TOO_BRIEF,
        SERVER_ERROR, SERVICE_UNAVAILABLE,
    },
    tag::Tags,
};
use contacts::{Asked, Wanted};
use sip_message::{
    HeaderName, Request, Response, ResponseBuilder, StatusCode, Text,
    header::{Contact, FlowTimer, MinExpires, NameAddr, Path, ServiceRoute, Via},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Answers REGISTER requests.
#[derive(Debug)]
pub struct Registrar {
    config: RegistrarConfig,
    tags: Tags,
}

/// The rules of a registrar.
#[derive(Clone, Debug)]
pub struct RegistrarConfig {
    /// What a contact that names no time gets.
    pub default_expires: Duration,
    /// Shorter times are refused with 423.
    pub min_expires: Duration,
    /// Longer times are cut to this.
    pub max_expires: Duration,
    /// Most contacts of one address-of-record.
    pub max_contacts: usize,
    /// Keep the Path of requests that came through a proxy. Without it Path is ignored.
    pub path: bool,
    /// Let devices keep several flows.
    pub outbound: bool,
    /// After how much silence a device should think its flow dead (RFC 5626 §6).
    pub flow_timer: Option<Duration>,
    /// Give devices addresses of their own.
    pub gruu: bool,
    /// The route that phones shall put into their requests, topmost first.
    pub service_route: Vec<NameAddr>,
}

/// What came of a REGISTER.
#[derive(Clone, Debug)]
#[must_use]
pub struct Registered {
    /// The answer.
    pub response: Response,
    /// What changed, in order; empty when the REGISTER was refused or only asked.
    pub changes: Vec<LocationChange>,
}

impl Default for RegistrarConfig {
    /// An hour unless asked otherwise, at least a minute, at most two hours; five contacts.
    fn default() -> RegistrarConfig {
        RegistrarConfig {
            default_expires: Duration::from_secs(3_600),
            min_expires: Duration::from_secs(60),
            max_expires: Duration::from_secs(7_200),
            max_contacts: DEFAULT_MAX_CONTACTS,
            path: true,
            outbound: true,
            flow_timer: None,
            gruu: true,
            service_route: Vec::new(),
        }
    }
}

/// Why a REGISTER is refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    reason: Option<&'static str>,
    header: Option<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, reason: &'static str) -> Refusal {
        Refusal {
            status,
            reason: Some(reason),
            header: None,
        }
    }

    fn with_header(mut self, name: &'static str, value: String) -> Refusal {
        self.header = Some((name, value));
        self
    }
}

/// What is to happen to the bindings, decided before any is touched.
#[derive(Default)]
struct Plan {
    put: Vec<Binding>,
    remove: Vec<(Arc<Binding>, Removal)>,
}

impl Registrar {
    /// A registrar with these rules; `seed` makes its tags and tokens unguessable.
    pub fn new(config: RegistrarConfig, seed: [u8; 32]) -> Registrar {
        Registrar {
            config,
            tags: Tags::new(seed),
        }
    }

    /// The rules.
    pub fn config(&self) -> &RegistrarConfig {
        &self.config
    }

    /// Carries out a REGISTER for `aor`. The caller has decided that the account may change this
    /// address-of-record (RFC 3261 §10.3 step 4).
    pub fn register(
        &self,
        now: Instant,
        request: &Authenticated<Request>,
        aor: &Aor,
        location: &mut Location,
    ) -> Registered {
        match self.plan(now, request, aor, location) {
            Ok((asked, plan)) => match self.carry_out(plan, aor, location) {
                Ok(changes) => Registered {
                    response: self.listing(now, request.get(), &asked, aor, location),
                    changes,
                },
                Err(refusal) => self.refuse(request.get(), refusal),
            },
            Err(refusal) => self.refuse(request.get(), refusal),
        }
    }

    /// The refusal of a REGISTER whose account may not change this address-of-record.
    pub fn forbid(&self, request: &Request) -> Response {
        let refusal = Refusal {
            status: FORBIDDEN,
            reason: None,
            header: None,
        };
        self.refuse(request, refusal).response
    }

    fn plan(
        &self,
        now: Instant,
        authenticated: &Authenticated<Request>,
        aor: &Aor,
        location: &Location,
    ) -> Result<(Asked, Plan), Refusal> {
        let request = authenticated.get();
        self.check_required(request)?;
        let asked = Asked::read(request, &self.config)?;
        let path = self.path(request)?;
        let present = location.bindings(now, aor);
        let mut plan = Plan::default();
        match &asked.wanted {
            Wanted::List => return Ok((asked, plan)),
            Wanted::RemoveAll => {
                for binding in present {
                    in_order(&binding, &asked)?;
                    plan.remove.push((binding, Removal::Unregistered));
                }
                return Ok((asked, plan));
            }
            Wanted::Contacts(contacts) => {
                for contact in contacts {
                    let flow_kept = contact.reg_id.is_some();
                    if flow_kept && vias(request) > 1 && !path.last().is_some_and(has_ob) {
                        return Err(Refusal::new(
                            FIRST_HOP_LACKS_OUTBOUND,
                            "First Hop Lacks Outbound Support",
                        ));
                    }
                    let binding = Binding {
                        contact: contact.addr.clone(),
                        q: contact.q,
                        expires_at: now + contact.expires,
                        refreshed_at: now,
                        flow: authenticated.flow(),
                        path: path.clone(),
                        instance: contact.instance.clone(),
                        reg_id: contact.reg_id,
                        call_id: asked.call_id.clone(),
                        cseq: asked.cseq,
                        user_agent: asked.user_agent.clone(),
                    };
                    let key = binding.key();
                    let before = present.iter().find(|b| b.has_key(&key));
                    if let Some(before) = before {
                        in_order(before, &asked)?;
                    }
                    if !contact.expires.is_zero() {
                        plan.put.push(binding);
                    } else if let Some(before) = before {
                        plan.remove
                            .push((Arc::clone(before), Removal::Unregistered));
                    }
                }
            }
        }
        self.make_room(&asked, &present, &mut plan)?;
        Ok((asked, plan))
    }

    /// A phone that was switched off without taking its contact back comes again with another port
    /// and another Call-ID. What it left behind gives way: at once where the instance shows that it
    /// is the same device, else when there is no room and the contact came from the same host.
    fn make_room(
        &self,
        asked: &Asked,
        present: &[Arc<Binding>],
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        let mut leftovers: Vec<&Arc<Binding>> = Vec::new();
        let mut others = 0;
        for old in present {
            let key = old.key();
            let touched = plan.put.iter().any(|new| new.has_key(&key))
                || plan.remove.iter().any(|(gone, _)| Arc::ptr_eq(gone, old));
            if touched {
                continue;
            }
            let earlier_boot = old.call_id != asked.call_id && old.reg_id.is_none();
            let same_device = plan
                .put
                .iter()
                .any(|new| new.instance.is_some() && new.instance == old.instance);
            if earlier_boot && same_device {
                plan.remove.push((Arc::clone(old), Removal::Replaced));
                continue;
            }
            others += 1;
            let same_host = plan
                .put
                .iter()
                .any(|new| new.instance.is_none() && new.flow.remote.ip() == old.flow.remote.ip());
            if earlier_boot && old.instance.is_none() && same_host {
                leftovers.push(old);
            }
        }
        leftovers.sort_by_key(|old| old.refreshed_at);
        let mut leftovers = leftovers.into_iter();
        while !plan.put.is_empty() && others + plan.put.len() > self.config.max_contacts {
            let Some(old) = leftovers.next() else {
                return Err(Refusal::new(FORBIDDEN, "Too Many Contacts"));
            };
            plan.remove.push((Arc::clone(old), Removal::Replaced));
            others -= 1;
        }
        Ok(())
    }

    fn carry_out(
        &self,
        plan: Plan,
        aor: &Aor,
        location: &mut Location,
    ) -> Result<Vec<LocationChange>, Refusal> {
        let mut changes = Vec::new();
        for (binding, reason) in plan.remove {
            changes.extend(location.remove(aor, &binding.key(), reason));
        }
        for binding in plan.put {
            let change = location.put(aor, binding).map_err(|_| {
                Refusal::new(SERVICE_UNAVAILABLE, "Service Unavailable")
                    .with_header("Retry-After", "60".to_owned())
            })?;
            changes.push(change);
        }
        Ok(changes)
    }

    /// The 200 with every binding there is now (RFC 3261 §10.3 step 8).
    fn listing(
        &self,
        now: Instant,
        request: &Request,
        asked: &Asked,
        aor: &Aor,
        location: &mut Location,
    ) -> Response {
        let mut response = Response::to(request, StatusCode::OK).to_tag(&self.tags.of(request));
        for binding in location.bindings(now, aor) {
            let seconds = binding.seconds_left(now).to_string();
            let mut contact = binding.contact.clone().with_param("expires", &seconds);
            if self.config.gruu && asked.supports_gruu {
                contact = self.with_gruus(contact, request, &binding, asked, aor, location);
            }
            response = response.push(&Contact::Addr(contact));
        }
        if self.config.path && asked.supports_path {
            response = response.copy(request.headers(), HeaderName::Path);
        }
        for route in &self.config.service_route {
            response = response.push(&ServiceRoute(route.clone()));
        }
        if asked.uses_outbound() {
            response = response.push_raw("Require", b"outbound");
            if let Some(timer) = self.config.flow_timer {
                let seconds = u32::try_from(timer.as_secs()).unwrap_or(u32::MAX);
                response = response.push(&FlowTimer(seconds));
            }
        }
        response.build()
    }

    fn with_gruus(
        &self,
        contact: NameAddr,
        request: &Request,
        binding: &Binding,
        asked: &Asked,
        aor: &Aor,
        location: &mut Location,
    ) -> NameAddr {
        let to = request.to().ok();
        let Some(instance) = &binding.instance else {
            return contact;
        };
        let Some(address) = to.as_ref().and_then(|to| to.uri().as_sip()) else {
            return contact;
        };
        let Some(PublicGruu(public)) = PublicGruu::of(address.clone(), instance) else {
            return contact;
        };
        let contact = contact.with_param("pub-gruu", &public.raw().to_str());
        if binding.call_id != asked.call_id || binding.cseq != asked.cseq {
            return contact; // another device's: only it may know its temporary address
        }
        let cseq = asked.cseq.to_be_bytes();
        let token = self
            .tags
            .token(&[b"gruu", aor.key(), instance, &asked.call_id, &cseq]);
        let user = location.temporary_gruu(aor, instance, &asked.call_id, token);
        let temporary = sip_message::SipUri::new(
            address.scheme(),
            Some(&user.to_str()),
            address.host_port().clone(),
        )
        .with_params(sip_message::Params::new().with_flag("gr"));
        contact.with_param("temp-gruu", &temporary.raw().to_str())
    }

    /// Extensions that the phone insists on and we do not have (RFC 3261 §8.2.2.3).
    fn check_required(&self, request: &Request) -> Result<(), Refusal> {
        let supported = [
            ("path", self.config.path),
            ("outbound", self.config.outbound),
            ("gruu", self.config.gruu),
        ];
        let unsupported: Vec<String> = tokens(request, HeaderName::Require)
            .filter(|tag| !supported.iter().any(|(name, on)| *on && tag.is(name)))
            .map(|tag| tag.to_str().into_owned())
            .collect();
        if unsupported.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(BAD_EXTENSION, "Bad Extension")
            .with_header("Unsupported", unsupported.join(", ")))
    }

    /// The Path to keep (RFC 3327 §5.3). A phone that does not say it understands Path would not
    /// learn what route its calls take, so that is refused.
    fn path(&self, request: &Request) -> Result<Vec<NameAddr>, Refusal> {
        if !self.config.path || !request.headers().has(HeaderName::Path) {
            return Ok(Vec::new());
        }
        if !request.headers().lists(HeaderName::Supported, "path") {
            return Err(Refusal::new(BAD_EXTENSION, "Bad Extension")
                .with_header("Unsupported", "path".to_owned()));
        }
        let mut path = Vec::new();
        for value in request.headers().all::<Path>() {
            let value = value.map_err(|_| Refusal::new(BAD_REQUEST, "Malformed Path"))?;
            let too_long = value.uri().raw().len() > MAX_BINDING_TEXT;
            if too_long || path.len() == MAX_PATH {
                return Err(Refusal::new(BAD_REQUEST, "Path Too Long"));
            }
            path.push(contacts::detached(&value.0));
        }
        Ok(path)
    }

    fn refuse(&self, request: &Request, refusal: Refusal) -> Registered {
        let mut response = Response::to(request, refusal.status).to_tag(&self.tags.of(request));
        if let Some(reason) = refusal.reason {
            response = response.reason(reason);
        }
        if let Some((name, value)) = &refusal.header {
            response = response.push_raw(name, value.as_bytes());
        }
        if refusal.status == INTERVAL_TOO_BRIEF {
            response = self.with_min_expires(response);
        }
        Registered {
            response: response.build(),
            changes: Vec::new(),
        }
    }

    fn with_min_expires(&self, response: ResponseBuilder) -> ResponseBuilder {
        let seconds = u32::try_from(self.config.min_expires.as_secs()).unwrap_or(u32::MAX);
        response.push(&MinExpires(seconds))
    }
}

/// A REGISTER that was overtaken by a later one of the same phone changes nothing
/// (RFC 3261 §10.3 step 7).
fn in_order(before: &Binding, asked: &Asked) -> Result<(), Refusal> {
    if before.call_id == asked.call_id && asked.cseq <= before.cseq {
        return Err(Refusal::new(SERVER_ERROR, "CSeq Out of Order"));
    }
    Ok(())
}

fn vias(request: &Request) -> usize {
    request.headers().all::<Via>().count()
}

fn has_ob(path: &NameAddr) -> bool {
    path.uri()
        .as_sip()
        .is_some_and(|uri| uri.params().has("ob"))
}

fn tokens(request: &Request, name: HeaderName) -> impl Iterator<Item = Text> {
    let lines: Vec<Text> = request.headers().named(name).map(|l| l.value()).collect();
    lines.into_iter().flat_map(|line| {
        line.split(|b| *b == b',')
            .map(|word| Text::new(line.bytes().slice_ref(word.trim_ascii())))
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
    })
}
