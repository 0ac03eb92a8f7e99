//! Which formats the layers of a pack are written in, with which columns, and how tables begin.

use serde::Deserialize;

use super::file::Refuse;
use crate::error::Result;

/// What the case says of the layers. Names of formats and columns are checked by those who know them: see
/// `Formats::chosen` in `export`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// The formats by their names; `None` leaves it to the default.
    pub formats: Option<Vec<String>>,
    /// The columns of the layer of incidents, in their order; `None` is all.
    pub columns: Option<Vec<String>>,
    /// Whether tables begin with a byte-order mark, without which spreadsheets take their letters for those of another
    /// encoding.
    pub byte_order_mark: bool,
}

impl Default for ExportOptions {
    fn default() -> ExportOptions {
        ExportOptions {
            formats: None,
            columns: None,
            byte_order_mark: true,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportTable {
    formats: Option<Vec<String>>,
    columns: Option<Vec<String>>,
    byte_order_mark: Option<bool>,
}

impl ExportTable {
    pub(super) fn into_options(self, refuse: &Refuse<'_>) -> Result<ExportOptions> {
        for (key, names) in [
            ("export.formats", &self.formats),
            ("export.columns", &self.columns),
        ] {
            let names = names.as_deref().unwrap_or_default();
            let twice = (1..names.len()).find(|&place| names[..place].contains(&names[place]));
            if let Some(place) = twice {
                let found = format!("{:?} twice", names[place]);
                return Err(refuse(key, found, "each name once"));
            }
        }
        Ok(ExportOptions {
            formats: self.formats,
            columns: self.columns,
            byte_order_mark: self.byte_order_mark.unwrap_or(true),
        })
    }
}
