//! A Redis server of the test's own: a socket in a temporary folder, no port, gone when dropped.

use std::{
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

pub struct RedisProcess {
    folder: TempDir,
    password: String,
    child: Child,
}

impl RedisProcess {
    /// Starts a server that wants this password.
    pub fn start(password: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let child = Self::spawn(&folder, password);
        let server = Self { folder, password: password.to_owned(), child };
        server.wait_until_up();
        server
    }

    fn spawn(folder: &TempDir, password: &str) -> Child {
        // The package redis-tools has the server under this name, and starts none when it is installed.
        Command::new("redis-check-rdb")
            .arg0("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning"])
            .arg("--unixsocket")
            .arg(folder.path().join("redis.sock"))
            .arg("--requirepass")
            .arg(password)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-tools is installed: bin/setup does it")
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("redis.sock")
    }

    /// Kills the server: everything it held is gone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let _ = std::fs::remove_file(self.socket());
    }

    pub fn start_again(&mut self) {
        self.child = Self::spawn(&self.folder, &self.password);
        self.wait_until_up();
    }

    fn wait_until_up(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while std::os::unix::net::UnixStream::connect(self.socket()).is_err() {
            assert!(Instant::now() < deadline, "redis-server does not listen on {}", self.socket().display());
            std::thread::yield_now();
        }
    }
}

impl Drop for RedisProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
