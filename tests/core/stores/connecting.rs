//! Connecting to MariaDB, and being refused: whatever keeps a store from its database says which and what to do, within a bounded
//! time, and without the password (G13, G14).

use std::{
    net::TcpListener,
    process::Command,
    time::{Duration, Instant},
};

use crate::support::{
    MariaRepo, OneClient, TestRepo,
    mariadb::{PASSWORD, SHARED, Server, with_clients},
    refused,
};
use wikibase_dispatch::{
    domain::{change::ChangeId, horizon::GapRules},
    error::ErrorKind,
    store::{
        ChangeBuffer, Clock, DispatchStates,
        mysql::{MysqlServer, Password, Tls},
    },
};

#[test]
fn g13_a_wrong_password_is_denied_and_not_told() {
    let (repo, _) = with_clients(MariaRepo::new(), &[]);
    let mut store = repo.store_with(|connection| connection.password = Password::new("tell-nobody"));
    let error = refused(store.now(), ErrorKind::StoreDenied, "Access denied for user 'runner'");
    assert!(!error.is_retryable());
    assert!(!format!("{error} {error:?}").contains("tell-nobody"));
    assert!(error.to_string().contains("check the user, the password"), "{error}");
}

#[test]
fn g14_a_host_that_does_not_answer_is_left_after_the_connect_timeout() {
    let (repo, _) = with_clients(MariaRepo::new(), &[]);
    // It takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let at = |port| MysqlServer::Tcp { host: "127.0.0.1".into(), port };
    let mut store = repo.store_with(|connection| {
        connection.server = at(port);
        connection.connect_timeout = Duration::from_millis(300);
    });
    let start = Instant::now();
    let error = refused(store.now(), ErrorKind::StoreUnavailable, "no connection within 300ms");
    assert!(error.is_retryable() && start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    drop(silent);
    let mut store = repo.store_with(|connection| connection.server = at(port));
    refused(store.now(), ErrorKind::StoreUnavailable, &format!("127.0.0.1:{port}"));
}

#[test]
fn g13_missing_databases_and_rights_are_named() {
    let (repo, mut store) = with_clients(MariaRepo::new(), &["enwiki"]);
    let mut absent = repo.store_with(|connection| {
        connection.user = "root".into();
        connection.password = Password::default();
        connection.database = "wd_absent".into();
    });
    refused(absent.now(), ErrorKind::StoreMissing, "wd_absent");
    let mut root = repo.editor();
    root.run("CREATE USER reader@localhost IDENTIFIED BY 'correct-horse'");
    root.run(&format!("GRANT SELECT ON {}.* TO reader@localhost", repo.connection.database));
    let mut reader = repo.store_with(|connection| connection.user = "reader".into());
    reader.horizon(ChangeId(0), GapRules::after(Duration::ZERO)).unwrap();
    let claimed = reader.claim_one("enwiki", 0, None, "a");
    let error = refused(claimed, ErrorKind::StoreDenied, "UPDATE command denied");
    assert!(error.to_string().contains("wb_changes_dispatch") && error.to_string().contains("grant"), "{error}");
    root.run("DROP USER reader@localhost");
    repo.execute("ALTER TABLE {wb_changes_dispatch} DROP COLUMN chd_lock");
    refused(store.all_states(), ErrorKind::SchemaMissing, "chd_lock");
}

/// MySQL keeps a user's password enciphered in its cache once it has seen the password itself, and takes that over a socket, by TLS, or
/// enciphered by its own key. MariaDB never wants to see it.
#[test]
fn a_user_new_to_the_server_connects_by_the_socket_and_over_tcp_without_tls() {
    let (repo, _) = with_clients(MariaRepo::new(), &[]);
    let mut root = repo.editor();
    let tcp = MysqlServer::Tcp { host: "127.0.0.1".into(), port: SHARED.port };
    for (host, server) in [("localhost", repo.connection.server.clone()), ("127.0.0.1", tcp)] {
        root.run(&format!("CREATE USER newcomer@{host} IDENTIFIED BY '{PASSWORD}'"));
        root.run(&format!("GRANT SELECT ON {}.* TO newcomer@{host}", repo.connection.database));
        let newcomer = |password: Option<&str>| {
            repo.store_with(|connection| {
                connection.server = server.clone();
                connection.user = "newcomer".into();
                if let Some(password) = password {
                    connection.password = Password::new(password);
                }
            })
        };
        refused(newcomer(Some("wrong")).now(), ErrorKind::StoreDenied, "Access denied for user 'newcomer'");
        newcomer(None).now().unwrap();
        newcomer(None).now().unwrap();
        refused(newcomer(Some("wrong")).now(), ErrorKind::StoreDenied, "Access denied for user 'newcomer'");
        root.run(&format!("DROP USER newcomer@{host}"));
    }
}

#[test]
fn a_tls_connection_trusts_only_the_configured_authority() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let ca = ["-x509", "-days", "2", "-subj", "/CN=test ca", "-keyout", "ca.key", "-out", "ca.pem"];
    openssl(&[&["req"], &key[..], &ca[..]].concat());
    openssl(&[&["req"], &key[..], &["-subj", "/CN=db", "-keyout", "db.key", "-out", "db.csr"]].concat());
    std::fs::write(path("names"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE").unwrap();
    let signed = ["-CAcreateserial", "-days", "2", "-extfile", "names", "-in", "db.csr", "-out", "db.pem"];
    openssl(&[&["x509", "-req", "-CA", "ca.pem", "-CAkey", "ca.key"], &signed[..]].concat());
    openssl(&[&["req"], &key[..], &["-subj", "/CN=wiki", "-keyout", "wiki.key", "-out", "wiki.csr"]].concat());
    let signed = ["-CAcreateserial", "-days", "2", "-extfile", "names", "-in", "wiki.csr", "-out", "wiki.pem"];
    openssl(&[&["x509", "-req", "-CA", "ca.pem", "-CAkey", "ca.key"], &signed[..]].concat());
    std::fs::create_dir(path("trusted")).unwrap();
    std::fs::copy(path("ca.pem"), path("trusted/ours.crt")).unwrap();
    std::fs::write(path("trusted/README"), "not a certificate").unwrap();
    let option = |name: &str, file: &str| format!("--{name}={}", path(file).display());
    Command::new("chmod").args(["-R", "a+rX", &folder.path().display().to_string()]).status().unwrap();
    let server = Server::start(&[
        &option("ssl-cert", "db.pem"),
        &option("ssl-key", "db.key"),
        &option("ssl-ca", "ca.pem"),
        "--require-secure-transport=1",
    ]);
    let (repo, _) = with_clients(server.repo(""), &[]);
    let with = |tls: Option<Tls>| {
        let host = "127.0.0.1".into();
        repo.store_with(|connection| {
            connection.server = MysqlServer::Tcp { host, port: server.port };
            connection.tls = tls;
        })
    };
    with(Some(Tls { ca: Some(path("ca.pem")), verify: true, ..Tls::default() })).now().unwrap();
    with(Some(Tls { verify: false, ..Tls::default() })).now().unwrap();
    let error = with(Some(Tls { verify: true, ..Tls::default() })).now().unwrap_err();
    assert!(!error.is_retryable() && error.to_string().contains("certificate"), "{error}");
    with(None).now().unwrap_err();

    let folder = Tls { ca_path: Some(path("trusted")), verify: true, ..Tls::default() };
    with(Some(folder.clone())).now().unwrap();
    with(Some(Tls { ca_path: Some(path("nowhere")), ..folder.clone() })).now().unwrap_err();
    // A server that asks for a certificate of ours.
    let mut root = repo.editor();
    root.run("CREATE USER certified@127.0.0.1 REQUIRE X509");
    root.run(&format!("GRANT SELECT ON {}.* TO certified@127.0.0.1", repo.connection.database));
    let certified = |identity| {
        repo.store_with(|connection| {
            connection.server = MysqlServer::Tcp { host: "127.0.0.1".into(), port: server.port };
            (connection.user, connection.password) = ("certified".into(), Password::default());
            connection.tls = Some(Tls { identity, ..folder.clone() });
        })
    };
    refused(certified(None).now(), ErrorKind::StoreDenied, "Access denied for user 'certified'");
    certified(Some((path("wiki.pem"), path("wiki.key")))).now().unwrap();
}
