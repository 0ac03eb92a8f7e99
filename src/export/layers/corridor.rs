//! The layer of the corridor.

use std::sync::{Arc, OnceLock};

use super::{Bounds, Column, Feature, Geometry, Id, Layer, Shape, Value};
use crate::analysis::Analysis;
use crate::corridor::{self, Area};

const COLUMNS: [Column; 3] = [
    Column::text("border", "name of the line"),
    Column::real(
        "distance_km",
        "greatest geodesic distance to the line, in kilometres",
    ),
    Column::real("length_km", "length of the line, in kilometres"),
];

/// The band within which incidents count as near the line: one feature, of one area for each part that hangs together,
/// within [`corridor::TOLERANCE`]. Whether an incident is in it is told by its offset, not by this shape.
///
/// No feature where the distance is above [`corridor::WIDEST`], or no distance at all.
pub fn corridor(analysis: &Analysis) -> Layer<'_> {
    let distance = analysis.options.corridor;
    // Made once, when the first format asks for it.
    let shape: Arc<OnceLock<Vec<Area>>> = Arc::default();
    let bounded = Arc::clone(&shape);
    let make = move || corridor::areas(&analysis.border, distance);
    Layer {
        name: "corridor",
        title: "Corridor",
        description: "the band along the line within which incidents are counted",
        geometry: Geometry::Area,
        columns: COLUMNS.as_slice().into(),
        features: usize::from(corridor::has_shape(distance)),
        make: Box::new(move |_| Feature {
            id: Id::Number(1),
            values: vec![
                Value::Text(analysis.border_name.as_str().into()),
                Value::rounded(distance.km(), 3),
                Value::rounded(analysis.border.length().km(), 3),
            ],
            shape: Shape::as_given(shape.get_or_init(make)),
        }),
        bounds: Box::new(move || {
            let areas = bounded.get_or_init(make).iter();
            Bounds::of(areas.flatten().flatten().copied())
        }),
    }
}
