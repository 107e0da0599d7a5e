//! Stands between a store and its server. On request it lets a statement through but not its answer, which is what is left when a
//! connection breaks at the worst moment, or leads to another server from now on, as an address does after a failover, or has
//! something done before a statement.

use std::{
    io::{Read, Write},
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use tempfile::TempDir;

/// What is done before a statement that has this text.
type Before = Option<(&'static str, Box<dyn FnOnce() + Send>)>;

pub struct Proxy {
    folder: TempDir,
    armed: Arc<AtomicBool>,
    cuts_now: Arc<AtomicBool>,
    before: Arc<Mutex<Before>>,
    server: Arc<Mutex<PathBuf>>,
    open: Arc<Mutex<Vec<UnixStream>>>,
}

impl Proxy {
    pub fn before(server: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        let armed = Arc::new(AtomicBool::new(false));
        let server = Arc::new(Mutex::new(server.to_owned()));
        let open = Arc::new(Mutex::new(Vec::new()));
        let before = Arc::new(Mutex::new(None));
        let proxy = Self { folder, armed, cuts_now: Arc::default(), before, server, open };
        let (shared, server, open) = (Arc::clone(&proxy.armed), Arc::clone(&proxy.server), Arc::clone(&proxy.open));
        let (cuts_now, before) = (Arc::clone(&proxy.cuts_now), Arc::clone(&proxy.before));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut open = open.lock().unwrap();
                let server = UnixStream::connect(server.lock().unwrap().as_path()).unwrap();
                open.push(client.try_clone().unwrap());
                let (armed, cuts_now, before) = (Arc::clone(&shared), Arc::clone(&cuts_now), Arc::clone(&before));
                thread::spawn(move || relay(client, server, &armed, &cuts_now, &before));
            }
        });
        proxy
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// From now on new connections go to `server`.
    pub fn lead_newcomers_to(&self, server: &Path) {
        server.clone_into(&mut self.server.lock().unwrap());
    }

    /// From now on all connections go to `server`; those to another server are cut.
    pub fn lead_to(&self, server: &Path) {
        let mut open = self.open.lock().unwrap();
        self.lead_newcomers_to(server);
        for client in open.drain(..) {
            // It may be gone already.
            let _ = client.shutdown(Shutdown::Both);
        }
    }

    /// Something else happens before the next statement that has this text gets to the server.
    pub fn before_statement(&self, text: &'static str, act: impl FnOnce() + Send + 'static) {
        *self.before.lock().unwrap() = Some((text, Box::new(act)));
    }

    /// Whether it has happened.
    pub fn has_happened(&self) -> bool {
        self.before.lock().unwrap().is_none()
    }

    /// The answer to the next statement is lost, and the connection with it.
    pub fn lose_next_answer(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    /// The answer to the next statement that has this text is lost, and the connection with it.
    pub fn lose_answer_to(&self, text: &'static str) {
        let cuts_now = Arc::clone(&self.cuts_now);
        self.before_statement(text, move || cuts_now.store(true, Ordering::SeqCst));
    }

    /// Whether an answer has been lost since.
    pub fn has_lost_it(&self) -> bool {
        !self.armed.load(Ordering::SeqCst)
    }
}

fn relay(
    mut client: UnixStream,
    mut server: UnixStream,
    armed: &AtomicBool,
    cuts_now: &AtomicBool,
    before: &Mutex<Before>,
) {
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
        if let Some((_, act)) = before.lock().unwrap().take_if(|(text, _)| has(&buffer[..count], text)) {
            act();
        }
        if cuts_now.swap(false, Ordering::SeqCst) {
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

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}
