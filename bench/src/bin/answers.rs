//! Answers the same event N times: for a counter of instructions.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let times: usize = std::env::args().nth(1).ok_or("how many times?")?.parse()?;
    let subject = claimsmith_bench::Subject::new()?;
    let mut bytes = 0;
    for _ in 0..times {
        let answer = subject.answer(claimsmith_bench::EVENT.as_bytes()).ok_or("refused")?;
        bytes += answer.len();
    }
    // The answers must not be optimized away.
    std::process::exit(i32::from(times > 0 && bytes == 0))
}
