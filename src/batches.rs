//! A long list in pieces, so that it can be made on several cores and put together without being copied.

use std::ops::{Index, IndexMut};

/// A list in pieces. No piece is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batches<T> {
    pieces: Vec<Vec<T>>,
    /// How many items stand before each piece.
    starts: Vec<usize>,
    length: usize,
}

impl<T> Default for Batches<T> {
    fn default() -> Batches<T> {
        Batches {
            pieces: Vec::new(),
            starts: Vec::new(),
            length: 0,
        }
    }
}

impl<T> Batches<T> {
    /// Adds a piece at the end. O(1).
    pub fn push(&mut self, piece: Vec<T>) {
        if piece.is_empty() {
            return;
        }
        self.starts.push(self.length);
        self.length += piece.len();
        self.pieces.push(piece);
    }

    /// How many items there are.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Adds all pieces of another list at the end. O(its pieces).
    pub fn append(&mut self, later: Batches<T>) {
        for piece in later.pieces {
            self.push(piece);
        }
    }

    /// The piece that holds an item, and the item's place in it.
    fn place(&self, number: usize) -> (usize, usize) {
        let piece = self.starts.partition_point(|&start| start <= number) - 1;
        (piece, number - self.starts[piece])
    }

    /// The items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> + Clone {
        self.pieces.iter().flatten()
    }

    /// The pieces.
    pub fn into_pieces(self) -> Vec<Vec<T>> {
        self.pieces
    }
}

impl<T> Index<usize> for Batches<T> {
    type Output = T;

    /// The item with a number. O(log pieces).
    ///
    /// # Panics
    /// If there are fewer.
    fn index(&self, number: usize) -> &T {
        let (piece, place) = self.place(number);
        &self.pieces[piece][place]
    }
}

impl<T> IndexMut<usize> for Batches<T> {
    fn index_mut(&mut self, number: usize) -> &mut T {
        let (piece, place) = self.place(number);
        &mut self.pieces[piece][place]
    }
}

impl<T> FromIterator<Vec<T>> for Batches<T> {
    fn from_iter<I: IntoIterator<Item = Vec<T>>>(pieces: I) -> Batches<T> {
        let mut batches = Batches::default();
        for piece in pieces {
            batches.push(piece);
        }
        batches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_keep_their_numbers() {
        let batches: Batches<u32> = [vec![0, 1, 2], vec![], vec![3], vec![4, 5]]
            .into_iter()
            .collect();
        assert_eq!(batches.len(), 6);
        assert!(batches.iter().copied().eq(0..6));
        for number in 0..6 {
            assert_eq!(batches[number] as usize, number);
        }
        assert_eq!(batches.into_pieces().len(), 3);
        assert!(Batches::<u8>::default().is_empty());
    }
}
