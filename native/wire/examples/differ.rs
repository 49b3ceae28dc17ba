//! Says what the parser makes of connections, so that another parser can be held against it.
//!
//! Reads inputs from stdin: five numbers (the four limits, then the length) as little-endian u32, and as many bytes. Writes for each input one
//! record for each request that it begins with: the verdict, and of a plain one the method, the minor version, whether the connection
//! stays open (a byte each), where target and head start and end, the number of fields (u32), their positions (u32) and the numbers of
//! their names (bytes). Positions count from the start of the request. A verdict that is not `plain`, or a connection that does not stay open, is the
//! last one of its input.

use armature_wire::{Head, Limits, Verdict, parse};
use std::io::{self, BufRead, BufReader, Read, Write};

const FIELDS: usize = 128;

fn main() -> io::Result<()> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = io::stdout().lock();
    // What earlier inputs left stays behind the end of later ones, as it does in the buffer of a server.
    let mut buffer = Vec::new();
    let mut record = Vec::new();
    while !input.fill_buf()?.is_empty() {
        let limits = Limits {
            request_line_bytes: read_number(&mut input)?,
            header_bytes: read_number(&mut input)?,
            header_fields: read_number(&mut input)?,
            body_bytes: read_number(&mut input)?,
        };
        let length = read_number(&mut input)? as usize;
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        input.read_exact(&mut buffer[..length])?;
        judge_all(&buffer, length, &limits, &mut record);
        output.write_all(&record)?;
        output.flush()?;
        record.clear();
    }
    Ok(())
}

fn read_number(input: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn judge_all(buffer: &[u8], length: usize, limits: &Limits, record: &mut Vec<u8>) {
    let (mut positions, mut ids) = ([0; 4 * FIELDS], [0; FIELDS]);
    let mut start = 0;
    loop {
        let mut head = Head::new(&mut positions, &mut ids);
        let verdict = parse(buffer, start, length, limits, &mut head);
        record.push(verdict as u8);
        if verdict != Verdict::Plain {
            return;
        }
        put_head(record, &head);
        if !head.keep_alive {
            return;
        }
        start += head.body_end as usize;
    }
}

fn put_head(record: &mut Vec<u8>, head: &Head<'_>) {
    record.extend_from_slice(&[head.method, head.minor_version, u8::from(head.keep_alive)]);
    let marks = [head.target_start, head.target_end, head.head_end, head.body_end, head.field_count];
    for mark in marks.iter().chain(head.positions()) {
        record.extend_from_slice(&mark.to_le_bytes());
    }
    record.extend_from_slice(head.ids());
}
