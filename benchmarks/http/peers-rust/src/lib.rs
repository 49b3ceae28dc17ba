//! What both frameworks answer.
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub struct Message {
    pub message: &'static str,
}

#[derive(Serialize)]
pub struct User {
    pub id: String,
    pub name: &'static str,
    pub email: &'static str,
}

pub fn user(id: String) -> User {
    User { id, name: "Ada", email: "ada@example.com" }
}

#[derive(Serialize)]
pub struct Account {
    pub id: u32,
    pub name: &'static str,
    pub role: &'static str,
}

pub const ACCOUNT: Account = Account { id: 1, name: "Ada", role: "admin" };
pub const AUTHORIZATION: &str = "Bearer let-me-in";

#[derive(Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    pub email: String,
}

#[derive(Deserialize)]
pub struct NewOrder {
    pub product: String,
    pub quantity: u32,
    pub email: String,
}

impl NewOrder {
    pub fn is_valid(&self) -> bool {
        !self.product.is_empty() && (1..=100).contains(&self.quantity) && self.email.contains('@')
    }
}

#[derive(Serialize)]
pub struct Order {
    pub id: u32,
    pub product: String,
    pub quantity: u32,
}

#[derive(Serialize)]
pub struct Received {
    pub bytes: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    pub id: u32,
    pub name: String,
    pub price_cents: u32,
    pub in_stock: bool,
    pub description: &'static str,
}

pub fn products() -> Vec<Product> {
    (1..=80)
        .map(|id| Product {
            id,
            name: format!("Product {id}"),
            price_cents: id * 25,
            in_stock: id % 3 != 0,
            description: "One of the eighty products of a list of ten kilobytes.",
        })
        .collect()
}

/// The pieces of the streamed answer.
pub const PIECES: usize = 16;
pub const PIECE: &[u8] = &[b'x'; 1024];
