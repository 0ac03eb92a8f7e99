//! The borderscope command: parse, run, report, exit code.

use std::process::ExitCode;

use borderscope::cli::{self, Status};

fn main() -> ExitCode {
    match cli::main() {
        Ok(Status::Done) => ExitCode::SUCCESS,
        Ok(Status::Rejections | Status::Differs) => ExitCode::from(1),
        Ok(Status::Failed) => ExitCode::from(2),
        // Whoever read our output has seen enough.
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("borderscope: {error}");
            ExitCode::from(2)
        }
    }
}
