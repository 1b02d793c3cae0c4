//! The routes, and the socket they are served on.

use crate::{
    Desk, Keeper, commands,
    errors::Problem,
    guard::{self, OwnHosts},
    limits::MAX_BODY,
    ui, views,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    routing::{delete, get, post, put},
};
use office::Secret;
use std::{io, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;

/// What the routes work with.
#[derive(Debug)]
pub struct Api {
    pub(crate) desk: Arc<Desk>,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) token: Secret,
    pub(crate) own_hosts: OwnHosts,
}

impl Api {
    /// An API served at `address`, open to whoever holds `token`.
    pub fn new(desk: Arc<Desk>, keeper: Arc<Keeper>, token: Secret, address: SocketAddr) -> Self {
        Self {
            desk,
            keeper,
            token,
            own_hosts: OwnHosts::of(address),
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
    let with_token = Router::new()
        .route(
            "/people",
            get(views::people::list).post(commands::people::add),
        )
        .route("/people/{id}", delete(commands::people::remove))
        .route(
            "/devices",
            get(views::devices::list).post(commands::devices::add),
        )
        .route("/devices/{id}", delete(commands::devices::remove))
        .route(
            "/devices/{id}/renew-secret",
            post(commands::devices::renew_secret),
        )
        .route("/board", get(views::board::show))
        .route("/calls", get(views::calls::list))
        .route("/calls/{id}", get(views::calls::show))
        .route("/calls/{id}/trace", get(views::trace::show))
        .route("/calls/{id}/hang-up", post(commands::calls::hang_up))
        .route("/calls/{id}/media", put(commands::calls::move_media))
        .route_layer(middleware::from_fn_with_state(
            Arc::clone(&api),
            guard::only_with_token,
        ));
    let routes = Router::new()
        .route("/status", get(views::status::show))
        .merge(with_token)
        .fallback(async || Problem::not_found("route"))
        .method_not_allowed_fallback(async || {
            let detail = "this route does not take that method";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        })
        .layer(middleware::from_fn(guard::only_json))
        .layer(DefaultBodyLimit::max(MAX_BODY));
    Router::new()
        .nest("/api", routes)
        .fallback(ui::file)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&api),
            guard::only_from_here,
        ))
        .with_state(api)
}
