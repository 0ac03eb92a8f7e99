//! How features look: colours, widths and shapes of our maps on white paper.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;

use super::value;
use crate::analysis::Analysis;
use crate::export::layers::{Feature, Layer, Value};
use crate::export::qml::on_white;
use crate::incident::Figures;
use crate::located::LocatedIncident;
use crate::render::canvas::{Dash, Ink, Paint};
use crate::render::elements;
use crate::render::palette::Palette;
use crate::render::raster;
use crate::render::theme::{self, Doubt, Look, Symbol, Symbols};
use crate::units::round_to;

/// What marks are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icons {
    /// The mark of the viewer in the colour of the kind.
    Tinted,
    /// Pictures of ours beside the document.
    Packed,
}

/// The styles of one analysis.
pub(super) struct Styles {
    palette: &'static Palette,
    symbols: Symbols,
    icons: Icons,
    /// The marks that incidents have.
    marks: BTreeSet<Mark>,
}

/// A mark of an incident.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    /// The place of its symbol.
    symbol: usize,
    look: Look,
    /// The doubt that its outline shows.
    doubt: Option<Doubt>,
}

impl Mark {
    fn of(
        analysis: &Analysis,
        symbols: &Symbols,
        icons: Icons,
        incident: &LocatedIncident,
    ) -> Mark {
        let report = &incident.incident;
        let look = Look::of(analysis, incident);
        // Marks of the viewer have no outline.
        let shown = icons == Icons::Packed && look != Look::NotCounted;
        Mark {
            symbol: symbols.place_of(&report.event_type).unwrap_or(0),
            look,
            doubt: Doubt::of(report.claim_status).filter(|_| shown),
        }
    }

    /// What its style is called.
    fn name(self) -> String {
        let look = match self.look {
            Look::Placed => "",
            Look::Uncertain => "-uncertain",
            Look::NotCounted => "-not-counted",
        };
        let doubt = match self.doubt {
            None => "",
            Some(Doubt::Contested) => "-contested",
            Some(Doubt::Unconfirmed) => "-unconfirmed",
        };
        format!("kind-{}{look}{doubt}", self.symbol + 1)
    }

    fn picture_name(self) -> String {
        format!("marks/{}.png", self.name())
    }
}

/// Side of a picture of a mark, and radius of the mark in it, in pixels.
const PICTURE: f64 = 64.0;
const RADIUS: f64 = 17.0;
/// How much larger than on our maps lines are in it.
const ENLARGED: f64 = 2.5;
/// The scale at which such a picture is half as wide, which viewers draw 32 pixels wide at a scale of 1.
const SCALE: f64 = 0.8;

impl Styles {
    pub(super) fn of(analysis: &Analysis, icons: Icons) -> Styles {
        let symbols = Symbols::of(analysis);
        let marks = analysis
            .incidents
            .iter()
            .map(|incident| Mark::of(analysis, &symbols, icons, incident))
            .collect();
        Styles {
            palette: on_white(analysis.style.theme),
            symbols,
            icons,
            marks,
        }
    }

    /// What the looks of marks mean.
    pub(super) fn in_words(&self, analysis: &Analysis) -> String {
        theme::looks_in_words(analysis, self.icons == Icons::Packed)
    }

    /// Writes all styles that features refer to.
    pub(super) fn write(&self, out: &mut String) {
        for mark in &self.marks {
            self.mark(out, *mark);
        }
        let ink = |ink, px| (Some((ink, px)), None);
        let cluster = (Some((theme::CLUSTER, 1.8)), None);
        let corridor = (None, Some(theme::CORRIDOR));
        let disc = (
            Some((theme::INK.with_alpha(0.4), 1.0)),
            Some(theme::INK.with_alpha(0.06)),
        );
        let styles = [
            ("border", ink(theme::INK, 1.8)),
            ("rival_borders", ink(theme::RIVAL, 1.4)),
            ("sectors-1", ink(theme::INK, 3.6)),
            ("sectors-2", ink(theme::MUTED, 3.6)),
            ("clusters", cluster),
            ("corridor", corridor),
            ("uncertainty", disc),
        ];
        for (id, (line, fill)) in styles {
            let _ = writeln!(out, "<Style id=\"style-of-{id}\">");
            if let Some((ink, px)) = line {
                let _ = writeln!(
                    out,
                    "<LineStyle><color>{}</color><width>{px}</width></LineStyle>",
                    self.colour(ink)
                );
            }
            // A line has none, and does not mind.
            let (colour, filled) = fill.map_or((theme::PAPER, 0), |ink| (ink, 1));
            let _ = writeln!(
                out,
                "<PolyStyle><color>{}</color><fill>{filled}</fill><outline>{}</outline></PolyStyle>",
                self.colour(colour),
                u8::from(line.is_some())
            );
            out.push_str(BALLOON);
            out.push_str("</Style>\n");
        }
    }

    fn mark(&self, out: &mut String, mark: Mark) {
        let _ = writeln!(out, "<Style id=\"{}\">\n<IconStyle>", mark.name());
        if self.icons == Icons::Tinted
            && let Some(symbol) = self.symbols.all().get(mark.symbol)
        {
            let alpha = match mark.look {
                Look::Placed => 1.0,
                Look::Uncertain => 0.7,
                Look::NotCounted => 0.4,
            };
            let _ = writeln!(
                out,
                "<color>{}</color>",
                self.colour(symbol.ink.with_alpha(alpha))
            );
        }
        let _ = writeln!(out, "<scale>{SCALE}</scale>");
        if self.icons == Icons::Packed {
            let _ = writeln!(
                out,
                "<Icon><href>{}</href></Icon>\n\
                 <hotSpot x=\"0.5\" y=\"0.5\" xunits=\"fraction\" yunits=\"fraction\"/>",
                mark.picture_name()
            );
        }
        let _ = writeln!(
            out,
            "</IconStyle>\n<LabelStyle><color>{}</color><scale>0.6</scale></LabelStyle>\n{BALLOON}</Style>",
            self.colour(theme::PAPER)
        );
    }

    /// The pictures that styles refer to, with their names.
    pub(super) fn pictures(&self) -> io::Result<Vec<(String, Vec<u8>)>> {
        let mut pictures = Vec::new();
        if self.icons == Icons::Packed {
            for mark in &self.marks {
                if let Some(symbol) = self.symbols.all().get(mark.symbol) {
                    let picture = raster::png(&self.picture(symbol, *mark), 1.0)
                        .map_err(|error| io::Error::other(error.to_string()))?;
                    pictures.push((mark.picture_name(), picture));
                }
            }
        }
        Ok(pictures)
    }

    /// A mark as SVG.
    fn picture(&self, symbol: &Symbol, mark: Mark) -> String {
        let paint = mark.look.paint(symbol.ink);
        let Paint { fill, stroke } = match mark.doubt {
            Some(doubt) => doubt.over(paint),
            None => paint,
        };
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{PICTURE}\" height=\"{PICTURE}\"><path d=\""
        );
        let corners = elements::outline(symbol.shape, RADIUS);
        for (number, (x, y)) in corners.iter().enumerate() {
            let to = if number == 0 { 'M' } else { 'L' };
            let at = |value: f64| round_to(value + PICTURE / 2.0, 2);
            let _ = write!(svg, "{to}{} {}", at(*x), at(*y));
        }
        svg.push_str("Z\"");
        let mut paint = |what: &str, ink: Ink| {
            let [red, green, blue] = self.palette.rgb(ink.hue, ink.tone);
            let _ = write!(
                svg,
                " {what}=\"#{red:02x}{green:02x}{blue:02x}\" {what}-opacity=\"{}\"",
                ink.alpha
            );
        };
        if let Some(fill) = fill {
            // On pictures of the ground pale fills would be lost.
            paint("fill", fill.with_alpha(fill.alpha.max(0.5)));
        }
        if let Some(stroke) = stroke {
            paint("stroke", stroke.ink);
            let _ = write!(svg, " stroke-width=\"{}\"", stroke.width_px * ENLARGED);
            if let Dash::Pattern { on_px, off_px } = stroke.dash {
                let [on, off] = [on_px, off_px].map(|it| it * ENLARGED);
                let _ = write!(svg, " stroke-dasharray=\"{on} {off}\"");
            }
        }
        svg.push_str(" stroke-linejoin=\"round\"/></svg>");
        svg
    }

    /// The style of an incident: that of its kind and look, its size by deaths.
    pub(super) fn of_incident(
        &self,
        out: &mut String,
        analysis: &Analysis,
        incident: &LocatedIncident,
    ) {
        let mark = Mark::of(analysis, &self.symbols, self.icons, incident);
        let _ = writeln!(out, "<styleUrl>#{}</styleUrl>", mark.name());
        let deaths = incident.incident.deaths;
        let times = theme::mark_radius(deaths) / theme::mark_radius(Figures::default());
        if mark.look != Look::NotCounted && times > 1.0 {
            let _ = writeln!(
                out,
                "<Style><IconStyle><scale>{}</scale></IconStyle></Style>",
                round_to(SCALE * times, 2)
            );
        }
    }

    /// The style of a feature of another layer.
    pub(super) fn of_layer(
        &self,
        out: &mut String,
        layer: &Layer<'_>,
        feature: &Feature<'_>,
        place: usize,
    ) {
        if layer.name == "sectors" {
            let _ = writeln!(
                out,
                "<styleUrl>#style-of-sectors-{}</styleUrl>",
                1 + place % 2
            );
        } else {
            let _ = writeln!(out, "<styleUrl>#style-of-{}</styleUrl>", layer.name);
        }
        // As broken outlines on our maps: KML has none.
        if let Some(Value::Real(stability)) = value(layer, feature, "stability")
            && *stability < 0.5
        {
            let _ = writeln!(
                out,
                "<Style><LineStyle><color>{}</color><width>1.8</width></LineStyle></Style>",
                self.colour(theme::CLUSTER.with_alpha(0.5))
            );
        }
    }

    /// A colour as KML has it: opacity, blue, green, red.
    fn colour(&self, ink: Ink) -> String {
        let [red, green, blue] = self.palette.rgb(ink.hue, ink.tone);
        let alpha = (ink.alpha.clamp(0.0, 1.0) * 255.0).round() as u8;
        format!("{alpha:02x}{blue:02x}{green:02x}{red:02x}")
    }
}

/// The description alone; without it viewers add ways to and from the place.
const BALLOON: &str = "<BalloonStyle><text>$[description]</text></BalloonStyle>\n";
