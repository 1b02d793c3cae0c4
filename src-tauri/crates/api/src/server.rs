//! The routes, and the socket they are served on.

use crate::{
    Certificates, Desk, Keeper, Keys, Offices,
    auth::{self, Auth},
    commands,
    errors::Problem,
    feed::{self, Feed},
    guard::{self, Door},
    lan::{self, Lan},
    library::Library,
    limits::{
        MAX_BACKUP_FILE, MAX_BODY, MAX_CALENDAR_FILE, MAX_CALLERS_BODY, MAX_FLOW_BODY,
        MAX_NUMBERS_BODY,
    },
    openapi, ui, views,
};
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

/// What the routes work with.
#[derive(Debug)]
pub struct Api {
    pub(crate) desk: Arc<Desk>,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) auth: Auth,
    /// The way in on this computer.
    pub(crate) door: Door,
    pub(crate) feed: Feed,
    /// The way in from the network.
    pub(crate) lan: Lan,
    pub(crate) copies: commands::backups::OfferedCopies,
    pub(crate) library: Library,
    pub(crate) address: SocketAddr,
    /// None but in the API of the first office.
    pub(crate) offices: Option<Arc<dyn Offices>>,
}

impl Api {
    /// An API served at `address`, open to whoever holds the `keys`. Its feed begins at once.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn new(
        desk: Arc<Desk>,
        keeper: Arc<Keeper>,
        keys: Keys,
        certificates: Certificates,
        address: SocketAddr,
    ) -> Self {
        Self {
            feed: Feed::start(Arc::clone(&desk)),
            desk,
            keeper,
            auth: Auth::new(keys),
            door: Door::here(address),
            lan: Lan::new(certificates),
            copies: commands::backups::OfferedCopies::default(),
            library: Library::default(),
            address,
            offices: None,
        }
    }
}

/// Serves the API until `stopping` ends; requests under way are answered first. Other computers are
/// served as long as the settings say so.
///
/// # Errors
/// The socket fails.
pub async fn serve(
    listener: TcpListener,
    api: impl Into<Arc<Api>>,
    stopping: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let api = api.into();
    let router = routes_of(Arc::clone(&api));
    let network = tokio::spawn(lan::keep(api, router.clone()));
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(stopping)
        .await;
    network.abort();
    served
}

/// All routes behind all guards.
pub fn routes(api: impl Into<Arc<Api>>) -> Router {
    routes_of(api.into())
}

fn routes_of(api: Arc<Api>) -> Router {
    let routes = Router::from(below_api())
        .route_layer(middleware::from_fn_with_state(
            Arc::clone(&api),
            auth::only_who_may,
        ))
        .fallback(async || Problem::not_found("route"))
        .method_not_allowed_fallback(async || {
            let detail = "this route does not take that method";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        })
        .layer(DefaultBodyLimit::max(MAX_BODY));
    Router::from(outside_api())
        .nest("/api", routes)
        .fallback(ui::file)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&api),
            guard::only_from_here,
        ))
        .with_state(api)
}

/// All routes with their descriptions.
pub(crate) fn described() -> OpenApiRouter<Arc<Api>> {
    outside_api().nest("/api", below_api())
}

fn outside_api() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(commands::session::with_ticket))
}

fn below_api() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(openapi::show))
        .routes(routes!(views::status::show))
        .routes(routes!(
            commands::session::show,
            commands::session::sign_in,
            commands::session::sign_out
        ))
        .routes(routes!(commands::session::ticket))
        .routes(routes!(views::people::list, commands::people::add))
        .routes(routes!(commands::people::add_many))
        .routes(routes!(commands::people::edit, commands::people::remove))
        .routes(routes!(commands::people::set_wants))
        .routes(routes!(commands::people::restore))
        .routes(routes!(views::devices::list, commands::devices::add))
        .routes(routes!(commands::devices::edit, commands::devices::remove))
        .routes(routes!(commands::devices::renew_secret))
        .routes(routes!(commands::devices::restore))
        .routes(routes!(views::calls::list, commands::calls::start))
        .routes(routes!(views::calls::show))
        .routes(routes!(views::scenario_of_call::show))
        .routes(routes!(views::trace::show))
        .routes(routes!(views::pcap::file))
        .routes(routes!(commands::calls::transfer))
        .routes(routes!(commands::calls::park))
        .routes(routes!(views::parking::settings, commands::parking::edit))
        .routes(routes!(commands::calls::take_over))
        .routes(routes!(commands::calls::listen))
        .routes(routes!(commands::calls::hang_up))
        .routes(routes!(commands::calls::move_media))
        .routes(routes!(views::mailboxes::list, commands::mailboxes::add))
        .routes(routes!(
            commands::mailboxes::edit,
            commands::mailboxes::remove
        ))
        .routes(routes!(commands::mailboxes::restore))
        .routes(routes!(commands::mailboxes::renew_pin))
        .routes(routes!(views::messages::list))
        .routes(routes!(
            commands::messages::edit,
            commands::messages::remove
        ))
        .routes(routes!(commands::messages::forward))
        .routes(routes!(commands::messages::call_back))
        .routes(routes!(views::messages::file))
        .routes(routes!(views::mail::show, commands::mail::edit))
        .routes(routes!(commands::mail::test))
        .routes(routes!(views::mail::queue))
        .routes(routes!(commands::mail::retry))
        .routes(routes!(commands::mail::remove))
        .routes(routes!(commands::attention::dismiss))
        .routes(routes!(commands::attention::forgive))
        .routes(routes!(views::health::show))
        .routes(routes!(views::office::show, commands::office::edit))
        .routes(routes!(views::office::setup))
        .routes(routes!(commands::office::finish_setup))
        .routes(routes!(feed::connect))
        .routes(routes!(views::users::list, commands::users::add))
        .routes(routes!(commands::users::edit, commands::users::remove))
        .routes(routes!(views::audit::list))
        .routes(routes!(views::audit::check))
        .routes(routes!(views::audit::table))
        .routes(routes!(views::lan::show, commands::lan::edit))
        .routes(routes!(views::export::table))
        .routes(routes!(views::backups::list))
        .routes(routes!(commands::backups::export))
        .routes(routes!(commands::backups::inspect).layer(DefaultBodyLimit::max(MAX_BACKUP_FILE)))
        .routes(routes!(commands::backups::restore))
        .routes(routes!(views::music::show, commands::music::edit))
        .routes(routes!(views::rooms::list, commands::rooms::add))
        .routes(routes!(commands::rooms::edit, commands::rooms::remove))
        .routes(routes!(commands::rooms::restore))
        .routes(routes!(commands::rooms::lock))
        .routes(routes!(commands::rooms::mute))
        .routes(routes!(commands::rooms::remove_member))
        .routes(routes!(commands::rooms::invite))
        .routes(routes!(commands::rooms::record))
        .routes(routes!(
            views::recordings::settings,
            commands::recordings::edit_settings
        ))
        .routes(routes!(views::recordings::list))
        .routes(routes!(views::recordings::file))
        .routes(routes!(commands::recordings::remove))
        .routes(routes!(commands::calls::record))
        .routes(routes!(views::sounds::list, commands::sounds::upload))
        .routes(routes!(commands::sounds::speak))
        .routes(routes!(commands::sounds::by_phone))
        .routes(routes!(commands::sounds::edit, commands::sounds::remove))
        .routes(routes!(views::sounds::file))
        .routes(routes!(views::sounds::voices))
        .routes(routes!(views::sounds::prompts))
        .routes(routes!(views::sounds::prompt_file))
        .routes(routes!(views::speech::speech))
        .routes(routes!(views::certificates::show))
        .routes(routes!(views::certificates::authority))
        .merge(hours_and_flows())
        .merge(outside())
}

fn hours_and_flows() -> OpenApiRouter<Arc<Api>> {
    let flow_body = || DefaultBodyLimit::max(MAX_FLOW_BODY);
    OpenApiRouter::new()
        .routes(routes!(views::schedules::list, commands::schedules::add))
        .routes(routes!(
            commands::schedules::edit,
            commands::schedules::remove
        ))
        .routes(routes!(commands::schedules::restore))
        .routes(routes!(
            commands::schedules::set_by_hand,
            commands::schedules::end_by_hand
        ))
        .routes(routes!(views::schedules::preview))
        .routes(routes!(views::schedules::read))
        .routes(routes!(views::schedules::countries))
        .routes(routes!(views::schedules::of_country))
        .routes(routes!(views::schedules::calendar).layer(DefaultBodyLimit::max(MAX_CALENDAR_FILE)))
        .routes(routes!(views::modes::list, commands::modes::add))
        .routes(routes!(commands::modes::edit, commands::modes::remove))
        .routes(routes!(commands::modes::restore))
        .routes(routes!(commands::modes::set))
        .routes(routes!(views::pin_sets::list, commands::pin_sets::add))
        .routes(routes!(
            commands::pin_sets::edit,
            commands::pin_sets::remove
        ))
        .routes(routes!(commands::pin_sets::restore))
        .routes(
            routes!(views::caller_lists::list, commands::caller_lists::add)
                .layer(DefaultBodyLimit::max(MAX_CALLERS_BODY)),
        )
        .routes(
            routes!(commands::caller_lists::edit, commands::caller_lists::remove)
                .layer(DefaultBodyLimit::max(MAX_CALLERS_BODY)),
        )
        .routes(routes!(commands::caller_lists::restore))
        .routes(routes!(views::flows::list, commands::flows::add).layer(flow_body()))
        .routes(routes!(commands::flows::edit, commands::flows::remove))
        .routes(routes!(commands::flows::restore))
        .routes(routes!(commands::ring_groups::add))
        .routes(routes!(commands::ring_groups::edit))
        .routes(routes!(commands::queues::add))
        .routes(routes!(commands::queues::edit))
        .routes(routes!(views::flows::draft, commands::flows::save_draft).layer(flow_body()))
        .routes(routes!(commands::flows::revert))
        .routes(routes!(views::flows::catalogue))
        .routes(routes!(views::flows::templates))
        .routes(routes!(views::flows::check).layer(flow_body()))
        .routes(routes!(views::flows::rehearse).layer(flow_body()))
        .routes(routes!(views::flows::compare).layer(DefaultBodyLimit::max(2 * MAX_FLOW_BODY)))
        .routes(routes!(commands::flows::publish))
        .routes(routes!(commands::flows::roll_back))
        .routes(routes!(views::flows::versions))
        .routes(routes!(views::flows::version))
        .routes(routes!(views::flows::file))
        .routes(routes!(commands::flows::bring_in).layer(flow_body()))
        .routes(routes!(commands::scenarios::list, commands::scenarios::add))
        .routes(routes!(
            commands::scenarios::edit,
            commands::scenarios::remove
        ))
        .routes(routes!(commands::scenarios::run).layer(flow_body()))
        .routes(routes!(
            commands::web_access::show,
            commands::web_access::edit
        ))
        .routes(routes!(
            commands::web_access::set_key,
            commands::web_access::remove_key
        ))
}

/// Lines, numbers, and calling out.
fn outside() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(views::providers::list))
        .routes(routes!(views::lines::list, commands::lines::add))
        .routes(routes!(
            views::lines::show,
            commands::lines::edit,
            commands::lines::remove
        ))
        .routes(routes!(commands::line_presets::add))
        .routes(routes!(commands::lines::restore))
        .routes(routes!(commands::lines::switch))
        .routes(routes!(commands::lines::answer_spend_cap))
        .routes(routes!(commands::lines::register))
        .routes(routes!(views::lines::log))
        .routes(routes!(views::line_tests::show, views::line_tests::start))
        .routes(routes!(commands::calls::start_on_line))
        .routes(routes!(commands::calls::start_round_trip))
        .routes(routes!(views::line_tests::of_call))
        .routes(routes!(views::numbers::list, commands::numbers::add))
        .routes(routes!(commands::numbers::add_many).layer(DefaultBodyLimit::max(MAX_NUMBERS_BODY)))
        .routes(routes!(views::numbers::unknown))
        .routes(routes!(commands::numbers::edit, commands::numbers::remove))
        .routes(routes!(commands::numbers::restore))
        .routes(routes!(views::number_tests::ask))
        .routes(routes!(views::extensions::list))
        .routes(routes!(commands::extensions::edit_hours))
        .routes(routes!(views::offices::list, commands::offices::add))
        .routes(routes!(commands::offices::edit, commands::offices::remove))
        .routes(routes!(commands::offices::link))
        .routes(routes!(
            commands::joined_offices::join,
            commands::joined_offices::part
        ))
        .routes(routes!(views::peers::list, commands::peers::add))
        .routes(routes!(
            views::peers::show,
            commands::peers::edit,
            commands::peers::remove
        ))
        .routes(routes!(commands::peers::restore))
        .routes(routes!(
            views::peers::domains,
            commands::peers::edit_domains
        ))
        .routes(routes!(
            views::calling::rules,
            commands::calling::edit_rules
        ))
        .routes(routes!(views::calling::rights))
        .routes(routes!(
            views::calling::rights_of,
            commands::calling::edit_rights
        ))
        .routes(routes!(
            views::calling::policy,
            commands::calling::edit_policy
        ))
        .routes(routes!(
            views::calling::admission,
            commands::calling::edit_admission
        ))
        .routes(routes!(
            views::calling::emergency,
            commands::calling::edit_emergency
        ))
        .routes(routes!(views::outbound::ask))
        .routes(routes!(views::ways_out::list))
        .routes(routes!(views::fuses::list))
        .routes(routes!(views::new_phones::list))
        .routes(routes!(commands::outside::clear_phone))
        .routes(routes!(commands::outside::reset_fuse))
        .routes(routes!(views::emergencies::list))
        .routes(routes!(commands::drill::drill))
        .routes(routes!(commands::outside::dismiss_emergency))
}
