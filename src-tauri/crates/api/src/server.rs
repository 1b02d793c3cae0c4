//! The routes, and the socket they are served on.

use crate::{
    Certificates, Desk, Keeper, Keys,
    auth::{self, Auth},
    commands,
    errors::Problem,
    feed::{self, Feed},
    guard::{self, Door},
    lan::{self, Lan},
    library::Library,
    limits::{MAX_BACKUP_FILE, MAX_BODY},
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
    api: Api,
    stopping: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let api = Arc::new(api);
    let router = routes_of(Arc::clone(&api));
    let network = tokio::spawn(lan::keep(api, router.clone()));
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(stopping)
        .await;
    network.abort();
    served
}

/// All routes behind all guards.
pub fn routes(api: Api) -> Router {
    routes_of(Arc::new(api))
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
        .routes(routes!(views::trace::show))
        .routes(routes!(views::pcap::file))
        .routes(routes!(commands::calls::transfer))
        .routes(routes!(commands::calls::take_over))
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
        .routes(routes!(views::certificates::show))
        .routes(routes!(views::certificates::authority))
}
