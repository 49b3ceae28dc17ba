//! Where the reads of a batch go.

use crate::table::{GRAIN_BYTES, MAX_READ_BYTES};

/// The memory of one batch, filled from its start in grains.
pub struct Room<'a> {
    pub memory: &'a mut [u8],
    grain: usize,
}

impl<'a> Room<'a> {
    pub fn new(memory: &'a mut [u8]) -> Room<'a> {
        Room { memory, grain: 0 }
    }

    pub fn fits_a_read(&self) -> bool {
        self.fits_a_read_behind(0)
    }

    /// The same, where so many bytes are kept first.
    pub fn fits_a_read_behind(&self, length: usize) -> bool {
        self.memory.len() >= (self.grain + length.div_ceil(GRAIN_BYTES)) * GRAIN_BYTES + MAX_READ_BYTES
    }

    /// Where the next read goes.
    pub fn next(&mut self) -> &mut [u8] {
        let start = self.grain * GRAIN_BYTES;
        &mut self.memory[start..start + MAX_READ_BYTES]
    }

    /// Keeps what was read there, and gives its grain.
    pub fn take(&mut self, length: usize) -> usize {
        let grain = self.grain;
        self.grain += length.div_ceil(GRAIN_BYTES);
        grain
    }
}
