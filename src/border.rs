//! The border line: parts joined to directed chains, and chainage along them.

use std::collections::VecDeque;
use std::ops::Range;

use crate::geodesy::{GeodesicSegment, Position, distance};
use crate::index::PositionIndex;
use crate::units::Metres;

/// Longer segments are cut into pieces of at most this length, all on the same geodesic: the index's
/// bound is then as tight as 2 m, and a piece is short against the Earth.
const LONGEST_PIECE: Metres = Metres(10_000.0);

/// One line string of the input, before joining.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its vertices, in its own direction.
    pub vertices: Vec<Position>,
    /// The country to the left, if the input names it.
    pub left: Option<String>,
    /// The country to the right, if the input names it.
    pub right: Option<String>,
}

/// Why parts make no border line.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InvalidBorder {
    /// No part at all.
    #[error("no line in it")]
    Empty,
    /// A part without two different vertices; parts count from 1.
    #[error("line {part} has fewer than two different vertices")]
    NoLength {
        /// The part, from 1.
        part: usize,
    },
}

/// A run of the line without a gap.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Chainage of its start.
    pub start: Metres,
    /// Chainage of its end.
    pub end: Metres,
    /// Whether it ends where it starts.
    pub closed: bool,
    /// How many vertices it has (a closed chain's first vertex counted once).
    pub vertices: usize,
    pieces: Range<usize>,
}

/// A stretch of geodesic of at most 10 km with its place on the line.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// The geodesic.
    pub segment: GeodesicSegment,
    /// Chainage of its start.
    pub start: Metres,
    /// The chain it belongs to.
    pub chain: usize,
}

/// What was done to make chains of the parts, for the reader to check.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assembly {
    /// Parts read.
    pub parts: usize,
    /// Places where the ends of two parts were joined.
    pub joins: usize,
    /// Parts that were turned around.
    pub reversed: usize,
    /// Repeated vertices that were dropped.
    pub repeated_vertices: usize,
    /// Places where three or more ends meet, which are left apart.
    pub junctions: Vec<Position>,
    /// The gap from the end of each chain to the start of the next.
    pub gaps: Vec<Metres>,
    /// Whether parts name different countries for the same side of the joined line.
    pub names_disagree: bool,
}

/// A border line of one or more directed chains. Between two neighbouring vertices it runs along the
/// geodesic. Chainage runs through all chains in order; a gap between two chains adds nothing.
#[derive(Clone, Debug)]
pub struct Border {
    chains: Vec<Chain>,
    pieces: Vec<Piece>,
    length: Metres,
    left: Option<String>,
    right: Option<String>,
    assembly: Assembly,
}

impl Border {
    /// Joins parts whose ends are within `tolerance` of each other, whatever their order and
    /// direction, and measures the result.
    ///
    /// Where exactly two ends meet they are joined; where more meet, nothing is (the place is listed
    /// as a junction). A chain runs in the direction that the greater length of its parts has; chains
    /// follow each other in the order of their first part in the input. Joined ends that differ by
    /// less than the tolerance both stay as vertices. O(n log n).
    ///
    /// # Errors
    /// [`InvalidBorder`] where there is no part, or a part without length.
    pub fn assemble(parts: &[Part], tolerance: Metres) -> Result<Border, InvalidBorder> {
        if parts.is_empty() {
            return Err(InvalidBorder::Empty);
        }
        let mut assembly = Assembly {
            parts: parts.len(),
            ..Assembly::default()
        };
        let mut cleaned = Vec::with_capacity(parts.len());
        for (number, part) in parts.iter().enumerate() {
            let mut vertices = part.vertices.clone();
            vertices.dedup();
            assembly.repeated_vertices += part.vertices.len() - vertices.len();
            if vertices.len() < 2 {
                return Err(InvalidBorder::NoLength { part: number + 1 });
            }
            cleaned.push(vertices);
        }
        let lengths: Vec<Metres> = cleaned
            .iter()
            .map(|vertices| {
                vertices
                    .windows(2)
                    .map(|pair| distance(pair[0], pair[1]))
                    .sum()
            })
            .collect();
        let runs = Ends::new(&cleaned, tolerance, &mut assembly).runs(&lengths);

        let mut lines = Vec::with_capacity(runs.len());
        let mut names = NameVotes::default();
        for run in &runs {
            let mut vertices: Vec<Position> = Vec::new();
            for step in &run.steps {
                let part = &cleaned[step.part];
                if step.reversed {
                    vertices.extend(part.iter().rev());
                } else {
                    vertices.extend(part);
                }
                names.add(&parts[step.part], step.reversed, lengths[step.part]);
            }
            vertices.dedup();
            assembly.joins += run.steps.len() - 1 + usize::from(run.closed && run.steps.len() > 1);
            assembly.reversed += run.steps.iter().filter(|step| step.reversed).count();
            lines.push((vertices, run.closed));
        }
        assembly.names_disagree = names.disagree();
        let (left, right) = names.winner();
        let mut border = Border::measure(lines, left, right);
        assembly.gaps = border.gaps();
        border.assembly = assembly;
        Ok(border)
    }

    /// Lays pieces and chainages along finished chains of at least two different vertices each.
    fn measure(
        lines: Vec<(Vec<Position>, bool)>,
        left: Option<String>,
        right: Option<String>,
    ) -> Border {
        let mut chains = Vec::with_capacity(lines.len());
        let mut pieces = Vec::new();
        let mut chainage = Metres::ZERO;
        for (number, (mut vertices, closed)) in lines.into_iter().enumerate() {
            if closed && vertices.first() != vertices.last() {
                vertices.push(vertices[0]);
            }
            let first = pieces.len();
            let start = chainage;
            for pair in vertices.windows(2) {
                for segment in cut(GeodesicSegment::new(pair[0], pair[1])) {
                    pieces.push(Piece {
                        segment,
                        start: chainage,
                        chain: number,
                    });
                    chainage += segment.length();
                }
            }
            chains.push(Chain {
                start,
                end: chainage,
                closed,
                vertices: vertices.len() - usize::from(closed),
                pieces: first..pieces.len(),
            });
        }
        Border {
            chains,
            pieces,
            length: chainage,
            left,
            right,
            assembly: Assembly::default(),
        }
    }

    /// The same line run the other way: chainage c becomes length − c, left and right change places.
    #[must_use]
    pub fn reversed(&self) -> Border {
        let lines = self
            .chains
            .iter()
            .rev()
            .map(|chain| {
                let mut vertices = self.chain_vertices(chain);
                vertices.reverse();
                (vertices, chain.closed)
            })
            .collect();
        let mut border = Border::measure(lines, self.right.clone(), self.left.clone());
        border.assembly = Assembly {
            gaps: border.gaps(),
            ..self.assembly.clone()
        };
        border
    }

    /// The same line with other names for its sides; `None` keeps the name it has.
    #[must_use]
    pub fn with_sides(mut self, left: Option<String>, right: Option<String>) -> Border {
        self.left = left.or(self.left);
        self.right = right.or(self.right);
        self
    }

    /// Total length, gaps left out.
    pub const fn length(&self) -> Metres {
        self.length
    }

    /// The chains in order of chainage; at least one.
    pub fn chains(&self) -> &[Chain] {
        &self.chains
    }

    /// The pieces in order of chainage; at least one.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Name of the country to the left, looking along the line, if known.
    pub fn left(&self) -> Option<&str> {
        self.left.as_deref()
    }

    /// Name of the country to the right, looking along the line, if known.
    pub fn right(&self) -> Option<&str> {
        self.right.as_deref()
    }

    /// What was joined and what was left apart.
    pub fn assembly(&self) -> &Assembly {
        &self.assembly
    }

    /// How many vertices the line has.
    pub fn vertices(&self) -> usize {
        self.chains.iter().map(|chain| chain.vertices).sum()
    }

    /// The piece before this one on its chain, around the corner on a closed chain; `None` at the
    /// start of an open one.
    pub fn piece_before(&self, piece: usize) -> Option<&Piece> {
        let chain = &self.chains[self.pieces[piece].chain];
        if piece > chain.pieces.start {
            Some(&self.pieces[piece - 1])
        } else if chain.closed {
            self.pieces.get(chain.pieces.end - 1)
        } else {
            None
        }
    }

    /// The piece after this one on its chain, around the corner on a closed chain; `None` at the end
    /// of an open one.
    pub fn piece_after(&self, piece: usize) -> Option<&Piece> {
        let chain = &self.chains[self.pieces[piece].chain];
        if piece + 1 < chain.pieces.end {
            Some(&self.pieces[piece + 1])
        } else if chain.closed {
            self.pieces.get(chain.pieces.start)
        } else {
            None
        }
    }

    /// The position at a chainage, clamped to the line. Where one chain ends and the next begins the
    /// start of the next is returned. O(log n).
    pub fn at(&self, chainage: Metres) -> Position {
        let after = self.pieces.partition_point(|piece| piece.start <= chainage);
        let piece = &self.pieces[after.saturating_sub(1)];
        piece.segment.at(chainage - piece.start).0
    }

    /// The stretch of the line between two chainages, as one list of positions for each chain that it
    /// touches for more than a point; vertices and the joints of pieces are kept. Chainages beyond the
    /// line are clamped; an empty interval gives nothing.
    pub fn slice(&self, from: Metres, to: Metres) -> Vec<Vec<Position>> {
        self.chains
            .iter()
            .filter_map(|chain| {
                let from = from.max(chain.start);
                let to = to.min(chain.end);
                if from >= to {
                    return None;
                }
                let mut line = Vec::new();
                for piece in &self.pieces[chain.pieces.clone()] {
                    let end = piece.start + piece.segment.length();
                    if end <= from || piece.start >= to {
                        continue;
                    }
                    if line.is_empty() {
                        line.push(piece.segment.at(from - piece.start).0);
                    }
                    line.push(piece.segment.at(to - piece.start).0);
                }
                line.dedup();
                (line.len() > 1).then_some(line)
            })
            .collect()
    }

    fn chain_vertices(&self, chain: &Chain) -> Vec<Position> {
        let pieces = &self.pieces[chain.pieces.clone()];
        let mut vertices: Vec<Position> =
            pieces.iter().map(|piece| piece.segment.start()).collect();
        vertices.extend(pieces.last().map(|piece| piece.segment.end()));
        vertices
    }

    fn gaps(&self) -> Vec<Metres> {
        self.chains
            .windows(2)
            .map(|pair| {
                let end = self.pieces[pair[0].pieces.end - 1].segment.end();
                let start = self.pieces[pair[1].pieces.start].segment.start();
                distance(end, start)
            })
            .collect()
    }
}

/// Cuts a segment into equal pieces of at most [`LONGEST_PIECE`].
fn cut(segment: GeodesicSegment) -> Vec<GeodesicSegment> {
    let count = (segment.length() / LONGEST_PIECE).ceil().max(1.0) as usize;
    if count == 1 {
        return vec![segment];
    }
    let joints: Vec<Position> = (0..=count)
        .map(|joint| {
            segment
                .at(segment.length() * (joint as f64 / count as f64))
                .0
        })
        .collect();
    joints
        .windows(2)
        .map(|pair| GeodesicSegment::new(pair[0], pair[1]))
        .collect()
}

/// A part and the direction in which a chain runs through it.
#[derive(Clone, Copy)]
struct Step {
    part: usize,
    reversed: bool,
}

struct Run {
    steps: VecDeque<Step>,
    closed: bool,
}

/// Which ends of which parts meet. End 2p is the start of part p, end 2p + 1 its end.
struct Ends {
    /// The one other end that meets this end, if exactly one does.
    partner: Vec<Option<usize>>,
}

impl Ends {
    fn new(parts: &[Vec<Position>], tolerance: Metres, assembly: &mut Assembly) -> Ends {
        let ends: Vec<Position> = parts
            .iter()
            .flat_map(|vertices| [vertices[0], vertices[vertices.len() - 1]])
            .collect();
        let index = PositionIndex::new(ends.iter().copied());
        let meets: Vec<Vec<usize>> = ends
            .iter()
            .enumerate()
            .map(|(end, &at)| {
                let mut others = index.within(at, tolerance);
                others.retain(|&other| other != end);
                others
            })
            .collect();
        let partner = meets
            .iter()
            .enumerate()
            .map(|(end, others)| match others[..] {
                [other] if meets[other] == [end] => Some(other),
                _ => None,
            })
            .collect();
        for (end, others) in meets.iter().enumerate() {
            // Each junction is listed once, by its lowest end.
            if others.len() > 1 && others.iter().all(|&other| other > end) {
                assembly.junctions.push(ends[end]);
            }
        }
        Ends { partner }
    }

    /// Follows the partners to runs, each in the direction of the greater length.
    fn runs(&self, lengths: &[Metres]) -> Vec<Run> {
        let mut taken = vec![false; lengths.len()];
        let mut runs = Vec::new();
        for first in 0..lengths.len() {
            if taken[first] {
                continue;
            }
            taken[first] = true;
            let mut steps = VecDeque::from([Step {
                part: first,
                reversed: false,
            }]);
            let mut leaving = 2 * first + 1;
            let mut closed = false;
            while let Some(entering) = self.partner[leaving] {
                let part = entering / 2;
                if taken[part] {
                    closed = true;
                    break;
                }
                taken[part] = true;
                let reversed = entering % 2 == 1;
                steps.push_back(Step { part, reversed });
                leaving = entering ^ 1;
            }
            let mut arriving = 2 * first;
            while !closed && let Some(from) = self.partner[arriving] {
                let part = from / 2;
                if taken[part] {
                    break;
                }
                taken[part] = true;
                let reversed = from % 2 == 0;
                steps.push_front(Step { part, reversed });
                arriving = from ^ 1;
            }
            let balance: f64 = steps
                .iter()
                .map(|step| lengths[step.part].0 * if step.reversed { -1.0 } else { 1.0 })
                .sum();
            if balance < 0.0 {
                steps = steps
                    .into_iter()
                    .rev()
                    .map(|step| Step {
                        reversed: !step.reversed,
                        ..step
                    })
                    .collect();
            }
            runs.push(Run { steps, closed });
        }
        runs
    }
}

/// The names of the left and the right side, as far as they are given.
type Names = (Option<String>, Option<String>);

/// The names that parts give to the sides of the joined line, weighed by length.
#[derive(Default)]
struct NameVotes(Vec<(Names, Metres)>);

impl NameVotes {
    fn add(&mut self, part: &Part, reversed: bool, length: Metres) {
        if part.left.is_none() && part.right.is_none() {
            return;
        }
        let names = if reversed {
            (part.right.clone(), part.left.clone())
        } else {
            (part.left.clone(), part.right.clone())
        };
        match self.0.iter_mut().find(|(held, _)| *held == names) {
            Some((_, weight)) => *weight += length,
            None => self.0.push((names, length)),
        }
    }

    fn disagree(&self) -> bool {
        self.0.len() > 1
    }

    /// The names of the greater length; the first given on a tie.
    fn winner(self) -> Names {
        let mut best: Option<(Names, Metres)> = None;
        for vote in self.0 {
            if best.as_ref().is_none_or(|held| vote.1 > held.1) {
                best = Some(vote);
            }
        }
        best.map(|(names, _)| names).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    fn position(longitude: f64, latitude: f64) -> Position {
        Position::new(longitude, latitude).unwrap()
    }

    fn part(vertices: &[(f64, f64)]) -> Part {
        Part {
            vertices: vertices.iter().map(|&(x, y)| position(x, y)).collect(),
            ..Part::default()
        }
    }

    const TOLERANCE: Metres = Metres(1.0);

    #[test]
    fn pieces_join_in_any_order_and_direction() {
        let line: Vec<(f64, f64)> = (0..41)
            .map(|i| {
                (
                    70.0 + 0.02 * f64::from(i),
                    33.0 + (f64::from(i) * 0.7).sin() * 0.05,
                )
            })
            .collect();
        let whole = Border::assemble(&[part(&line)], TOLERANCE).unwrap();
        let mut dice = Dice::new(3);
        for _ in 0..20 {
            let mut parts: Vec<Part> = line.windows(2).map(part).collect();
            let mut turned = 0.0;
            for part in &mut parts {
                if dice.unit() < 0.4 {
                    part.vertices.reverse();
                    turned += distance(part.vertices[0], part.vertices[1]).0;
                }
            }
            dice.shuffle(&mut parts);
            let joined = Border::assemble(&parts, TOLERANCE).unwrap();
            assert_eq!(joined.chains().len(), 1);
            assert_eq!(joined.assembly().joins, 39);
            assert!((joined.length().0 - whole.length().0).abs() < 1e-6);
            let starts_at = if turned < whole.length().0 / 2.0 {
                line[0]
            } else {
                line[40]
            };
            assert_eq!(joined.at(Metres::ZERO), position(starts_at.0, starts_at.1));
        }
    }

    #[test]
    fn gaps_add_nothing_and_junctions_stay_apart() {
        let parts = [
            part(&[(70.0, 33.0), (70.1, 33.0)]),
            part(&[(70.5, 33.0), (70.6, 33.0)]),
        ];
        let border = Border::assemble(&parts, TOLERANCE).unwrap();
        assert_eq!(border.chains().len(), 2);
        assert_eq!(border.chains()[0].end, border.chains()[1].start);
        assert!((border.assembly().gaps[0].0 - 37_370.0).abs() < 100.0);
        assert_eq!(border.at(border.chains()[1].start), position(70.5, 33.0));

        let star = [
            part(&[(70.0, 33.0), (70.1, 33.0)]),
            part(&[(70.1, 33.0), (70.2, 33.0)]),
            part(&[(70.1, 33.0), (70.1, 33.1)]),
        ];
        let border = Border::assemble(&star, TOLERANCE).unwrap();
        assert_eq!(border.chains().len(), 3);
        assert_eq!(border.assembly().junctions, [position(70.1, 33.0)]);
    }

    #[test]
    fn rings_close() {
        let ring = [
            part(&[(70.0, 33.0), (70.1, 33.0)]),
            part(&[(70.1, 33.1), (70.1, 33.0)]),
            part(&[(70.1, 33.1), (70.0, 33.0)]),
        ];
        let border = Border::assemble(&ring, TOLERANCE).unwrap();
        assert_eq!(border.chains().len(), 1);
        let chain = &border.chains()[0];
        assert!(chain.closed);
        assert_eq!(chain.vertices, 3);
        assert!(border.piece_before(0).is_some());
        let whole = part(&[(70.0, 33.0), (70.1, 33.0), (70.1, 33.1), (70.0, 33.0)]);
        let border = Border::assemble(&[whole], TOLERANCE).unwrap();
        assert!(border.chains()[0].closed);
        assert_eq!(border.chains()[0].vertices, 3);
    }

    #[test]
    fn names_turn_with_their_part() {
        let mut parts = [
            part(&[(70.0, 33.0), (70.3, 33.0)]),
            part(&[(70.4, 33.0), (70.3, 33.0)]),
        ];
        parts[0].left = Some("North".into());
        parts[0].right = Some("South".into());
        parts[1].left = Some("South".into());
        parts[1].right = Some("North".into());
        let border = Border::assemble(&parts, TOLERANCE).unwrap();
        assert_eq!(
            (border.left(), border.right()),
            (Some("North"), Some("South"))
        );
        assert!(!border.assembly().names_disagree);
        assert_eq!(border.assembly().reversed, 1);
        assert_eq!(border.reversed().left(), Some("South"));
        parts[1].left = Some("North".into());
        assert!(
            Border::assemble(&parts, TOLERANCE)
                .unwrap()
                .assembly()
                .names_disagree
        );
    }

    #[test]
    fn slices_add_up_to_the_line() {
        let parts = [
            part(&[(70.0, 33.0), (71.0, 33.4), (71.2, 34.0)]),
            part(&[(72.0, 34.0), (72.4, 34.2)]),
        ];
        let border = Border::assemble(&parts, TOLERANCE).unwrap();
        let bounds: Vec<Metres> = (0..=7)
            .map(|i| border.length() * (f64::from(i) / 7.0))
            .collect();
        let measured: f64 = bounds
            .windows(2)
            .flat_map(|bound| border.slice(bound[0], bound[1]))
            .map(|line| {
                line.windows(2)
                    .map(|pair| distance(pair[0], pair[1]).0)
                    .sum::<f64>()
            })
            .sum();
        assert!((measured - border.length().0).abs() < 1e-6);
        assert!(border.slice(Metres(5.0), Metres(5.0)).is_empty());
    }

    #[test]
    fn lines_without_length_are_refused() {
        assert_eq!(
            Border::assemble(&[], TOLERANCE).unwrap_err(),
            InvalidBorder::Empty
        );
        let still = part(&[(70.0, 33.0), (70.0, 33.0)]);
        assert_eq!(
            Border::assemble(&[still], TOLERANCE).unwrap_err(),
            InvalidBorder::NoLength { part: 1 }
        );
    }
}
