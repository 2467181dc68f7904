//! Old Word files, by a word processor that is installed: LibreOffice makes Office Open XML of them.
//!
//! It runs without a window, with a profile of its own in a folder that is removed afterwards: an
//! office that is open is not disturbed, macros are off and nothing that a file links to is fetched.
//! It gets a part of the memory only, and ends with this program however that ends.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::read;
use crate::diagnostic::Language;
use crate::document::Format;
use crate::emit::say;

/// How long one file may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How long to wait before looking again whether it is done.
const PAUSE: Duration = Duration::from_millis(20);

/// Where the program is, the first that is there.
const PROGRAMS: &[&str] = &[
    "soffice",
    "libreoffice",
    #[cfg(target_os = "macos")]
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    #[cfg(windows)]
    r"C:\Program Files\LibreOffice\program\soffice.com",
];

/// Settings of the profile: no macros, no links, and a way to the network that leads nowhere: some
/// links are followed whatever the settings for links say.
const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetNoProxy" oor:op="fuse"><value></value></prop></item>
</oor:items>
"#;

/// Why a file could not be converted.
pub(super) enum Failure {
    /// No program that can do it.
    NoProgram,
    /// It took too long.
    TooLong,
    /// The program made nothing of the file.
    Refused,
    /// The system refused.
    Io(io::Error),
    /// What it made is no file that is read, and why.
    Result(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Failure {
    /// The failure in words for the user, and what to do.
    pub(super) fn reason(&self, format: Format, language: Language) -> String {
        let name = name_of(format);
        let cause = match self {
            Self::NoProgram => say!(
                language,
                "cần LibreOffice để đọc tệp {name} nhưng không tìm thấy (soffice)",
                "reading {name} files takes LibreOffice, which was not found (soffice)"
            ),
            Self::TooLong => {
                let seconds = LIMIT.as_secs();
                say!(
                    language,
                    "LibreOffice không chuyển xong tệp {name} trong {seconds} giây",
                    "LibreOffice did not convert the {name} file within {seconds} seconds"
                )
            }
            Self::Refused => say!(
                language,
                "LibreOffice không mở được tệp {name}",
                "LibreOffice could not open the {name} file"
            ),
            Self::Io(error) => {
                let error = read::io_reason(error, language);
                say!(
                    language,
                    "không chuyển được tệp {name} bằng LibreOffice: {error}",
                    "cannot convert the {name} file with LibreOffice: {error}"
                )
            }
            Self::Result(error) => say!(
                language,
                "không đọc được tệp {name} do LibreOffice chuyển: {error}",
                "cannot read what LibreOffice made of the {name} file: {error}"
            ),
        };
        say!(
            language,
            "{cause}; hãy mở bằng Word, chọn Save As (Lưu thành) và lưu dưới dạng .docx",
            "{cause}; open it in Word and use Save As to save it as .docx"
        )
    }
}

/// What is said where a file was read this way.
pub(super) fn remark(format: Format, language: Language) -> Option<String> {
    let is_converted = matches!(format, Format::Doc | Format::Rtf);
    is_converted.then(|| {
        let name = name_of(format);
        say!(
            language,
            "tệp {name}, được đọc qua LibreOffice (chuyển sang .docx)",
            "{name} file, read through LibreOffice (converted to .docx)"
        )
    })
}

fn name_of(format: Format) -> String {
    format!(".{}", format.as_str())
}

/// Makes Office Open XML of a file of an old format.
pub(super) fn to_docx(
    bytes: &[u8],
    format: Format,
    language: Language,
) -> Result<Vec<u8>, Failure> {
    let folder = Scratch::new()?;
    let input = folder.0.join("in").with_extension(format.as_str());
    fs::write(&input, bytes)?;
    let user = folder.0.join("profile").join("user");
    fs::create_dir_all(&user)?;
    fs::write(user.join("registrymodifications.xcu"), SETTINGS)?;
    let child = start(&folder.0, &input, format)?;
    if !finished(child, LIMIT)? {
        return Err(Failure::TooLong);
    }
    // It reports success where it could not load the file; the result alone tells.
    let output = folder.0.join("out").join("in.docx");
    if !output.is_file() {
        return Err(Failure::Refused);
    }
    read::file(&output, language).map_err(Failure::Result)
}

/// The filter that reads a format. Without one, what it cannot read is taken for plain text.
fn filter(format: Format) -> &'static str {
    match format {
        Format::Rtf => "Rich Text Format",
        _ => "MS Word 97",
    }
}

fn start(folder: &Path, input: &Path, format: Format) -> Result<Child, Failure> {
    let profile = file_url(&folder.join("profile"));
    let program = PROGRAMS.iter().find_map(|name| found(name));
    let mut command = guarded(&program.ok_or(Failure::NoProgram)?, folder);
    command
        .args(["--headless", "--norestore", "--nologo", "--nolockcheck"])
        .arg(format!("-env:UserInstallation={profile}"))
        .arg(format!("--infilter={}", filter(format)))
        .args(["--convert-to", "docx", "--outdir"])
        .arg(folder.join("out"))
        .arg(input)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    apart(&mut command);
    Ok(command.spawn()?)
}

/// Where a program is.
fn found(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path);
    let names = [
        name.to_owned(),
        format!("{name}{}", std::env::consts::EXE_SUFFIX),
    ];
    // One with a folder of its own replaces the folder it is joined to.
    let mut files = folders.flat_map(|folder| names.clone().map(|name| folder.join(name)));
    files.find(|file| file.is_file())
}

/// A program with a limit to its memory (in kilobytes, 4 GB), that ends, and leaves nothing in its
/// folder, when this one does: nobody else could end it.
#[cfg(unix)]
fn guarded(program: &Path, folder: &Path) -> Command {
    const GUARD: &str = r#"
ulimit -v 4194304 2> /dev/null
folder=$1
shift
(
    PATH=/usr/bin:/bin
    while kill -0 $PPID 2> /dev/null; do sleep 1; done
    rm -rf "$folder"
    kill -KILL -$$
) &
guard=$!
"$@"
kill $guard
"#;
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", GUARD, "vanthu"])
        .arg(folder)
        .arg(program);
    command
}

#[cfg(not(unix))]
fn guarded(program: &Path, _: &Path) -> Command {
    Command::new(program)
}

/// Waits for a program; false where it took too long and was ended.
fn finished(mut child: Child, limit: Duration) -> io::Result<bool> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        thread::sleep(PAUSE);
    }
    end(&mut child);
    child.wait()?;
    Ok(false)
}

/// Lets a program be ended together with those that it starts: `soffice` is a script.
#[cfg(unix)]
fn apart(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn apart(_: &mut Command) {}

/// Ends a program and those that it started; where that fails, nothing more can be done.
fn end(child: &mut Child) {
    #[cfg(unix)]
    let _ = Command::new("kill")
        .args(["-KILL", "--", &format!("-{}", child.id())])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let _ = child.kill();
}

/// A path as a URL.
fn file_url(path: &Path) -> String {
    let mut url = String::from("file://");
    let path = path.as_os_str().as_encoded_bytes();
    if !path.starts_with(b"/") {
        url.push('/');
    }
    for &byte in path {
        match byte {
            b'\\' if cfg!(windows) => url.push('/'),
            b'/' | b':' | b'-' | b'_' | b'.' | b'~' => url.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => url.push(char::from(byte)),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}

/// A folder that only this user can look into, and that is removed when it is no longer needed.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> io::Result<Self> {
        /// How many names are tried: others may have left folders behind.
        const TRIES: u32 = 1000;
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for _ in 0..TRIES {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("vanthu-{}-{count}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match create_private(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind is in a folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn create_private(path: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), allow(unused_mut))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_url() {
        assert_eq!(
            file_url(Path::new("/tmp/hồ sơ/a.b")),
            "file:///tmp/h%E1%BB%93%20s%C6%A1/a.b"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_takes_too_long_is_ended_with_those_it_started() {
        let mut command = Command::new("/bin/sh");
        // The program waits for another that holds its output open.
        command
            .args(["-c", "sleep 1000 & wait"])
            .stdout(Stdio::piped());
        apart(&mut command);
        let mut child = command.spawn().unwrap();
        let mut output = child.stdout.take().unwrap();
        assert!(!finished(child, Duration::from_millis(50)).unwrap());
        // Ends only when both are gone.
        assert_eq!(io::copy(&mut output, &mut io::sink()).unwrap(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_scratch_folder_is_private_and_removed() {
        use std::os::unix::fs::PermissionsExt as _;
        let scratch = Scratch::new().unwrap();
        let path = scratch.0.clone();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        fs::write(path.join("a"), "a").unwrap();
        drop(scratch);
        assert!(!path.exists());
    }
}
