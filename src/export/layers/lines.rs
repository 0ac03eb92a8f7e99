//! The layers of lines: the line as it was joined, and its rivals.

use super::{Bounds, Column, Feature, Geometry, Id, Layer, Shape, Value};
use crate::analysis::Analysis;
use crate::border::{Border, Chain};

const COLUMNS: [Column; 10] = [
    Column::text("border", "name of the line"),
    Column::integer("chain", "number of the chain on its line, from 1"),
    Column::text("left", "country to the left, looking along the line").or_null("no name is known"),
    Column::text("right", "country to the right, looking along the line")
        .or_null("no name is known"),
    Column::real("chainage_from_km", "chainage of its start, in kilometres"),
    Column::real("chainage_to_km", "chainage of its end, in kilometres"),
    Column::real("length_km", "its length, in kilometres"),
    Column::integer("vertices", "how many vertices it has"),
    Column::boolean("closed", "whether it ends where it starts"),
    // Empty where the input asks for nothing to be said.
    Column::text(
        "notice",
        "whom to name with the line, and under which licence",
    ),
];

/// The line as it was joined, one feature per chain.
pub fn border(analysis: &Analysis) -> Layer<'_> {
    let line = [(analysis.border_name.as_str(), &analysis.border)];
    layer(
        "border",
        "Border line",
        "the line as it was joined, one feature per chain",
        line,
    )
}

/// The rival lines, one feature per chain, in the direction of the line that is measured along.
pub fn rival_borders(analysis: &Analysis) -> Layer<'_> {
    let rivals = analysis.alignments.iter();
    layer(
        "rival_borders",
        "Rival lines",
        "other lines for the same frontier, one feature per chain",
        rivals.map(|it| (it.name.as_str(), &it.border)),
    )
}

/// A chain with its number, from 1, on a line of a name.
type Numbered<'a> = (&'a str, &'a Border, &'a Chain, u32);

fn layer<'a>(
    name: &'static str,
    title: &'static str,
    description: &'static str,
    borders: impl IntoIterator<Item = (&'a str, &'a Border)>,
) -> Layer<'a> {
    let chains: Vec<Numbered<'a>> = borders
        .into_iter()
        .flat_map(|(name, border)| {
            let chains = border.chains().iter().zip(1u32..);
            chains.map(move |(chain, number)| (name, border, chain, number))
        })
        .collect();
    let of_bounds = chains.clone();
    Layer {
        name,
        title,
        description,
        geometry: Geometry::Line,
        columns: COLUMNS.as_slice().into(),
        features: chains.len(),
        make: Box::new(move |place| {
            let (name, border, chain, number) = chains[place];
            let side = |side: Option<&'a str>| Value::or_null(side, |it| Value::Text(it.into()));
            Feature {
                id: Id::Number(place as u32 + 1),
                values: vec![
                    Value::Text(name.into()),
                    Value::count(number),
                    side(border.left()),
                    side(border.right()),
                    Value::rounded(chain.start.km(), 3),
                    Value::rounded(chain.end.km(), 3),
                    Value::rounded((chain.end - chain.start).km(), 3),
                    Value::count(chain.vertices),
                    Value::Boolean(chain.closed),
                    Value::made(border.notices().join("; ")),
                ],
                shape: Shape::line(&border.slice(chain.start, chain.end)),
            }
        }),
        bounds: Box::new(move || {
            let chains = of_bounds.iter();
            Bounds::of(
                chains.flat_map(|(_, border, chain, _)| {
                    border.slice(chain.start, chain.end).concat()
                }),
            )
        }),
    }
}
