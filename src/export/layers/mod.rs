//! The layers of a pack as data: names, columns, values and shapes, once for every format.
//!
//! A [`Layer`] borrows the analysis and makes its features one at a time, in any order and on any thread, so that
//! a writer holds only those that it is writing.

mod corridor;
mod ground;
mod incidents;
mod lines;
mod records;
mod shape;
mod summaries;

use std::borrow::Cow;

use crate::analysis::Analysis;
use crate::incident::FigureSums;
use crate::units::{Day, round_to};

pub use corridor::corridor;
pub use ground::ground;
pub use incidents::{COLUMNS as INCIDENT_COLUMNS, incidents};
pub use lines::{border, rival_borders};
pub use records::{rejected, uncertainty};
pub use shape::{Bounds, Coordinate, Shape};
pub use summaries::{clusters, sectors};

/// What the shapes of a layer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Geometry {
    /// Points.
    Point,
    /// Lines of one or more parts.
    Line,
    /// Areas of one or more parts.
    Area,
    /// Shapes of several kinds.
    Mixed,
    /// Rows without shapes.
    None,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Real,
    /// Days.
    Date,
    /// True or false.
    Boolean,
}

/// A column of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, which is stable.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it says, in a phrase, with the unit.
    pub description: &'static str,
    /// What null means in it; empty for a column that is never null.
    pub null: &'static str,
}

impl Column {
    const fn new(name: &'static str, kind: Kind, description: &'static str) -> Column {
        let null = "";
        Column {
            name,
            kind,
            description,
            null,
        }
    }

    /// A column of text that is never null.
    pub const fn text(name: &'static str, description: &'static str) -> Column {
        Column::new(name, Kind::Text, description)
    }

    /// A column of whole numbers that is never null.
    pub const fn integer(name: &'static str, description: &'static str) -> Column {
        Column::new(name, Kind::Integer, description)
    }

    /// A column of numbers that is never null.
    pub const fn real(name: &'static str, description: &'static str) -> Column {
        Column::new(name, Kind::Real, description)
    }

    /// A column of days that is never null.
    pub const fn date(name: &'static str, description: &'static str) -> Column {
        Column::new(name, Kind::Date, description)
    }

    /// A column of true and false that is never null.
    pub const fn boolean(name: &'static str, description: &'static str) -> Column {
        Column::new(name, Kind::Boolean, description)
    }

    /// Whether null may stand in it.
    pub const fn is_nullable(&self) -> bool {
        !self.null.is_empty()
    }

    /// The description, and what null means where it may stand: for formats that have one text for a column.
    pub fn says(&self) -> String {
        if self.is_nullable() {
            format!("{}; null: {}", self.description, self.null)
        } else {
            self.description.to_owned()
        }
    }

    /// The same column with a meaning of null.
    #[must_use]
    pub const fn or_null(mut self, null: &'static str) -> Column {
        self.null = null;
        self
    }
}

/// A value of a feature.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Not known; the column says what that means.
    Null,
    /// Text; in a column of dates an ISO 8601 date.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A day.
    Date(Day),
    /// True or false.
    Boolean(bool),
}

impl<'a> Value<'a> {
    /// Text, or null where it is empty.
    pub fn text(text: &'a str) -> Value<'a> {
        if text.is_empty() {
            Value::Null
        } else {
            Value::Text(Cow::Borrowed(text))
        }
    }

    /// Text that was made here.
    pub fn made(text: String) -> Value<'a> {
        Value::Text(Cow::Owned(text))
    }

    /// A count.
    pub fn count(count: impl TryInto<i64>) -> Value<'a> {
        Value::Integer(count.try_into().unwrap_or(i64::MAX))
    }

    /// A number, rounded.
    pub fn rounded(value: f64, decimals: u32) -> Value<'a> {
        Value::Real(round_to(value, decimals))
    }

    /// Null for nothing.
    pub fn or_null<T>(value: Option<T>, make: impl FnOnce(T) -> Value<'a>) -> Value<'a> {
        value.map_or(Value::Null, make)
    }

    /// Whether a column of this kind may hold it.
    pub const fn fits(&self, column: &Column) -> bool {
        match (self, column.kind) {
            (Value::Null, _) => column.is_nullable(),
            (Value::Text(_), Kind::Text | Kind::Date)
            | (Value::Integer(_), Kind::Integer)
            | (Value::Real(_), Kind::Real)
            | (Value::Date(_), Kind::Date)
            | (Value::Boolean(_), Kind::Boolean) => true,
            _ => false,
        }
    }
}

/// What a feature is known by, unique in its layer unless two reports share an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Id<'a> {
    /// The id of a report.
    Text(Cow<'a, str>),
    /// A number from 1.
    Number(u32),
}

/// One feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature<'a> {
    /// What it is known by.
    pub id: Id<'a>,
    /// A value for each column.
    pub values: Vec<Value<'a>>,
    /// Its shape; empty where it has none.
    pub shape: Shape,
}

/// A layer of one analysis.
pub struct Layer<'a> {
    /// Its name, which is stable: of its file, and of its table.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it holds, in a sentence for whoever opens it.
    pub description: &'static str,
    /// What its shapes are.
    pub geometry: Geometry,
    /// Its columns, in their order.
    pub columns: Cow<'static, [Column]>,
    /// How many features there are.
    pub(crate) features: usize,
    /// Makes the feature at a place below that.
    pub(crate) make: Box<dyn Fn(usize) -> Feature<'a> + Send + Sync + 'a>,
    /// What the shapes extend over.
    pub(crate) bounds: Box<dyn Fn() -> Bounds + Send + Sync + 'a>,
}

impl<'a> Layer<'a> {
    /// How many features it has.
    pub const fn len(&self) -> usize {
        self.features
    }

    /// Whether it has no features.
    pub const fn is_empty(&self) -> bool {
        self.features == 0
    }

    /// The features in their order, each made when it is asked for.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Feature<'a>> + '_ {
        (0..self.len()).map(|place| self.feature(place))
    }

    /// The feature at a place, counted from 0 and below [`len`](Layer::len).
    pub fn feature(&self, place: usize) -> Feature<'a> {
        let feature = (self.make)(place);
        debug_assert_eq!(feature.values.len(), self.columns.len());
        debug_assert!(
            feature
                .values
                .iter()
                .zip(self.columns.iter())
                .all(|(value, column)| value.fits(column)),
            "{}: {feature:?}",
            self.name
        );
        feature
    }

    /// The same layer with some of its columns, in their order; what it has no column for is left out.
    #[must_use]
    pub fn with_columns(mut self, names: &[String]) -> Layer<'a> {
        let all = std::mem::take(&mut self.columns);
        let places: Vec<usize> = names
            .iter()
            .filter_map(|name| all.iter().position(|column| column.name == name))
            .collect();
        self.columns = places.iter().map(|&place| all[place]).collect();
        let make = self.make;
        self.make = Box::new(move |at| {
            let mut feature = make(at);
            let values = &mut feature.values;
            let taken = places
                .iter()
                .map(|&place| std::mem::replace(&mut values[place], Value::Null));
            feature.values = taken.collect();
            feature
        });
        self
    }

    /// What its shapes extend over, before they are cut at the antimeridian.
    pub fn bounds(&self) -> Bounds {
        (self.bounds)()
    }
}

/// Every layer of an analysis, those below first where they are drawn over each other; rival lines only where
/// there are any.
pub fn all(analysis: &Analysis) -> Vec<Layer<'_>> {
    let rivals = (!analysis.alignments.is_empty()).then(|| rival_borders(analysis));
    let mut layers = vec![corridor(analysis), border(analysis)];
    layers.extend(rivals);
    layers.extend([
        sectors(analysis),
        uncertainty(analysis),
        clusters(analysis),
        match &analysis.export.columns {
            Some(names) => incidents(analysis).with_columns(names),
            None => incidents(analysis),
        },
        rejected(analysis),
    ]);
    layers
}

/// Where no incident gives the figure.
const NOBODY_SAYS: &str = "no incident gives the figure";

/// The columns of [`deaths`].
const DEATHS: [Column; 7] = [
    Column::integer("deaths_low", "deaths, sum of the lowest figures").or_null(NOBODY_SAYS),
    Column::integer("deaths_best", "deaths, sum of the best figures").or_null(NOBODY_SAYS),
    Column::integer("deaths_high", "deaths, sum of the highest figures").or_null(NOBODY_SAYS),
    Column::integer("incidents_with_low", "incidents that give a lowest figure"),
    Column::integer("incidents_with_best", "incidents that give a best figure"),
    Column::integer(
        "incidents_with_high",
        "incidents that give a highest figure",
    ),
    Column::integer(
        "incidents_with_any_figure",
        "incidents that give any figure of deaths",
    ),
];

fn deaths(sums: &FigureSums) -> [Value<'static>; 7] {
    let sum = |sum: Option<u64>| Value::or_null(sum, Value::count);
    [
        sum(sums.low.value()),
        sum(sums.best.value()),
        sum(sums.high.value()),
        Value::count(sums.low.incidents),
        Value::count(sums.best.incidents),
        Value::count(sums.high.incidents),
        Value::count(sums.reporting),
    ]
}
