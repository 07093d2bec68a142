//! What a client of the fault proxy sees, and that DynamoDB Local starts.

use std::io::{BufReader, ErrorKind, Result};
use std::net::TcpStream;
use std::time::Duration;

use claimsmith_testbed::dynamodb_json::items;
use claimsmith_testbed::dynamodb_local;
use claimsmith_testbed::fault_proxy::{Fault, FaultProxy, Refused};
use claimsmith_testbed::http::Message;
use claimsmith_testbed::table_stand_in::TableStandIn;
use serde_json::{Value, json};

const KEYS: [&str; 3] = ["one", "two", "three"];

fn table() -> TableStandIn {
    let records = json!(KEYS.map(|key| json!({"pk": key})));
    TableStandIn::start(items(&records.to_string()).unwrap(), None, Duration::ZERO).unwrap()
}

/// Asks for all keys in one batch, on a connection of its own.
fn ask(proxy: &FaultProxy) -> Result<Option<Message>> {
    let keys = KEYS.map(|key| json!({"pk": {"S": key}}));
    let body = json!({"RequestItems": {"table": {"Keys": keys}}}).to_string();
    let stream = TcpStream::connect(proxy.address)?;
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    let mut stream = BufReader::new(stream);
    let request = Message {
        start: "POST / HTTP/1.1".to_owned(),
        headers: vec![("x-amz-target".to_owned(), "DynamoDB_20120810.BatchGetItem".to_owned())],
        body: body.into_bytes(),
    };
    request.write(stream.get_mut())?;
    Message::read(&mut stream)
}

fn body(proxy: &FaultProxy) -> Value {
    serde_json::from_slice(&ask(proxy).unwrap().unwrap().body).unwrap()
}

#[test]
fn each_fault_is_what_its_name_says() {
    let table = table();
    let proxy = FaultProxy::start(table.address).unwrap();
    assert_eq!(body(&proxy)["Responses"]["table"].as_array().unwrap().len(), 3);

    let failed = |fault: Fault| {
        proxy.always(fault);
        ask(&proxy).unwrap_err().kind()
    };
    for reset in [Fault::ResetAtAccept, Fault::ResetAfterHead, Fault::ResetMidAnswer] {
        assert_eq!(failed(reset.clone()), ErrorKind::ConnectionReset, "{reset:?}");
    }
    assert_eq!(failed(Fault::Truncated), ErrorKind::UnexpectedEof);
    for silent in [Fault::Hang, Fault::StallMidAnswer, Fault::Delay(Duration::from_secs(1))] {
        assert_eq!(failed(silent.clone()), ErrorKind::WouldBlock, "{silent:?}");
    }

    proxy.always(Fault::Malformed);
    assert!(serde_json::from_slice::<Value>(&ask(&proxy).unwrap().unwrap().body).is_err());
    proxy.always(Fault::Refused(Refused::THROTTLING));
    let answer = ask(&proxy).unwrap().unwrap();
    assert_eq!(answer.start, "HTTP/1.1 400 Bad Request");
    assert!(String::from_utf8(answer.body).unwrap().contains("#ThrottlingException"));
}

#[test]
fn faults_are_counted_from_the_plan() {
    let table = table();
    let proxy = FaultProxy::start(table.address).unwrap();
    proxy.first(1, Fault::ResetAtAccept);
    assert!(ask(&proxy).is_err());
    assert!(ask(&proxy).is_ok());
    assert_eq!((proxy.requests(), table.requests()), (2, 1));
    proxy.heal();
    assert_eq!(proxy.requests(), 0);
}

#[test]
fn unprocessed_keys_come_back_as_they_were_asked() {
    let table = table();
    let proxy = FaultProxy::start(table.address).unwrap();
    for keep in [0, 1, 3] {
        proxy.always(Fault::Unprocessed(keep));
        let body = body(&proxy);
        let count = |value: &Value| value.as_array().map_or(0, Vec::len);
        assert_eq!(count(&body["Responses"]["table"]), keep);
        assert_eq!(count(&body["UnprocessedKeys"]["table"]["Keys"]), 3 - keep);
    }
}

#[test]
fn dynamodb_local_keeps_what_is_written() {
    let server = dynamodb_local::shared().unwrap();
    let table = server.create_table("pk", None).unwrap();
    let item = json!({"pk": {"S": "one"}, "value": {"N": "1"}});
    server.put_all(&table, std::slice::from_ref(&item)).unwrap();
    let asked = json!({"TableName": table, "Key": {"pk": {"S": "one"}}});
    assert_eq!(server.call("GetItem", &asked).unwrap()["Item"], item);
    let error = server.call("GetItem", &json!({"TableName": "none", "Key": {}})).unwrap_err();
    assert!(error.to_string().contains("Exception"), "{error}");
}
