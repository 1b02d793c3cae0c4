//! The routes, and the socket they are served on.

use crate::{
    Desk, Keeper, Keys,
    auth::{self, Auth},
    commands,
    errors::Problem,
    feed::{self, Feed},
    guard::{self, Door},
    limits::MAX_BODY,
    openapi, ui, views,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    routing::{get, post},
};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What the routes work with.
#[derive(Debug)]
pub struct Api {
    pub(crate) desk: Arc<Desk>,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) auth: Auth,
    /// The way in on this computer.
    pub(crate) door: Door,
    pub(crate) feed: Feed,
}

impl Api {
    /// An API served at `address`, open to whoever holds the `keys`. Its feed begins at once.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn new(desk: Arc<Desk>, keeper: Arc<Keeper>, keys: Keys, address: SocketAddr) -> Self {
        Self {
            feed: Feed::start(Arc::clone(&desk)),
            desk,
            keeper,
            auth: Auth::new(keys),
            door: Door::here(address),
        }
    }
}

/// Serves the API until `stopping` ends; requests under way are answered first.
///
/// # Errors
/// The socket fails.
pub async fn serve(
    listener: TcpListener,
    api: Api,
    stopping: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, routes(api))
        .with_graceful_shutdown(stopping)
        .await
}

/// All routes behind all guards.
pub fn routes(api: Api) -> Router {
    let api = Arc::new(api);
    let described = described();
    let document = openapi::of(described.get_openapi());
    let routes = Router::from(described)
        .route("/openapi.json", get(async move || axum::Json(document)))
        .route("/tickets", post(commands::session::ticket))
        .route(
            "/session",
            get(commands::session::show)
                .post(commands::session::sign_in)
                .delete(commands::session::sign_out),
        )
        .route("/calls/{id}/trace.pcap", get(views::pcap::file))
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
    Router::new()
        .nest("/api", routes)
        .route("/sign-in", get(commands::session::with_ticket))
        .fallback(ui::file)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&api),
            guard::only_from_here,
        ))
        .with_state(api)
}

/// The routes with their descriptions.
fn described() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(views::status::show))
        .routes(routes!(views::people::list, commands::people::add))
        .routes(routes!(commands::people::add_many))
        .routes(routes!(commands::people::edit, commands::people::remove))
        .routes(routes!(commands::people::set_wants))
        .routes(routes!(views::devices::list, commands::devices::add))
        .routes(routes!(commands::devices::edit, commands::devices::remove))
        .routes(routes!(commands::devices::renew_secret))
        .routes(routes!(views::calls::list))
        .routes(routes!(views::calls::show))
        .routes(routes!(views::trace::show))
        .routes(routes!(commands::calls::hang_up))
        .routes(routes!(commands::calls::move_media))
        .routes(routes!(commands::attention::dismiss))
        .routes(routes!(views::health::show))
        .routes(routes!(views::office::show, commands::office::edit))
        .routes(routes!(views::office::setup))
        .routes(routes!(commands::office::finish_setup))
        .routes(routes!(feed::connect))
}
