//! Requests that are parsed as they are read, for whoever takes the bytes.

use armature_wire::{Head, Limits, Verdict, parse};

/// Words of a record in front of its positions: where the request begins, where its head ends, method and flags, where the target
/// begins and ends, bytes of the body, and the number of fields. All but the first are relative to it.
pub const HEAD_WORDS: usize = 7;

/// The first word of what is no record: greater than every place in memory.
const END: u32 = i32::MAX as u32;

/// Bit of the third word: HTTP/1.1 and not 1.0. The method is in the eight bits below.
const VERSION_BIT: u32 = 1 << 8;

/// Bit of the third word: the connection can be used again.
const KEEP_ALIVE_BIT: u32 = 1 << 9;

/// More fields than these are left to the other parser.
const MAX_FIELDS: usize = 64;

/// Writes records of the plain requests of a batch into lent memory, in the order of their places.
///
/// What bytes mean depends on those in front of them, which are not known here: they may be in the middle of a body. Where a request
/// begins at some place, its record says what it is; whether one does, the taker knows.
pub struct Heads<'a> {
    words: &'a mut [u32],
    used: usize,
    limits: &'a Limits,
}

impl<'a> Heads<'a> {
    pub fn new(words: &'a mut [u32], limits: &'a Limits) -> Heads<'a> {
        let mut heads = Heads { words, used: 0, limits };
        heads.end();
        heads
    }

    /// Adds the requests of `memory[start..end]`, up to the first that is not plain, but for those in front of all others that `answer` takes for
    /// itself; it is given their targets. Gives where what it leaves begins.
    pub fn add(&mut self, memory: &[u8], start: usize, end: usize, mut answer: impl FnMut(&Head<'_>, &[u8]) -> bool) -> usize {
        let mut at = start;
        let mut left = None;
        while at < end {
            let asks = left.is_none();
            let Some((length, answered)) = self.add_one(memory, at, end, |head, target| asks && answer(head, target)) else {
                break;
            };
            if asks && !answered {
                left = Some(at);
            }
            at += length;
        }
        self.end();
        left.unwrap_or(at)
    }

    /// Gives the length of a request, and whether it was answered.
    fn add_one(
        &mut self,
        memory: &[u8],
        start: usize,
        end: usize,
        answer: impl FnOnce(&Head<'_>, &[u8]) -> bool,
    ) -> Option<(usize, bool)> {
        let room = self.words.len() - self.used;
        // Behind every record there is room for the end.
        let fields = room.checked_sub(HEAD_WORDS + 1)? / 4;
        let record = &mut self.words[self.used..];
        let (fixed, positions) = record.split_at_mut(HEAD_WORDS);
        let mut ids = [0u8; MAX_FIELDS];
        let mut head = Head::new(&mut positions[..4 * fields.min(MAX_FIELDS)], &mut ids);
        if parse(memory, start, end, self.limits, &mut head) != Verdict::Plain {
            return None;
        }
        let target = start + head.target_start as usize..start + head.target_end as usize;
        if answer(&head, &memory[target]) {
            return Some((head.body_end as usize, true));
        }
        let version = if head.minor_version == 1 { VERSION_BIT } else { 0 };
        let keep_alive = if head.keep_alive { KEEP_ALIVE_BIT } else { 0 };
        let info = u32::from(head.method) | version | keep_alive;
        let body = head.body_end - head.head_end;
        let (length, count) = (head.body_end as usize, head.field_count);
        fixed.copy_from_slice(&[start as u32, head.head_end, info, head.target_start, head.target_end, body, count]);
        self.used += HEAD_WORDS + 4 * count as usize;
        Some((length, false))
    }

    fn end(&mut self) {
        if let Some(word) = self.words.get_mut(self.used) {
            *word = END;
        }
    }
}
