//! Long files in pieces that all cores prepare at once.

use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;

/// Items that one core prepares at a time.
const PIECE: usize = 256;
/// Bytes that are prepared before they are written, about; enough that no core waits for another.
const AHEAD: usize = 8 << 20;
/// Items of the first stretch, before it is known how long one is.
const FIRST: usize = PIECE * 16;

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
/// written the next are prepared. Memory: some 16 MB as written, however long an item is, unless 256 are longer.
///
/// # Errors
/// Those of `prepare` and of the writer.
pub(super) fn write_each(
    items: usize,
    to: &mut dyn Write,
    prepare: impl Fn(Range<usize>) -> io::Result<Vec<u8>> + Sync,
) -> io::Result<()> {
    let prepared = |stretch: Range<usize>| -> io::Result<Vec<Vec<u8>>> {
        (0..stretch.len().div_ceil(PIECE))
            .into_par_iter()
            .map(|piece| {
                let first = stretch.start + piece * PIECE;
                prepare(first..(first + PIECE).min(stretch.end))
            })
            .collect()
    };
    let mut prepared_to = FIRST.min(items);
    let mut ready = prepared(0..prepared_to)?;
    let mut bytes = 0;
    while !ready.is_empty() {
        bytes += ready.iter().map(Vec::len).sum::<usize>();
        let pieces = AHEAD / (bytes / prepared_to + 1) / PIECE;
        let end = (prepared_to + pieces.max(2) * PIECE).min(items);
        let mut next = Ok(Vec::new());
        let mut written = Ok(());
        // The writer stays on this thread; the others prepare.
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = prepared(prepared_to..end));
            written = ready.iter().try_for_each(|piece| to.write_all(piece));
        });
        written?;
        ready = next?;
        prepared_to = end;
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
            FIRST,
            FIRST * 9 + 7,
            AHEAD / 8 * 2 + 7,
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
