//! HTTP/1.1 as bytes, for the native engine: the parser of plain requests, and the encoder of the heads of answers; and the frames of WebSockets.
//!
//! Nothing here sees a socket, allocates for a request, or decides about one that is not plain: whatever is unusual is left to the
//! parser of the TypeScript engine, which the whole connection is handed to. What [`parse`] calls plain, that parser takes with the
//! same meaning.
#![forbid(unsafe_code)]

mod blocks;
mod bytes;
pub mod encode;
mod fields;
mod frames;
mod head;
mod host;
mod names;
mod parse;
mod request_line;
mod scan;
mod tables;
mod unmask;

pub use fields::CONDITIONAL_FIELDS;
pub use frames::{Content, Frame, FrameReader};
pub use head::{Head, Limits, Verdict};
pub use names::{OTHER_NAME, name_id};
pub use parse::parse;
pub use tables::{FIELD_NAMES, METHODS};
