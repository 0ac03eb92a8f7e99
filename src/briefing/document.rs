//! A briefing in plain blocks, before it becomes Markdown, a web page or a PDF.
//!
//! Text in it is plain text, from data too; whoever writes it out escapes it for the format.

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Starts a section.
    Heading(String),
    /// Starts a part of a section.
    Subheading(String),
    /// A paragraph.
    Text(String),
    /// A paragraph that stands out.
    Strong(String),
    /// A remark on method.
    Small(String),
    /// Points.
    List(Vec<String>),
    /// A table: what its columns are, and its rows, each as long as the header.
    Table(Vec<String>, Vec<Vec<String>>),
    /// A picture of the pack: its path there without an ending, and what it shows.
    Picture(String, String),
}

/// A key figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its value: `79`, `230–515`.
    pub value: String,
    /// Of what.
    pub label: String,
    /// What it rests on.
    pub note: String,
}

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// Which days, which line.
    pub subtitle: String,
    /// The key figures.
    pub figures: Vec<Figure>,
    /// The findings, the most important first.
    pub headlines: Vec<String>,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
}

impl Document {
    pub(super) fn heading(&mut self, words: &str) {
        self.blocks.push(Block::Heading(words.to_owned()));
    }

    pub(super) fn subheading(&mut self, words: &str) {
        self.blocks.push(Block::Subheading(words.to_owned()));
    }

    pub(super) fn text(&mut self, words: &str) {
        self.blocks.push(Block::Text(words.to_owned()));
    }

    pub(super) fn strong(&mut self, words: &str) {
        self.blocks.push(Block::Strong(words.to_owned()));
    }

    pub(super) fn small(&mut self, words: &str) {
        self.blocks.push(Block::Small(words.to_owned()));
    }

    pub(super) fn list(&mut self, points: Vec<String>) {
        self.blocks.push(Block::List(points));
    }

    pub(super) fn table(&mut self, header: &[&str], rows: impl Iterator<Item = Vec<String>>) {
        let header = header.iter().map(|&it| it.to_owned()).collect();
        self.blocks.push(Block::Table(header, rows.collect()));
    }

    pub(super) fn picture(&mut self, path: &str, shows: &str) {
        let picture = Block::Picture(path.to_owned(), shows.to_owned());
        self.blocks.push(picture);
    }
}
