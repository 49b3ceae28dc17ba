//! The settings of a listener, as JavaScript writes them.

/// Bit of the first word: clients that offer HTTP/2 are handed over.
const HTTP2_BIT: u32 = 1;

/// Bit of the first word: nothing older than TLS 1.3 is spoken.
const TLS13_BIT: u32 = 1 << 1;

/// What a listener speaks, and with which certificates. Where there is none every client is handed over.
pub struct Settings<'a> {
    pub hands_over_http2: bool,
    pub tls13_only: bool,
    /// The first is for clients that ask for no known name.
    pub identities: Vec<Identity<'a>>,
}

/// What a server proves a name with.
pub struct Identity<'a> {
    /// In lower case, "*." in front of one that stands for several.
    pub name: &'a str,
    /// In DER form (PKCS #8).
    pub key: &'a [u8],
    /// In DER form, the server's own first.
    pub certificates: Vec<&'a [u8]>,
}

impl Settings<'_> {
    /// Reads words of 32 bits in the order of the machine, and pieces with their length in front.
    pub fn read(bytes: &[u8]) -> Option<Settings<'_>> {
        let mut reader = Reader { rest: bytes };
        let flags = reader.word()?;
        let count = reader.word()?;
        let identities = (0..count).map(|_| reader.identity()).collect::<Option<Vec<_>>>()?;
        reader.rest.is_empty().then_some(Settings {
            hands_over_http2: flags & HTTP2_BIT != 0,
            tls13_only: flags & TLS13_BIT != 0,
            identities,
        })
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn word(&mut self) -> Option<u32> {
        let (word, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u32::from_ne_bytes(*word))
    }

    fn piece(&mut self) -> Option<&'a [u8]> {
        let length = self.word()? as usize;
        let (piece, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(piece)
    }

    fn identity(&mut self) -> Option<Identity<'a>> {
        let name = std::str::from_utf8(self.piece()?).ok()?;
        let key = self.piece()?;
        let count = self.word()?;
        let certificates = (0..count).map(|_| self.piece()).collect::<Option<Vec<_>>>()?;
        Some(Identity { name, key, certificates })
    }
}
