//! Stands between a store and its server, and on request lets a statement through but not its answer: what is left when a connection
//! breaks at the worst moment.

use std::{
    io::{Read, Write},
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use tempfile::TempDir;

pub struct Proxy {
    folder: TempDir,
    armed: Arc<AtomicBool>,
}

impl Proxy {
    pub fn before(server: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        let armed = Arc::new(AtomicBool::new(false));
        let (server, shared) = (server.to_owned(), Arc::clone(&armed));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (server, armed) = (UnixStream::connect(&server).unwrap(), Arc::clone(&shared));
                thread::spawn(move || relay(client, server, &armed));
            }
        });
        Self { folder, armed }
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// The answer to the next statement is lost, and the connection with it.
    pub fn lose_next_answer(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    /// Whether an answer has been lost since.
    pub fn has_lost_it(&self) -> bool {
        !self.armed.load(Ordering::SeqCst)
    }
}

fn relay(mut client: UnixStream, mut server: UnixStream, armed: &AtomicBool) {
    /// The command that runs a prepared statement, behind the four bytes of a packet's head.
    const EXECUTE: u8 = 0x17;
    let answers = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let is_cut = Arc::new(AtomicBool::new(false));
    let cut = Arc::clone(&is_cut);
    thread::spawn(move || {
        let (mut server, mut client) = answers;
        let mut buffer = [0; 1 << 16];
        while let Ok(count @ 1..) = server.read(&mut buffer) {
            if cut.load(Ordering::SeqCst) || client.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    });
    let mut buffer = [0; 1 << 16];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        if buffer.get(4) == Some(&EXECUTE) && armed.swap(false, Ordering::SeqCst) {
            is_cut.store(true, Ordering::SeqCst);
        }
        if server.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    // The answering half sees to it that an answer which is to be lost has been given before the server is left.
    if !is_cut.load(Ordering::SeqCst) {
        let _ = server.shutdown(Shutdown::Both);
    }
}
