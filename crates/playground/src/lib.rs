//! What the trigger decided about an event, drawn for people; and the page on which one tries a policy.
//!
//! Pure: no file, variable, clock or network; the same in the command, in its server and in a browser.
//! A question of the page goes through [`answer`], which makes the event of [`sign_in`], lets the trigger
//! decide, and draws what was decided ([`page`]) from its rows ([`decision`]).

pub mod answer;
pub mod assets;
pub mod decision;
pub mod json;
pub mod page;
mod parts;
pub mod people;
mod places;
pub mod sign_in;
pub mod site;
pub mod starters;
pub mod words;
