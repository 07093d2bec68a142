//! A listener on a free loopback port with one thread per connection, ended by dropping it.

use std::collections::HashMap;
use std::io::Result;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A running listener.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    stopping: AtomicBool,
    accepted: AtomicU64,
    open: Mutex<HashMap<u64, TcpStream>>,
}

impl Server {
    /// Hands every connection to `serve`, each in its own thread.
    pub(crate) fn start(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let accepting = Arc::clone(&state);
        let serve = Arc::new(serve);
        std::thread::spawn(move || {
            for (number, stream) in (0..).zip(listener.incoming()) {
                if accepting.stopping.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                accepting.accepted.fetch_add(1, Ordering::SeqCst);
                // Without it, each answer would wait 40 ms for the peer's delayed acknowledgement.
                if stream.set_nodelay(true).is_err() {
                    continue;
                }
                if let Ok(clone) = stream.try_clone() {
                    locked(&accepting.open).insert(number, clone);
                }
                let (serve, state) = (Arc::clone(&serve), Arc::clone(&accepting));
                std::thread::spawn(move || {
                    serve(stream);
                    // The clone in the table would keep the connection open. It is only dropped:
                    // a shutdown would end it in good order where a test wants a reset.
                    locked(&state.open).remove(&number);
                });
            }
        });
        Ok(Self { address, state })
    }

    /// How many connections there were so far.
    pub(crate) fn connections(&self) -> u64 {
        self.state.accepted.load(Ordering::SeqCst)
    }

    /// Closes all connections that are open now.
    pub(crate) fn close_connections(&self) {
        for (_, stream) in locked(&self.state.open).drain() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.stopping.store(true, Ordering::SeqCst);
        // Wakes the listener, so that it sees the flag.
        let _ = TcpStream::connect(self.address);
        self.close_connections();
    }
}

/// The value of a mutex, even if a thread panicked while it held the lock: no change that is made
/// under a lock here can be left half done.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
