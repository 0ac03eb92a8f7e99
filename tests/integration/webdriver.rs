//! A browser under remote control: JSON over HTTP to a chromedriver of our own (W3C `WebDriver`).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A headless Chromium with a profile of its own. It ends when this goes out of scope.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: tempfile::TempDir,
}

impl Browser {
    /// Starts one; `None`, with a message, where chromedriver is not installed.
    pub(crate) fn start() -> Option<Browser> {
        // A port that is free now. Another process could take it; then the driver does not answer.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let Ok(driver) = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
        else {
            eprintln!("left out: chromedriver is not installed");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Browser {
            driver,
            port,
            session: String::new(),
            profile,
        };
        browser.wait_for_driver();
        let profile = browser.profile.path().to_str().unwrap();
        let capabilities = json!({
            "goog:chromeOptions": { "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--window-size=1440,900", format!("--user-data-dir={profile}"),
            ] },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let started = browser
            .ask(
                "POST",
                "/session",
                &json!({ "capabilities": { "alwaysMatch": capabilities } }),
            )
            .expect("a browser starts");
        browser.session = format!("/session/{}", started["sessionId"].as_str().unwrap());
        Some(browser)
    }

    fn wait_for_driver(&self) {
        for _ in 0..200 {
            if self.ask("GET", "/status", &Value::Null).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("chromedriver does not answer");
    }

    /// One request to the driver; its value, or what went wrong.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let wrong = |error: std::io::Error| error.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(wrong)?;
        stream
            .set_read_timeout(Some(Duration::from_mins(2)))
            .map_err(wrong)?;
        let port = self.port;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .map_err(wrong)?;
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).map_err(wrong)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).map_err(wrong)?;
        let mut answer: Value = serde_json::from_slice(&answer).map_err(|it| it.to_string())?;
        let value = answer["value"].take();
        match value.get("error") {
            Some(error) => Err(format!("{error}: {}", value["message"])),
            None => Ok(value),
        }
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", &format!("{}{path}", self.session), body)
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Loads a page and waits until it is there.
    pub(crate) fn open(&self, address: &str) {
        self.command("/url", &json!({ "url": address }));
    }

    /// The value of a function body.
    pub(crate) fn script(&self, code: &str) -> Value {
        self.command("/execute/sync", &json!({ "script": code, "args": [] }))
    }

    /// Runs a function body, waits until the page is drawn again, and gives the value of an expression.
    pub(crate) fn after(&self, code: &str, expression: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1]; {code};
             requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done({expression}))));"
        );
        self.command("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// A command of the Chrome `DevTools` Protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.command(
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        )
    }

    /// What came into a log since it was last read: `browser` or `performance`.
    pub(crate) fn log(&self, kind: &str) -> Vec<Value> {
        match self.command("/se/log", &json!({ "type": kind })) {
            Value::Array(entries) => entries,
            other => panic!("a log is a list: {other}"),
        }
    }

    /// Presses keys one after the other; `\u{e004}` and its like are those that `WebDriver` names.
    pub(crate) fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                let key = key.to_string();
                [
                    json!({ "type": "keyDown", "value": key }),
                    json!({ "type": "keyUp", "value": key }),
                ]
            })
            .collect();
        self.command(
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }),
        );
    }

    /// Moves the mouse along points of the window, with the button held from the first on if `held`.
    pub(crate) fn mouse(&self, points: &[(f64, f64)], held: bool) {
        let mut actions = Vec::new();
        for (place, &(x, y)) in points.iter().enumerate() {
            actions.push(json!({
                "type": "pointerMove", "duration": 20, "x": x.round() as i64, "y": y.round() as i64, "origin": "viewport",
            }));
            if held && place == 0 {
                actions.push(json!({ "type": "pointerDown", "button": 0 }));
            }
        }
        if held {
            actions.push(json!({ "type": "pointerUp", "button": 0 }));
        }
        let mouse = json!({
            "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions,
        });
        self.command("/actions", &json!({ "actions": [mouse] }));
    }

    /// The page as a PDF, as it would be printed.
    pub(crate) fn print(&self) -> Vec<u8> {
        let printed = self.command("/print", &json!({ "background": false }));
        STANDARD.decode(printed.as_str().unwrap()).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // The browser goes with its session; without one there is none.
            let _ = self.ask("DELETE", &self.session, &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
