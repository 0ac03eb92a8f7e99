//! What rates divide by: kilometre-days, of the calendar or, where it is known who watched, of observers.

use super::phases::Window;
use crate::context::Observation;
use crate::moment::Moment;
use crate::sector::Sectors;

/// Kilometre-days of windows.
#[derive(Clone, Copy, Debug)]
pub struct Exposure<'a> {
    /// The sectors.
    pub sectors: &'a Sectors,
    /// Who watched how much; empty where nobody says, then every calendar day counts.
    pub observation: &'a [Observation],
}

impl Exposure<'_> {
    /// Whether observers are counted.
    pub fn is_observed(&self) -> bool {
        !self.observation.is_empty()
    }

    /// Kilometre-days of a sector in a window: its length times the days, or times the observer-days, which are
    /// spread evenly over the days that each row gives. 0 where nobody watched. O(rows).
    pub fn of_sector(&self, sector: usize, window: Window) -> f64 {
        let Some(it) = self.sectors.all().get(sector) else {
            return 0.0;
        };
        let days = if self.is_observed() {
            let rows = self.observation.iter();
            rows.filter(|row| row.sector.is_empty() || row.sector == it.name)
                .map(|row| {
                    let whole = Window {
                        from: Moment::beginning_of(row.start),
                        to: Moment::end_of(row.end),
                    };
                    row.observer_days * window.cut(whole).days() / whole.days()
                })
                .sum()
        } else {
            window.days()
        };
        it.length().km() * days
    }

    /// The same of several sectors.
    pub fn of_sectors(&self, sectors: &[usize], window: Window) -> f64 {
        let each = sectors.iter();
        each.map(|&sector| self.of_sector(sector, window)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::{Border, Part};
    use crate::geodesy::Position;
    use crate::units::{Day, Metres};

    #[test]
    fn observers_count_where_they_watched() {
        let vertices = [70.0, 71.0]
            .map(|x| Position::new(x, 33.0).unwrap())
            .to_vec();
        let part = Part {
            vertices,
            ..Part::default()
        };
        let border = Border::assemble(&[part], Metres(1.0)).unwrap();
        let sectors = Sectors::equal(&border, 2);
        let km = sectors.all()[0].length().km();
        let window = Window {
            from: Moment::at(Day(10), 720),
            to: Moment::beginning_of(Day(20)),
        };
        let calendar = Exposure {
            sectors: &sectors,
            observation: &[],
        };
        assert!((calendar.of_sector(0, window) - 9.5 * km).abs() < 1e-9);
        assert!((calendar.of_sectors(&[0, 1], window) - 19.0 * km).abs() < 1e-6);
        let row = |sector: &str, start, end, observer_days| Observation {
            sector: sector.into(),
            start: Day(start),
            end: Day(end),
            observer_days,
        };
        // Twenty days of which ten observer-days each fall before and after the 15th; and one everywhere.
        let name = sectors.all()[0].name.clone();
        let rows = [
            row(&name, 5, 14, 10.0),
            row("", 15, 15, 3.0),
            row("elsewhere", 0, 50, 99.0),
        ];
        let observed = Exposure {
            sectors: &sectors,
            observation: &rows,
        };
        assert!((observed.of_sector(0, window) - (4.5 + 3.0) * km).abs() < 1e-9);
        assert!((observed.of_sector(1, window) - 3.0 * km).abs() < 1e-6);
        assert!(observed.of_sector(7, window).abs() < 1e-12);
        let later = Window {
            from: Moment::beginning_of(Day(60)),
            to: Moment::beginning_of(Day(61)),
        };
        assert!(observed.of_sector(0, later).abs() < 1e-12);
    }
}
