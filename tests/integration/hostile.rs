//! Input that is made to break a reader ends in a message or in the ledger, in bounded memory and time.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::support::{borderscope, path_text, repository, run, run_pack, table, text};

/// Far more than anything here may take; a hang is caught, a slow machine is not.
const LONGEST: Duration = Duration::from_mins(2);

/// The command with at most 700 MB of address space where the system can say so.
fn bounded(arguments: &[&str]) -> Command {
    let mut command = if cfg!(target_os = "linux") {
        let mut shell = Command::new("sh");
        shell.args([
            "-c",
            "ulimit -v 700000; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_borderscope"),
        ]);
        shell
    } else {
        borderscope()
    };
    command.args(arguments).env("RAYON_NUM_THREADS", "2");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the command with something on standard input, which it need not read to its end.
fn fed(arguments: &[&str], mut input: impl Read) -> Output {
    let start = Instant::now();
    let mut child = bounded(arguments).stdin(Stdio::piped()).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    // A closed pipe is an answer.
    let _ = io::copy(&mut input, &mut to);
    drop(to);
    let output = child.wait_with_output().unwrap();
    assert!(start.elapsed() < LONGEST);
    let errors = text(&output.stderr);
    assert!(!errors.contains("panicked"), "{errors}");
    assert!(output.status.code().is_some(), "{errors}");
    output
}

/// What is said about an input that is refused.
fn refused(arguments: &[&str], input: impl Read) -> String {
    let output = fed(arguments, input);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    text(&output.stderr)
}

const HEAD: &[u8] = b"id,date,latitude,longitude,note\na,2025-10-16,34.1,71.0,fine\n";

#[test]
fn a_line_without_end_is_one_rejected_record() {
    let endless = io::repeat(b'x').take(300 << 20);
    let input = HEAD
        .chain(endless)
        .chain(&b"\nb,2025-10-17,34.1,71.0,fine too\n"[..]);
    let output = fed(&["check", "-"], input);
    let shown = text(&output.stdout);
    for part in ["3 records", "2  used", "record_too_long", "line 3"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let message = refused(&["check", "-"], io::repeat(b'x').take(100 << 20));
    assert!(message.contains("standard input"), "{message}");
}

#[test]
fn a_quote_that_never_closes_costs_its_own_line() {
    let rows = b"c,2025-10-17,34.2,71.1,fine\n".repeat(100_000);
    let ids: Vec<u8> = String::from_utf8(rows)
        .unwrap()
        .lines()
        .enumerate()
        .flat_map(|(number, line)| format!("{number}{line}\n").into_bytes())
        .collect();
    let input = HEAD
        .chain(&b"b,2025-10-17,34.1,71.0,\"never closed\n"[..])
        .chain(&*ids);
    let shown = text(&fed(&["check", "-"], input).stdout);
    for part in ["100,002 records", "100,001  used", "quote_open", "line 3"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn a_million_columns_are_refused_or_read() {
    let mut wide = b"id,date,latitude,longitude".to_vec();
    for number in 0..1_000_000 {
        wide.extend_from_slice(format!(",c{number}").as_bytes());
    }
    wide.extend_from_slice(b"\na,2025-10-16,34.1,71.0\n");
    let message = refused(&["check", "-"], &*wide);
    assert!(message.contains("allowed"), "{message}");
    assert!(message.len() < 4_000, "the header is not repeated whole");
    // A row of a million fields is one bad record.
    let row = [
        HEAD,
        b"b,2025-10-17,34.1,71.0,".as_ref(),
        &b",".repeat(900_000),
        b"x\n",
    ]
    .concat();
    let shown = text(&fed(&["check", "-"], &*row).stdout);
    assert!(
        shown.contains("field_count") && shown.contains("900005 fields"),
        "{shown}"
    );
}

#[test]
fn bombs_and_torn_archives_are_refused() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(HEAD).unwrap();
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..400 {
        bomb.write_all(&zeros).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let message = refused(&["check", "-"], &*bomb);
    assert!(message.contains("250 times"), "{message}");
    let mut torn = GzEncoder::new(Vec::new(), Compression::default());
    torn.write_all(&HEAD.repeat(50)).unwrap();
    let mut torn = torn.finish().unwrap();
    torn.truncate(torn.len() - 6);
    let message = refused(&["check", "-"], &*torn);
    assert!(message.contains("reading failed"), "{message}");
    let message = refused(&["check", "-"], &b"\x28\xb5\x2f\xfd\x00\x00\x00"[..]);
    assert!(message.contains("reading failed"), "{message}");
    assert!(message.contains("cut off"), "{message}");
    let mut twice = GzEncoder::new(Vec::new(), Compression::default());
    twice.write_all(&bomb).unwrap();
    let message = refused(&["check", "-"], &*twice.finish().unwrap());
    assert!(message.contains("within a packed file"), "{message}");
    let message = refused(&["check", "-"], &b"PK\x03\x04 a workbook"[..]);
    assert!(message.contains("allowed"), "{message}");
}

#[test]
fn what_is_no_file_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["check", path_text(folder.path())], 2);
    assert!(text(&output.stderr).contains("folder"));
    if cfg!(unix) {
        let pipe = folder.path().join("pipe.csv");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        for path in [path_text(&pipe), "/dev/zero"] {
            let message = refused(&["check", path], io::empty());
            assert!(message.contains("allowed"), "{message}");
        }
    }
    for (odd, part) in [
        (&b"\xff\xfe\0\0i\0\0\0"[..], "UTF-32"),
        (b",,,\n1,2,3,4\n", "4 columns without a name"),
        (
            &[&b"# c\n".repeat(300_000)[..], HEAD].concat(),
            "1 MiB of comments",
        ),
    ] {
        let message = refused(&["check", "-"], odd);
        assert!(message.contains(part), "{message}");
    }
    for nothing in [&b""[..], b"\xef\xbb\xbf", b"\n\n\n", b"\xff\xfe"] {
        let message = refused(&["check", "-"], nothing);
        assert!(message.contains("empty"), "{message}");
    }
}

#[test]
fn odd_values_have_a_fate_each() {
    let mut rows = b"id,date,latitude,longitude,fatalities_best,note\n".to_vec();
    let odd: [(&[u8], &str, &str); 16] = [
        (b"2025-10-16,1e400,71,1,", "rejected", "coordinate_invalid"),
        (b"2025-10-16,34,NaN,1,", "rejected", "coordinate_invalid"),
        (b"2025-10-16,inf,71,1,", "rejected", "coordinate_invalid"),
        (
            "2025-10-16,34,∞,1,".as_bytes(),
            "rejected",
            "coordinate_invalid",
        ),
        ("2025-10-16,٣٤٫١٢,٧١٫٠٥,٣,".as_bytes(), "used", "ok"),
        ("۲۰۲۵-۱۰-۱۶,۳۴.۱۲,۷۱.۰۵,۳,".as_bytes(), "used", "ok"),
        (b"2025-10-16,34.1,71.2,1e400,", "used", "value_not_read"),
        (
            b"2025-10-16,34.1,71.3,99999999999999999999,",
            "used",
            "value_not_read",
        ),
        (b"2025-10-16,34\x00,71.4,1,", "rejected", "nul_byte"),
        (b"2025-10-16,34.1,71.5,1,caf\xe9", "used", "not_utf8"),
        (b"99999-10-16,34.1,71.6,1,", "rejected", "date_invalid"),
        (b"2025-02-30,34.1,71.7,1,", "rejected", "date_invalid"),
        (b"2025-10-16,0,0,1,", "held", "coordinate_zero"),
        (b"2025-10-16,34.1,34.1,1,", "held", "coordinates_equal"),
        (
            b"2025-10-16,34.1,71.8,=1+1,=HYPERLINK(1)",
            "used",
            "value_not_read",
        ),
        (b"2025-10-16,34.1", "rejected", "field_count"),
    ];
    for (number, (row, ..)) in odd.iter().enumerate() {
        rows.extend_from_slice(format!("o{number:02},").as_bytes());
        rows.extend_from_slice(row);
        rows.push(b'\n');
    }
    // Enough good text beyond ASCII that one bad byte is damage, not another encoding.
    rows.extend_from_slice("g1,2025-10-16,34.5,71.9,2,é\ng2,2025-10-16,34.5,72.0,2,ü\n".as_bytes());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.csv");
    fs::write(&path, rows).unwrap();
    let out = folder.path().join("pack");
    let border = repository("data/afpk-2025/border.geojson");
    run_pack(&[&path], &border, &out, &["--corridor-km", "2000"], 0);
    let ledger = table(&out.join("tables/ledger.csv"));
    assert_eq!(ledger.len(), odd.len() + 2);
    for (row, (_, fate, reason)) in ledger.iter().zip(&odd) {
        assert_eq!(
            (&*row["fate"], &*row["reason"]),
            (*fate, *reason),
            "{row:?}"
        );
    }
    let incidents = table(&out.join("tables/incidents.csv"));
    let of = |id: &str| incidents.iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(
        (&*of("o04")["latitude"], &*of("o04")["fatalities_best"]),
        ("34.12", "3")
    );
    assert_eq!(of("o05")["longitude"], "71.05");
    assert_eq!(of("o14")["note"], "'=HYPERLINK(1)");
    no_formulas(&out);
}

/// No field of any table begins as a formula does, unless it is a number.
fn no_formulas(pack: &Path) {
    for file in fs::read_dir(pack.join("tables")).unwrap() {
        let path = file.unwrap().path();
        let mut reader = csv::Reader::from_path(&path).unwrap();
        for record in reader.records() {
            for field in &record.unwrap() {
                assert!(
                    !field.starts_with(['=', '+', '-', '@', '\t', '\r'])
                        || field.parse::<f64>().is_ok(),
                    "{}: {field}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn a_header_that_is_not_utf8_is_read_or_explained() {
    let message = refused(
        &["check", "-"],
        &b"id,d\xffte,latitude,longitude\na,2025-10-16,34.1,71.0\n"[..],
    );
    assert!(message.contains("date"), "{message}");
    // A bad byte in a column that nothing needs is no obstacle.
    let output = fed(
        &["check", "-"],
        &b"id,date,latitude,longitude,b\xe4d\na,2025-10-16,34.1,71.0,x\n"[..],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("guessed from its bytes"));
}

#[test]
fn names_from_files_do_not_command_the_terminal() {
    let input = &b"id\x1b[2J,date,latitude,longitude\n\x1b[31mx,never,34.1,71\n"[..];
    let output = fed(&["check", "-"], input);
    assert!(!output.stdout.contains(&0x1b), "{}", text(&output.stdout));
}

#[test]
fn locate_refuses_rows_that_would_shift_its_columns() {
    let border = repository("data/afpk-2025/border.geojson");
    let arguments = ["locate", "--border", path_text(&border)];
    let wide = &b"id,latitude,longitude\n1,34.1,71,\n2,34.1,71,oops\n"[..];
    let message = refused(&arguments, wide);
    assert!(message.contains("row 2: 4 fields"), "{message}");
    // What is decided against the header is said.
    let swapped = &b"id,latitude,longitude\n1,70.9,34.1\n2,70.8,34.2\n"[..];
    let output = fed(&arguments, swapped);
    assert!(
        text(&output.stderr).contains("swapped"),
        "{}",
        text(&output.stderr)
    );
    assert!(text(&output.stdout).starts_with("id,latitude,longitude,offset_m"));
}
