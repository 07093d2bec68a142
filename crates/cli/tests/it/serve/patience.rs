//! Slow clients, long questions, and the end.

use super::*;

#[test]
fn slow_clients_are_not_waited_for_and_keep_nobody_out() {
    let server = Server::start(&[]);
    let started = Instant::now();
    let slow: Vec<TcpStream> = (0..40)
        .map(|at| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
            let head = format!("POST /answer HTTP/1.1\r\nhost: {}\r\n", server.host());
            let body = "content-type: application/json\r\ncontent-length: 9\r\n\r\n{";
            stream.write_all(head.as_bytes()).unwrap();
            if at % 2 == 0 {
                stream.write_all(body.as_bytes()).unwrap();
            }
            stream
        })
        .collect();
    assert_eq!(server.send("GET", "/", &[], b"").status, 200);
    for (at, mut stream) in slow.into_iter().enumerate() {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut received = Vec::new();
        stream.read_to_end(&mut received).unwrap();
        let status = Reply::read(&received).status;
        assert!(if at % 2 == 0 { status == 408 } else { [0, 408].contains(&status) }, "{status}");
    }
    assert!(started.elapsed() < Duration::from_secs(18), "{:?}", started.elapsed());
}

#[test]
fn clients_that_never_read_keep_nobody_out() {
    let server = Server::start(&[]);
    let request = format!("GET /playground.js HTTP/1.1\r\nhost: {}\r\n\r\n", server.host());
    // More answers than any buffer on the way holds.
    let requests = request.repeat(1_000);
    let greedy: Vec<TcpStream> = (0..32)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
            stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
            let _ = stream.write_all(requests.as_bytes());
            stream
        })
        .collect();
    let started = Instant::now();
    assert_eq!(server.send("GET", "/", &[], b"").status, 200);
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    drop(greedy);
}

/// Whoever asks much waits alone.
#[test]
fn a_long_question_holds_up_neither_others_nor_the_end() {
    let server = Server::start(&[]);
    let section = |at| format!("[records.r{at}]\nkey = {{ pk = \"A\", sk = \"B\" }}\n");
    let records: String = (0..30_000).map(section).collect();
    let question = chosen(&format!("{DEFAULT_POLICY}\n{records}"), ADA).to_string();
    let head = format!(
        "POST /answer HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        server.host(),
        question.len()
    );
    let asking: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(question.as_bytes()).unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    let started = Instant::now();
    assert_eq!(server.send("GET", "/icon.svg", &[], b"").status, 200);
    for stream in &asking {
        stream.set_nonblocking(true).unwrap();
        assert!(stream.peek(&mut [0]).is_err(), "a long question was answered before a short one");
    }
    server.stop();
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    drop(asking);
}

#[test]
fn it_ends_when_it_is_told_to_and_lets_answers_out() {
    let server = Server::start(&[]);
    let mut idle = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    idle.write_all(format!("GET / HTTP/1.1\r\nhost: {}\r\n\r\n", server.host()).as_bytes())
        .unwrap();
    let mut first = [0; 64];
    assert!(idle.read(&mut first).unwrap() > 0);
    let started = Instant::now();
    server.stop();
    assert!(started.elapsed() < Duration::from_secs(4));
}
