//! Sectors: named stretches of the border line, or named areas along it.

use crate::border::Border;
use crate::geodesy::Position;
use crate::region::{Area, Region};
use crate::units::Metres;

/// A half-open interval of chainage [from, to); one that ends where the line does includes its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Chainage where it starts.
    pub from: Metres,
    /// Chainage where it ends, not before.
    pub to: Metres,
}

impl Stretch {
    /// The chainage at a share of it, 0 its start and 1 its end.
    pub fn at(self, share: f64) -> Metres {
        self.from + (self.to - self.from) * share
    }
}

/// A part of the frontier under a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sector {
    /// Its name, unique on the line.
    pub name: String,
    /// The stretches of the line that it covers, in order: one, or for an area any number.
    pub stretches: Vec<Stretch>,
    /// Its area, if it is one: polygons with the outer ring first.
    pub polygons: Vec<Vec<Vec<Position>>>,
    /// Whether it stands for what lies in no sector.
    pub is_rest: bool,
}

impl Sector {
    fn interval(name: String, from: Metres, to: Metres) -> Sector {
        Sector {
            name,
            stretches: vec![Stretch { from, to }],
            ..Sector::default()
        }
    }

    /// How much of the line it covers; 0 for an area away from it.
    pub fn length(&self) -> Metres {
        let stretches = self.stretches.iter();
        stretches.map(|stretch| stretch.to - stretch.from).sum()
    }

    /// The longest of its stretches, the first of equals; `None` for an area away from the line.
    pub fn longest(&self) -> Option<Stretch> {
        let mut longest: Option<Stretch> = None;
        for &stretch in &self.stretches {
            if longest.is_none_or(|held| stretch.to - stretch.from > held.to - held.from) {
                longest = Some(stretch);
            }
        }
        longest
    }

    /// Its span in kilometres with so many decimals; a dash for an area away from the line.
    pub fn span_words(&self, decimals: usize) -> String {
        self.span().map_or_else(
            || "–".to_owned(),
            |span| format!("{:.decimals$}–{:.decimals$}", span.from.km(), span.to.km()),
        )
    }

    /// From the start of its first stretch to the end of its last; `None` for an area away from the line.
    pub fn span(&self) -> Option<Stretch> {
        let (first, last) = (self.stretches.first()?, self.stretches.last()?);
        Some(Stretch {
            from: first.from,
            to: last.to,
        })
    }
}

/// Where a named sector starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Breakpoint {
    /// The name of the sector that starts here.
    pub sector: String,
    /// Chainage of the start.
    pub chainage: Metres,
}

/// Why breakpoints make no sectors.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InvalidSectors {
    /// A sector starts before, or where, the one above it does.
    #[error(
        "sector {after:?} starts at km {after_km:.3}, not beyond sector {before:?} at km {before_km:.3}"
    )]
    Order {
        /// The sector above.
        before: String,
        /// Where it starts, in kilometres.
        before_km: f64,
        /// The sector that does not follow it.
        after: String,
        /// Where that one starts, in kilometres.
        after_km: f64,
    },
    /// Two sectors bear one name.
    #[error("two sectors are named {0:?}")]
    Name(String),
    /// The last sector starts where the line ends.
    #[error("sector {0:?} starts at the end of the line")]
    Empty(String),
    /// An area bears no name; areas count from 1.
    #[error("area {0} has no name")]
    Nameless(usize),
    /// An area has no polygon with three different positions.
    #[error("area {0:?} has no polygon")]
    NoArea(String),
    /// There is no area at all.
    #[error("no area in it")]
    None,
}

/// The sectors of one border line in order of chainage. Intervals have neither gap nor overlap; areas may have
/// both ([`Coverage`]), and what lies in none of them is in a last sector of its own, so that sums over sectors
/// are sums over all.
#[derive(Clone, Debug, PartialEq)]
pub struct Sectors {
    all: Vec<Sector>,
    /// The sectors that are areas, in the order of the file: where two overlap the first holds a position.
    areas: Vec<usize>,
    coverage: Coverage,
}

/// How areas cover a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    /// How much of the line is in no area and not beside one.
    pub uncovered: Metres,
    /// Pairs of sectors whose areas share a stretch of the line, and its length.
    pub shared: Vec<(usize, usize, Metres)>,
}

/// The name of what lies in no area.
const REST: &str = "no sector";
/// Along the line, an area or a gap that is shorter than this may be missed.
const LEAST_STEP: Metres = Metres(25.0);
/// How closely the ends of a stretch in an area are found.
const FOUND_TO: Metres = Metres(0.5);
/// Two areas that share less of the line than this are neighbours and do not overlap.
const LEAST_SHARED: Metres = Metres(100.0);

impl Sectors {
    /// Sectors from the points where they start; the first covers the line from its beginning,
    /// whatever its own breakpoint says.
    ///
    /// # Errors
    /// [`InvalidSectors`] where breakpoints do not ascend, two names are equal, or the last sector
    /// would have no length. No breakpoint at all is one sector, the whole line.
    pub fn from_breakpoints(
        border: &Border,
        breakpoints: &[Breakpoint],
    ) -> Result<Sectors, InvalidSectors> {
        let Some(first) = breakpoints.first() else {
            return Ok(Sectors::equal(border, 1));
        };
        let mut starts = vec![(first.sector.clone(), Metres::ZERO)];
        for next in &breakpoints[1..] {
            if starts.iter().any(|(name, _)| *name == next.sector) {
                return Err(InvalidSectors::Name(next.sector.clone()));
            }
            let (before, from) = &starts[starts.len() - 1];
            if next.chainage <= *from {
                return Err(InvalidSectors::Order {
                    before: before.clone(),
                    before_km: from.km(),
                    after: next.sector.clone(),
                    after_km: next.chainage.km(),
                });
            }
            if next.chainage >= border.length() {
                return Err(InvalidSectors::Empty(next.sector.clone()));
            }
            starts.push((next.sector.clone(), next.chainage));
        }
        let ends: Vec<Metres> = starts[1..]
            .iter()
            .map(|start| start.1)
            .chain([border.length()])
            .collect();
        let sectors = starts.into_iter().zip(ends);
        Ok(Sectors::intervals(sectors.map(|((name, from), to)| {
            Sector::interval(name, from, to)
        })))
    }

    fn intervals(sectors: impl Iterator<Item = Sector>) -> Sectors {
        Sectors {
            all: sectors.collect(),
            areas: Vec::new(),
            coverage: Coverage::default(),
        }
    }

    /// Sectors from areas; those of one name are one. A sector covers the stretches of the line that lie in its
    /// area or at most `tolerance` from it, because the edge of an area is seldom drawn as the line is. Sectors
    /// are ordered by where they first meet the line, those away from it last. Neighbours each cover the
    /// tolerance around the place where they meet. What is shorter than 25 m along the line may be missed.
    ///
    /// The line is walked in steps as long as the distance to the nearest edge but at least 25 m, so that no
    /// edge is stepped over: 40 steps for each kilometre of edge beside the line, O(log n) each.
    ///
    /// # Errors
    /// [`InvalidSectors`] where there is no area, or one without a name or without a polygon.
    pub fn from_areas(
        border: &Border,
        areas: &[Area],
        tolerance: Metres,
    ) -> Result<Sectors, InvalidSectors> {
        let mut named: Vec<Sector> = Vec::new();
        for (number, area) in areas.iter().enumerate() {
            if area.name.is_empty() {
                return Err(InvalidSectors::Nameless(number + 1));
            }
            match named.iter_mut().find(|sector| sector.name == area.name) {
                Some(sector) => sector.polygons.extend(area.polygons.iter().cloned()),
                None => named.push(Sector {
                    name: area.name.clone(),
                    polygons: area.polygons.clone(),
                    ..Sector::default()
                }),
            }
        }
        if named.is_empty() {
            return Err(InvalidSectors::None);
        }
        let mut inside = Vec::with_capacity(named.len());
        for sector in &mut named {
            let region = Region::new(&sector.polygons);
            if region.is_empty() {
                return Err(InvalidSectors::NoArea(sector.name.clone()));
            }
            sector.stretches = stretches(border, &region, tolerance);
            inside.push(stretches(border, &region, Metres::ZERO));
        }
        let mut order: Vec<usize> = (0..named.len()).collect();
        let start = |sector: &Sector| sector.span().map_or(f64::INFINITY, |span| span.from.0);
        order.sort_by(|&a, &b| {
            start(&named[a])
                .total_cmp(&start(&named[b]))
                .then(a.cmp(&b))
        });
        let mut places = vec![0; named.len()];
        for (place, &number) in order.iter().enumerate() {
            places[number] = place;
        }
        let mut sectors: Vec<Sector> = order.iter().map(|&number| named[number].clone()).collect();
        let mut rest = vec![Stretch {
            from: Metres::ZERO,
            to: border.length(),
        }];
        for sector in &sectors {
            for taken in &sector.stretches {
                rest = rest
                    .iter()
                    .flat_map(|stretch| without(*stretch, *taken))
                    .collect();
            }
        }
        let mut shared = Vec::new();
        for (one, &first) in order.iter().enumerate() {
            for (other, &second) in order.iter().enumerate().skip(one + 1) {
                let length = overlap(&inside[first], &inside[second]);
                if length >= LEAST_SHARED {
                    shared.push((one, other, length));
                }
            }
        }
        let mut rest = Sector {
            name: REST.to_owned(),
            stretches: rest,
            is_rest: true,
            ..Sector::default()
        };
        while sectors.iter().any(|sector| sector.name == rest.name) {
            rest.name.push('*');
        }
        let coverage = Coverage {
            uncovered: rest.length(),
            shared,
        };
        sectors.push(rest);
        Ok(Sectors {
            all: sectors,
            areas: places,
            coverage,
        })
    }

    /// `count` sectors of equal length (at least one), named by their chainages in kilometres.
    pub fn equal(border: &Border, count: usize) -> Sectors {
        let count = count.max(1);
        let bound = |number: usize| {
            if number == count {
                border.length()
            } else {
                border.length() * (number as f64 / count as f64)
            }
        };
        // Names must differ even where sectors are shorter than a kilometre.
        let decimals = usize::from(border.length().km() / (count as f64) < 2.0) * 3;
        Sectors::intervals((0..count).map(|number| {
            let (from, to) = (bound(number), bound(number + 1));
            let name = format!("km {:.decimals$}–{:.decimals$}", from.km(), to.km());
            Sector::interval(name, from, to)
        }))
    }

    /// The sectors in order; at least one.
    pub fn all(&self) -> &[Sector] {
        &self.all
    }

    /// Whether they are areas and not intervals of chainage.
    pub fn are_areas(&self) -> bool {
        !self.areas.is_empty()
    }

    /// What areas leave out and what they share; nothing for intervals.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The number of the interval that holds a chainage; chainages beyond the line belong to the first
    /// or last. O(log n).
    fn holding(&self, chainage: Metres) -> usize {
        self.all
            .partition_point(|sector| sector.stretches[0].from <= chainage)
            .saturating_sub(1)
    }
}

/// Tells the sector of positions.
pub struct SectorFinder<'a> {
    sectors: &'a Sectors,
    /// The number and the region of each area, in the order of the file.
    regions: Vec<(usize, Region)>,
}

impl<'a> SectorFinder<'a> {
    /// Prepares the areas; intervals need nothing.
    pub fn new(sectors: &'a Sectors) -> SectorFinder<'a> {
        let region = |&place: &usize| (place, Region::new(&sectors.all[place].polygons));
        SectorFinder {
            sectors,
            regions: sectors.areas.iter().map(region).collect(),
        }
    }

    /// The sectors.
    pub fn sectors(&self) -> &'a Sectors {
        self.sectors
    }

    /// The number of the sector of a position whose foot has a chainage, and how many other areas hold it too:
    /// the interval that holds the chainage, or the first area in the order of the file that holds the
    /// position, else the last sector, which stands for what lies in none. O(log n), or O(areas).
    pub fn find(&self, position: Position, chainage: Metres) -> (usize, usize) {
        if self.regions.is_empty() {
            return (self.sectors.holding(chainage), 0);
        }
        let mut holding = self
            .regions
            .iter()
            .filter(|(_, region)| region.depth(position).is_some())
            .map(|&(number, _)| number);
        match holding.next() {
            Some(first) => (first, holding.count()),
            None => (self.sectors.all.len() - 1, 0),
        }
    }
}

/// The stretches of a line in a region or at most `tolerance` from it.
fn stretches(border: &Border, region: &Region, tolerance: Metres) -> Vec<Stretch> {
    // How far a place of the line is from entering or leaving: below 0 inside.
    let away = |chainage: Metres| {
        let edge = region.edge(border.at(chainage));
        edge.map_or(f64::INFINITY, |(distance, inside)| {
            if inside {
                -distance.0 - tolerance.0
            } else {
                distance.0 - tolerance.0
            }
        })
    };
    let mut stretches: Vec<Stretch> = Vec::new();
    for chain in border.chains() {
        let mut at = chain.start;
        let mut value = away(at);
        let mut from = (value <= 0.0).then_some(at);
        while at < chain.end {
            let next = (at + Metres(value.abs()).max(LEAST_STEP)).min(chain.end);
            // The end of a chain has the chainage of the next one's start; a hair before it is on this chain.
            let next_value = away(next.min(chain.end - Metres(1e-6)));
            if (value <= 0.0) != (next_value <= 0.0) {
                let (mut low, mut high) = (at, next);
                while high - low > FOUND_TO {
                    let middle = low + (high - low) * 0.5;
                    if (away(middle) <= 0.0) == (value <= 0.0) {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                match from.take() {
                    Some(from) => stretches.push(Stretch { from, to: high }),
                    None => from = Some(low),
                }
            }
            (at, value) = (next, next_value);
        }
        if let Some(from) = from {
            stretches.push(Stretch {
                from,
                to: chain.end,
            });
        }
    }
    stretches
}

/// What is left of a stretch without another.
fn without(stretch: Stretch, taken: Stretch) -> impl Iterator<Item = Stretch> {
    let before = Stretch {
        from: stretch.from,
        to: stretch.to.min(taken.from),
    };
    let after = Stretch {
        from: stretch.from.max(taken.to),
        to: stretch.to,
    };
    [before, after]
        .into_iter()
        .filter(|left| left.to - left.from > FOUND_TO * 2.0)
}

/// How much two lists of stretches have in common.
fn overlap(one: &[Stretch], other: &[Stretch]) -> Metres {
    one.iter()
        .flat_map(|a| {
            other
                .iter()
                .map(|b| (a.to.min(b.to) - a.from.max(b.from)).max(Metres::ZERO))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::Part;
    use crate::geodesy::Position;

    fn border() -> Border {
        let vertices = vec![
            Position::new(70.0, 33.0).unwrap(),
            Position::new(71.0, 33.0).unwrap(),
        ];
        Border::assemble(
            &[Part {
                vertices,
                ..Part::default()
            }],
            Metres(1.0),
        )
        .unwrap()
    }

    fn breakpoint(sector: &str, km: f64) -> Breakpoint {
        Breakpoint {
            sector: sector.into(),
            chainage: Metres::from_km(km),
        }
    }

    #[test]
    fn sectors_are_half_open_and_the_last_is_closed() {
        let border = border();
        let sectors = Sectors::from_breakpoints(
            &border,
            &[
                breakpoint("a", 3.0),
                breakpoint("b", 20.0),
                breakpoint("c", 50.0),
            ],
        )
        .unwrap();
        assert_eq!(sectors.holding(Metres::ZERO), 0);
        assert_eq!(sectors.holding(Metres(19_999.999)), 0);
        assert_eq!(sectors.holding(Metres(20_000.0)), 1);
        assert_eq!(sectors.holding(border.length()), 2);
        let total: Metres = sectors.all().iter().map(Sector::length).sum();
        assert!((total.0 - border.length().0).abs() < 1e-9);
    }

    #[test]
    fn breakpoints_must_ascend_within_the_line() {
        let border = border();
        let wrong = |breakpoints: &[Breakpoint]| {
            Sectors::from_breakpoints(&border, breakpoints).unwrap_err()
        };
        assert!(matches!(
            wrong(&[
                breakpoint("a", 0.0),
                breakpoint("b", 50.0),
                breakpoint("c", 20.0)
            ]),
            InvalidSectors::Order { .. }
        ));
        assert_eq!(
            wrong(&[breakpoint("a", 0.0), breakpoint("a", 50.0)]),
            InvalidSectors::Name("a".into())
        );
        assert_eq!(
            wrong(&[breakpoint("a", 0.0), breakpoint("b", 500.0)]),
            InvalidSectors::Empty("b".into())
        );
    }

    #[test]
    fn equal_sectors_cover_the_line_under_different_names() {
        let border = border();
        for count in [1, 3, 10, 200] {
            let sectors = Sectors::equal(&border, count);
            assert_eq!(sectors.all().len(), count);
            assert_eq!(sectors.all()[count - 1].span().unwrap().to, border.length());
            let mut names: Vec<&str> = sectors.all().iter().map(|s| s.name.as_str()).collect();
            names.dedup();
            assert_eq!(names.len(), count);
        }
    }

    fn area(name: &str, west: f64, south: f64, east: f64, north: f64) -> Area {
        let corners = [
            (west, south),
            (east, south),
            (east, north),
            (west, north),
            (west, south),
        ];
        let ring = corners.map(|(x, y)| Position::new(x, y).unwrap());
        Area {
            name: name.into(),
            polygons: vec![vec![ring.to_vec()]],
            ..Area::default()
        }
    }

    #[test]
    fn areas_cover_stretches_and_leave_the_rest() {
        let border = border();
        let at = |longitude, latitude| Position::new(longitude, latitude).unwrap();
        let areas = [
            area("east", 70.6, 32.5, 70.9, 33.5),
            area("west", 69.5, 32.5, 70.3, 33.5),
            area("far", 60.0, 10.0, 61.0, 11.0),
            // A second part of the west, which reaches into the east.
            area("west", 70.55, 32.5, 70.7, 33.5),
        ];
        let sectors = Sectors::from_areas(&border, &areas, Metres(0.0)).unwrap();
        let names: Vec<&str> = sectors.all().iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["west", "east", "far", "no sector"]);
        let degree = border.length().km();
        let lengths: Vec<f64> = sectors
            .all()
            .iter()
            .map(|it| it.length().km() / degree)
            .collect();
        for (length, wanted) in lengths.iter().zip([0.45, 0.30, 0.0, 0.35]) {
            assert!((length - wanted).abs() < 1e-3, "{lengths:?}");
        }
        assert_eq!(sectors.all()[2].span(), None);
        assert_eq!(sectors.all()[0].stretches.len(), 2);
        let coverage = sectors.coverage();
        assert!((coverage.uncovered.km() / degree - 0.35).abs() < 1e-3);
        assert_eq!(coverage.shared.len(), 1);
        let (one, other, length) = coverage.shared[0];
        assert_eq!((one, other), (0, 1));
        assert!((length.km() / degree - 0.1).abs() < 1e-3);
        let finder = SectorFinder::new(&sectors);
        let find = |longitude| finder.find(at(longitude, 33.2), Metres::ZERO);
        // The file names the east first.
        assert_eq!(find(70.65), (1, 1));
        assert_eq!(find(70.2), (0, 0));
        assert_eq!(find(70.4), (3, 0));
    }

    #[test]
    fn an_edge_beside_the_line_covers_it_within_the_tolerance() {
        let border = border();
        // 0.005 degrees of latitude are 554 m.
        let beside = [area("north", 70.0, 33.005, 71.0, 34.0)];
        let covered = |tolerance| {
            let sectors = Sectors::from_areas(&border, &beside, Metres(tolerance)).unwrap();
            sectors.all()[0].length().0 / border.length().0
        };
        assert!(covered(100.0) < 0.01);
        assert!(covered(1_000.0) > 0.999);
        // Chains that follow each other each have stretches of their own.
        let part = |west: f64, east: f64| Part {
            vertices: [west, east]
                .map(|x| Position::new(x, 33.0).unwrap())
                .to_vec(),
            ..Part::default()
        };
        let two = Border::assemble(&[part(70.0, 70.2), part(70.8, 71.0)], Metres(1.0)).unwrap();
        let sectors = Sectors::from_areas(&two, &[area("a", 69.0, 32.0, 70.5, 34.0)], Metres(0.0));
        let sectors = sectors.unwrap();
        assert!((sectors.all()[0].length().0 - two.length().0 / 2.0).abs() < 2.0);
        assert!((sectors.coverage().uncovered.0 - two.length().0 / 2.0).abs() < 2.0);
    }

    #[test]
    fn areas_need_names_and_polygons() {
        let border = border();
        let wrong = |areas: &[Area]| Sectors::from_areas(&border, areas, Metres(0.0)).unwrap_err();
        assert_eq!(wrong(&[]), InvalidSectors::None);
        assert_eq!(
            wrong(&[area("", 0.0, 0.0, 1.0, 1.0)]),
            InvalidSectors::Nameless(1)
        );
        let none = Area {
            name: "a".into(),
            ..Area::default()
        };
        assert_eq!(wrong(&[none]), InvalidSectors::NoArea("a".into()));
    }
}
