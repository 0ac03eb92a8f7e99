//! The names of features in QGIS.

use super::Colours;
use crate::analysis::Analysis;
use crate::export::layers::{Geometry, Layer};
use crate::export::xml::escape;
use crate::render::canvas::Ink;
use crate::render::theme;
use crate::units::round_to;

/// How the names of features are set.
struct Names {
    /// What is written, as an expression.
    of: &'static str,
    px: f64,
    ink: Ink,
    bold: bool,
    /// Where, in the numbers of QGIS: 1 over the point, 2 along the line, 4 in the area, 6 beside the point, 8 outside the
    /// area.
    placement: u8,
    /// Which names stay where not all have room, 0 to 10.
    priority: u8,
    /// They show where the map is larger than one to so many; 0 for everywhere.
    from_scale: u32,
}

/// The element that says how the names of a layer are set; `None` for one without names on maps.
pub(in crate::export) fn labels(layer: &Layer<'_>, analysis: &Analysis) -> Option<String> {
    let colours = Colours::of(analysis.style.theme);
    let areas = layer.geometry != Geometry::Line;
    let names = |of, px, ink, placement, priority| Names {
        of,
        px,
        ink,
        bold: false,
        placement,
        priority,
        from_scale: 0,
    };
    let names = match layer.name {
        "countries" => names("upper(\"country\")", 15.0, theme::MUTED, 4, 2),
        // The name before a bracket, as on our maps.
        "places" => names(
            "regexp_replace(\"place\", ' \\\\(.*$', '')",
            11.0,
            theme::INK,
            6,
            5,
        ),
        "sectors" => names(
            "\"sector\"",
            11.0,
            theme::MUTED,
            if areas { 4 } else { 2 },
            4,
        ),
        "clusters" => Names {
            bold: true,
            ..names("'C' || \"cluster\"", 13.0, theme::CLUSTER, 8, 9)
        },
        "incidents" => Names {
            from_scale: 500_000,
            ..names("\"place\"", 10.0, theme::INK, 6, 3)
        },
        _ => return None,
    };
    Some(names.xml(&colours))
}

impl Names {
    fn xml(&self, colours: &Colours) -> String {
        let (weight, style) = if self.bold {
            (75, "Bold")
        } else {
            (50, "Regular")
        };
        let mut of = String::new();
        escape(&mut of, self.of);
        // Points of type, of which there are 72 to the inch.
        let size = round_to(self.px * 0.75, 2);
        format!(
            "<labeling type=\"simple\">\n<settings calloutType=\"simple\">\n\
             <text-style fieldName=\"{of}\" isExpression=\"1\" fontFamily=\"Noto Sans\" namedStyle=\"{style}\" \
             fontWeight=\"{weight}\" fontItalic=\"0\" fontSize=\"{size}\" fontSizeUnit=\"Point\" textColor=\"{}\" \
             textOpacity=\"1\" multilineHeight=\"1\" capitalization=\"0\" blendMode=\"0\">\n\
             <text-buffer bufferDraw=\"1\" bufferSize=\"0.7\" bufferSizeUnits=\"MM\" bufferColor=\"{}\" \
             bufferOpacity=\"0.9\" bufferNoFill=\"1\" bufferJoinStyle=\"128\" bufferBlendMode=\"0\"/>\n\
             </text-style>\n\
             <placement placement=\"{}\" placementFlags=\"10\" polygonPlacementFlags=\"2\" dist=\"0.8\" distUnits=\"MM\" \
             priority=\"{}\" predefinedPositionOrder=\"R,TR,BR,L,TL,BL,TSR,BSR\" offsetType=\"1\" quadOffset=\"4\" \
             centroidInside=\"1\" centroidWhole=\"0\" fitInPolygonOnly=\"0\" repeatDistance=\"0\"/>\n\
             <rendering drawLabels=\"1\" scaleVisibility=\"{}\" scaleMin=\"0\" scaleMax=\"{}\" displayAll=\"0\" obstacle=\"1\" \
             obstacleFactor=\"1\" obstacleType=\"1\" upsidedownLabels=\"0\" labelPerPart=\"0\" mergeLines=\"1\" \
             limitNumLabels=\"0\" minFeatureSize=\"0\" zIndex=\"0\" fontLimitPixelSize=\"0\"/>\n\
             </settings>\n</labeling>\n",
            colours.of_ink(self.ink),
            colours.of_ink(theme::PAPER),
            self.placement,
            self.priority,
            u8::from(self.from_scale > 0),
            self.from_scale,
        )
    }
}
