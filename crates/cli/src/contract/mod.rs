//! `claimsmith contract`: what readers may rely on, and what a change of it means for them.

mod comments;
pub mod model;
