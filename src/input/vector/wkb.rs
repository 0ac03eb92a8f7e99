//! Well-known binary, of ISO and as `PostGIS` extends it, as `GeoJSON` shapes.

use serde_json::Value;

use super::{number, shape};

/// Collections in collections.
const DEEPEST: u32 = 8;

/// Reads a shape; null for one without coordinates.
///
/// # Errors
/// What is wrong with it, in a phrase.
pub(super) fn geometry(bytes: &[u8]) -> Result<Value, String> {
    let mut from = Bytes {
        bytes,
        little: true,
    };
    let geometry = from.geometry(0)?;
    if from.bytes.is_empty() {
        Ok(geometry)
    } else {
        Err(format!("{} bytes behind a shape", from.bytes.len()))
    }
}

struct Bytes<'b> {
    bytes: &'b [u8],
    little: bool,
}

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self
            .bytes
            .split_first_chunk()
            .ok_or("a shape that is cut off")?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn whole(&mut self) -> Result<u32, String> {
        let bytes = self.take()?;
        Ok(if self.little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn real(&mut self) -> Result<f64, String> {
        let bytes = self.take()?;
        Ok(if self.little {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        })
    }

    /// So many of what takes so many bytes at least: never more than there are bytes for.
    fn count(&mut self, each: usize) -> Result<usize, String> {
        let count = self.whole()? as usize;
        if count > self.bytes.len() / each {
            return Err("a shape with more parts than bytes".to_owned());
        }
        Ok(count)
    }

    fn position(&mut self, axes: usize) -> Result<Value, String> {
        let at = [self.real()?, self.real()?];
        for _ in 2..axes {
            self.real()?;
        }
        Ok(Value::Array(at.map(number).into()))
    }

    fn positions(&mut self, axes: usize) -> Result<Value, String> {
        let count = self.count(8 * axes)?;
        (0..count).map(|_| self.position(axes)).collect()
    }

    fn rings(&mut self, axes: usize) -> Result<Value, String> {
        let count = self.count(4)?;
        (0..count).map(|_| self.positions(axes)).collect()
    }

    fn geometry(&mut self, depth: u32) -> Result<Value, String> {
        self.little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            [other] => return Err(format!("a shape that begins with {other}")),
        };
        let code = self.whole()?;
        if code & 0x2000_0000 != 0 {
            // A reference system of its own, which the file has as well.
            self.whole()?;
        }
        let plain = code & 0x0fff_ffff;
        let axes = match plain / 1_000 {
            0 => 2 + (code >> 31) as usize + (code >> 30 & 1) as usize,
            1 | 2 => 3,
            3 => 4,
            _ => return Err(format!("a shape of type {code}")),
        };
        let several = |from: &mut Self, kind: &str, part: &str| {
            let count = from.count(9)?;
            let parts = (0..count).map(|_| {
                let geometry = from.geometry(depth + 1)?;
                match geometry {
                    Value::Object(mut inner) if inner.get("type").is_some_and(|it| it == part) => {
                        Ok(inner.remove("coordinates").unwrap_or_default())
                    }
                    _ => Err(format!("a {kind} with another part than a {part}")),
                }
            });
            Ok::<Value, String>(shape(kind, parts.collect::<Result<_, _>>()?))
        };
        if depth > DEEPEST {
            return Err("shapes in shapes in shapes".to_owned());
        }
        Ok(match plain % 1_000 {
            1 => {
                let at = self.position(axes)?;
                // NaN is how a point without a place is written.
                if depth == 0 && at[0].is_null() && at[1].is_null() {
                    return Ok(Value::Null);
                }
                shape("Point", at)
            }
            2 => shape("LineString", self.positions(axes)?),
            3 => shape("Polygon", self.rings(axes)?),
            4 => several(self, "MultiPoint", "Point")?,
            5 => several(self, "MultiLineString", "LineString")?,
            6 => several(self, "MultiPolygon", "Polygon")?,
            7 => {
                let count = self.count(9)?;
                let parts = (0..count)
                    .map(|_| self.geometry(depth + 1))
                    .collect::<Result<Vec<Value>, String>>()?;
                serde_json::json!({ "type": "GeometryCollection", "geometries": parts })
            }
            _ => return Err(format!("a shape of type {code}, with curves or surfaces")),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn point(order: u8, code: u32, at: &[f64]) -> Vec<u8> {
        let mut bytes = vec![order];
        let little = order == 1;
        bytes.extend(if little {
            code.to_le_bytes()
        } else {
            code.to_be_bytes()
        });
        if code & 0x2000_0000 != 0 {
            bytes.extend(4326_u32.to_le_bytes());
        }
        for value in at {
            bytes.extend(if little {
                value.to_le_bytes()
            } else {
                value.to_be_bytes()
            });
        }
        bytes
    }

    #[test]
    fn every_dialect_of_a_point_is_read() {
        let wanted = json!({ "type": "Point", "coordinates": [70.5, 34.25] });
        for bytes in [
            point(1, 1, &[70.5, 34.25]),
            point(0, 1, &[70.5, 34.25]),
            point(1, 1_001, &[70.5, 34.25, 9.0]),
            point(1, 3_001, &[70.5, 34.25, 9.0, 8.0]),
            point(1, 0x2000_0001, &[70.5, 34.25]),
            point(1, 0xe000_0001, &[70.5, 34.25, 9.0, 8.0]),
        ] {
            assert_eq!(geometry(&bytes).unwrap(), wanted);
        }
        assert_eq!(geometry(&point(1, 1, &[f64::NAN; 2])).unwrap(), Value::Null);
    }

    #[test]
    fn what_is_cut_off_or_nested_too_deep_is_refused() {
        let line = [&[1, 2, 0, 0, 0, 255, 255, 255, 255][..], &[0; 64]].concat();
        assert!(geometry(&line).unwrap_err().contains("more parts"));
        let nested = [1, 7, 0, 0, 0, 1, 0, 0, 0].repeat(100_000);
        assert!(geometry(&nested).unwrap_err().contains("shapes in shapes"));
        for code in [0, 8, 17, 999, 4_001] {
            assert!(geometry(&point(1, code, &[1.0, 2.0])).is_err(), "{code}");
        }
        let whole = point(1, 1, &[70.5, 34.25]);
        for end in 0..whole.len() {
            assert!(geometry(&whole[..end]).is_err());
        }
        assert!(geometry(&[whole, vec![0]].concat()).is_err());
    }
}
