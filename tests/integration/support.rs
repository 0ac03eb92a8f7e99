//! What the integration tests share: running the command, reading what it wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A test file that may not be copied into the repository; `None`, with a message, where it is absent.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let path = repository("../shared/data").join(path);
    if !path.exists() {
        eprintln!("left out: {} is not here", path.display());
        return None;
    }
    Some(path)
}

/// The command, to be given arguments.
pub(crate) fn borderscope() -> Command {
    Command::new(env!("CARGO_BIN_EXE_borderscope"))
}

/// Runs the command and expects an exit code.
pub(crate) fn run(arguments: &[&str], code: i32) -> Output {
    let output = borderscope().args(arguments).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    output
}

/// Makes a pack of incident files and a border, and expects an exit code.
pub(crate) fn run_pack(
    incidents: &[&Path],
    border: &Path,
    out: &Path,
    more: &[&str],
    code: i32,
) -> Output {
    let mut arguments = vec![
        "run",
        "--border",
        path_text(border),
        "--out",
        path_text(out),
    ];
    arguments.push("--incidents");
    arguments.extend(incidents.iter().map(|file| path_text(file)));
    arguments.extend(more);
    run(&arguments, code)
}

/// Makes the pack of a case with its layers in some formats, named as `--formats` names them.
pub(crate) fn pack_in_formats(case: &Path, out: &Path, formats: &str) {
    let out = path_text(out);
    run(
        &[
            "run",
            path_text(case),
            "--out",
            out,
            "--formats",
            formats,
            "--quiet",
        ],
        0,
    );
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn path_text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every file below a folder with its bytes, by path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, files);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

/// The rows of a CSV by column.
pub(crate) fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// A column as numbers; empty fields left out.
pub(crate) fn numbers(rows: &[BTreeMap<String, String>], column: &str) -> Vec<f64> {
    rows.iter()
        .map(|row| &row[column])
        .filter(|value| !value.is_empty())
        .map(|value| value.parse().unwrap())
        .collect()
}

/// Seeded numbers (`SplitMix64`).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, (self.next() % (last as u64 + 1)) as usize);
        }
    }
}
