//! What the parser is given and what it fills.

/// What a request may have to be plain; the names and defaults are those of the limits of `@armature/http`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the request line, without its CR LF.
    pub request_line_bytes: u32,
    /// Bytes of all field lines together, each with its CR LF.
    pub header_bytes: u32,
    /// Number of field lines.
    pub header_fields: u32,
    /// Bytes of the body. A longer one is not plain.
    pub body_bytes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { request_line_bytes: 8 * 1024, header_bytes: 16 * 1024, header_fields: 100, body_bytes: 1024 * 1024 }
    }
}

/// What bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A complete request that every parser takes for the same.
    Plain,
    /// The beginning of what can become one.
    Partial,
    /// Something else: another parser has to judge, from the first byte on.
    Unsure,
}

/// A plain request as positions, relative to its start. Nothing is decoded; filled by [`parse`](crate::parse), and without a meaning
/// unless that says [`Verdict::Plain`].
#[derive(Debug)]
pub struct Head<'t> {
    /// The place of the method in [`METHODS`](crate::METHODS).
    pub method: u8,
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    pub minor_version: u8,
    /// Whether the connection can be used again after the answer, as far as the request says (RFC 9112, 9.3).
    pub keep_alive: bool,
    /// Where the target begins.
    pub target_start: u32,
    /// Where the target ends.
    pub target_end: u32,
    /// Where the head ends and the body begins.
    pub head_end: u32,
    /// Where the body ends: the bytes that the request takes.
    pub body_end: u32,
    /// Number of field lines.
    pub field_count: u32,
    /// Bit n says that there is a field whose name has the number n; bit 0 that there is one of a name without a number.
    pub seen: u64,
    /// Four positions for each field line: name start, name end, value start, value end.
    pub(crate) positions: &'t mut [u32],
    /// The number of the name of each field line.
    pub(crate) ids: &'t mut [u8],
}

impl<'t> Head<'t> {
    /// A head that writes its fields into tables of the caller, e.g. in memory that it shares; a request with more fields than
    /// either of them holds is not plain.
    pub fn new(positions: &'t mut [u32], ids: &'t mut [u8]) -> Self {
        Head {
            method: 0,
            minor_version: 1,
            keep_alive: true,
            target_start: 0,
            target_end: 0,
            head_end: 0,
            body_end: 0,
            field_count: 0,
            seen: 0,
            positions,
            ids,
        }
    }

    /// Four positions for each field line: name start, name end, value start, value end.
    pub fn positions(&self) -> &[u32] {
        &self.positions[..4 * self.field_count as usize]
    }

    /// The number of the name of each field line, see [`name_id`](crate::name_id).
    pub fn ids(&self) -> &[u8] {
        &self.ids[..self.field_count as usize]
    }

    /// How many field lines the tables hold.
    pub(crate) fn room(&self) -> usize {
        self.ids.len().min(self.positions.len() / 4)
    }
}
