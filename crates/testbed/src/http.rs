//! HTTP/1.1 messages as all servers of the testbed read and write them.
//!
//! SPEC: RFC 9112. Bodies by `content-length` or chunked; no trailers, no upgrades.

use std::io::{BufRead, Error, ErrorKind, Read, Result, Write};

/// A request or a response, completely read.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The request line or the status line.
    pub start: String,
    /// Names and values as sent.
    pub headers: Vec<(String, String)>,
    /// The body, without its transfer coding.
    pub body: Vec<u8>,
}

impl Message {
    /// A response with a body.
    pub fn answer(status: &str, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            start: format!("HTTP/1.1 {status}"),
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
        }
    }

    /// Reads a message's start line and headers. `None` if the peer closed before it began.
    ///
    /// # Errors
    /// The connection broke, or this is no HTTP/1.1.
    pub fn read_head(stream: &mut impl BufRead) -> Result<Option<Self>> {
        let mut message = Self::default();
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        line.trim_end().clone_into(&mut message.start);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end();
            if line.is_empty() {
                return Ok(Some(message));
            }
            let (name, value) =
                line.split_once(':').ok_or_else(|| Error::other("a header without a colon"))?;
            message.headers.push((name.to_owned(), value.trim().to_owned()));
        }
    }

    /// Reads the body that belongs to the head.
    ///
    /// # Errors
    /// The connection broke, or the framing is wrong.
    pub fn read_body(&mut self, stream: &mut impl BufRead) -> Result<()> {
        if self.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
            return self.read_chunks(stream);
        }
        let length = self.header("content-length").map_or(Ok(0), str::parse);
        self.body = vec![0; length.map_err(Error::other)?];
        stream.read_exact(&mut self.body)
    }

    fn read_chunks(&mut self, stream: &mut impl BufRead) -> Result<()> {
        loop {
            let mut size = String::new();
            stream.read_line(&mut size)?;
            let size = size.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(size, 16).map_err(Error::other)?;
            let read = stream.by_ref().take(size).read_to_end(&mut self.body)?;
            if read as u64 != size {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            stream.read_line(&mut String::new())?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    /// Reads a whole message. `None` if the peer closed before it began.
    ///
    /// # Errors
    /// The connection broke, or this is no HTTP/1.1.
    pub fn read(stream: &mut impl BufRead) -> Result<Option<Self>> {
        let Some(mut message) = Self::read_head(stream)? else { return Ok(None) };
        message.read_body(stream)?;
        Ok(Some(message))
    }

    /// A header's value, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Sets a header, in place of one of the same name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same message with another body, of its true length.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
        self.body = body.into();
        self
    }

    /// The target of a request line: `/path`.
    pub fn target(&self) -> &str {
        self.start.split(' ').nth(1).unwrap_or_default()
    }

    /// The message as it goes over the wire, with its true length unless a length was set.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}\r\n", self.start).into_bytes();
        for (name, value) in &self.headers {
            if !name.eq_ignore_ascii_case("transfer-encoding") {
                bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
            }
        }
        if self.header("content-length").is_none() {
            bytes.extend_from_slice(format!("content-length: {}\r\n", self.body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Writes the message in one piece.
    ///
    /// # Errors
    /// The connection broke.
    pub fn write(&self, stream: &mut impl Write) -> Result<()> {
        stream.write_all(&self.bytes())?;
        stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let written = Message::answer("200 OK", "text/plain", "body").with("x-one", "1");
        let read = Message::read(&mut written.bytes().as_slice()).unwrap().unwrap();
        assert_eq!((read.start.as_str(), read.body.as_slice()), ("HTTP/1.1 200 OK", &b"body"[..]));
        assert_eq!(read.header("X-One"), Some("1"));
    }

    #[test]
    fn reads_chunks() {
        let text = "POST /path HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n\
                    3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        let read = Message::read(&mut text.as_bytes()).unwrap().unwrap();
        assert_eq!((read.target(), read.body.as_slice()), ("/path", &b"abcde"[..]));
    }

    #[test]
    fn a_closed_connection_is_no_message_and_a_cut_one_an_error() {
        assert!(Message::read(&mut &b""[..]).unwrap().is_none());
        assert!(Message::read(&mut &b"GET / HTTP/1.1\r\n"[..]).is_err());
        assert!(
            Message::read(&mut &b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc"[..]).is_err()
        );
    }
}
