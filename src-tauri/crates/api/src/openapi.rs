//! The description of all routes, as `/api/openapi.json`.

use crate::{errors::Problem, server};
use std::sync::LazyLock;
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        self, ContentBuilder, Ref, RefOr, ResponseBuilder,
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

/// All routes with what they take and give, as OpenAPI.
#[utoipa::path(get, path = "/openapi.json", tag = "engine",
    responses((status = 200, description = "An OpenAPI document", body = Object)))]
pub(crate) async fn show() -> axum::Json<&'static openapi::OpenApi> {
    static DOCUMENT: LazyLock<openapi::OpenApi> = LazyLock::new(document);
    axum::Json(&DOCUMENT)
}

/// The document of all routes.
pub(crate) fn document() -> openapi::OpenApi {
    let mut document = Document::openapi();
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document.merge(server::described().into_openapi());
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
    use crate::access;
    use axum::http::Method;
    use std::collections::BTreeSet;

    /// A route that the table of rights does not know is closed; one that is not described cannot
    /// be served, for router and description are made from one source.
    #[test]
    fn every_route_is_described_and_none_that_is_closed_to_everybody() {
        let mut described = BTreeSet::new();
        for (path, item) in &document().paths.paths {
            let methods = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in methods {
                if let Some(operation) = operation {
                    assert!(operation.summary.is_some(), "{method} {path} says nothing");
                    described.insert(format!("{method} {path}"));
                }
            }
        }
        let open = access().map(|route| format!("{} {}", route.method, route.path));
        // The way in of a browser, which is no part of the API.
        let open = open.chain(["GET /sign-in".to_owned()]);
        assert_eq!(described, open.collect());
    }

    #[test]
    fn everything_the_document_refers_to_is_in_it() {
        let document = serde_json::to_value(document()).unwrap();
        let text = document.to_string();
        let referred: BTreeSet<&str> = text
            .split("#/components/schemas/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(referred.len() > 50, "{}", referred.len());
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let missing: Vec<_> = referred
            .iter()
            .filter(|name| !schemas.contains_key(**name))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
