//! Layers in a database: a server of `PostgreSQL` with `PostGIS` that the test starts on a private socket.
//!
//! Left out, with a message, where it is not installed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use borderscope::case::{Case, IncidentFile};
use borderscope::export::formats::Layers;
use borderscope::export::postgis;
use borderscope::pipeline::{Silent, analyse};
use postgres::{Client, NoTls};
use serde_json::Value;
use tempfile::TempDir;

use super::support::{path_text, repository, run, table};

/// A server that ends with the test.
struct Server {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

/// A command as somebody who may start a server: the administrator may not.
fn as_other(program: &Path) -> Command {
    let me = Command::new("id").arg("-u").output().unwrap();
    if me.stdout.trim_ascii() == b"0" {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

impl Server {
    /// One on its socket alone.
    fn start() -> Option<Server> {
        Self::start_with(5432, |_| Some("-c listen_addresses=".to_owned()))
    }

    /// One with more options, which may be made of its folder once that is there; `None` where they cannot be made.
    fn start_with(port: u16, options: impl Fn(&Server) -> Option<String>) -> Option<Server> {
        let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .filter(|programs| programs.join("initdb").exists())
            .collect();
        versions.sort();
        let Some(programs) = versions.pop() else {
            eprintln!("left out: PostgreSQL is not installed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let server = Server {
            folder,
            programs,
            port,
        };
        server.tell(
            "initdb",
            &[
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--no-sync",
            ],
        );
        let socket = format!(
            "{} -p {port} -c fsync=off -k {}",
            options(&server)?,
            path_text(server.folder.path())
        );
        server.tell(
            "pg_ctl",
            &["--wait", "-o", &socket, "-l", "/dev/null", "start"],
        );
        let mut client = server.client();
        let found = client
            .query_opt(
                "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'",
                &[],
            )
            .unwrap();
        if found.is_none() {
            eprintln!("left out: PostGIS is not installed");
            return None;
        }
        Some(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn tell(&self, program: &str, arguments: &[&str]) {
        let status = as_other(&self.programs.join(program))
            .args(["-D", path_text(&self.data())])
            .args(arguments)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{program}");
    }

    fn address(&self) -> String {
        let socket = path_text(self.folder.path()).replace('/', "%2F");
        format!("postgresql://postgres@{socket}:{}/postgres", self.port)
    }

    fn client(&self) -> Client {
        Client::connect(&self.address(), NoTls).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = as_other(&self.programs.join("pg_ctl"))
            .args(["-D", path_text(&self.data()), "-m", "immediate", "stop"])
            .stdout(Stdio::null())
            .status();
    }
}

fn count(client: &mut Client, of: &str) -> i64 {
    let query = format!("SELECT count(*) FROM {of}");
    client.query_one(&query, &[]).unwrap().get(0)
}

#[test]
fn layers_in_a_database() {
    let Some(server) = Server::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack");
    let case = repository("data/afpk-2025/case.toml");
    let load = |code: i32| {
        let address = server.address();
        let arguments = [
            "run",
            path_text(&case),
            "--out",
            path_text(&pack),
            "--quiet",
            "--to",
            &address,
        ];
        run(&arguments, code)
    };
    load(0);
    let mut client = server.client();

    // As many features as the same layers have as GeoJSON, each valid, each where it is there.
    let mut layers = 0;
    for entry in fs::read_dir(pack.join("gis")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "geojson") {
            continue;
        }
        layers += 1;
        let name = path.file_stem().unwrap().to_str().unwrap();
        let collection: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let features = collection["features"].as_array().unwrap();
        let table = format!("afpk_2025.{name}");
        assert_eq!(count(&mut client, &table), features.len() as i64, "{name}");
        let wrong = format!("{table} WHERE NOT ST_IsValid(geom) OR ST_SRID(geom) <> 4326");
        assert_eq!(count(&mut client, &wrong), 0, "{name}");
        let shapes = client
            .query(
                &format!("SELECT ST_AsGeoJSON(geom, 15) FROM {table} ORDER BY fid"),
                &[],
            )
            .unwrap();
        for (row, feature) in shapes.iter().zip(features) {
            let shape: Value = serde_json::from_str(row.get(0)).unwrap();
            let mut one = Vec::new();
            let mut other = Vec::new();
            numbers(&shape["coordinates"], &mut one);
            numbers(&feature["geometry"]["coordinates"], &mut other);
            assert_eq!(one, other, "{name}");
        }
    }
    assert!(layers >= 6, "{layers}");

    // The incidents as the table has them, nulls included.
    let rows = table(&pack.join("tables/incidents.csv"));
    let held = client
        .query(
            "SELECT id, date::text, place, fatalities_best, note, ST_X(geom) \
             FROM afpk_2025.incidents ORDER BY fid",
            &[],
        )
        .unwrap();
    assert_eq!(held.len(), rows.len());
    let by_id: std::collections::BTreeMap<&str, _> =
        rows.iter().map(|row| (row["id"].as_str(), row)).collect();
    for row in &held {
        let wanted = by_id[row.get::<_, String>(0).as_str()];
        assert_eq!(row.get::<_, String>(1), wanted["date"]);
        assert_eq!(
            row.get::<_, Option<String>>(2).unwrap_or_default(),
            wanted["place"]
        );
        let best: Option<i64> = row.get(3);
        assert_eq!(
            best.map_or_else(String::new, |it| it.to_string()),
            wanted["fatalities_best"]
        );
        assert_eq!(
            row.get::<_, Option<String>>(4).unwrap_or_default(),
            wanted["note"]
        );
        let longitude: f64 = wanted["longitude"].parse().unwrap();
        assert!((row.get::<_, f64>(5) - longitude).abs() < 1e-7);
    }

    // What it says of itself, and an index that is used.
    let words: String = client
        .query_one(
            "SELECT col_description('afpk_2025.incidents'::regclass, 4)",
            &[],
        )
        .unwrap()
        .get(0);
    assert!(!words.is_empty());
    assert_eq!(
        count(
            &mut client,
            "pg_indexes WHERE schemaname = 'afpk_2025' AND indexdef LIKE '%gist%'"
        ),
        layers
    );

    // Again: nothing is doubled, a view stays.
    client
        .batch_execute("CREATE VIEW public.mine AS SELECT id FROM afpk_2025.incidents")
        .unwrap();
    load(0);
    assert_eq!(count(&mut client, "public.mine"), rows.len() as i64);

    // A schema of somebody else's is left alone, and an error says so without the password.
    client
        .batch_execute(
            "DROP SCHEMA afpk_2025 CASCADE; CREATE SCHEMA afpk_2025; CREATE TABLE afpk_2025.theirs (a int)",
        )
        .unwrap();
    let refused = load(2);
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        words.contains("afpk_2025") && words.contains("did not make"),
        "{words}"
    );
    assert_eq!(count(&mut client, "afpk_2025.theirs"), 0);
    let address = server.address().replace("postgres@", "nobody:sesame@");
    let arguments = [
        "run",
        path_text(&case),
        "--out",
        path_text(&pack),
        "--quiet",
        "--to",
        &address,
    ];
    let refused = run(&arguments, 2);
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(words.contains("nobody"), "{words}");
    assert!(!words.contains("sesame"), "{words}");
}

/// Makes an authority (`root.crt`), another (`other.crt`), and a certificate of the former for `localhost`; `false`, with a
/// message, where OpenSSL is not installed.
fn certificates(folder: &Path) -> bool {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("left out: OpenSSL is not installed");
        return false;
    }
    // Whoever runs the server must own its key.
    let openssl = |arguments: &[&str]| {
        let output = as_other(Path::new("/usr/bin/env"))
            .args(["-C", path_text(folder), "openssl"])
            .args(arguments)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {errors}");
    };
    let new = [
        "req", "-new", "-x509", "-nodes", "-days", "30", "-newkey", "ec", "-pkeyopt",
    ];
    let new = [&new[..], &["ec_paramgen_curve:P-256"]].concat();
    for name in ["root", "other"] {
        let subject = format!("/CN=the {name} of a test");
        let [key, certificate] = ["key", "crt"].map(|ending| format!("{name}.{ending}"));
        openssl(
            &[
                &new[..],
                &["-subj", &subject, "-keyout", &key, "-out", &certificate],
            ]
            .concat(),
        );
    }
    let of_root = [
        "-CA",
        "root.crt",
        "-CAkey",
        "root.key",
        "-subj",
        "/CN=localhost",
    ];
    let of_host = [
        "-addext",
        "subjectAltName=DNS:localhost",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-keyout",
        "server.key",
        "-out",
        "server.crt",
    ];
    openssl(&[&new[..], &of_root, &of_host].concat());
    true
}

#[test]
fn a_connection_is_encrypted_and_checked_as_it_asks() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|it| it.local_addr())
        .unwrap()
        .port();
    let server = Server::start_with(port, |server| {
        let folder = server.folder.path();
        let hba = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
        let rules = folder.join("rules.conf");
        fs::write(&rules, hba).unwrap();
        fs::set_permissions(&rules, fs::Permissions::from_mode(0o644)).unwrap();
        let [rules, certificate, key] = ["rules.conf", "server.crt", "server.key"]
            .map(|name| path_text(&folder.join(name)).to_owned());
        certificates(folder).then(|| {
            format!(
                "-c listen_addresses=127.0.0.1 -c hba_file={rules} -c ssl=on \
                 -c ssl_cert_file={certificate} -c ssl_key_file={key}"
            )
        })
    });
    let Some(server) = server else {
        return;
    };
    server
        .client()
        .batch_execute("CREATE ROLE loader SUPERUSER LOGIN PASSWORD 'sesame'")
        .unwrap();
    let case = Case::from_files(
        vec![IncidentFile::new(repository(
            "data/afpk-2025/incidents.csv",
        ))],
        repository("data/afpk-2025/border.geojson"),
    );
    let analysis = analyse(&case, &Silent).unwrap();
    let layers = Layers::of(&analysis);
    let file = |name: &str| {
        format!(
            "sslrootcert={}",
            path_text(&server.folder.path().join(name))
        )
    };
    let [root, other] = [file("root.crt"), file("other.crt")];
    // What it is refused for; nothing where it is not.
    for (host, encryption, refused) in [
        ("localhost", "sslmode=disable".to_owned(), "no encryption"),
        ("localhost", "sslmode=prefer".to_owned(), ""),
        ("localhost", "sslmode=require".to_owned(), ""),
        ("localhost", format!("sslmode=verify-full&{root}"), ""),
        ("127.0.0.1", format!("sslmode=verify-ca&{root}"), ""),
        ("127.0.0.1", format!("sslmode=require&{root}"), ""),
        (
            "127.0.0.1",
            format!("sslmode=verify-full&{root}"),
            "not valid for name",
        ),
        (
            "localhost",
            format!("sslmode=verify-ca&{other}"),
            "UnknownIssuer",
        ),
        (
            "localhost",
            format!("sslmode=require&{other}"),
            "UnknownIssuer",
        ),
        (
            "localhost",
            "sslmode=verify-full&sslrootcert=system".to_owned(),
            "UnknownIssuer",
        ),
    ] {
        let address = format!("postgresql://loader:sesame@{host}:{port}/postgres?{encryption}");
        match postgis::load(&layers, &address) {
            Ok(loaded) => {
                assert!(refused.is_empty(), "{host} {encryption} is let in");
                assert!(loaded.features > 90);
            }
            Err(error) => {
                let words = error.to_string();
                assert!(
                    !refused.is_empty() && words.contains(refused),
                    "{encryption}: {words}"
                );
                assert!(!words.contains("sesame"), "{words}");
            }
        }
    }
}

/// All numbers of a nest of lists, in their order.
fn numbers(of: &Value, to: &mut Vec<f64>) {
    match of {
        Value::Array(all) => all.iter().for_each(|it| numbers(it, to)),
        it => to.extend(it.as_f64()),
    }
}
