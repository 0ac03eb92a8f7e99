//! Long files in pieces that all cores prepare at once.

use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;

/// Items that one core prepares at a time.
const PIECE: usize = 1_024;
/// Pieces that are prepared before they are written.
const PIECES: usize = 32;

/// Writes what `prepare` makes of each stretch of `items`, in their order; it is given the number of the first
/// item too.
///
/// # Errors
/// Those of `prepare` and of the writer.
pub(super) fn write<T: Sync>(
    items: &[T],
    to: &mut dyn Write,
    prepare: impl Fn(usize, &[T]) -> io::Result<Vec<u8>> + Sync,
) -> io::Result<()> {
    write_each(items.len(), to, |places| {
        prepare(places.start, &items[places])
    })
}

/// Writes what `prepare` makes of each stretch of the places below `items`, in their order. While some pieces are
/// written the next are prepared. Memory: some 64,000 items as text.
///
/// # Errors
/// Those of `prepare` and of the writer.
pub(super) fn write_each(
    items: usize,
    to: &mut dyn Write,
    prepare: impl Fn(Range<usize>) -> io::Result<Vec<u8>> + Sync,
) -> io::Result<()> {
    let prepared = |stretch: usize| -> io::Result<Vec<Vec<u8>>> {
        let first = (stretch * PIECES * PIECE).min(items);
        let end = (first + PIECES * PIECE).min(items);
        (0..(end - first).div_ceil(PIECE))
            .into_par_iter()
            .map(|piece| {
                let first = first + piece * PIECE;
                prepare(first..(first + PIECE).min(end))
            })
            .collect()
    };
    let stretches = items.div_ceil(PIECES * PIECE);
    let mut ready = prepared(0)?;
    for stretch in 0..stretches {
        let mut next = Ok(Vec::new());
        let mut written = Ok(());
        // The writer stays on this thread; the others prepare.
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = prepared(stretch + 1));
            written = ready.iter().try_for_each(|piece| to.write_all(piece));
        });
        written?;
        ready = next?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_stand_in_their_order() {
        for count in [
            0,
            1,
            PIECE,
            PIECE + 1,
            PIECE * PIECES,
            PIECE * PIECES * 2 + 7,
        ] {
            let items: Vec<usize> = (0..count).collect();
            let mut whole = Vec::new();
            write(&items, &mut whole, |first, piece| {
                assert_eq!(piece.first(), Some(&first));
                Ok(piece.iter().flat_map(|it| it.to_le_bytes()).collect())
            })
            .unwrap();
            let wanted: Vec<u8> = items.iter().flat_map(|it| it.to_le_bytes()).collect();
            assert_eq!(whole, wanted);
        }
        let failed = write(&[1], &mut Vec::new(), |_, _| Err(io::Error::other("full")));
        assert!(failed.is_err());
    }
}
