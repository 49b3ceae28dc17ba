//! What stands between a listener and its sessions.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::{ClientHello, NoServerSessionStorage};
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedCipherSuite};

use crate::greeting::{Greeting, Heard};
use crate::identities::Identities;
use crate::session::Session;
use crate::settings::Settings;

/// The certificates of a listener, and what it speaks.
pub struct Front {
    hands_over_http2: bool,
    tls13_only: bool,
    /// `None` where every client is handed over.
    secure: Option<Secure>,
}

struct Secure {
    config: Arc<ServerConfig>,
    identities: Arc<Identities>,
}

/// Who serves a client.
pub enum Verdict {
    /// That is not known yet.
    Wait,
    /// A session of rustls, which has not seen the greeting yet.
    Serve(Box<Session>),
    /// Somebody else.
    HandOver,
}

impl Front {
    /// Makes the front of what JavaScript wrote of a listener.
    ///
    /// # Errors
    /// In a few words what rustls cannot do.
    pub fn new(settings: &[u8]) -> Result<Front, String> {
        let settings = Settings::read(settings).ok_or_else(|| "the settings are incomplete".to_owned())?;
        let Settings { hands_over_http2, tls13_only, .. } = settings;
        let secure = Secure::new(&settings).map_err(|error| error.to_string())?;
        Ok(Front { hands_over_http2, tls13_only, secure })
    }

    /// Whether any client is served here.
    #[must_use]
    pub fn serves(&self) -> bool {
        self.secure.is_some()
    }

    /// Hears what came of a greeting.
    pub fn hear(&self, greeting: &mut Greeting, bytes: &[u8]) -> Verdict {
        // Whoever serves the client gets these bytes as well, also where the certificates have gone behind the first of them.
        let heard = greeting.hear(bytes);
        let Some(secure) = &self.secure else { return Verdict::HandOver };
        match heard {
            Heard::Part => Verdict::Wait,
            Heard::Strange => Verdict::HandOver,
            Heard::Whole(accepted) => {
                let hello = accepted.client_hello();
                if self.is_other(&hello) || !secure.can_serve(&hello, self.tls13_only) {
                    return Verdict::HandOver;
                }
                let name = hello.server_name().map(str::to_owned);
                Session::new(Arc::clone(&secure.config), name)
                    .map_or(Verdict::HandOver, |session| Verdict::Serve(Box::new(session)))
            }
        }
    }

    fn is_other(&self, hello: &ClientHello<'_>) -> bool {
        self.hands_over_http2 && hello.alpn().is_some_and(|mut names| names.any(|name| name == b"h2"))
    }
}

impl Secure {
    fn new(settings: &Settings<'_>) -> Result<Option<Secure>, rustls::Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let Some(identities) = Identities::load(provider.key_provider, &settings.identities)? else { return Ok(None) };
        let identities = Arc::new(identities);
        let versions: &[_] = if settings.tls13_only { &[&TLS13] } else { &[&TLS13, &TLS12] };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&identities) as _);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // Clients keep their sessions themselves, in tickets; nothing is remembered of them here.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.ticketer = aws_lc_rs::Ticketer::new()?;
        Ok(Some(Secure { config: Arc::new(config), identities }))
    }

    /// Whether rustls and the client have a suite, a group and a kind of signature in common. Where they have not, others may.
    fn can_serve(&self, hello: &ClientHello<'_>, tls13_only: bool) -> bool {
        let provider: &CryptoProvider = self.config.crypto_provider();
        let key = &self.identities.choose(hello.server_name()).key;
        let algorithm = key.algorithm();
        let suits = |suite: &SupportedCipherSuite| {
            hello.cipher_suites().contains(&suite.suite())
                && suite.usable_for_signature_algorithm(algorithm)
                && (!tls13_only || suite.version() == &TLS13)
        };
        provider.cipher_suites.iter().any(suits)
            && hello.named_groups().is_some_and(|groups| provider.kx_groups.iter().any(|own| groups.contains(&own.name())))
            && key.choose_scheme(hello.signature_schemes()).is_some()
    }
}
