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
    /// How far the true line may lie to either side of it, if the input says so.
    pub uncertainty: Option<Metres>,
    /// Whom the input asks to name with it, and under which licence; or empty.
    pub notice: String,
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
    /// How far the true line may lie to either side of it; `None` where nobody says.
    pub uncertainty: Option<Metres>,
    /// Whether it goes on with the segment of the piece before it, so that no vertex lies between them.
    pub continues: bool,
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
    /// Chains that were turned around because of the names of their sides.
    pub turned_by_names: usize,
    /// Repeated vertices that were dropped.
    pub repeated_vertices: usize,
    /// Places where three or more ends meet, which are left apart.
    pub junctions: Vec<Position>,
    /// The gap from the end of each chain to the start of the next.
    pub gaps: Vec<Metres>,
    /// Whether parts name different countries for the same side of the joined line.
    pub names_disagree: bool,
    /// Whether the line was turned around so that its sides are as the case names them.
    pub turned_to_names: bool,
    /// Whether the case names the sides the other way round than the file does.
    pub names_contradict: bool,
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
    notices: Vec<String>,
}

impl Border {
    /// Joins parts whose ends are within `tolerance` of each other, whatever their order and
    /// direction, and measures the result.
    ///
    /// Where exactly two ends meet they are joined; where more meet, nothing is (the place is listed
    /// as a junction). A chain runs in the direction that the greater length of its parts has, unless the
    /// names of its sides contradict those of the greater length of the whole line: then it is turned. Chains
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
        let mut runs = Ends::new(&cleaned, tolerance, &mut assembly).runs(&lengths);
        assembly.turned_by_names = turn_by_names(&mut runs, parts, &lengths);

        let mut lines = Vec::with_capacity(runs.len());
        let mut names = NameVotes::default();
        for run in &runs {
            let mut line = Line {
                closed: run.closed,
                ..Line::default()
            };
            for step in &run.steps {
                let (part, uncertainty) = (&cleaned[step.part], parts[step.part].uncertainty);
                if step.reversed {
                    line.extend(part.iter().rev().copied(), uncertainty);
                } else {
                    line.extend(part.iter().copied(), uncertainty);
                }
            }
            names.add_run(run, parts, &lengths);
            assembly.joins += run.steps.len() - 1 + usize::from(run.closed && run.steps.len() > 1);
            assembly.reversed += run.steps.iter().filter(|step| step.reversed).count();
            lines.push(line);
        }
        assembly.names_disagree = names.disagree();
        let (left, right) = names.winner();
        let mut border = Border::measure(lines, left, right);
        assembly.gaps = border.gaps();
        border.assembly = assembly;
        for part in parts {
            if !part.notice.is_empty() && !border.notices.contains(&part.notice) {
                border.notices.push(part.notice.clone());
            }
        }
        Ok(border)
    }

    /// A line of closed rings, each with its first position repeated at its end or not, in their order and
    /// direction; rings without three different positions are left out. `None` if none is left.
    pub fn of_rings(rings: impl IntoIterator<Item = Vec<Position>>) -> Option<Border> {
        let lines: Vec<Line> = rings
            .into_iter()
            .filter_map(|ring| {
                let mut line = Line {
                    closed: true,
                    ..Line::default()
                };
                line.extend(ring, None);
                if line.vertices.first() == line.vertices.last() {
                    line.vertices.pop();
                }
                (line.vertices.len() >= 3).then_some(line)
            })
            .collect();
        (!lines.is_empty()).then(|| Border::measure(lines, None, None))
    }

    /// Lays pieces and chainages along finished chains of at least two different vertices each.
    fn measure(lines: Vec<Line>, left: Option<String>, right: Option<String>) -> Border {
        let mut chains = Vec::with_capacity(lines.len());
        let mut pieces = Vec::new();
        let mut chainage = Metres::ZERO;
        for (number, mut line) in lines.into_iter().enumerate() {
            if line.closed && line.vertices.first() != line.vertices.last() {
                line.extend(
                    [line.vertices[0]],
                    line.uncertainties.last().copied().flatten(),
                );
            }
            let first = pieces.len();
            let start = chainage;
            for (pair, &uncertainty) in line.vertices.windows(2).zip(&line.uncertainties) {
                let segments = cut(GeodesicSegment::new(pair[0], pair[1]));
                for (part, segment) in segments.into_iter().enumerate() {
                    pieces.push(Piece {
                        segment,
                        start: chainage,
                        chain: number,
                        uncertainty,
                        continues: part > 0,
                    });
                    chainage += segment.length();
                }
            }
            chains.push(Chain {
                start,
                end: chainage,
                closed: line.closed,
                vertices: line.vertices.len() - usize::from(line.closed),
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
            notices: Vec::new(),
        }
    }

    /// The same line run the other way: chainage c becomes length − c, left and right change places.
    #[must_use]
    pub fn reversed(&self) -> Border {
        let lines = self
            .chains
            .iter()
            .rev()
            .map(|chain| self.line_of(chain).turned())
            .collect();
        Border::measure(lines, self.right.clone(), self.left.clone()).told_as(self)
    }

    /// The same line with its chains in the order and the direction in which another line runs, of which
    /// `chainage` tells the place nearest to a position. The names of the sides stay with their sides where the
    /// greater length is turned around. O(chains) times 33 positions.
    #[must_use]
    pub fn aligned(&self, chainage: impl Fn(Position) -> Metres) -> Border {
        const STEPS: usize = 32;
        let (mut turned, mut kept) = (Metres::ZERO, Metres::ZERO);
        let mut lines: Vec<(Metres, Line)> = self
            .chains
            .iter()
            .map(|chain| {
                let length = chain.end - chain.start;
                let places: Vec<Metres> = (0..=STEPS)
                    .map(|step| {
                        // The end of a chain has the chainage of the next one's start.
                        let share = (step as f64 / STEPS as f64).min(1.0 - 1e-9);
                        chainage(self.at(chain.start + length * share))
                    })
                    .collect();
                let ahead = places.windows(2).filter(|pair| pair[1] > pair[0]).count();
                let back = places.windows(2).filter(|pair| pair[1] < pair[0]).count();
                let middle = places.iter().copied().sum::<Metres>() * (1.0 / places.len() as f64);
                let line = if back > ahead {
                    turned += length;
                    self.line_of(chain).turned()
                } else {
                    kept += length;
                    self.line_of(chain)
                };
                (middle, line)
            })
            .collect();
        lines.sort_by(|a, b| a.0.0.total_cmp(&b.0.0));
        let lines = lines.into_iter().map(|(_, line)| line).collect();
        let (left, right) = (self.left.clone(), self.right.clone());
        let border = if turned > kept {
            Border::measure(lines, right, left)
        } else {
            Border::measure(lines, left, right)
        };
        border.told_as(self)
    }

    /// The same line with other names for its sides; `None` keeps the name it has.
    ///
    /// Where the line bears these names the other way round it is turned around, so that the side that is
    /// asked to be left is left; not so if its direction is fixed: then the names change places and
    /// [`Assembly::names_contradict`] says so. Names are compared without regard to case.
    #[must_use]
    pub fn with_sides(
        self,
        left: Option<String>,
        right: Option<String>,
        fixed_direction: bool,
    ) -> Border {
        let same = |asked: &Option<String>, borne: &Option<String>| {
            let pair = asked.as_deref().zip(borne.as_deref());
            pair.is_some_and(|(asked, borne)| asked.to_lowercase() == borne.to_lowercase())
        };
        let as_asked = same(&left, &self.left) || same(&right, &self.right);
        let exchanged = !as_asked && (same(&left, &self.right) || same(&right, &self.left));
        let mut border = if exchanged && !fixed_direction {
            self.reversed()
        } else {
            self
        };
        if exchanged && fixed_direction {
            std::mem::swap(&mut border.left, &mut border.right);
        }
        border.assembly.turned_to_names |= exchanged && !fixed_direction;
        border.assembly.names_contradict |= exchanged && fixed_direction;
        border.left = left.or(border.left);
        border.right = right.or(border.right);
        border
    }

    /// The same line with an uncertainty where it states none of its own.
    #[must_use]
    pub fn with_uncertainty(mut self, uncertainty: Option<Metres>) -> Border {
        for piece in &mut self.pieces {
            piece.uncertainty = piece.uncertainty.or(uncertainty);
        }
        self
    }

    /// Whether any stretch of the line states how far the true line may lie from it.
    pub fn states_uncertainty(&self) -> bool {
        self.pieces.iter().any(|piece| piece.uncertainty.is_some())
    }

    /// Where the line ends without going on: the start and the end of every chain that is not closed.
    pub fn open_ends(&self) -> impl Iterator<Item = Position> + '_ {
        let open = self.chains.iter().filter(|chain| !chain.closed);
        open.flat_map(|chain| {
            let (first, last) = (chain.pieces.start, chain.pieces.end - 1);
            [
                self.pieces[first].segment.start(),
                self.pieces[last].segment.end(),
            ]
        })
    }

    /// The places through which the line passes, each as often as it does: the start of every piece, and the
    /// end of every chain that is not closed.
    pub fn passes(&self) -> impl Iterator<Item = Position> + '_ {
        let ends = self.chains.iter().filter(|chain| !chain.closed);
        let ends = ends.map(|chain| self.pieces[chain.pieces.end - 1].segment.end());
        self.pieces
            .iter()
            .map(|piece| piece.segment.start())
            .chain(ends)
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

    /// What the input asks to be said with the line: whom to name, and under which licence.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// This line with what is told of another one, which has the same chains.
    fn told_as(mut self, other: &Border) -> Border {
        self.assembly = Assembly {
            gaps: self.gaps(),
            ..other.assembly.clone()
        };
        self.notices.clone_from(&other.notices);
        self
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

    fn line_of(&self, chain: &Chain) -> Line {
        let pieces = &self.pieces[chain.pieces.clone()];
        let segments = || pieces.iter().filter(|piece| !piece.continues);
        let starts = segments().map(|piece| piece.segment.start());
        let end = pieces.last().map(|piece| piece.segment.end());
        Line {
            vertices: starts.chain(end).collect(),
            uncertainties: segments().map(|piece| piece.uncertainty).collect(),
            closed: chain.closed,
        }
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

/// The vertices of a chain before it is measured.
#[derive(Default)]
struct Line {
    vertices: Vec<Position>,
    /// Of each segment, that is one less than vertices.
    uncertainties: Vec<Option<Metres>>,
    /// Whether it ends where it starts, be the first vertex repeated or not.
    closed: bool,
}

impl Line {
    /// Goes on through vertices; repeated ones are left out.
    fn extend(
        &mut self,
        vertices: impl IntoIterator<Item = Position>,
        uncertainty: Option<Metres>,
    ) {
        for vertex in vertices {
            if self.vertices.last() == Some(&vertex) {
                continue;
            }
            if !self.vertices.is_empty() {
                self.uncertainties.push(uncertainty);
            }
            self.vertices.push(vertex);
        }
    }
}

impl Line {
    /// The same line run the other way.
    fn turned(mut self) -> Line {
        self.vertices.reverse();
        self.uncertainties.reverse();
        self
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

impl Run {
    fn turn(&mut self) {
        self.steps = std::mem::take(&mut self.steps)
            .into_iter()
            .rev()
            .map(|step| Step {
                reversed: !step.reversed,
                ..step
            })
            .collect();
    }
}

/// Turns the runs whose parts name the sides the other way round than the greater length of the line does;
/// returns how many. Runs without names stay as they are.
fn turn_by_names(runs: &mut [Run], parts: &[Part], lengths: &[Metres]) -> usize {
    let mut all = NameVotes::default();
    for run in runs.iter() {
        all.add_run(run, parts, lengths);
    }
    let (left, right) = all.winner();
    let other_way = (right.clone(), left.clone());
    let names = (left, right);
    let mut turned = 0;
    for run in runs {
        let mut votes = NameVotes::default();
        votes.add_run(run, parts, lengths);
        if votes.of(&other_way) > votes.of(&names) {
            run.turn();
            turned += 1;
        }
    }
    turned
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
            let mut run = Run { steps, closed };
            if balance < 0.0 {
                run.turn();
            }
            runs.push(run);
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
    fn add_run(&mut self, run: &Run, parts: &[Part], lengths: &[Metres]) {
        for step in &run.steps {
            self.add(&parts[step.part], step.reversed, lengths[step.part]);
        }
    }

    /// The length over which these names are given.
    fn of(&self, names: &Names) -> Metres {
        let vote = self.0.iter().find(|(held, _)| held == names);
        vote.map_or(Metres::ZERO, |vote| vote.1)
    }

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
    fn names_turn_chains_that_do_not_touch() {
        let named = |vertices: &[(f64, f64)], left: &str, right: &str| Part {
            left: Some(left.into()),
            right: Some(right.into()),
            ..part(vertices)
        };
        // Both lie on one parallel; the shorter one was drawn from east to west.
        let parts = [
            named(&[(70.0, 33.0), (70.3, 33.0)], "North", "South"),
            named(&[(71.0, 33.0), (70.8, 33.0)], "South", "North"),
        ];
        let border = Border::assemble(&parts, TOLERANCE).unwrap();
        assert_eq!(border.assembly().turned_by_names, 1);
        assert!(!border.assembly().names_disagree);
        assert_eq!(border.left(), Some("North"));
        assert_eq!(border.at(border.length()), position(71.0, 33.0));
        assert_eq!(border.at(border.chains()[1].start), position(70.8, 33.0));
    }

    #[test]
    fn a_line_is_turned_to_the_names_that_are_asked_for() {
        let line = Part {
            left: Some("North".into()),
            right: Some("South".into()),
            ..part(&[(70.0, 33.0), (71.0, 33.0)])
        };
        let asked = |left: Option<&str>, right: Option<&str>, fixed| {
            let border = Border::assemble(std::slice::from_ref(&line), TOLERANCE).unwrap();
            border.with_sides(left.map(Into::into), right.map(Into::into), fixed)
        };
        for (left, right) in [(Some("south"), None), (None, Some("North"))] {
            let turned = asked(left, right, false);
            assert!(turned.assembly().turned_to_names);
            assert_eq!(turned.at(Metres::ZERO), position(71.0, 33.0));
            assert_eq!(turned.left().unwrap().to_lowercase(), "south");
            assert_eq!(turned.right(), Some("North"));
            let kept = asked(left, right, true);
            assert!(kept.assembly().names_contradict && !kept.assembly().turned_to_names);
            assert_eq!(kept.at(Metres::ZERO), position(70.0, 33.0));
            assert_eq!(kept.right(), Some("North"));
        }
        let same = asked(Some("North"), Some("The South"), false);
        assert!(!same.assembly().turned_to_names);
        assert_eq!(
            (same.left(), same.right()),
            (Some("North"), Some("The South"))
        );
    }

    #[test]
    fn uncertainty_belongs_to_its_stretch_in_both_directions() {
        let mut parts = [
            part(&[(70.0, 33.0), (70.3, 33.0), (70.3, 33.0), (70.35, 33.0)]),
            part(&[(70.35, 33.0), (70.6, 33.2)]),
        ];
        parts[1].uncertainty = Some(Metres(400.0));
        let border = Border::assemble(&parts, TOLERANCE).unwrap();
        assert!(border.states_uncertainty());
        let of = |border: &Border| -> Vec<(f64, Option<Metres>)> {
            let pieces = border.pieces().iter();
            pieces
                .map(|piece| (piece.segment.start().longitude(), piece.uncertainty))
                .collect()
        };
        for (longitude, uncertainty) in of(&border) {
            let wanted = (longitude > 70.349).then_some(Metres(400.0));
            assert_eq!(uncertainty, wanted, "{longitude}");
        }
        for (longitude, uncertainty) in of(&border.reversed()) {
            let wanted = (longitude > 70.351).then_some(Metres(400.0));
            assert_eq!(uncertainty, wanted, "{longitude}");
        }
        assert_eq!(border.reversed().vertices(), border.vertices());
        let all = border.with_uncertainty(Some(Metres(50.0)));
        assert_eq!(all.pieces()[0].uncertainty, Some(Metres(50.0)));
        assert_eq!(
            all.pieces().last().unwrap().uncertainty,
            Some(Metres(400.0))
        );
        let ends: Vec<Position> = all.open_ends().collect();
        assert_eq!(ends, [position(70.0, 33.0), position(70.6, 33.2)]);
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
