//! The briefing: its content, as plain blocks, and the forms that it takes.

mod content;
pub mod document;
pub mod markdown;
pub mod page;
pub mod pdf;

pub use content::document;
