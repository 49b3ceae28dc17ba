//! Answers that are the same for every request, given without asking anybody.
//!
//! The user of the sockets stays the one who knows a connection: it says when one rests, and how many requests it may still have. From then on, until
//! the user is told of anything else that came, requests for what is constant are answered here, in their order and in front of all others.

use std::collections::HashMap;
use std::mem;
use std::time::{SystemTime, UNIX_EPOCH};

use armature_wire::encode::DateLine;
use armature_wire::{CONDITIONAL_FIELDS, Head, METHODS};

use crate::heads::Heads;

/// Bytes of answers to one read from which on the rest of it is left to the user, who waits for slow clients.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

const GET: u8 = 0;
const HEAD: u8 = 1;
const _: () = assert!(METHODS[GET as usize].len() == 3 && METHODS[HEAD as usize].as_bytes()[0] == b'H');

/// An answer, as it is written.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Status line and fields.
    pub before: Vec<u8>,
    /// Whether a `date` line stands between the two parts.
    pub dated: bool,
    /// The rest of the head, and the body.
    pub after: Vec<u8>,
}

/// What was answered since the user asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Requests.
    pub requests: u64,
    /// Bytes of these requests.
    pub bytes_in: u64,
    /// Bytes of the answers.
    pub bytes_out: u64,
}

/// What is known of a connection for the sake of constant answers.
#[derive(Default)]
pub struct Rest {
    /// Requests that it may still have; 0 where it does not rest.
    left: u32,
    /// Requests that were answered since the user was told.
    answered: u32,
    /// What the system has not taken of the answers, until the user takes it.
    unsent: Vec<u8>,
    /// Whether it is among those that the user has to ask about.
    listed: bool,
}

impl Rest {
    /// The user knows of nothing that is arriving, in work or leaving.
    pub fn begin(&mut self, left: u32) {
        self.left = left;
    }

    /// The user is told of something.
    pub fn end(&mut self) {
        self.left = 0;
    }

    /// Keeps what the system has not taken, and gives its length; where there is some the connection rests no more.
    pub fn keep(&mut self, unsent: &[u8]) -> usize {
        if !unsent.is_empty() {
            self.left = 0;
            self.unsent.extend_from_slice(unsent);
        }
        unsent.len()
    }

    /// What was kept, for the user.
    pub fn take_unsent(&mut self) -> Vec<u8> {
        mem::take(&mut self.unsent)
    }

    /// Requests that were answered since the user was told, which it is now.
    pub fn take_answered(&mut self) -> u32 {
        mem::take(&mut self.answered)
    }

    /// The same for one that the user has asked about.
    pub fn take_listed(&mut self) -> u32 {
        self.listed = false;
        self.take_answered()
    }
}

/// The answers of a listener.
#[derive(Default)]
pub struct Constants {
    /// Those to GET and to HEAD, by target.
    answers: HashMap<Vec<u8>, [Option<Constant>; 2]>,
    /// Bit n: there is a target whose length, without its upper bits, is n.
    lengths: u64,
    /// Whether answers may be given now.
    allowed: bool,
    date: DateLine,
    /// Seconds since 1970, where somebody has asked in this batch.
    second: Option<u64>,
    /// The answers to what one read has brought.
    out: Vec<u8>,
    totals: Totals,
    /// Connections that have been answered since the user asked.
    served: Vec<u32>,
}

impl Constants {
    /// Adds the answer to GET, or to HEAD, of a target.
    pub fn add(&mut self, is_head: bool, target: &[u8], answer: Constant) {
        self.lengths |= bit_of(target.len());
        self.answers.entry(target.to_vec()).or_default()[usize::from(is_head)] = Some(answer);
    }

    /// Has answers given, or left to the user.
    pub fn allow(&mut self, allowed: bool) {
        self.allowed = allowed && !self.answers.is_empty();
    }

    /// A batch begins, in which the clock stands still. What a panic has left behind is forgotten.
    pub fn begin_batch(&mut self) {
        self.second = None;
        self.out.clear();
    }

    /// Parses what a connection has sent, and answers what it begins with as far as that is constant; gives where the rest begins.
    pub fn read(&mut self, rest: &mut Rest, heads: &mut Heads<'_>, memory: &[u8], (start, end): (usize, usize)) -> usize {
        if !self.allowed || rest.left <= 1 {
            heads.add(memory, start, end, |_, _| false);
            rest.end();
            return start;
        }
        let from = heads.add(memory, start, end, |head, target| self.answer(rest, head, target));
        if from < end {
            rest.end();
        }
        from
    }

    fn answer(&mut self, rest: &mut Rest, head: &Head<'_>, target: &[u8]) -> bool {
        // The last request of a connection is answered with a farewell.
        if rest.left <= 1 || self.out.len() >= MAX_ANSWER_BYTES || !is_simple(head) || self.lengths & bit_of(target.len()) == 0 {
            return false;
        }
        let Some(Some(constant)) = self.answers.get(target).map(|answers| &answers[usize::from(head.method)]) else {
            return false;
        };
        self.out.extend_from_slice(&constant.before);
        if constant.dated {
            self.out.extend_from_slice(self.date.line(*self.second.get_or_insert_with(now)));
        }
        self.out.extend_from_slice(&constant.after);
        rest.left -= 1;
        rest.answered += 1;
        self.totals.requests += 1;
        true
    }

    /// The answers that have to be sent to a connection, in return for so many bytes of it.
    pub fn take_out(&mut self, slot: u32, rest: &mut Rest, bytes_in: usize) -> Vec<u8> {
        self.totals.bytes_in += bytes_in as u64;
        self.totals.bytes_out += self.out.len() as u64;
        if !mem::replace(&mut rest.listed, true) {
            self.served.push(slot);
        }
        mem::take(&mut self.out)
    }

    /// Takes the buffer of the answers back, so that it is used again.
    pub fn give_back(&mut self, mut out: Vec<u8>) {
        out.clear();
        out.shrink_to(2 * MAX_ANSWER_BYTES);
        self.out = out;
    }

    /// What was answered since this was asked.
    pub fn take_totals(&mut self) -> Totals {
        mem::take(&mut self.totals)
    }

    /// One of the connections that were answered since this was asked, as far as they are open.
    pub fn next_served(&mut self) -> Option<u32> {
        self.served.pop()
    }
}

/// Whether a request is one that a constant answer is for: HTTP/1.1, not the last one, without body, conditions and ranges.
fn is_simple(head: &Head<'_>) -> bool {
    head.method <= HEAD
        && head.minor_version == 1
        && head.keep_alive
        && head.body_end == head.head_end
        && head.seen & CONDITIONAL_FIELDS == 0
}

fn bit_of(length: usize) -> u64 {
    1 << (length % 64)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use armature_wire::Limits;

    use super::{Constant, Constants, Heads, MAX_ANSWER_BYTES, Rest, Totals};

    const C: &str = "GET /c HTTP/1.1\r\nhost: a\r\n\r\n";
    const D: &str = "GET /d HTTP/1.1\r\nhost: a\r\n\r\n";

    fn constant(text: &str) -> Constant {
        Constant { before: format!("<{text} ").into_bytes(), dated: false, after: b">".to_vec() }
    }

    fn constants() -> Constants {
        let mut constants = Constants::default();
        constants.add(false, b"/c", constant("get"));
        constants.add(true, b"/c", constant("head"));
        constants.add(false, b"/get", constant("other"));
        constants.allow(true);
        constants
    }

    /// Where the rest of bytes begins that come on a connection, and what is answered.
    fn read(constants: &mut Constants, rest: &mut Rest, bytes: &str) -> (usize, String) {
        let (mut records, limits) = ([0; 1024], Limits::default());
        let mut heads = Heads::new(&mut records, &limits);
        let from = constants.read(rest, &mut heads, bytes.as_bytes(), (0, bytes.len()));
        let out = constants.take_out(1, rest, from);
        let text = String::from_utf8_lossy(&out).into_owned();
        constants.give_back(out);
        (from, text)
    }

    fn resting(left: u32) -> Rest {
        let mut rest = Rest::default();
        rest.begin(left);
        rest
    }

    #[test]
    fn requests_in_front_are_answered_up_to_the_first_other_one() {
        let mut constants = constants();
        let head = C.replace("GET", "HEAD");
        assert_eq!(
            read(&mut constants, &mut resting(9), &format!("{C}{head}{C}")),
            (3 * C.len() + 1, "<get ><head ><get >".into())
        );
        assert_eq!(read(&mut constants, &mut resting(9), &format!("{C}{D}{C}")), (C.len(), "<get >".into()));
        assert_eq!(read(&mut constants, &mut resting(9), &format!("{D}{C}")), (0, String::new()));
        assert_eq!(read(&mut constants, &mut resting(9), &format!("{C}{}", &C[..9])), (C.len(), "<get >".into()));
        assert_eq!(read(&mut constants, &mut resting(9), &format!("{C}nonsense")), (C.len(), "<get >".into()));
    }

    #[test]
    fn what_asks_for_more_is_left() {
        let field = |line: &str| C.replace("host: a", &format!("host: a\r\n{line}"));
        for request in [
            C.replace("/c", "/c?"),
            C.replace("/c", "http://a/c"),
            C.replace("/c", "/C"),
            C.replace("GET", "POST"),
            C.replace("GET", "HEAD").replace("/c", "/get"),
            C.replace("1.1", "1.0"),
            field("connection: close"),
            field("if-none-match: *"),
            field("if-match: *"),
            field("if-range: \"a\""),
            field("if-modified-since: now"),
            field("if-unmodified-since: now"),
            field("range: bytes=0-1"),
            format!("{}a", field("content-length: 1")),
        ] {
            assert_eq!(read(&mut constants(), &mut resting(9), &request), (0, String::new()), "{request}");
        }
        assert_eq!(read(&mut constants(), &mut resting(9), &field("content-length: 0")).1, "<get >");
    }

    #[test]
    fn only_connections_that_rest_are_answered() {
        let mut constants = constants();
        let mut rest = Rest::default();
        assert_eq!(read(&mut constants, &mut rest, C).0, 0);
        rest.begin(9);
        assert_eq!(read(&mut constants, &mut rest, C).0, C.len());
        assert_eq!(read(&mut constants, &mut rest, &format!("{C}{D}")).0, C.len());
        assert_eq!(read(&mut constants, &mut rest, C).0, 0, "its user has something to do");
        rest.begin(9);
        assert_eq!(rest.keep(b"unsent"), 6);
        assert_eq!(read(&mut constants, &mut rest, C).0, 0, "its client is slow");
        assert_eq!(rest.take_unsent(), b"unsent");
        rest.begin(9);
        constants.allow(false);
        assert_eq!(read(&mut constants, &mut rest, C).0, 0, "somebody wants to see its requests");
    }

    #[test]
    fn the_last_request_of_a_connection_is_left() {
        let mut constants = constants();
        let mut rest = resting(3);
        assert_eq!(read(&mut constants, &mut rest, &C.repeat(4)), (2 * C.len(), "<get ><get >".into()));
        assert_eq!(rest.take_answered(), 2);
        assert_eq!(read(&mut constants, &mut resting(1), C).0, 0);
    }

    #[test]
    fn no_more_is_answered_at_once_than_a_slow_client_may_leave_behind() {
        let mut constants = constants();
        let large = Constant { after: vec![b'x'; MAX_ANSWER_BYTES / 2], ..constant("large") };
        constants.add(false, b"/large", large);
        let request = C.replace("/c", "/large");
        assert_eq!(read(&mut constants, &mut resting(99), &request.repeat(9)).0, 2 * request.len());
    }

    #[test]
    fn the_date_stands_between_the_parts_and_moves_with_the_batches() {
        let mut constants = constants();
        constants.add(false, b"/c", Constant { dated: true, ..constant("get") });
        let (_, text) = read(&mut constants, &mut resting(9), C);
        assert!(text.starts_with("<get date: ") && text.ends_with(" GMT\r\n>"), "{text}");
        constants.second = Some(784_111_777);
        assert_eq!(read(&mut constants, &mut resting(9), C).1, "<get date: Sun, 06 Nov 1994 08:49:37 GMT\r\n>");
        constants.begin_batch();
        assert_eq!(constants.second, None);
    }

    #[test]
    fn what_was_answered_is_told_once() {
        let mut constants = constants();
        let mut rest = resting(9);
        read(&mut constants, &mut rest, &C.repeat(2));
        read(&mut constants, &mut rest, C);
        let totals = Totals { requests: 3, bytes_in: 3 * C.len() as u64, bytes_out: 3 * "<get >".len() as u64 };
        assert_eq!((constants.take_totals(), constants.take_totals()), (totals, Totals::default()));
        assert_eq!((constants.next_served(), constants.next_served()), (Some(1), None));
        assert_eq!((rest.take_listed(), rest.take_listed()), (3, 0));
    }
}
