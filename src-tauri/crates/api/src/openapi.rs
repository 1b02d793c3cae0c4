//! The description of all routes, as `/api/openapi.json`.

use crate::errors::Problem;
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        self, ContentBuilder, Ref, RefOr, ResponseBuilder, Server,
        path::{Operation, PathItem},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cordboard",
        description = "The phone engine's API: what the window, the command line and integrations \
                       use. Every refusal is a problem document (RFC 9457)."
    ),
    components(schemas(Problem))
)]
struct Document;

/// The document of a router that is served below `/api`.
pub(crate) fn of(routes: &openapi::OpenApi) -> openapi::OpenApi {
    let mut document = Document::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document.merge(routes.clone());
    document.servers = Some(vec![Server::new("/api")]);
    let items = document.paths.paths.values_mut();
    for operation in items.flat_map(operations) {
        operation
            .responses
            .responses
            .insert("default".to_owned(), refusal());
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        ..
    } = item;
    [get, put, post, delete].into_iter().flatten()
}

/// What every route may answer instead.
fn refusal() -> RefOr<openapi::Response> {
    let problem = Ref::from_schema_name(<Problem as ToSchema>::name());
    ResponseBuilder::new()
        .description("Why not")
        .content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(problem)).build(),
        )
        .build()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access, server::described};
    use axum::http::Method;

    /// A route that the table of rights does not know is closed; one that is not described cannot
    /// be served, for router and description are made from one source.
    #[test]
    fn every_route_is_described_and_none_that_is_closed_to_everybody() {
        let document = of(described().get_openapi());
        let mut described = Vec::new();
        for (path, item) in &document.paths.paths {
            let methods = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in methods {
                if let Some(operation) = operation {
                    assert!(operation.summary.is_some(), "{method} {path} says nothing");
                    described.push(format!("{method} /api{path}"));
                }
            }
        }
        let mut open: Vec<String> = access()
            .map(|route| format!("{} {}", route.method, route.path))
            .filter(|route| route != "GET /api/openapi.json")
            .collect();
        described.sort();
        open.sort();
        assert_eq!(described, open);
    }
}
