//! Many p-values at once.

/// How p-values are adjusted. An adjusted value at or below q is rejected when the error that the method controls is
/// to be at most q.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjustment {
    /// The expected share of false rejections among all rejections, for independent or positively dependent tests:
    /// p₍ᵢ₎ becomes min over j ≥ i of m·p₍ⱼ₎/j (Benjamini and Hochberg 1995, *J. R. Statist. Soc.* B 57:289–300,
    /// doi 10.1111/j.2517-6161.1995.tb02031.x).
    BenjaminiHochberg,
    /// The same share under any dependence: as before, times 1 + ½ + … + 1/m (Benjamini and Yekutieli 2001,
    /// *Ann. Statist.* 29:1165–1188, doi 10.1214/aos/1013699998). For neighbouring windows or cells.
    BenjaminiYekutieli,
    /// The chance of any false rejection, under any dependence: m·p.
    Bonferroni,
}

/// Adjusted p-values in the order of the input, from 0 to 1; none for none. `None` if a value is not a number from
/// 0 to 1. O(m log m).
pub fn adjusted(p_values: &[f64], adjustment: Adjustment) -> Option<Vec<f64>> {
    if !p_values.iter().all(|p| (0.0..=1.0).contains(p)) {
        return None;
    }
    let tests = p_values.len() as f64;
    if adjustment == Adjustment::Bonferroni {
        return Some(p_values.iter().map(|p| (p * tests).min(1.0)).collect());
    }
    let dependence = match adjustment {
        Adjustment::BenjaminiYekutieli => (1..=p_values.len()).map(|i| 1.0 / i as f64).sum(),
        Adjustment::BenjaminiHochberg | Adjustment::Bonferroni => 1.0,
    };
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&one, &other| p_values[one].total_cmp(&p_values[other]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least = 1.0_f64;
    for (place, &test) in order.iter().enumerate().rev() {
        least = least.min(dependence * tests * p_values[test] / (place + 1) as f64);
        adjusted[test] = least;
    }
    Some(adjusted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::special::assert_near;
    use crate::testing::Dice;

    /// The 15 p-values of the paper of 1995, table 1.
    const PAPER: [f64; 15] = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0,
    ];

    fn rejected(adjustment: Adjustment) -> usize {
        adjusted(&PAPER, adjustment)
            .unwrap()
            .iter()
            .filter(|&&p| p <= 0.05)
            .count()
    }

    #[test]
    fn the_paper_rejects_four() {
        assert_eq!(rejected(Adjustment::BenjaminiHochberg), 4);
        assert_eq!(rejected(Adjustment::Bonferroni), 3);
        assert_eq!(rejected(Adjustment::BenjaminiYekutieli), 3);
    }

    /// statsmodels 0.15.0, `stats.multitest.multipletests`, methods `fdr_bh` and `fdr_by`.
    #[test]
    fn values_are_those_of_statsmodels() {
        let p = [0.04, 0.001, 0.5, 0.02, 0.02, 1.0, 0.0];
        let hochberg = [
            0.056,
            0.0035,
            0.583_333_333_333_333_4,
            0.035,
            0.035,
            1.0,
            0.0,
        ];
        let yekutieli = [
            0.145_199_999_999_999_97,
            0.009_075,
            1.0,
            0.09075,
            0.09075,
            1.0,
            0.0,
        ];
        for (adjustment, wanted) in [
            (Adjustment::BenjaminiHochberg, hochberg),
            (Adjustment::BenjaminiYekutieli, yekutieli),
        ] {
            for (got, wanted) in adjusted(&p, adjustment).unwrap().into_iter().zip(wanted) {
                assert_near(got, wanted, 1e-12);
            }
        }
    }

    /// The definition by steps: the largest i with p₍ᵢ₎ ≤ iq/m, and all up to it.
    #[test]
    fn rejections_are_those_of_the_step_up_rule() {
        let mut dice = Dice::new(4);
        for _ in 0..200 {
            let p: Vec<f64> = (0..=dice.below(30)).map(|_| dice.unit().powi(3)).collect();
            let q = dice.between(0.01, 0.3);
            let mut sorted = p.clone();
            sorted.sort_by(f64::total_cmp);
            let wanted = (1..=p.len())
                .rev()
                .find(|&i| sorted[i - 1] <= i as f64 * q / p.len() as f64)
                .unwrap_or(0);
            let got = adjusted(&p, Adjustment::BenjaminiHochberg).unwrap();
            assert_eq!(got.iter().filter(|&&p| p <= q).count(), wanted);
        }
    }

    #[test]
    fn what_is_no_probability_is_refused() {
        for bad in [f64::NAN, -0.1, 1.1] {
            assert_eq!(adjusted(&[0.5, bad], Adjustment::BenjaminiHochberg), None);
        }
        assert_eq!(
            adjusted(&[], Adjustment::BenjaminiYekutieli),
            Some(Vec::new())
        );
    }
}
