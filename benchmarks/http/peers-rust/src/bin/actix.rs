//! Actix Web with one worker.
use actix_web::http::header;
use actix_web::{guard, web, App, HttpResponse, HttpServer};
use armature_benchmark_peers::*;
use std::convert::Infallible;

async fn create_order(order: web::Json<NewOrder>) -> HttpResponse {
    if !order.is_valid() {
        return HttpResponse::UnprocessableEntity().finish();
    }
    let NewOrder { product, quantity, .. } = order.into_inner();
    HttpResponse::Created().json(Order { id: 1, product, quantity })
}

async fn export() -> HttpResponse {
    let pieces = futures_util::stream::iter((0..PIECES).map(|_| Ok::<_, Infallible>(web::Bytes::from_static(PIECE))));
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").streaming(pieces)
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let list = web::Data::new(products());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(list.clone())
            .app_data(web::PayloadConfig::new(1 << 20))
            .route(
                "/plaintext",
                web::get().to(|| async { HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("Hello, World!") }),
            )
            .route("/json", web::get().to(|| async { web::Json(Message { message: "Hello, World!" }) }))
            .route("/users/{id}", web::get().to(|id: web::Path<String>| async { web::Json(user(id.into_inner())) }))
            .route("/users", web::post().to(|person: web::Json<Person>| async { person }))
            .service(
                web::resource("/account")
                    .route(
                        web::get()
                            .guard(guard::Header(header::AUTHORIZATION.as_str(), AUTHORIZATION))
                            .to(|| async { web::Json(ACCOUNT) }),
                    )
                    .route(web::get().to(|| async { HttpResponse::Unauthorized() })),
            )
            .route("/orders", web::post().to(create_order))
            .route(
                "/products",
                web::get().to(|list: web::Data<Vec<Product>>| async move { HttpResponse::Ok().json(&**list) }),
            )
            .route(
                "/uploads",
                web::post().to(|body: web::Bytes| async move { web::Json(Received { bytes: body.len() }) }),
            )
            .route("/export", web::get().to(export))
    })
    .workers(1)
    .bind("127.0.0.1:0")?;
    println!("listening {}", server.addrs()[0].port());
    server.run().await
}
