//! What pictures are drawn on: size, colours, and what stands around every picture.

use crate::analysis::Analysis;
use crate::case::{Size, Theme};

use super::canvas::Length;
use super::palette::Palette;

/// A page of a size, in a theme.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    /// Width and height in px, the unit of the drawing.
    pub size_px: (u32, u32),
    /// The width that it has on screen or paper.
    pub width: Length,
    /// Dots per inch of a PNG of it.
    pub dpi: f64,
    /// Its colours.
    pub palette: &'static Palette,
    /// Whether title, notes, banner and logo are drawn, or the page around it has them.
    pub framed: bool,
    /// Which page of how many it is, for the foot.
    pub page: Option<(usize, usize)>,
}

impl Sheet {
    /// The sheet that the case asks for.
    pub fn of(analysis: &Analysis) -> Sheet {
        let style = &analysis.style;
        let sheet = Sheet::new(style.size, style.theme);
        Sheet {
            dpi: style
                .resolution
                .unwrap_or(sheet.dpi)
                .min(style.size.most_dpi()),
            ..sheet
        }
    }

    /// A sheet of a size in a theme, at the resolution of that size: 96 dots per inch on screens, 192
    /// for what is printed.
    ///
    /// Type of 13 px, the smallest in a drawing, is printed at 6.9 points: what is printed is drawn √2
    /// larger than it comes out.
    pub fn new(size: Size, theme: Theme) -> Sheet {
        let (size_px, width, dpi) = match size {
            Size::Slide => ((1920, 1080), Length::Px(1920.0), 96.0),
            Size::Slide4k => ((1920, 1080), Length::Px(3840.0), 96.0),
            Size::Square => ((1080, 1080), Length::Px(1080.0), 96.0),
            Size::A4 => ((1123, 1588), Length::Mm(210.0), 192.0),
            Size::A4Landscape => ((1588, 1123), Length::Mm(297.0), 192.0),
            Size::Letter => ((1154, 1493), Length::Mm(215.9), 192.0),
        };
        Sheet {
            size_px,
            width,
            dpi,
            palette: Palette::of(theme),
            framed: true,
            page: None,
        }
    }

    /// The same sheet as a page of so many, from 1.
    #[must_use]
    pub const fn numbered(self, page: usize, of: usize) -> Sheet {
        Sheet {
            page: Some((page, of)),
            ..self
        }
    }

    /// The same sheet without title, notes, banner and logo.
    #[must_use]
    pub const fn bare(self) -> Sheet {
        Sheet {
            framed: false,
            ..self
        }
    }

    /// PNG pixels for each CSS pixel of the document's own size.
    pub fn png_scale(&self) -> f32 {
        (self.dpi / 96.0) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_pixels_and_the_paper_that_they_say() {
        for (size, pixels) in [
            (Size::Slide, (1920.0, 1080.0)),
            (Size::Slide4k, (3840.0, 2160.0)),
            (Size::Square, (1080.0, 1080.0)),
            (Size::A4, (1587.0, 2245.0)),
            (Size::A4Landscape, (2245.0, 1587.0)),
            (Size::Letter, (1632.0, 2112.0)),
        ] {
            let sheet = Sheet::new(size, Theme::Light);
            let (width, height) = (f64::from(sheet.size_px.0), f64::from(sheet.size_px.1));
            let scale = sheet.width.px() / width * f64::from(sheet.png_scale());
            assert!((width * scale - pixels.0).abs() < 1.0, "{size:?}");
            assert!((height * scale - pixels.1).abs() < 1.6, "{size:?}");
            let paper = (sheet.width.px(), sheet.width.px() * height / width);
            let stated = match size {
                Size::A4 => (210.0, 297.0),
                Size::A4Landscape => (297.0, 210.0),
                Size::Letter => (215.9, 279.4),
                _ => continue,
            };
            let mm = |px: f64| px / 96.0 * 25.4;
            assert!((mm(paper.0) - stated.0).abs() < 0.1);
            assert!((mm(paper.1) - stated.1).abs() < 0.2, "{}", mm(paper.1));
        }
    }

    #[test]
    fn no_size_prints_type_below_9_px_or_6_points() {
        for size in Size::ALL {
            let sheet = Sheet::new(size, Theme::Light);
            let shown =
                super::super::theme::SMALLEST_PX * sheet.width.px() / f64::from(sheet.size_px.0);
            let least = if matches!(sheet.width, Length::Mm(_)) {
                7.0
            } else {
                9.0
            };
            assert!(shown >= least, "{size:?}: {shown}");
        }
    }
}
