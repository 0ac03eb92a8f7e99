//! Lines with letters of further scripts, which are written in pieces.

use super::{Anchor, Canvas, TextLine, escape, write_number};
use crate::render::text::{self, Piece, Pieces, Step, Weight};

impl Canvas<'_> {
    /// Writes a line in pieces that each say where they begin.
    ///
    /// Pieces are painted one after the other, so the halo of one would lie over the letters before it.
    /// The halo is an outline of its own under all of them; only pieces with letters that are written
    /// from right to left keep theirs, since they stand apart.
    pub(super) fn text_in_pieces(&mut self, line: &TextLine<'_>, content: &str, pieces: &Pieces) {
        let set = &line.lettering;
        let spacing = set.letter_spacing_px;
        let width = pieces.width_em * set.size_px + pieces.gaps as f64 * spacing;
        let left = line.x
            - match set.anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => width / 2.0,
                Anchor::End => width,
            };
        let baseline = line.y + set.vertical.baseline_em() * set.size_px;
        let placed: Vec<(f64, &Piece)> = pieces
            .parts
            .iter()
            .map(|it| {
                (
                    left + it.at_em * set.size_px + it.gaps_before as f64 * spacing,
                    it,
                )
            })
            .collect();
        let mut outlined = vec![false; placed.len()];
        if let Some(halo) = set.halo() {
            let mut path = String::new();
            for ((x, piece), outlined) in placed.iter().zip(&mut outlined) {
                let run = &content[piece.range.clone()];
                let steps = text::outline(run, piece.script, set.weight, spacing / set.size_px);
                for step in steps.iter().flatten() {
                    write_step(&mut path, *step, (*x, baseline), set.size_px);
                }
                *outlined = steps.is_some();
            }
            if !path.is_empty() {
                self.put(format_args!("<path d=\"{path}\" fill=\"none\""));
                self.colour("stroke", halo.ink);
                self.number("stroke-width", 2.0 * halo.width_px);
                self.turned(line);
                self.out.push_str("/>\n");
            }
        }
        self.out.push_str("<text");
        self.number("y", baseline);
        self.number("font-size", set.size_px);
        if set.weight == Weight::Bold {
            self.out.push_str(" font-weight=\"bold\"");
        }
        if spacing != 0.0 {
            self.number("letter-spacing", spacing);
        }
        self.colour("fill", set.ink);
        self.turned(line);
        self.out.push('>');
        for ((x, piece), outlined) in placed.iter().zip(outlined) {
            self.out.push_str("<tspan");
            self.number("x", *x);
            if let Some(script) = piece.script {
                let family = script.family();
                self.put(format_args!(" font-family=\"'{family}', sans-serif\""));
                if spacing != 0.0 && !script.takes_spacing() {
                    self.out.push_str(" letter-spacing=\"0\"");
                }
            }
            if !outlined {
                self.halo(set);
            }
            self.out.push('>');
            escape(self.out, &content[piece.range.clone()]);
            self.out.push_str("</tspan>");
        }
        self.out.push_str("</text>\n");
    }
}

/// Writes a step of an outline that begins at a place.
fn write_step(path: &mut String, step: Step, (x, y): (f64, f64), size_px: f64) {
    let (letter, points): (char, &[[f64; 2]]) = match &step {
        Step::Move(to) => ('M', std::slice::from_ref(to)),
        Step::Line(to) => ('L', std::slice::from_ref(to)),
        Step::Quadratic(to) => ('Q', to),
        Step::Cubic(to) => ('C', to),
        Step::Close => ('Z', &[]),
    };
    path.push(letter);
    for (place, [right, up]) in points.iter().enumerate() {
        if place > 0 {
            path.push(' ');
        }
        write_number(path, x + right * size_px);
        path.push(' ');
        write_number(path, y - up * size_px);
    }
}
