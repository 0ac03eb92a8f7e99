//! The one error type of the library: where, what was found, what is allowed, what to do.
//!
//! A bad row is data and goes to the ledger; only a bad file or a bad option is an error.

use std::fmt;
use std::io;
use std::path::Path;

/// Why borderscope could not do what it was asked.
#[derive(Debug)]
pub struct Error(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Refused {
        place: String,
        found: String,
        allowed: String,
        advice: Option<String>,
    },
    Io {
        place: String,
        doing: &'static str,
        source: io::Error,
    },
    Broken(String),
}

/// What the library's fallible functions return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Input or an option that cannot be used: the place (file, line, key), what was found there and
    /// what is allowed there.
    pub fn refused(
        place: impl fmt::Display,
        found: impl fmt::Display,
        allowed: impl fmt::Display,
    ) -> Error {
        Error(Box::new(Kind::Refused {
            place: place.to_string(),
            found: found.to_string(),
            allowed: allowed.to_string(),
            advice: None,
        }))
    }

    /// Adds what the reader can do about it.
    #[must_use]
    pub fn advise(mut self, what_to_do: impl fmt::Display) -> Error {
        if let Kind::Refused { advice, .. } = self.0.as_mut() {
            *advice = Some(what_to_do.to_string());
        }
        self
    }

    /// A file or folder that could not be read or written while `doing` something.
    pub fn io(path: &Path, doing: &'static str, source: io::Error) -> Error {
        Error::stream(path.display(), doing, source)
    }

    /// As [`Error::io`], for a place that is not a path, such as standard input.
    pub fn stream(place: impl fmt::Display, doing: &'static str, source: io::Error) -> Error {
        Error(Box::new(Kind::Io {
            place: place.to_string(),
            doing,
            source,
        }))
    }

    /// A rule of our own that did not hold: a bug, never the input's fault.
    pub fn broken(rule: impl fmt::Display) -> Error {
        Error(Box::new(Kind::Broken(rule.to_string())))
    }

    /// Whether the reader of our output went away, which is no error for a command in a pipe.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self.0.as_ref(), Kind::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_ref() {
            Kind::Refused {
                place,
                found,
                allowed,
                advice,
            } => {
                write!(f, "{place}: {found}\n  allowed: {allowed}")?;
                if let Some(advice) = advice {
                    write!(f, "\n  try: {advice}")?;
                }
                Ok(())
            }
            Kind::Io {
                place,
                doing,
                source,
            } => write!(f, "{place}: {doing} failed: {source}"),
            Kind::Broken(rule) => write!(
                f,
                "a check inside borderscope failed: {rule}\n  this is a bug, please report it; nothing was written"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.0.as_ref() {
            Kind::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
