//! Gate B's last bar: the first call under a share of the processor as a 128 MB function gets it.
//!
//! A model, not verified on AWS: start at full speed, then memory / 1769 of one processor, in
//! periods of 20 ms. Needs the right to make a control group.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::contender::{Contender, Place, START};
use crate::figures::{Spread, Throttled};
use crate::rounds::RealTime;
use crate::surroundings::Failure;

const ROUNDS: usize = 9;
const PERIOD: u32 = 20_000;
/// Microseconds of each period: 20,000 × 128 / 1,769.
const SHARE: u32 = 1_447;

/// First calls with and without the quota; a text if there can't be one.
pub fn run(
    all: &[Contender],
    place: &Place,
) -> Option<Result<BTreeMap<&'static str, Throttled>, String>> {
    let groups =
        Group::new("free", None).and_then(|free| Ok([free, Group::new("throttled", Some(SHARE))?]));
    let groups = match groups {
        Ok(groups) => groups,
        Err(error) => return Some(Err(format!("not measurable here: {error}"))),
    };
    Some(measure(all, place, &groups).map_err(|error| error.to_string()))
}

fn measure(
    all: &[Contender],
    place: &Place,
    groups: &[Group; 2],
) -> Result<BTreeMap<&'static str, Throttled>, Failure> {
    let _undisturbed = RealTime::enter();
    let mut found = BTreeMap::new();
    for one in all.iter().filter(|one| one.name != "batch-again") {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (group, times) in groups.iter().zip(&mut times) {
                // A quota is only for the ordinary scheduling class; we may be in another.
                let by = ["chrt".into(), "--other".into(), "0".into()];
                let function = one.launch_by(&by, place).spawn()?;
                function.ready(START)?;
                group.take(function.pid())?;
                times.push(one.call(&function)?.as_secs_f64() * 1e6);
            }
        }
        let [free, throttled] = times.map(Spread::of);
        if let (Some(free), Some(throttled)) = (free, throttled) {
            found.insert(one.name, Throttled { free: free.median, throttled: throttled.median });
        }
    }
    Ok(found)
}

/// A control group of our own, gone when dropped.
struct Group {
    folder: PathBuf,
}

impl Group {
    /// A group that comes before its neighbours, with a quota in microseconds per period.
    fn new(name: &str, quota: Option<u32>) -> Result<Self, String> {
        let name = format!("claimsmith-{name}-{}", std::process::id());
        let controllers = fs::read_to_string("/sys/fs/cgroup/cgroup.controllers");
        let unified = controllers.is_ok_and(|known| known.contains("cpu"));
        let parent = if unified { "/sys/fs/cgroup" } else { "/sys/fs/cgroup/cpu" };
        let group = Self { folder: Path::new(parent).join(name) };
        fs::create_dir(&group.folder).map_err(|error| format!("no control group: {error}"))?;
        let set = if unified {
            // Fails harmlessly if it is on already.
            let _ = fs::write("/sys/fs/cgroup/cgroup.subtree_control", "+cpu");
            let quota = quota.map_or_else(|| "max".to_owned(), |quota| quota.to_string());
            group
                .write("cpu.weight", "10000")
                .and_then(|()| group.write("cpu.max", &format!("{quota} {PERIOD}")))
        } else {
            let quota = quota.map_or_else(|| "-1".to_owned(), |quota| quota.to_string());
            group
                .write("cpu.shares", "262144")
                .and_then(|()| group.write("cpu.cfs_period_us", &PERIOD.to_string()))
                .and_then(|()| group.write("cpu.cfs_quota_us", &quota))
        };
        set.map_err(|error| format!("no CPU quota: {error}"))?;
        Ok(group)
    }

    fn take(&self, process: i32) -> std::io::Result<()> {
        self.write("cgroup.procs", &process.to_string())
    }

    fn write(&self, file: &str, text: &str) -> std::io::Result<()> {
        fs::write(self.folder.join(file), text)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // A process that has just ended may still be in it.
        for _ in 0..50 {
            if fs::remove_dir(&self.folder).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}
