//! How dense incidents are along a line: a Gaussian kernel on an interval, corrected at the ends.
//!
//! With n points xᵢ on \[0, L\] and bandwidth h, the density at x is f(x) = Σ K((x − xᵢ)/h)/(h·cᵢ), where cᵢ is the part of
//! the i-th kernel that lies within \[0, L\] (Jones 1993, *Statistics and Computing* 3:135–146, doi 10.1007/BF00147776;
//! Diggle 1985, *Applied Statistics* 34:138–147, doi 10.2307/2347366; `diggle = TRUE` in R's spatstat). The integral
//! over \[0, L\] is n exactly: nothing is lost over the ends. Each chain of a border is an interval of its own, and
//! nothing passes from one to the next.
//!
//! Incidents on one chain are not independent, and rules for a bandwidth assume that they are: a bandwidth is a choice
//! to be stated.

use std::f64::consts::{SQRT_2, TAU};

use super::special;
use crate::border::{Border, Chain};
use crate::case::ClusterOptions;
use crate::geodesy::distance;
use crate::located::LocatedIncident;
use crate::units::Metres;

/// How wide the kernels are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bandwidth {
    /// The standard deviation of the kernel.
    Given(Metres),
    /// [`silverman`]'s rule for each chain.
    Silverman,
}

/// Why there is no density.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// The chain's length is not positive and finite.
    #[error("the chain has no length")]
    NoLength,
    /// A point is not on the chain, from 0 to its length.
    #[error("a point is not on the chain")]
    OffTheChain,
    /// The bandwidth is not positive and finite, or more than a thousand times the chain's length.
    #[error("the bandwidth cannot be used")]
    Bandwidth,
    /// A rule for the bandwidth needs two points that are not at the same place.
    #[error("too few different points for a bandwidth by rule")]
    NoSpread,
}

/// The density along one chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    length: Metres,
    bandwidth: Metres,
    /// Ascending, with the inverse of the part of the kernel that lies on the chain.
    points: Vec<(f64, f64)>,
}

/// A part of the chain and what lies on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Where it begins.
    pub from: Metres,
    /// Where it ends.
    pub to: Metres,
    /// The integral of the density over it: smoothed incidents. All bins add up to the number of points.
    pub mass: f64,
    /// The mean density over it, in incidents per kilometre.
    pub per_km: f64,
}

/// Silverman's rule of thumb: 0.9 · min(s, IQR/1.34) · n^(−1/5), with s the standard deviation (n − 1) and IQR the
/// distance between the quartiles by linear interpolation; s alone where the quartiles are equal (Silverman 1986,
/// *Density Estimation*, p. 48). Too wide where there are several centres. `None` where fewer than two points, or none
/// that differ, or one that is not a number are given. O(n log n).
pub fn silverman(points: &[Metres]) -> Option<Metres> {
    if points.len() < 2 || !points.iter().all(|point| point.0.is_finite()) {
        return None;
    }
    let mut sorted: Vec<f64> = points.iter().map(|point| point.0).collect();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / count;
    let squares: f64 = sorted.iter().map(|point| (point - mean).powi(2)).sum();
    let deviation = (squares / (count - 1.0)).sqrt();
    let quantile = |share: f64| {
        let place = share * (count - 1.0);
        let below = sorted[place as usize];
        let above = sorted[(place as usize + 1).min(sorted.len() - 1)];
        below + (above - below) * place.fract()
    };
    let quartiles = (quantile(0.75) - quantile(0.25)) / 1.34;
    let spread = if quartiles > 0.0 {
        deviation.min(quartiles)
    } else {
        deviation
    };
    // Equal points may differ from their mean in the last digit.
    (sorted[0] < sorted[sorted.len() - 1]).then(|| Metres(0.9 * spread * count.powf(-0.2)))
}

/// The probability of a standard normal value between 0 and z, with the sign of z.
fn from_middle(z: f64) -> f64 {
    special::normal_from_middle(z.abs())
        .unwrap_or(0.0)
        .copysign(z)
}

impl Density {
    /// Of points on a chain, given by their distance from its start. No point makes a density of 0 everywhere if the
    /// bandwidth is given. O(n log n).
    ///
    /// # Errors
    /// [`Undefined`] says what is missing.
    pub fn new(
        length: Metres,
        points: &[Metres],
        bandwidth: Bandwidth,
    ) -> Result<Density, Undefined> {
        if !(length.0 > 0.0 && length.0.is_finite()) {
            return Err(Undefined::NoLength);
        }
        if !points
            .iter()
            .all(|point| (0.0..=length.0).contains(&point.0))
        {
            return Err(Undefined::OffTheChain);
        }
        let width = match bandwidth {
            Bandwidth::Given(width) => width,
            Bandwidth::Silverman => silverman(points).ok_or(Undefined::NoSpread)?,
        };
        if !(width.0 > 0.0 && width.0 <= 1_000.0 * length.0) {
            return Err(Undefined::Bandwidth);
        }
        let mut points: Vec<(f64, f64)> = points
            .iter()
            .map(|&Metres(point)| {
                let inside =
                    from_middle((length.0 - point) / width.0) + from_middle(point / width.0);
                (point, 1.0 / inside)
            })
            .collect();
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        Ok(Density {
            length,
            bandwidth: width,
            points,
        })
    }

    /// The length of the chain.
    pub fn length(&self) -> Metres {
        self.length
    }

    /// The standard deviation of the kernels.
    pub fn bandwidth(&self) -> Metres {
        self.bandwidth
    }

    /// The points whose kernels matter between two places: beyond 9 bandwidths is less than 10⁻¹⁸ of a kernel.
    fn around(&self, from: f64, to: f64) -> &[(f64, f64)] {
        let reach = 9.0 * self.bandwidth.0;
        let first = self.points.partition_point(|point| point.0 < from - reach);
        let last = self.points.partition_point(|point| point.0 <= to + reach);
        self.points.get(first..last).unwrap_or(&[])
    }

    /// Incidents per kilometre at a place; 0 off the chain, `None` if the place is not a number. O(log n + points
    /// within 9 bandwidths).
    pub fn per_km(&self, at: Metres) -> Option<f64> {
        if at.0.is_nan() {
            return None;
        }
        if !(0.0..=self.length.0).contains(&at.0) {
            return Some(0.0);
        }
        let width = self.bandwidth.0;
        let sum: f64 = self
            .around(at.0, at.0)
            .iter()
            .map(|(point, weight)| weight * (-0.5 * ((at.0 - point) / width).powi(2)).exp())
            .sum();
        Some(sum / (width * SQRT_2 * (TAU / 2.0).sqrt()) * 1_000.0)
    }

    /// The integral of the density between two places, as far as they are on the chain: how many smoothed incidents lie
    /// between them. Exact, not a sum over a grid. `None` unless `from` ≤ `to`. Cost as for [`Density::per_km`].
    pub fn mass(&self, from: Metres, to: Metres) -> Option<f64> {
        if from.0.is_nan() || to.0.is_nan() || from > to {
            return None;
        }
        let from = from.0.clamp(0.0, self.length.0);
        let to = to.0.clamp(0.0, self.length.0);
        let width = self.bandwidth.0;
        let sum = self
            .around(from, to)
            .iter()
            .map(|(point, weight)| {
                weight * (from_middle((to - point) / width) - from_middle((from - point) / width))
            })
            .sum();
        Some(sum)
    }

    /// The chain in equal bins of at most `step`, each with its mass, so that what is drawn adds up to the number of
    /// points whatever the step. `None` unless the step is positive and makes at most a million bins. O(bins · points
    /// within 9 bandwidths).
    pub fn bins(&self, step: Metres) -> Option<Vec<Bin>> {
        let count = (self.length / step).ceil();
        if !(step.0 > 0.0 && (1.0..=1e6).contains(&count)) {
            return None;
        }
        let limit = |bin: usize| Metres(self.length.0 * bin as f64 / count);
        (0..count as usize)
            .map(|bin| {
                let (from, to) = (limit(bin), limit(bin + 1));
                let mass = self.mass(from, to)?;
                Some(Bin {
                    from,
                    to,
                    mass,
                    per_km: mass / (to - from).km(),
                })
            })
            .collect()
    }
}

impl Density {
    /// The same as [`Density::bins`], in less time where there are more than 200 points: they are moved to the middles
    /// of cells of at most a thousandth of the bandwidth, so that the kernel need be known at distances of whole cells
    /// only. The masses still add up to the number of points; the density is that of points that lie at most a
    /// two-thousandth of the bandwidth from theirs. O(points + cells + bins · cells within 9 bandwidths).
    fn bins_of_many(&self, step: Metres) -> Option<Vec<Bin>> {
        const MANY: usize = 200;
        const FINENESS: f64 = 1_000.0;
        const MOST_CELLS: f64 = 4e6;
        let count = (self.length / step).ceil();
        let parts = (self.length / count * FINENESS / self.bandwidth).ceil();
        let fits = step.0 > 0.0 && (1.0..=1e6).contains(&count) && count * parts <= MOST_CELLS;
        if self.points.len() <= MANY || !fits {
            return self.bins(step);
        }
        let (count, parts) = (count as usize, parts.max(1.0) as usize);
        let cells = count * parts;
        let cell = self.length.0 / cells as f64;
        let mut points = vec![0_u32; cells];
        for (point, _) in &self.points {
            points[((point / cell) as usize).min(cells - 1)] += 1;
        }
        let part = |from: f64, to: f64| {
            from_middle(to / self.bandwidth.0) - from_middle(from / self.bandwidth.0)
        };
        let weights: Vec<(usize, f64)> = points
            .into_iter()
            .enumerate()
            .filter(|(_, points)| *points > 0)
            .map(|(place, points)| {
                let middle = (place as f64 + 0.5) * cell;
                let inside = part(-middle, self.length.0 - middle);
                (place, f64::from(points) / inside)
            })
            .collect();
        // The probability from the middle of a cell to the edge that lies so many cells and a half away.
        let reach = ((9.0 * self.bandwidth.0 / cell).ceil() as usize).min(cells);
        let table: Vec<f64> = (0..=reach)
            .map(|cells| part(0.0, (cells as f64 + 0.5) * cell))
            .collect();
        let to_edge = |edge: usize, place: usize| {
            if edge > place {
                table.get(edge - place - 1).copied().unwrap_or(0.5)
            } else {
                -table.get(place - edge).copied().unwrap_or(0.5)
            }
        };
        let limit = |bin: usize| Metres(self.length.0 * bin as f64 / count as f64);
        let bins = (0..count).map(|bin| {
            let (low, high) = (bin * parts, (bin + 1) * parts);
            let first = weights.partition_point(|it| it.0 + reach < low);
            let last = weights.partition_point(|it| it.0 <= high + reach);
            let around = weights.get(first..last).unwrap_or(&[]).iter();
            let mass = around
                .map(|(place, weight)| weight * (to_edge(high, *place) - to_edge(low, *place)))
                .sum();
            let (from, to) = (limit(bin), limit(bin + 1));
            let per_km = mass / (to - from).km();
            Bin {
                from,
                to,
                mass,
                per_km,
            }
        });
        Some(bins.collect())
    }
}

/// One density for each chain, given by its length and the points on it; a chain without one has the reason.
pub fn densities(
    chains: &[(Metres, Vec<Metres>)],
    bandwidth: Bandwidth,
) -> Vec<Result<Density, Undefined>> {
    chains
        .iter()
        .map(|(length, points)| Density::new(*length, points, bandwidth))
        .collect()
}

/// How dense the incidents of a case are along its line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intensity {
    /// The standard deviation of the kernels.
    pub bandwidth: Metres,
    /// The whole line in bins, chain after chain; chainage is that of the line. The masses of a chain add up to the
    /// incidents on it.
    pub all: Vec<Bin>,
    /// Incidents in it.
    pub incidents: usize,
    /// Counted incidents that are not in it because their place is not known well enough.
    pub left_out: usize,
}

impl Intensity {
    /// The bins of a chain of the line.
    pub fn on(&self, chain: &Chain) -> &[Bin] {
        let middle = |bin: &Bin| bin.from + (bin.to - bin.from) * 0.5;
        let first = self.all.partition_point(|bin| middle(bin) < chain.start);
        let last = self.all.partition_point(|bin| middle(bin) < chain.end);
        self.all.get(first..last).unwrap_or(&[])
    }
}

/// The density of the counted incidents whose place is known well enough, with the same bandwidth on every chain and
/// in bins of at most `step`. A chain of less than a thousandth of the bandwidth has a kernel of a thousand times its
/// length, which is as flat. A closed chain is cut where it starts. O(n log n + bins · points within 9 bandwidths).
pub fn intensity(
    border: &Border,
    incidents: &[LocatedIncident],
    options: &ClusterOptions,
    bandwidth: Metres,
    step: Metres,
) -> Intensity {
    let mut found = Intensity {
        bandwidth,
        ..Intensity::default()
    };
    let mut by_chain: Vec<Vec<Metres>> = vec![Vec::new(); border.chains().len()];
    for it in incidents.iter().filter(|it| it.is_counted()) {
        match by_chain.get_mut(chain_of(border, it)) {
            Some(points) if it.is_placed(options) => points.push(it.location.chainage),
            _ => found.left_out += 1,
        }
    }
    for (chain, points) in border.chains().iter().zip(by_chain) {
        let length = chain.end - chain.start;
        let places: Vec<Metres> = points
            .iter()
            .map(|&chainage| (chainage - chain.start).max(Metres::ZERO).min(length))
            .collect();
        let width = bandwidth.min(length * 1_000.0);
        let bins = Density::new(length, &places, Bandwidth::Given(width))
            .ok()
            .and_then(|density| density.bins_of_many(step));
        let Some(bins) = bins else {
            found.left_out += places.len();
            continue;
        };
        found.incidents += places.len();
        found.all.extend(bins.into_iter().map(|bin| Bin {
            from: bin.from + chain.start,
            to: bin.to + chain.start,
            ..bin
        }));
    }
    found
}

/// The chain that an incident lies on. The end of a chain has the chainage of the next one's start: there the foot
/// tells.
fn chain_of(border: &Border, it: &LocatedIncident) -> usize {
    const SAME_PLACE: Metres = Metres(1.0);
    let (chains, chainage) = (border.chains(), it.location.chainage);
    let after = chains.partition_point(|chain| chain.start <= chainage);
    let chain = after.saturating_sub(1);
    let begins = chains.get(chain).is_some_and(|it| it.start == chainage);
    if chain > 0 && begins && distance(border.at(chainage), it.location.foot) > SAME_PLACE {
        return chain - 1;
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::Part;
    use crate::case::Options;
    use crate::geodesy::Position;
    use crate::ledger::Fate;
    use crate::locate::Locator;
    use crate::stats::special::assert_near;
    use crate::testing::Dice;
    use crate::testing::{incident, located};

    fn given(km: f64) -> Bandwidth {
        Bandwidth::Given(Metres::from_km(km))
    }

    fn points(km: &[f64]) -> Vec<Metres> {
        km.iter().copied().map(Metres::from_km).collect()
    }

    /// Simpson's rule over the density itself.
    fn integral(density: &Density, pieces: usize) -> f64 {
        let step = density.length() / (2.0 * pieces as f64);
        let at = |place: usize| density.per_km(step * place as f64).unwrap();
        let sum: f64 = (0..pieces)
            .map(|piece| at(2 * piece) + 4.0 * at(2 * piece + 1) + at(2 * piece + 2))
            .sum();
        sum * step.km() / 3.0
    }

    #[test]
    fn the_integral_is_the_number_of_points() {
        let mut dice = Dice::new(3);
        for width in [0.5, 5.0, 80.0, 5_000.0] {
            // Some at both ends, where half of a kernel would be lost.
            let mut places: Vec<f64> = (0..50).map(|_| dice.between(0.0, 100.0)).collect();
            places.extend([0.0, 0.0, 100.0, 0.1]);
            let density =
                Density::new(Metres::from_km(100.0), &points(&places), given(width)).unwrap();
            assert_near(integral(&density, 2_000), 54.0, 1e-6);
            assert_near(
                density.mass(Metres(-1.0), Metres(1e9)).unwrap(),
                54.0,
                1e-12,
            );
            for step in [700.0, 3_333.0, 1e6] {
                let bins = density.bins(Metres(step)).unwrap();
                assert_near(bins.iter().map(|bin| bin.mass).sum(), 54.0, 1e-12);
                assert!(bins.iter().all(|bin| (bin.to - bin.from).0 <= step + 1e-6));
            }
        }
    }

    /// By scipy 1.17.1 and numpy 2.4.6 (`stats.norm`, `numpy.percentile`): six points on 10 km, bandwidth 1.5 km.
    #[test]
    fn values_are_those_of_the_formula() {
        let places = points(&[0.0, 0.4, 3.0, 3.1, 7.5, 9.8]);
        let density = Density::new(Metres::from_km(10.0), &places, given(1.5)).unwrap();
        for (km, wanted) in [
            (0.0, 1.024_962_313_184_406_6),
            (2.0, 0.893_041_985_086_075_7),
            (5.0, 0.312_047_125_322_145_1),
            (9.0, 0.586_777_119_252_507_9),
            (10.0, 0.546_315_220_404_261_3),
        ] {
            assert_near(density.per_km(Metres::from_km(km)).unwrap(), wanted, 1e-12);
        }
        assert_near(
            silverman(&places).unwrap().km(),
            2.462_593_789_198_559_4,
            1e-12,
        );
    }

    #[test]
    fn a_kernel_wider_than_the_chain_is_flat() {
        let density =
            Density::new(Metres::from_km(10.0), &points(&[1.0, 9.5]), given(9_000.0)).unwrap();
        for km in [0.0, 3.0, 10.0] {
            assert_near(density.per_km(Metres::from_km(km)).unwrap(), 0.2, 1e-5);
        }
    }

    #[test]
    fn chains_keep_their_own() {
        let chains = [
            (Metres::from_km(10.0), points(&[10.0, 9.9])),
            (Metres::from_km(20.0), Vec::new()),
            (Metres::from_km(5.0), points(&[0.0])),
        ];
        let all: Vec<Density> = densities(&chains, given(2.0))
            .into_iter()
            .map(Result::unwrap)
            .collect();
        for (density, wanted) in all.iter().zip([2.0, 0.0, 1.0]) {
            assert!((integral(density, 500) - wanted).abs() < 1e-6 * wanted.max(1e-9));
        }
        let ruled = densities(&chains, Bandwidth::Silverman);
        assert!(ruled[0].is_ok());
        assert_eq!(ruled[1], Err(Undefined::NoSpread));
        assert_eq!(ruled[2], Err(Undefined::NoSpread));
    }

    #[test]
    fn reasons_are_given() {
        let new = |length: f64, place: f64, width: f64| {
            Density::new(
                Metres(length),
                &[Metres(place)],
                Bandwidth::Given(Metres(width)),
            )
            .map(|_| ())
        };
        assert_eq!(new(0.0, 0.0, 1.0), Err(Undefined::NoLength));
        assert_eq!(new(f64::NAN, 0.0, 1.0), Err(Undefined::NoLength));
        assert_eq!(new(10.0, 10.1, 1.0), Err(Undefined::OffTheChain));
        assert_eq!(new(10.0, f64::NAN, 1.0), Err(Undefined::OffTheChain));
        for width in [0.0, f64::NAN, f64::INFINITY, 1e5] {
            assert_eq!(new(10.0, 1.0, width), Err(Undefined::Bandwidth));
        }
        assert_eq!(silverman(&[Metres(1.0), Metres(1.0)]), None);
        let density =
            Density::new(Metres(10.0), &[Metres(1.0)], Bandwidth::Given(Metres(1.0))).unwrap();
        assert_eq!(density.mass(Metres(2.0), Metres(1.0)), None);
        assert_eq!(density.bins(Metres(0.0)), None);
        assert_eq!(density.bins(Metres(f64::NAN)), None);
        assert_eq!(density.per_km(Metres(11.0)), Some(0.0));
        assert_eq!(density.per_km(Metres(f64::NAN)), None);
    }

    /// A line of chains along the 33rd parallel, each from one longitude to another.
    fn line(chains: &[(f64, f64)]) -> Border {
        let part = |&(from, to): &(f64, f64)| Part {
            vertices: [from, to]
                .map(|longitude| Position::new(longitude, 33.0).unwrap())
                .to_vec(),
            ..Part::default()
        };
        let parts: Vec<Part> = chains.iter().map(part).collect();
        Border::assemble(&parts, Metres(1.0)).unwrap()
    }

    fn at(locator: &Locator<'_>, longitude: f64) -> LocatedIncident {
        let mut report = incident(100, 100, "");
        report.position = Position::new(longitude, 33.0).unwrap();
        LocatedIncident {
            location: locator.locate(report.position),
            ..located(report)
        }
    }

    #[test]
    fn the_masses_of_each_chain_are_its_incidents() {
        let mut dice = Dice::new(8);
        let chains = [(60.0, 64.0), (66.0, 66.000_1), (68.0, 71.0)];
        let border = line(&chains);
        let locator = Locator::new(&border);
        let mut incidents = Vec::new();
        // Beyond both ends of the gap, where the nearest place is an end of a chain.
        for longitude in [59.0, 60.0, 64.0, 64.2, 67.9, 68.0, 71.0, 72.0, 66.000_05] {
            incidents.push(at(&locator, longitude));
        }
        incidents.extend((0..40).map(|_| at(&locator, dice.between(60.0, 64.0))));
        let options = Options::default().cluster;
        for (bandwidth, step) in [(20.0, 1.0), (0.3, 7.0), (3_000.0, 1e5)] {
            let (bandwidth, step) = (Metres::from_km(bandwidth), Metres::from_km(step));
            let found = intensity(&border, &incidents, &options, bandwidth, step);
            assert_eq!((found.incidents, found.left_out), (49, 0));
            let masses: Vec<f64> = border
                .chains()
                .iter()
                .map(|chain| found.on(chain).iter().map(|bin| bin.mass).sum())
                .collect();
            for (mass, wanted) in masses.iter().zip([44.0, 1.0, 4.0]) {
                assert_near(*mass, wanted, 1e-9);
            }
            // The bins are the whole line, each beginning where the one before it ended.
            assert_eq!(found.all[0].from, Metres::ZERO);
            assert_eq!(found.all.last().unwrap().to, border.length());
            assert!(found.all.windows(2).all(|pair| pair[0].to == pair[1].from));
            assert!(
                found
                    .all
                    .iter()
                    .all(|bin| bin.to - bin.from <= step * 1.000_1)
            );
        }
    }

    #[test]
    fn nothing_passes_over_a_gap() {
        let border = line(&[(60.0, 64.0), (64.01, 68.0)]);
        let locator = Locator::new(&border);
        let options = Options::default().cluster;
        let found = |incidents: &[LocatedIncident]| {
            let (bandwidth, step) = (Metres::from_km(20.0), Metres::from_km(1.0));
            intensity(&border, incidents, &options, bandwidth, step)
        };
        // At the end of the first chain and at the start of the second, which have one chainage.
        for (longitude, chain) in [(64.0, 0), (64.01, 1)] {
            let found = found(&[at(&locator, longitude)]);
            for (number, of) in border.chains().iter().enumerate() {
                let mass: f64 = found.on(of).iter().map(|bin| bin.mass).sum();
                assert_near(mass, f64::from(u8::from(number == chain)), 1e-12);
            }
        }
        assert!(found(&[]).all.iter().all(|bin| bin.mass == 0.0));
    }

    #[test]
    fn roughly_placed_incidents_are_left_out_and_counted() {
        let border = line(&[(60.0, 64.0)]);
        let locator = Locator::new(&border);
        let mut incidents: Vec<LocatedIncident> = (0..4).map(|_| at(&locator, 62.0)).collect();
        incidents[0].incident.location_radius = None;
        incidents[1].incident.location_radius = Some(Metres::from_km(400.0));
        incidents[2].fate = Fate::OutsideCorridor;
        let options = Options::default().cluster;
        let (bandwidth, step) = (Metres::from_km(20.0), Metres::from_km(1.0));
        let found = intensity(&border, &incidents, &options, bandwidth, step);
        assert_eq!((found.incidents, found.left_out), (1, 2));
        assert_near(found.all.iter().map(|bin| bin.mass).sum(), 1.0, 1e-12);
    }

    #[test]
    fn many_points_have_the_same_density() {
        let mut dice = Dice::new(21);
        let length = Metres::from_km(400.0);
        let mut places: Vec<Metres> = (0..3_000)
            .map(|_| Metres::from_km(dice.between(0.0, 90.0).powi(2) / 20.25))
            .collect();
        places.extend([Metres::ZERO, length, length]);
        for (width, step) in [(20.0, 1.0), (2.0, 1.0), (0.5, 7.0), (900.0, 30.0)] {
            let density = Density::new(length, &places, given(width)).unwrap();
            let step = Metres::from_km(step);
            let (exact, quick) = (density.bins(step), density.bins_of_many(step));
            let (exact, quick) = (exact.unwrap(), quick.unwrap());
            assert_ne!(exact, quick);
            assert_eq!(exact.len(), quick.len());
            let most = exact.iter().map(|bin| bin.mass).fold(0.0, f64::max);
            for (one, other) in exact.iter().zip(&quick) {
                assert_eq!((one.from, one.to), (other.from, other.to));
                assert!(
                    (one.mass - other.mass).abs() < 2e-4 * most,
                    "{one:?} {other:?}"
                );
            }
            assert_near(quick.iter().map(|bin| bin.mass).sum(), 3_003.0, 1e-9);
        }
    }
}
