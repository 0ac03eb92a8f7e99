//! Layers as `FlatGeobuf` 3 (<https://flatgeobuf.org>): one file a layer with typed columns, what each of them says, and
//! a packed Hilbert r-tree, so that a program reads only what lies in its window, even over HTTP.
//!
//! Features stand in the order of the index, as the format wants it. A layer makes its features in any order, so
//! they are made twice, first for boxes and sizes, then for the file; neither memory nor a temporary file holds them
//! in between.

use std::io::{self, Write};

use ::flatgeobuf::packed_r_tree::{NodeItem, PackedRTree, calc_extent, hilbert_sort};
use ::flatgeobuf::{
    Column as FgbColumn, ColumnArgs, ColumnType, Crs, CrsArgs, Feature as FgbFeature, FeatureArgs,
    Geometry as FgbGeometry, GeometryArgs, GeometryType, Header, HeaderArgs,
};
use flatbuffers::{FlatBufferBuilder, WIPOffset};
use rayon::prelude::*;

use super::layers::{Coordinate, Feature, Geometry, Kind, Layer, Shape, Value};
use super::{in_pieces, wkb};

/// Begins every file: the version between two times the name, and the patch.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";

/// Writes a layer. Days are of the only type for time that the format has, as ISO 8601 dates without a time.
///
/// O(n log n); memory: some 100 bytes a feature, and those that are being written.
///
/// # Errors
/// Those of the writer.
pub fn write(layer: &Layer<'_>, to: &mut dyn Write) -> io::Result<()> {
    // The offset of a node is the place of its feature until they are sorted.
    let (mut nodes, sizes): (Vec<NodeItem>, Vec<usize>) = (0..layer.len())
        .into_par_iter()
        .map(|place| {
            let feature = layer.feature(place);
            let mut node = NodeItem::create(place as u64);
            if let Some([west, east, south, north]) = wkb::envelope(&feature.shape) {
                node.expand_xy(west, south);
                node.expand_xy(east, north);
            }
            (node, encoded(&feature).len())
        })
        .unzip();
    let extent = calc_extent(&nodes);
    to.write_all(&MAGIC)?;
    to.write_all(&header(layer, &extent))?;
    if nodes.is_empty() {
        return Ok(());
    }
    hilbert_sort(&mut nodes, &extent);
    let places: Vec<usize> = nodes.iter().map(|node| node.offset as usize).collect();
    let mut offset = 0;
    for (node, &place) in nodes.iter_mut().zip(&places) {
        node.offset = offset;
        offset += sizes[place] as u64;
    }
    let tree = PackedRTree::build(&nodes, &extent, PackedRTree::DEFAULT_NODE_SIZE)
        .map_err(io::Error::other)?;
    drop((nodes, sizes));
    let mut out = io::BufWriter::new(&mut *to);
    tree.stream_write(&mut out)?;
    out.flush()?;
    drop(out);
    drop(tree);
    in_pieces::write(&places, to, |_, places| {
        let features = places.iter().map(|&place| encoded(&layer.feature(place)));
        Ok(features.collect::<Vec<_>>().concat())
    })
}

fn header(layer: &Layer<'_>, extent: &NodeItem) -> Vec<u8> {
    let mut to = FlatBufferBuilder::new();
    let columns: Vec<_> = layer
        .columns
        .iter()
        .map(|column| {
            let args = ColumnArgs {
                name: Some(to.create_string(column.name)),
                type_: match column.kind {
                    Kind::Text => ColumnType::String,
                    Kind::Integer => ColumnType::Long,
                    Kind::Real => ColumnType::Double,
                    Kind::Date => ColumnType::DateTime,
                    Kind::Boolean => ColumnType::Bool,
                },
                description: Some(to.create_string(&column.says())),
                nullable: column.is_nullable(),
                ..ColumnArgs::default()
            };
            FgbColumn::create(&mut to, &args)
        })
        .collect();
    let columns = to.create_vector(&columns);
    let crs = CrsArgs {
        org: Some(to.create_string("EPSG")),
        code: 4326,
        name: Some(to.create_string("WGS 84")),
        ..CrsArgs::default()
    };
    let bounds = [extent.min_x, extent.min_y, extent.max_x, extent.max_y];
    let args = HeaderArgs {
        name: Some(to.create_string(layer.name)),
        // Not where there is no shape: infinite ones are no bounds.
        envelope: (extent.min_x <= extent.max_x).then(|| to.create_vector(&bounds)),
        geometry_type: match layer.geometry {
            Geometry::Point => GeometryType::Point,
            Geometry::Line => GeometryType::MultiLineString,
            Geometry::Area => GeometryType::MultiPolygon,
            Geometry::Mixed | Geometry::None => GeometryType::Unknown,
        },
        columns: Some(columns),
        features_count: layer.len() as u64,
        index_node_size: if layer.is_empty() {
            0
        } else {
            PackedRTree::DEFAULT_NODE_SIZE
        },
        crs: Some(Crs::create(&mut to, &crs)),
        title: Some(to.create_string(layer.title)),
        description: Some(to.create_string(layer.description)),
        ..HeaderArgs::default()
    };
    let header = Header::create(&mut to, &args);
    to.finish_size_prefixed(header, None);
    to.finished_data().to_vec()
}

/// A feature with its size before it.
fn encoded(feature: &Feature<'_>) -> Vec<u8> {
    let mut to = FlatBufferBuilder::with_capacity(1_024);
    let mut properties = Vec::with_capacity(512);
    for (number, value) in feature.values.iter().enumerate() {
        property(&mut properties, number as u16, value);
    }
    let properties = Some(to.create_vector(&properties));
    let geometry = geometry(&mut to, &feature.shape);
    let args = FeatureArgs {
        geometry,
        properties,
        ..FeatureArgs::default()
    };
    let feature = FgbFeature::create(&mut to, &args);
    to.finish_size_prefixed(feature, None);
    to.finished_data().to_vec()
}

/// The number of a column and what stands in it; null by leaving it out.
fn property(to: &mut Vec<u8>, column: u16, value: &Value<'_>) {
    let mut put = |parts: [&[u8]; 2]| {
        to.extend(column.to_le_bytes());
        to.extend(parts.concat());
    };
    let length = |text: &str| (text.len() as u32).to_le_bytes();
    match value {
        Value::Null => {}
        Value::Text(text) => put([&length(text), text.as_bytes()]),
        Value::Date(day) => {
            let text = day.to_string();
            put([&length(&text), text.as_bytes()]);
        }
        Value::Integer(number) => put([&number.to_le_bytes(), b""]),
        Value::Real(number) => put([&number.to_le_bytes(), b""]),
        Value::Boolean(is) => put([&[u8::from(*is)], b""]),
    }
}

/// A shape; lines and areas always as those of several parts, since a layer has one type.
fn geometry<'t>(
    to: &mut FlatBufferBuilder<'t>,
    shape: &Shape,
) -> Option<WIPOffset<FgbGeometry<'t>>> {
    Some(match shape {
        Shape::None => return None,
        Shape::Point(at) => flat(to, GeometryType::Point, std::slice::from_ref(&vec![*at])),
        Shape::Line(parts) if parts.is_empty() => return None,
        Shape::Line(parts) => flat(to, GeometryType::MultiLineString, parts),
        Shape::Area(rings) => areas(to, std::slice::from_ref(rings)),
        Shape::Areas(all) if all.is_empty() => return None,
        Shape::Areas(all) => areas(to, all),
    })
}

fn areas<'t>(
    to: &mut FlatBufferBuilder<'t>,
    areas: &[Vec<Vec<Coordinate>>],
) -> WIPOffset<FgbGeometry<'t>> {
    let parts: Vec<_> = areas
        .iter()
        .map(|rings| flat(to, GeometryType::Polygon, rings))
        .collect();
    let args = GeometryArgs {
        type_: GeometryType::MultiPolygon,
        parts: Some(to.create_vector(&parts)),
        ..GeometryArgs::default()
    };
    FgbGeometry::create(to, &args)
}

/// The coordinates of all parts one after the other, and where each part ends if there are several; of lines of several
/// parts always, since GDAL does not read them without.
fn flat<'t>(
    to: &mut FlatBufferBuilder<'t>,
    kind: GeometryType,
    parts: &[Vec<Coordinate>],
) -> WIPOffset<FgbGeometry<'t>> {
    let coordinates: Vec<f64> = parts.iter().flatten().flatten().copied().collect();
    let ends: Vec<u32> = parts
        .iter()
        .scan(0, |end, part| {
            *end += part.len() as u32;
            Some(*end)
        })
        .collect();
    let args = GeometryArgs {
        type_: kind,
        ends: (ends.len() > 1 || kind == GeometryType::MultiLineString)
            .then(|| to.create_vector(&ends)),
        xy: Some(to.create_vector(&coordinates)),
        ..GeometryArgs::default()
    };
    FgbGeometry::create(to, &args)
}

#[cfg(test)]
mod tests {
    use ::flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};

    use super::*;
    use crate::export::geojson_lines::tests::layer;

    #[test]
    fn empty_and_mixed_layers_are_read_by_the_reference() {
        for count in [0, 1, 2, 3_001] {
            let mut bytes = Vec::new();
            write(&layer(count), &mut bytes).unwrap();
            let reader = FgbReader::open(bytes.as_slice()).unwrap();
            let header = reader.header();
            assert_eq!(header.features_count(), count as u64);
            assert_eq!(header.title(), Some("Notes"));
            assert_eq!(header.geometry_type(), GeometryType::Unknown);
            assert_eq!(header.envelope().is_some(), count > 1);
            let columns = header.columns().unwrap();
            assert!(columns.get(0).nullable() && !columns.get(1).nullable());
            assert_eq!(
                columns.get(0).description(),
                Some("a remark; null: not stated")
            );
            if count == 0 {
                continue;
            }
            let mut features = reader.select_all_seq().unwrap();
            let mut offsets = Vec::new();
            while let Some(feature) = features.next().unwrap() {
                let properties = feature.properties().unwrap();
                let offset: f64 = properties["offset_m"].parse().unwrap();
                let has_shape = feature.fbs_feature().geometry().is_some();
                assert_eq!(has_shape, offset.fract() != 0.0);
                assert_eq!(properties.contains_key("note"), !has_shape);
                offsets.push(offset);
            }
            offsets.sort_by(f64::total_cmp);
            let wanted: Vec<f64> = (0..count).map(|place| place as f64 / 2.0).collect();
            assert_eq!(offsets, wanted);
        }
    }

    #[test]
    fn the_index_finds_shapes_and_passes_over_what_has_none() {
        let mut bytes = Vec::new();
        write(&layer(3_000), &mut bytes).unwrap();
        for (west, wanted) in [(71.0, 1_500), (72.0, 0)] {
            let reader = FgbReader::open(bytes.as_slice()).unwrap();
            let mut found = reader.select_bbox_seq(west, 34.0, 73.0, 35.0).unwrap();
            let mut count = 0;
            while found.next().unwrap().is_some() {
                count += 1;
            }
            assert_eq!(count, wanted);
        }
    }
}
