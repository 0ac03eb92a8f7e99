//! What maps are drawn on: countries and places. No result of a run, so that only formats which are maps themselves have it.

use super::{Bounds, Column, Feature, Geometry, Id, Layer, Shape, Value};
use crate::analysis::Analysis;

const COUNTRIES: [Column; 2] = [
    Column::text("country", "name of the country").or_null("it has none"),
    Column::text("side", "left or right, looking along the line").or_null("not of the line"),
];

const PLACES: [Column; 2] = [
    Column::text("place", "name of the place").or_null("it has none"),
    Column::text("kind", "what it is, in the words of the file of places").or_null("not stated"),
];

/// The layers that a case has of them, the lowest first: `countries` and `places`.
pub fn ground(analysis: &Analysis) -> Vec<Layer<'_>> {
    let layers = [countries(analysis), places(analysis)];
    layers
        .into_iter()
        .filter(|layer| !layer.is_empty())
        .collect()
}

fn countries(analysis: &Analysis) -> Layer<'_> {
    let countries = &analysis.context.countries;
    let border = &analysis.border;
    Layer {
        name: "countries",
        title: "Countries",
        description: "the outlines of countries that maps are drawn on",
        geometry: Geometry::Area,
        columns: COUNTRIES.as_slice().into(),
        features: countries.len(),
        make: Box::new(move |place| {
            let country = &countries[place];
            let sides = [(border.left(), "left"), (border.right(), "right")];
            let named = Some(country.name.as_str());
            let side = sides.into_iter().find(|(name, _)| *name == named);
            Feature {
                id: Id::Number(place as u32 + 1),
                values: vec![
                    Value::text(&country.name),
                    Value::or_null(side, |(_, side)| Value::text(side)),
                ],
                shape: Shape::areas(&country.polygons),
            }
        }),
        bounds: Box::new(move || {
            let rings = countries.iter().flat_map(|it| it.polygons.iter().flatten());
            Bounds::of(rings.flatten().copied())
        }),
    }
}

fn places(analysis: &Analysis) -> Layer<'_> {
    let places = &analysis.context.places;
    Layer {
        name: "places",
        title: "Places",
        description: "the places that maps name",
        geometry: Geometry::Point,
        columns: PLACES.as_slice().into(),
        features: places.len(),
        make: Box::new(move |number| {
            let place = &places[number];
            Feature {
                id: Id::Number(number as u32 + 1),
                values: vec![Value::text(&place.name), Value::text(&place.kind)],
                shape: Shape::point(place.position),
            }
        }),
        bounds: Box::new(move || Bounds::of(places.iter().map(|place| place.position))),
    }
}
