//! Sectors: named stretches of the border line.

use crate::border::Border;
use crate::units::Metres;

/// A named half-open interval of chainage [from, to); the last sector of a line includes its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Sector {
    /// Its name, unique on the line.
    pub name: String,
    /// Chainage where it starts.
    pub from: Metres,
    /// Chainage where it ends.
    pub to: Metres,
}

impl Sector {
    /// How much of the line it covers.
    pub fn length(&self) -> Metres {
        self.to - self.from
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
}

/// The sectors of one border line, in order of chainage, without gap or overlap.
#[derive(Clone, Debug, PartialEq)]
pub struct Sectors(Vec<Sector>);

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
        let mut sectors = vec![Sector {
            name: first.sector.clone(),
            from: Metres::ZERO,
            to: border.length(),
        }];
        for next in &breakpoints[1..] {
            if sectors.iter().any(|sector| sector.name == next.sector) {
                return Err(InvalidSectors::Name(next.sector.clone()));
            }
            let last = sectors.len() - 1;
            let before = &mut sectors[last];
            if next.chainage <= before.from {
                return Err(InvalidSectors::Order {
                    before: before.name.clone(),
                    before_km: before.from.km(),
                    after: next.sector.clone(),
                    after_km: next.chainage.km(),
                });
            }
            if next.chainage >= border.length() {
                return Err(InvalidSectors::Empty(next.sector.clone()));
            }
            before.to = next.chainage;
            sectors.push(Sector {
                name: next.sector.clone(),
                from: next.chainage,
                to: border.length(),
            });
        }
        Ok(Sectors(sectors))
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
        Sectors(
            (0..count)
                .map(|number| {
                    let (from, to) = (bound(number), bound(number + 1));
                    Sector {
                        name: format!("km {:.decimals$}–{:.decimals$}", from.km(), to.km()),
                        from,
                        to,
                    }
                })
                .collect(),
        )
    }

    /// The sectors in order; at least one.
    pub fn all(&self) -> &[Sector] {
        &self.0
    }

    /// The number of the sector that holds a chainage; chainages beyond the line belong to the first
    /// or last. O(log n).
    pub fn holding(&self, chainage: Metres) -> usize {
        self.0
            .partition_point(|sector| sector.from <= chainage)
            .saturating_sub(1)
    }
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
            assert_eq!(sectors.all()[count - 1].to, border.length());
            let mut names: Vec<&str> = sectors.all().iter().map(|s| s.name.as_str()).collect();
            names.dedup();
            assert_eq!(names.len(), count);
        }
    }
}
