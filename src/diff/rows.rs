//! Rows of text in little memory: that of their text, a byte for a field and sixteen for a row.

/// The columns of `tables/incidents.csv` that are compared, in the order in which changes are told.
pub const COLUMNS: [(&str, Kind); WIDTH] = [
    ("id", Kind::Id),
    ("latitude", Kind::Position),
    ("longitude", Kind::Position),
    ("date", Kind::Date),
    ("date_end", Kind::Date),
    ("time_local", Kind::Date),
    ("date_precision", Kind::Date),
    ("event_type", Kind::Code),
    ("claim_status", Kind::Code),
    ("fatalities_low", Kind::Code),
    ("fatalities_best", Kind::Code),
    ("fatalities_high", Kind::Code),
    ("fatalities_civilian", Kind::Code),
    ("injured", Kind::Code),
    ("actor_a", Kind::Code),
    ("actor_b", Kind::Code),
    ("reported_by", Kind::Code),
    ("place", Kind::Code),
    ("admin1", Kind::Code),
    ("country", Kind::Code),
    ("geo_precision", Kind::Code),
    ("location_radius_m", Kind::Radius),
    ("verification_status", Kind::Code),
    ("verified_by", Kind::Code),
    ("verified_on", Kind::Code),
    ("source_name", Kind::Code),
    ("source_url", Kind::Code),
    ("source_date", Kind::Code),
    ("note", Kind::Code),
    ("fate", Kind::Fate),
    ("cluster", Kind::Cluster),
    ("offset_m", Kind::Location),
    ("side", Kind::Location),
    ("side_name", Kind::Location),
    ("chainage_km", Kind::Location),
    ("sector", Kind::Location),
    ("beyond_end", Kind::Location),
];

/// How many columns are compared.
pub const WIDTH: usize = 37;

/// What a difference in a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Another name of the incident.
    Id,
    /// Another place.
    Position,
    /// Another time.
    Date,
    /// Something else that the report says.
    Code,
    /// How well the place is known: from the report's precision code and the options.
    Radius,
    /// Whether it was counted.
    Fate,
    /// Which cluster it is in.
    Cluster,
    /// How it lies to the border line: from its place and the line.
    Location,
}

/// The place of a column in [`COLUMNS`]; one past the last for a name that is not there.
pub(super) const fn column(name: &str) -> usize {
    let mut place = 0;
    while place < WIDTH && !same(COLUMNS[place].0.as_bytes(), name.as_bytes()) {
        place += 1;
    }
    place
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut place = 0;
    while place < a.len() {
        if a[place] != b[place] {
            return false;
        }
        place += 1;
    }
    true
}

/// The fields of one row, in the order of [`COLUMNS`].
pub type Fields<'a> = [&'a str; WIDTH];

/// Rows of [`WIDTH`] fields.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    text: String,
    /// The length of each field, seven bits a byte, the lowest first; the eighth says that more follow.
    lengths: Vec<u8>,
    /// Where each row begins in both.
    starts: Vec<(usize, usize)>,
}

impl Rows {
    /// No rows, with room for so much text. Room that is not used costs no memory on the usual systems.
    pub(super) fn with_room_for(bytes: usize) -> Rows {
        Rows {
            text: String::with_capacity(bytes),
            ..Rows::default()
        }
    }

    /// Adds a row.
    pub fn push(&mut self, fields: &Fields<'_>) {
        self.starts.push((self.text.len(), self.lengths.len()));
        for field in fields {
            self.text.push_str(field);
            let mut length = field.len();
            while length >= 0x80 {
                self.lengths.push(length as u8 | 0x80);
                length >>= 7;
            }
            self.lengths.push(length as u8);
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The id of a row.
    pub fn id(&self, row: u32) -> &str {
        self.first(row, 1)[0]
    }

    /// The fields of a row.
    pub fn fields(&self, row: u32) -> Fields<'_> {
        self.first(row, WIDTH)
    }

    /// The first so many fields of a row; the others are left empty.
    pub(super) fn first(&self, row: u32, count: usize) -> Fields<'_> {
        let (mut at, mut read) = self.starts[row as usize];
        let mut fields = [""; WIDTH];
        for field in fields.iter_mut().take(count) {
            let (mut length, mut shift) = (0, 0);
            loop {
                let byte = self.lengths[read];
                read += 1;
                length |= usize::from(byte & 0x7f) << shift;
                shift += 7;
                if byte & 0x80 == 0 {
                    break;
                }
            }
            *field = &self.text[at..at + length];
            at += length;
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let long = "ś".repeat(70_000);
        let mut rows = Rows::with_room_for(10);
        let mut fields = [""; WIDTH];
        for number in 0..50 {
            fields[number % WIDTH] = ["a", "", "خوست", &long, "x\u{1f}y"][number % 5];
            rows.push(&fields);
            assert_eq!(rows.fields(number as u32), fields);
            assert_eq!(rows.id(number as u32), fields[0]);
        }
        assert_eq!(rows.len(), 50);
        assert_eq!(column("latitude"), 1);
        assert_eq!(column("beyond_end"), WIDTH - 1);
        assert_eq!(column("nothing"), WIDTH);
    }
}
