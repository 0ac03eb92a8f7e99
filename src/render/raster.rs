//! SVG to PNG, with the bundled fonts only.
//!
//! No system font is ever loaded, so the same SVG gives the same picture on every machine.

use std::fmt;
use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};

use super::script::Script;
use super::text::{self, Weight};

/// The largest picture that [`pixmap`] makes, in pixels: 16,384 × 16,384, 1 GiB of memory.
pub const MAX_PIXELS: u64 = 1 << 28;

/// CSS pixels in a metre, at 96 to the inch.
const PX_PER_METRE: f64 = 96.0 / 0.0254;

/// Why an SVG could not be turned into a picture.
#[derive(Debug)]
pub enum RasterError {
    /// The text is no SVG that can be read; the reader's own words.
    Svg(String),
    /// The scale is not a positive number, or the picture would be empty or larger than
    /// [`MAX_PIXELS`]: the size of the SVG and the scale asked for.
    Size {
        /// Width of the SVG, in px.
        width: f32,
        /// Height of the SVG, in px.
        height: f32,
        /// Picture pixels for each px of the SVG.
        scale: f32,
    },
    /// The PNG encoder failed; its own words.
    Encode(String),
}

impl fmt::Display for RasterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RasterError::Svg(why) => write!(f, "the SVG cannot be read: {why}"),
            RasterError::Size {
                width,
                height,
                scale,
            } => write!(
                f,
                "a picture of {width} × {height} px cannot be drawn at scale {scale}: it would have \
                 no pixels or more than {MAX_PIXELS}"
            ),
            RasterError::Encode(why) => write!(f, "the PNG cannot be encoded: {why}"),
        }
    }
}

impl std::error::Error for RasterError {}

/// The bundled fonts as the renderer wants them, loaded once.
pub fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        for weight in [Weight::Regular, Weight::Bold] {
            fonts.load_font_source(fontdb::Source::Binary(Arc::new(weight.font_file())));
            for script in Script::ALL {
                let file = script.font_file(weight);
                fonts.load_font_source(fontdb::Source::Binary(Arc::new(file)));
            }
        }
        // Whatever family a document names, it is set in the bundled one.
        fonts.set_serif_family(text::FAMILY);
        fonts.set_sans_serif_family(text::FAMILY);
        fonts.set_monospace_family(text::FAMILY);
        Arc::new(fonts)
    }))
}

/// Reads an SVG and lays out its text. The tree serves any number of renderings.
pub fn tree(svg: &str) -> Result<usvg::Tree, RasterError> {
    let options = usvg::Options {
        font_family: text::FAMILY.to_owned(),
        fontdb: fonts(),
        ..usvg::Options::default()
    };
    usvg::Tree::from_str(svg, &options).map_err(|e| RasterError::Svg(e.to_string()))
}

/// Draws a tree with `scale` picture pixels for each px. The size is rounded up to whole pixels.
pub fn pixmap(tree: &usvg::Tree, scale: f32) -> Result<Pixmap, RasterError> {
    let size = tree.size();
    let refused = || RasterError::Size {
        width: size.width(),
        height: size.height(),
        scale,
    };
    if !(scale.is_finite() && scale > 0.0) {
        return Err(refused());
    }
    // A size of 1920 at scale 1.1 is 2112.0001 in single precision; that is not 2113.
    let pixels = |px: f32| (f64::from(px) * f64::from(scale) - 1e-3).ceil().max(1.0);
    let (width, height) = (pixels(size.width()), pixels(size.height()));
    if width * height > MAX_PIXELS as f64 {
        return Err(refused());
    }
    let mut pixmap = Pixmap::new(width as u32, height as u32).ok_or_else(refused)?;
    resvg::render(
        tree,
        Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    Ok(pixmap)
}

/// Whether a logo of a media type can be drawn: renderers leave out what they cannot read without a word.
pub fn can_draw(media_type: &str, bytes: &[u8]) -> bool {
    match media_type {
        "image/png" => png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .and_then(|mut reader| {
                let mut pixels = vec![0; reader.output_buffer_size().unwrap_or_default()];
                reader.next_frame(&mut pixels)
            })
            .is_ok(),
        _ => std::str::from_utf8(bytes).is_ok_and(|svg| tree(svg).is_ok()),
    }
}

/// Encodes a picture as PNG. The file says how many pixels make a metre, so that it prints at the same
/// size whatever its scale was: 96 px to the inch at scale 1.
///
/// A picture without any transparency is stored without an alpha channel.
pub fn encode(pixmap: &Pixmap, scale: f32) -> Result<Vec<u8>, RasterError> {
    let rgba = pixmap.data();
    let opaque = rgba.chunks_exact(4).all(|p| p[3] == u8::MAX);
    let data: Vec<u8> = if opaque {
        let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
        for p in rgba.chunks_exact(4) {
            rgb.extend_from_slice(&p[..3]);
        }
        rgb
    } else {
        pixmap
            .pixels()
            .iter()
            .map(resvg::tiny_skia::PremultipliedColorU8::demultiply)
            .flat_map(|c| [c.red(), c.green(), c.blue(), c.alpha()])
            .collect()
    };
    let failed = |e: png::EncodingError| RasterError::Encode(e.to_string());
    let mut file = Vec::with_capacity(data.len() / 8);
    let mut encoder = png::Encoder::new(&mut file, pixmap.width(), pixmap.height());
    encoder.set_color(if opaque {
        png::ColorType::Rgb
    } else {
        png::ColorType::Rgba
    });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    let per_metre = (PX_PER_METRE * f64::from(scale)).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&data).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(file)
}

/// An SVG as a PNG file, with `scale` picture pixels for each px of the SVG.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, RasterError> {
    encode(&pixmap(&tree(svg)?, scale)?, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="30" height="20" fill="#204060"/></svg>"##;

    fn header(file: &[u8]) -> png::Reader<std::io::Cursor<&[u8]>> {
        png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .unwrap()
    }

    #[test]
    fn the_picture_has_the_size_times_the_scale() {
        for (scale, width, height) in [(1.0, 30, 20), (2.0, 60, 40), (1.1, 33, 22), (0.01, 1, 1)] {
            let file = png(SVG, scale).unwrap();
            let reader = header(&file);
            assert_eq!((reader.info().width, reader.info().height), (width, height));
        }
    }

    #[test]
    fn it_prints_at_the_same_size_at_every_scale() {
        for (scale, expected) in [(1.0, 3780), (2.0, 7559)] {
            let file = png(SVG, scale).unwrap();
            assert_eq!(header(&file).info().pixel_dims.unwrap().xppu, expected);
        }
    }

    #[test]
    fn colours_survive_with_and_without_alpha() {
        let opaque = png(SVG, 1.0).unwrap();
        assert_eq!(header(&opaque).info().color_type, png::ColorType::Rgb);
        let clear = SVG.replace("fill=", "fill-opacity=\"0.5\" fill=");
        let file = png(&clear, 1.0).unwrap();
        let mut reader = header(&file);
        assert_eq!(reader.info().color_type, png::ColorType::Rgba);
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut data).unwrap();
        let near = |a: u8, b: u8| a.abs_diff(b) <= 1;
        assert!(near(data[0], 0x20) && near(data[1], 0x40) && near(data[2], 0x60));
        assert!(near(data[3], 128));
    }

    #[test]
    fn the_same_input_gives_the_same_bytes() {
        assert_eq!(png(SVG, 1.5).unwrap(), png(SVG, 1.5).unwrap());
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        assert!(matches!(png("<svg", 1.0), Err(RasterError::Svg(_))));
        for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e6] {
            assert!(
                matches!(png(SVG, scale), Err(RasterError::Size { .. })),
                "{scale}"
            );
        }
    }

    #[test]
    fn only_the_bundled_fonts_are_there() {
        let families: Vec<&str> = [text::FAMILY]
            .into_iter()
            .chain(Script::ALL.map(Script::family))
            .collect();
        assert_eq!(fonts().len(), 2 * families.len());
        for (place, face) in fonts().faces().enumerate() {
            assert_eq!(face.families[0].0, families[place % families.len()]);
            assert_eq!(
                face.weight.0,
                if place < families.len() { 400 } else { 700 }
            );
        }
    }
}
