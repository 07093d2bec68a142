//! Writes the page that needs no server into a folder: all of it but the engine, which
//! `./package --playground` puts beside it.

use std::error::Error;
use std::path::PathBuf;

use claimsmith_playground::assets::{assets, worker};
use claimsmith_playground::site::static_page;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("into which folder?")?);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("index.html"), static_page().into_string())?;
    for asset in assets().into_iter().chain(worker()) {
        std::fs::write(folder.join(asset.name), asset.text)?;
    }
    Ok(())
}
