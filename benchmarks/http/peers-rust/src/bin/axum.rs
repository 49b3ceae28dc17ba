//! Axum on a runtime of one thread.
use std::convert::Infallible;

use armature_benchmark_peers::*;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{header, StatusCode};
use axum::middleware::{from_fn, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use std::sync::Arc;

async fn guard(request: Request, next: Next) -> Response {
    match request.headers().get(header::AUTHORIZATION) {
        Some(value) if value == AUTHORIZATION => next.run(request).await,
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn create_order(Json(order): Json<NewOrder>) -> Response {
    if !order.is_valid() {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let made = Order { id: 1, product: order.product, quantity: order.quantity };
    (StatusCode::CREATED, Json(made)).into_response()
}

async fn export() -> Response {
    let pieces = futures_util::stream::iter((0..PIECES).map(|_| Ok::<_, Infallible>(Bytes::from_static(PIECE))));
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], Body::from_stream(pieces)).into_response()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let app = Router::new()
        .route("/plaintext", get(|| async { "Hello, World!" }))
        .route("/json", get(|| async { Json(Message { message: "Hello, World!" }) }))
        .route("/users/{id}", get(|Path(id): Path<String>| async { Json(user(id)) }))
        .route("/users", post(|Json(person): Json<Person>| async { Json(person) }))
        .route("/account", get(|| async { Json(ACCOUNT) }).layer(from_fn(guard)))
        .route("/orders", post(create_order))
        .route("/products", get(|State(list): State<Arc<Vec<Product>>>| async move { Json(&*list).into_response() }))
        .route("/uploads", post(|body: Bytes| async move { Json(Received { bytes: body.len() }) }))
        .route("/export", get(export))
        .layer(DefaultBodyLimit::max(1 << 20))
        .with_state(Arc::new(products()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    println!("listening {}", listener.local_addr().expect("an address").port());
    axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| {
        let _ = stream.set_nodelay(true);
    }), app)
    .await
    .expect("a server");
}
