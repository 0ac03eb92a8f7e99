//! The address of a database, with the encryption that it asks for in the words of libpq (`PostgreSQL`, libpq, *SSL Support*):
//! `sslmode` and `sslrootcert`. A client has no certificate of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use postgres::Config;
use postgres::config::SslMode;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{PLACE, with_sources};
use crate::error::{Error, Result};

const ALLOWED: &str = "an address such as postgresql://user@host/database?sslmode=verify-full, where sslmode is disable, \
                       prefer, require, verify-ca or verify-full, and sslrootcert a file of certificates";

/// What is checked of the certificate of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    /// Nothing: what is sent is encrypted, to whom is not known.
    Nothing,
    /// That an authority which is trusted signed it.
    Authority,
    /// That, and that it is of the host.
    Host,
}

/// A database and how to reach it.
pub(super) struct Address {
    /// The host, the user, the database.
    pub(super) config: Config,
    check: Check,
    authorities: Option<PathBuf>,
}

impl Address {
    /// Reads an address. What it does not say of encryption is taken from `PGSSLMODE` and `PGSSLROOTCERT` and is
    /// else `prefer`, which encrypts where the server can and checks nothing, as with libpq; `sslmode=require` with
    /// an `sslrootcert` is `verify-ca`.
    ///
    /// # Errors
    /// An address that is none, or that asks for what nobody knows.
    pub(super) fn read(address: &str) -> Result<Address> {
        Self::read_with(address, |name| std::env::var(name).ok())
    }

    fn read_with(address: &str, environment: impl Fn(&str) -> Option<String>) -> Result<Address> {
        let (mut mode, mut authorities) = (None, None);
        let (place, question) = match address.split_once('?') {
            Some((place, question)) if address.contains("://") => (place, question),
            _ => (address, ""),
        };
        let rest: Vec<&str> = question
            .split('&')
            .filter(|pair| match pair.split_once('=') {
                Some(("sslmode", value)) => {
                    mode = Some(value.to_owned());
                    false
                }
                Some(("sslrootcert", value)) => {
                    authorities = Some(percent_decode_str(value).decode_utf8_lossy().into_owned());
                    false
                }
                _ => !pair.is_empty(),
            })
            .collect();
        // What is left out so far the client does not know.
        let mut plain = place.to_owned();
        if !rest.is_empty() {
            plain.push('?');
            plain.push_str(&rest.join("&"));
        }
        let mut config: Config = plain.parse().map_err(|error: postgres::Error| {
            Error::refused(PLACE, with_sources(&error), ALLOWED)
        })?;
        // Pairs of names and values, as libpq has them too, the client reads alone.
        let mode = mode
            .or_else(|| {
                plain
                    .contains("sslmode")
                    .then(|| word(config.get_ssl_mode()).to_owned())
            })
            .or_else(|| environment("PGSSLMODE"));
        let authorities = authorities
            .or_else(|| environment("PGSSLROOTCERT"))
            // As with libpq: those of the system.
            .filter(|file| file != "system" && !file.is_empty())
            .map(PathBuf::from);
        let (mode, check) = match (mode.as_deref().unwrap_or("prefer"), &authorities) {
            ("disable", _) => (SslMode::Disable, Check::Nothing),
            ("prefer", _) => (SslMode::Prefer, Check::Nothing),
            ("require", None) => (SslMode::Require, Check::Nothing),
            ("require" | "verify-ca", _) => (SslMode::Require, Check::Authority),
            ("verify-full", _) => (SslMode::Require, Check::Host),
            (other, _) => {
                let found = format!("sslmode={other}");
                return Err(Error::refused(PLACE, found, ALLOWED));
            }
        };
        config.ssl_mode(mode);
        Ok(Address {
            config,
            check,
            authorities,
        })
    }

    /// What encrypts the connection.
    ///
    /// # Errors
    /// A file of certificates that cannot be read or that holds none; a system that trusts none, where one is to be
    /// checked.
    pub(super) fn encryption(&self) -> Result<MakeRustlsConnect> {
        let provider = Arc::new(ring::default_provider());
        let authority = match self.check {
            Check::Nothing => None,
            Check::Authority | Check::Host => Some(
                WebPkiServerVerifier::builder_with_provider(
                    Arc::new(trusted(self.authorities.as_deref())?),
                    Arc::clone(&provider),
                )
                .build()
                .map_err(|error| Error::refused(PLACE, error, "certificates to trust"))?,
            ),
        };
        let verifier = Verifier {
            authority,
            check: self.check,
            provider: Arc::clone(&provider),
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Error::broken)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}

/// The word for a mode that the client knows.
const fn word(mode: SslMode) -> &'static str {
    match mode {
        SslMode::Disable => "disable",
        SslMode::Require => "require",
        _ => "prefer",
    }
}

/// The certificates of a file, or those that the system trusts.
fn trusted(file: Option<&Path>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            let found = "no certificate that the system trusts";
            return Err(Error::refused(PLACE, found, "sslrootcert=FILE"));
        }
        return Ok(roots);
    };
    let refused = |found: &dyn std::fmt::Display| {
        let place = format!("{PLACE}, sslrootcert={}", file.display());
        Error::refused(place, found, "a file of certificates in PEM")
    };
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| refused(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| refused(&error))?;
        roots.add(certificate).map_err(|error| refused(&error))?;
    }
    if roots.is_empty() {
        return Err(refused(&"no certificate"));
    }
    Ok(roots)
}

/// Checks as much as it is asked to.
#[derive(Debug)]
struct Verifier {
    /// What checks the authority and the host, if any is to be checked.
    authority: Option<Arc<WebPkiServerVerifier>>,
    check: Check,
    provider: Arc<CryptoProvider>,
}

type Verified<T> = std::result::Result<T, rustls::Error>;

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        revocation: &[u8],
        now: UnixTime,
    ) -> Verified<ServerCertVerified> {
        let Some(authority) = &self.authority else {
            return Ok(ServerCertVerified::assertion());
        };
        match authority.verify_server_cert(server, between, host, revocation, now) {
            // The name is looked at last: whoever signed it is trusted.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.check == Check::Authority => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Verified<HandshakeSignatureValid> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Verified<HandshakeSignatureValid> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Result<(SslMode, Check, Option<PathBuf>)> {
        let read = Address::read_with(address, |_| None)?;
        Ok((read.config.get_ssl_mode(), read.check, read.authorities))
    }

    #[test]
    fn encryption_is_asked_for_in_the_words_of_libpq() {
        let file = || Some(PathBuf::from("/a b/root.crt"));
        for (question, wanted) in [
            ("", (SslMode::Prefer, Check::Nothing, None)),
            ("?sslmode=disable", (SslMode::Disable, Check::Nothing, None)),
            ("?sslmode=require", (SslMode::Require, Check::Nothing, None)),
            (
                "?sslmode=verify-ca",
                (SslMode::Require, Check::Authority, None),
            ),
            (
                "?sslmode=verify-full&sslrootcert=system",
                (SslMode::Require, Check::Host, None),
            ),
            (
                "?connect_timeout=9&sslmode=require&sslrootcert=%2Fa%20b%2Froot.crt",
                (SslMode::Require, Check::Authority, file()),
            ),
        ] {
            let found = read(&format!("postgresql://me:secret@host/base{question}"));
            assert_eq!(found.unwrap(), wanted, "{question}");
        }
        let by_environment = Address::read_with("postgresql://host", |name| {
            (name == "PGSSLMODE").then(|| "verify-full".to_owned())
        });
        assert_eq!(by_environment.unwrap().check, Check::Host);
        // Without an address's own word the environment's holds, however the address is written.
        let by_environment = Address::read_with("host=one user=me", |name| {
            (name == "PGSSLMODE").then(|| "verify-full".to_owned())
        })
        .unwrap();
        let asked = (by_environment.config.get_ssl_mode(), by_environment.check);
        assert_eq!(asked, (SslMode::Require, Check::Host));
        let own = Address::read_with("host=one sslmode=require", |name| {
            (name == "PGSSLMODE").then(|| "disable".to_owned())
        });
        assert_eq!(own.unwrap().config.get_ssl_mode(), SslMode::Require);
        let plain = read("host=one user=me").unwrap();
        assert_eq!(plain, (SslMode::Prefer, Check::Nothing, None));
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_password() {
        for (address, found) in [
            (
                "postgresql://me:secret@host/base?sslmode=some",
                "sslmode=some",
            ),
            ("postgresql://me:secret@host/base?wind=9", "wind"),
            ("postgresql://me:secret@host:x/base", "port"),
        ] {
            let error = read(address).unwrap_err().to_string();
            assert!(error.contains(found), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn files_without_certificates_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("root.crt");
        std::fs::write(&file, "no certificate").unwrap();
        for path in [file, folder.path().join("none.crt")] {
            let address = format!(
                "postgresql://host?sslmode=verify-ca&sslrootcert={}",
                path.display()
            );
            let error = Address::read_with(&address, |_| None).unwrap().encryption();
            let error = error.map(|_| ()).unwrap_err().to_string();
            assert!(error.contains("sslrootcert"), "{error}");
        }
    }
}
