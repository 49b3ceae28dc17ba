//! Frames of WebSockets that are read and unmasked where they lie, for whoever takes the bytes.

use armature_wire::{Content, Frame, FrameReader};

/// Words of a record: where the bytes of a payload begin, which have no mask any more, and what is known of them.
pub const FRAME_WORDS: usize = 2;

/// The first word of what is no record: greater than every place in memory.
const END: u32 = i32::MAX as u32;

/// Takes the masks off the payloads of a batch, and writes a record of each into lent memory, in the order of their places.
///
/// A payload has its mask where there is no record of it.
pub struct Frames<'a> {
    words: &'a mut [u32],
    used: usize,
}

impl<'a> Frames<'a> {
    /// Fills it behind so many words, which it keeps.
    pub fn behind(used: usize, words: &'a mut [u32]) -> Frames<'a> {
        let mut frames = Frames { words, used };
        frames.end();
        frames
    }

    /// Words that have records.
    pub fn used(&self) -> usize {
        self.used
    }

    /// Adds the frames of `memory[start..end]`; tells whether `reader` can go on with what comes next, or the other parser has to.
    pub fn add(&mut self, reader: &mut FrameReader, memory: &mut [u8], start: usize, end: usize) -> bool {
        let mut at = start;
        while at < end {
            let Some(frame) = self.read(reader, &mut memory[at..end]) else { break };
            let payload = at + frame.head as usize;
            if frame.here > 0 {
                self.put(payload, frame.content);
            }
            at = payload + frame.here as usize;
        }
        self.end();
        at == end
    }

    /// Without room for its record a frame is left as it is; behind each one there is room for the end.
    fn read(&self, reader: &mut FrameReader, bytes: &mut [u8]) -> Option<Frame> {
        (self.words.len() - self.used > FRAME_WORDS).then(|| reader.read(bytes))?
    }

    fn put(&mut self, at: usize, content: Content) {
        self.words[self.used..self.used + FRAME_WORDS].copy_from_slice(&[at as u32, content as u32]);
        self.used += FRAME_WORDS;
    }

    fn end(&mut self) {
        if let Some(word) = self.words.get_mut(self.used) {
            *word = END;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{END, FRAME_WORDS, FrameReader, Frames};

    /// Two texts, and the start of a frame of five bytes.
    const BYTES: &[u8] = b"\x81\x82\0\0\0\0hi\x81\x81\0\0\0\0\xff\x82\x85\0\0\0\0ab";

    #[test]
    fn records_say_where_payloads_lie_and_what_they_are() {
        let (mut words, mut memory) = ([7; 9], [&[0; 3][..], BYTES].concat());
        let end = memory.len();
        let mut frames = Frames::behind(0, &mut words);
        let mut reader = FrameReader::default();
        assert!(frames.add(&mut reader, &mut memory, 3, end));
        assert_eq!(frames.used(), 3 * FRAME_WORDS);
        assert_eq!(words[..7], [9, 1, 17, 3, 24, 0, END]);
        let mut frames = Frames::behind(3 * FRAME_WORDS, &mut words);
        assert!(frames.add(&mut reader, &mut memory, 0, 1));
        assert_eq!(words[6..], [0, 0, END]);
    }

    #[test]
    fn what_has_no_room_for_a_record_keeps_its_mask() {
        let (mut words, mut memory) = ([7; FRAME_WORDS + 1], b"\x81\x81\x01\0\0\0a\x81\x81\x01\0\0\0a".to_vec());
        let mut frames = Frames::behind(0, &mut words);
        assert!(!frames.add(&mut FrameReader::default(), &mut memory, 0, 14));
        assert_eq!(words, [6, 1, END]);
        assert_eq!((memory[6], memory[13]), (b'a' ^ 1, b'a'));
    }
}
