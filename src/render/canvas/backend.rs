//! What plotters calls.

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform,
};

use super::*;

fn points_px((x, y): BackendCoord) -> (f64, f64) {
    (from_px(x), from_px(y))
}

fn backend_stroke<S: BackendStyle>(style: &S) -> Stroke {
    Stroke::solid(
        style.color().into(),
        f64::from(style.stroke_width()) / f64::from(SUBPIXEL),
    )
}

fn backend_weight<T: BackendTextStyle>(style: &T) -> Weight {
    match style.style() {
        FontStyle::Bold => Weight::Bold,
        FontStyle::Normal | FontStyle::Oblique | FontStyle::Italic => Weight::Regular,
    }
}

type Drawn = Result<(), DrawingErrorKind<CanvasError>>;

impl DrawingBackend for Canvas<'_> {
    type ErrorType = CanvasError;

    fn get_size(&self) -> (u32, u32) {
        let units = SUBPIXEL.unsigned_abs();
        (
            self.width_px.saturating_mul(units),
            self.height_px.saturating_mul(units),
        )
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    /// Finishes the document. On a part that [`Canvas::area`] lent this only ends that part.
    fn present(&mut self) -> Drawn {
        self.close();
        Ok(())
    }

    /// Fills the whole pixel that the point lies in.
    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.check()?;
        let (x, y) = points_px(point);
        let pixel = Rect::new(x.floor(), y.floor(), 1.0, 1.0);
        self.rect(pixel, 0.0, &Paint::filled(color.into()));
        Ok(())
    }

    /// Level and upright lines (grid, axes, ticks) are moved onto the pixel grid, by half a pixel at
    /// most.
    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.check()?;
        let stroke = backend_stroke(style);
        let ((mut x1, mut y1), (mut x2, mut y2)) = (points_px(from), points_px(to));
        if from.0 == to.0 {
            x1 = crisp(x1, stroke.width_px);
            x2 = x1;
        } else if from.1 == to.1 {
            y1 = crisp(y1, stroke.width_px);
            y2 = y1;
        }
        self.line((x1, y1), (x2, y2), stroke);
        Ok(())
    }

    /// The edges of fills are moved onto the pixel grid if a pixel or more is left between them, so
    /// that neighbouring bars and cells meet without a seam.
    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.check()?;
        let (a, b) = (points_px(upper_left), points_px(bottom_right));
        let stroke = backend_stroke(style);
        let edges = |a: f64, b: f64| {
            let (low, high) = (a.min(b), a.max(b));
            let (snapped_low, snapped_high) = if fill {
                (low.round(), high.round())
            } else {
                (crisp(low, stroke.width_px), crisp(high, stroke.width_px))
            };
            if snapped_high - snapped_low >= 1.0 {
                (snapped_low, snapped_high)
            } else {
                (low, high)
            }
        };
        let ((left, right), (top, bottom)) = (edges(a.0, b.0), edges(a.1, b.1));
        let paint = if fill {
            Paint::filled(stroke.ink)
        } else {
            Paint::outlined(stroke)
        };
        self.rect(
            Rect::new(left, top, right - left, bottom - top),
            0.0,
            &paint,
        );
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.check()?;
        let points: Vec<BackendCoord> = path.into_iter().collect();
        if let &[from, to] = points.as_slice() {
            return self.draw_line(from, to, style);
        }
        let points: Vec<(f64, f64)> = points.into_iter().map(points_px).collect();
        self.path(&[points], false, &Paint::outlined(backend_stroke(style)));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.check()?;
        let stroke = backend_stroke(style);
        let paint = if fill {
            Paint::filled(stroke.ink)
        } else {
            Paint::outlined(stroke)
        };
        self.circle(
            points_px(center),
            f64::from(radius) / f64::from(SUBPIXEL),
            &paint,
        );
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Drawn {
        self.check()?;
        let points: Vec<(f64, f64)> = vert.into_iter().map(points_px).collect();
        self.path(&[points], true, &Paint::filled(style.color().into()));
        Ok(())
    }

    /// The family is ignored (there is one), and so is a slant. The baseline of level text is moved
    /// onto the pixel grid.
    fn draw_text<TStyle: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &TStyle,
        pos: BackendCoord,
    ) -> Drawn {
        self.check()?;
        let (x, mut y) = points_px(pos);
        let size_px = style.size() / f64::from(SUBPIXEL);
        let at = style.anchor();
        let mut vertical = match at.v_pos {
            VPos::Top => VerticalAnchor::Top,
            VPos::Center => VerticalAnchor::Middle,
            VPos::Bottom => VerticalAnchor::Bottom,
        };
        let rotate_degrees = match style.transform() {
            FontTransform::None => 0.0,
            FontTransform::Rotate90 => 90.0,
            FontTransform::Rotate180 => 180.0,
            FontTransform::Rotate270 => 270.0,
        };
        if matches!(style.transform(), FontTransform::None) {
            y = (y + vertical.baseline_em() * size_px).round();
            vertical = VerticalAnchor::Baseline;
        }
        let anchor = match at.h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        let lettering = Lettering {
            weight: backend_weight(style),
            rotate_degrees,
            ..Lettering::new(size_px, style.color().into()).anchored(anchor, vertical)
        };
        self.text(&TextLine::new((x, y), text, lettering));
        Ok(())
    }

    /// The size of the line box, before any rotation.
    fn estimate_text_size<TStyle: BackendTextStyle>(
        &self,
        text: &str,
        style: &TStyle,
    ) -> Result<(u32, u32), DrawingErrorKind<CanvasError>> {
        let width = text::width_px(text, style.size(), backend_weight(style));
        Ok((
            width.ceil() as u32,
            text::line_height_px(style.size()).ceil() as u32,
        ))
    }

    /// Draws an RGB bitmap, one bitmap pixel to one px, as a rectangle for each run of one colour. For
    /// small pictures: SVG has no other way that needs no image decoder.
    fn blit_bitmap(&mut self, pos: BackendCoord, (width, height): (u32, u32), src: &[u8]) -> Drawn {
        self.check()?;
        let row_bytes = width as usize * 3;
        if src.len() < row_bytes.saturating_mul(height as usize) {
            return Err(DrawingErrorKind::DrawingError(CanvasError::BitmapTooShort));
        }
        if row_bytes == 0 {
            return Ok(());
        }
        let (left, top) = points_px(pos);
        for (row, bytes) in src
            .chunks_exact(row_bytes)
            .take(height as usize)
            .enumerate()
        {
            let mut column = 0;
            let pixels: Vec<&[u8]> = bytes.chunks_exact(3).collect();
            for run in pixels.chunk_by(|a, b| a == b) {
                let rgb = [run[0][0], run[0][1], run[0][2]];
                let x = left.floor() + f64::from(column);
                let y = top.floor() + row as f64;
                let rect = Rect::new(x, y, run.len() as f64, 1.0);
                self.rect(rect, 0.0, &Paint::filled(Ink::own(rgb)));
                column += run.len() as u32;
            }
        }
        Ok(())
    }
}
