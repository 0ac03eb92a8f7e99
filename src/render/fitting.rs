//! Words in little room: a translation is often longer than the English that a layout was made for.

use super::text::{self, Weight};

/// No words are made smaller than this, in px.
const LEAST_PX: f64 = 11.0;

/// A size and words that fit a width: smaller type first, an ellipsis where that is not enough.
pub(super) fn squeezed(words: &str, size_px: f64, weight: Weight, width: f64) -> (f64, String) {
    let least = LEAST_PX.min(size_px);
    // What is too long even so need not be measured whole.
    let shown = text::ellipsize(words, least, weight, width);
    let wanted = if shown.ends_with('…') {
        f64::INFINITY
    } else {
        text::width_px(words, size_px, weight)
    };
    if wanted <= width {
        return (size_px, words.to_owned());
    }
    // A little less than the exact share, which rounding would overrun.
    let size = (size_px * width / wanted * 0.995).max(least);
    (size, text::ellipsize(words, size, weight, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_made_smaller_before_they_are_cut() {
        let whole = text::width_px("перемирие", 15.0, Weight::Regular);
        let fit = |width| squeezed("перемирие", 15.0, Weight::Regular, width);
        assert_eq!(fit(whole), (15.0, "перемирие".to_owned()));
        let (size, words) = fit(whole * 0.9);
        assert!((11.0..15.0).contains(&size) && words == "перемирие");
        assert!(text::width_px(&words, size, Weight::Regular) <= whole * 0.9);
        let (size, words) = fit(whole * 0.4);
        assert!(size <= 11.0 && words.ends_with('…'));
    }
}
