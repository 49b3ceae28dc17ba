//! What to do when there are no descriptors left.

use std::fs::File;
use std::os::fd::BorrowedFd;

use crate::sys;

/// A descriptor that is given up for a moment, so that a client for which there is none can be accepted and sent away. It would
/// wait in front of the listening socket otherwise, and the loop would wake for it for ever.
pub struct Reserve {
    held: Option<File>,
}

impl Reserve {
    pub fn new() -> Reserve {
        Reserve { held: open() }
    }

    /// Accepts one client and closes its connection, where that is possible.
    pub fn send_one_away(&mut self, listener: BorrowedFd<'_>) {
        if self.held.take().is_some() {
            // Nobody may wait any more.
            drop(sys::accept(listener));
        }
        self.held = open();
    }
}

fn open() -> Option<File> {
    File::open("/dev/null").ok()
}
