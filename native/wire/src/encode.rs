//! The heads of answers, byte for byte as the TypeScript engine writes them.

mod date;
mod framing;
mod status;

pub use date::DateLine;
pub use framing::{has_content, put_connection, put_framing, put_length};
pub use status::status_line;
