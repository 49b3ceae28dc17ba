//! Certificates by name.

use std::collections::HashMap;
use std::sync::Arc;

use rustls::crypto::KeyProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::settings::Identity;

/// The certificates of a listener, each with its key.
#[derive(Debug)]
pub struct Identities {
    fallback: Arc<CertifiedKey>,
    by_name: HashMap<String, Arc<CertifiedKey>>,
}

impl Identities {
    /// `None` where there is none at all.
    ///
    /// # Errors
    /// What rustls has against a key or certificate.
    pub fn load(keys: &dyn KeyProvider, identities: &[Identity<'_>]) -> Result<Option<Identities>, rustls::Error> {
        let Some((first, others)) = identities.split_first() else { return Ok(None) };
        let fallback = certified(keys, first)?;
        let mut by_name = HashMap::new();
        for identity in others {
            by_name.insert(identity.name.to_owned(), certified(keys, identity)?);
        }
        Ok(Some(Identities { fallback, by_name }))
    }

    /// Exact names come before those that stand for several.
    pub fn choose(&self, server_name: Option<&str>) -> &Arc<CertifiedKey> {
        server_name.and_then(|name| self.find(&name.to_ascii_lowercase())).unwrap_or(&self.fallback)
    }

    fn find(&self, name: &str) -> Option<&Arc<CertifiedKey>> {
        self.by_name.get(name).or_else(|| self.by_name.get(&format!("*{}", &name[name.find('.')?..])))
    }
}

impl ResolvesServerCert for Identities {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(self.choose(hello.server_name())))
    }
}

fn certified(keys: &dyn KeyProvider, identity: &Identity<'_>) -> Result<Arc<CertifiedKey>, rustls::Error> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.to_vec()));
    let chain = identity.certificates.iter().map(|&der| CertificateDer::from(der.to_vec())).collect();
    let certified = CertifiedKey::new(chain, keys.load_private_key(key)?);
    match certified.keys_match() {
        // Some keys do not say which certificate is theirs; OpenSSL has compared them before.
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(Arc::new(certified)),
        Err(error) => Err(error),
    }
}
