//! A proxy that speaks just enough of MySQL's protocol to tell statements apart. It sends reads to a replica and the rest to the primary,
//! as MaxScale and ProxySQL do, or adds a statement of its own to a session, to set the clock back, say.

use std::{
    io::{self, Read, Write},
    net::Shutdown,
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use tempfile::TempDir;

use super::mariadb::Server;

/// The user as which the proxy itself goes to the replica.
const USER: &str = "splitter";

/// Marks the number of a statement that was prepared on the replica: both servers count from 1.
const ON_REPLICA: u32 = 1 << 30;

pub struct StatementProxy {
    folder: TempDir,
    to_say: Arc<Mutex<Option<String>>>,
    reads_led_away: Arc<AtomicU64>,
}

/// Commands of the protocol, by their first byte.
mod command {
    pub const QUIT: u8 = 0x01;
    pub const QUERY: u8 = 0x03;
    pub const PREPARE: u8 = 0x16;
    /// Execute, long data, close, reset: what names a prepared statement.
    pub const OF_STATEMENT: std::ops::RangeInclusive<u8> = 0x17..=0x1a;
}

impl StatementProxy {
    /// One that leaves each statement where it is.
    pub fn before(server: &Server) -> Self {
        Self::new(server.socket(), None)
    }

    /// One that sends reads to the replica.
    pub fn splitting(primary: &Server, replica: &Server) -> Self {
        let mut root = replica.root();
        // The client's answer to one server's challenge is no answer to another's. This user exists on the replica alone.
        root.run("SET SESSION sql_log_bin = 0");
        root.run(&format!("CREATE USER {USER}@localhost"));
        root.run(&format!("GRANT SELECT ON *.* TO {USER}@localhost"));
        Self::new(primary.socket(), Some(replica.socket()))
    }

    fn new(primary: PathBuf, replica: Option<PathBuf>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        let proxy = Self { folder, to_say: Arc::default(), reads_led_away: Arc::default() };
        let (to_say, reads) = (Arc::clone(&proxy.to_say), Arc::clone(&proxy.reads_led_away));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (to_say, reads) = (Arc::clone(&to_say), Arc::clone(&reads));
                let (primary, replica) = (primary.clone(), replica.clone());
                // Either side may leave at any time; then the session is over.
                thread::spawn(move || {
                    Session::open(client, &primary, replica.as_deref(), to_say, reads).and_then(Session::relay)
                });
            }
        });
        proxy
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// Runs `sql` on the primary before the next statement, in the session of that statement. The client notices nothing.
    pub fn say(&self, sql: &str) {
        *self.to_say.lock().unwrap() = Some(sql.to_owned());
    }

    /// Whether it was run.
    pub fn has_said_it(&self) -> bool {
        self.to_say.lock().unwrap().is_none()
    }

    /// Reads that the replica was sent.
    pub fn reads_led_away(&self) -> u64 {
        self.reads_led_away.load(Ordering::SeqCst)
    }
}

/// What to do with the next answers of a server.
#[derive(Default)]
struct Awaited {
    /// Answers, of one packet each, that are not for the client.
    unheard: u32,
    /// The next answer may hold the number of a prepared statement.
    number: bool,
}

struct Side {
    to_server: UnixStream,
    awaited: Arc<Mutex<Awaited>>,
}

struct Session {
    from_client: UnixStream,
    primary: Side,
    replica: Option<Side>,
    to_say: Arc<Mutex<Option<String>>>,
    reads_led_away: Arc<AtomicU64>,
}

impl Session {
    /// Passes the handshake of client and primary on, and logs in to the replica with the client's capabilities.
    fn open(
        mut client: UnixStream,
        primary: &Path,
        replica: Option<&Path>,
        to_say: Arc<Mutex<Option<String>>>,
        reads_led_away: Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let mut to_primary = UnixStream::connect(primary)?;
        write(&mut client, &read(&mut to_primary)?)?;
        let response = read(&mut client)?;
        write(&mut to_primary, &response)?;
        loop {
            const OK: u8 = 0;
            const ERROR: u8 = 0xff;
            let answer = read(&mut to_primary)?;
            write(&mut client, &answer)?;
            match answer[4] {
                OK => break,
                ERROR => return Err(io::ErrorKind::PermissionDenied.into()),
                // Fast authentication succeeded; an OK follows.
                1 if answer[5] == 3 => {}
                _ => write(&mut to_primary, &read(&mut client)?)?,
            }
        }
        let primary = Side::new(to_primary, &client, 0)?;
        let replica = replica.map(|path| Side::new(greet(path, &response)?, &client, ON_REPLICA)).transpose()?;
        Ok(Self { from_client: client, primary, replica, to_say, reads_led_away })
    }

    fn relay(mut self) -> io::Result<()> {
        let ended = self.relay_all();
        for side in [Some(&self.primary), self.replica.as_ref()].into_iter().flatten() {
            let _ = side.to_server.shutdown(Shutdown::Both);
        }
        ended
    }

    fn relay_all(&mut self) -> io::Result<()> {
        loop {
            let mut packet = read(&mut self.from_client)?;
            let (command, text) = (packet[4], String::from_utf8_lossy(&packet[5..]).to_uppercase());
            if command != command::QUIT
                && let Some(sql) = self.to_say.lock().unwrap().take()
            {
                self.primary.say(&sql)?;
            }
            let Some(replica) = &mut self.replica else {
                self.primary.send(&packet)?;
                continue;
            };
            match command {
                command::QUERY | command::PREPARE if is_read(&text) => {
                    self.reads_led_away.fetch_add(1, Ordering::SeqCst);
                    replica.send(&packet)?;
                }
                command::QUERY if text.starts_with("SET") => {
                    replica.say(&String::from_utf8_lossy(&packet[5..]))?;
                    self.primary.send(&packet)?;
                }
                _ if command::OF_STATEMENT.contains(&command) && packet[8] & (ON_REPLICA >> 24) as u8 != 0 => {
                    packet[8] &= !((ON_REPLICA >> 24) as u8);
                    replica.send(&packet)?;
                }
                _ => self.primary.send(&packet)?,
            }
        }
    }
}

/// As proxies see it: a SELECT that locks is no read.
fn is_read(text: &str) -> bool {
    let text = text.trim_start_matches(|symbol: char| symbol == '(' || symbol.is_whitespace());
    text.starts_with("SELECT")
        && !["FOR UPDATE", "FOR SHARE", "LOCK IN SHARE MODE"].iter().any(|lock| text.contains(lock))
}

impl Side {
    /// Passes the server's answers on to the client; `mark` is added to the numbers of its statements.
    fn new(to_server: UnixStream, client: &UnixStream, mark: u32) -> io::Result<Self> {
        let (mut from_server, mut to_client) = (to_server.try_clone()?, client.try_clone()?);
        let side = Self { to_server, awaited: Arc::default() };
        let awaited = Arc::clone(&side.awaited);
        thread::spawn(move || {
            while let Ok(mut packet) = read(&mut from_server) {
                {
                    let mut awaited = awaited.lock().unwrap();
                    if awaited.unheard > 0 {
                        awaited.unheard -= 1;
                        continue;
                    }
                    if std::mem::take(&mut awaited.number) && packet[4] == 0 {
                        packet[8] |= (mark >> 24) as u8;
                    }
                }
                if write(&mut to_client, &packet).is_err() {
                    break;
                }
            }
            let _ = to_client.shutdown(Shutdown::Both);
        });
        Ok(side)
    }

    fn send(&mut self, packet: &[u8]) -> io::Result<()> {
        self.awaited.lock().unwrap().number = packet[4] == command::PREPARE;
        write(&mut self.to_server, packet)
    }

    /// Runs something that is answered by one packet, which is not for the client.
    fn say(&mut self, sql: &str) -> io::Result<()> {
        self.awaited.lock().unwrap().unheard += 1;
        write(&mut self.to_server, &packet_of(0, &[&[command::QUERY], sql.as_bytes()].concat()))
    }
}

/// Logs in to the replica as the proxy's own user, without a password, with the client's capabilities: its answers then
/// have the form that the client expects.
fn greet(replica: &Path, response: &[u8]) -> io::Result<UnixStream> {
    /// Capabilities, the largest packet, the character set, and what is reserved.
    const FIXED: usize = 4 + 4 + 1 + 23;
    const WITH_DATABASE: u32 = 1 << 3;
    const WITH_PLUGIN: u32 = 1 << 19;
    const WITH_ATTRIBUTES: u32 = 1 << 20;
    let mut replica = UnixStream::connect(replica)?;
    read(&mut replica)?;
    let response = &response[4..];
    let capabilities = u32::from_le_bytes(response[..4].try_into().unwrap());
    assert!(capabilities & WITH_DATABASE != 0, "this proxy understands clients that name a database");
    let rest = &response[FIXED..];
    let user = rest.iter().position(|byte| *byte == 0).unwrap();
    // A password's answer is short: one byte tells its length.
    let database = &rest[user + 2 + usize::from(rest[user + 1])..];
    let database = &database[..=database.iter().position(|byte| *byte == 0).unwrap()];
    let capabilities = capabilities & !WITH_ATTRIBUTES | WITH_PLUGIN;
    let greeting = [
        &capabilities.to_le_bytes(),
        &response[4..FIXED],
        USER.as_bytes(),
        &[0, 0],
        database,
        b"mysql_native_password\0",
    ];
    write(&mut replica, &packet_of(1, &greeting.concat()))?;
    let mut answer = read(&mut replica)?;
    // It asks for another method; an empty password is the same in each.
    if answer[4] == 0xfe {
        write(&mut replica, &packet_of(answer[3] + 1, &[]))?;
        answer = read(&mut replica)?;
    }
    match answer[4] {
        0 => Ok(replica),
        _ => panic!("the replica refuses the proxy: {}", String::from_utf8_lossy(&answer[5..])),
    }
}

fn packet_of(number: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
    [&length[..3], &[number], payload].concat()
}

/// The next packet, with its head.
fn read(from: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut packet = vec![0; 4];
    from.read_exact(&mut packet)?;
    let length = u32::from_le_bytes([packet[0], packet[1], packet[2], 0]);
    packet.resize(4 + length as usize, 0);
    from.read_exact(&mut packet[4..])?;
    Ok(packet)
}

fn write(to: &mut UnixStream, packet: &[u8]) -> io::Result<()> {
    to.write_all(packet)
}
