//! What others build on: the action, the template of GitLab, the hooks, the release, completions and
//! manual pages. The commands in the YAML files are run as they stand there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_yaml::Value;
use tempfile::TempDir;

const TAG: &str = concat!("v", env!("CARGO_PKG_VERSION"));
const ERRONEOUS: &str = "fixtures/documents/bao-cao-co-loi/input.txt";
const RIGHT: &str = "fixtures/documents/bao-cao-chuan/input.txt";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

/// The text at a path of keys.
fn at<'a>(value: &'a Value, keys: &[&str]) -> &'a Value {
    keys.iter().fold(value, |value, key| &value[*key])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_sequence().unwrap()
}

fn strings(value: &Value) -> Vec<(String, String)> {
    let pairs = value.as_mapping().into_iter().flatten();
    pairs
        .map(|(key, value)| (text(key).to_owned(), text(value).to_owned()))
        .collect()
}

/// The step of this id.
fn step<'a>(steps: &'a Value, id: &str) -> &'a Value {
    let mut steps = list(steps).iter();
    steps.find(|step| step["id"].as_str() == Some(id)).unwrap()
}

/// A repository with a document in error and one without, and programs of its own before those of
/// the system.
struct Repository {
    folder: TempDir,
    bin: TempDir,
    /// What the steps of a job write for the next.
    runner: TempDir,
}

impl Repository {
    fn new() -> Self {
        let repository = Self::without_vanthu();
        let program = repository.bin.path().join("vanthu");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_vanthu"), program).unwrap();
        repository
    }

    fn without_vanthu() -> Self {
        let repository = Self {
            folder: tempfile::tempdir().unwrap(),
            bin: tempfile::tempdir().unwrap(),
            runner: tempfile::tempdir().unwrap(),
        };
        let folder = repository.path("bao cao");
        fs::create_dir(&folder).unwrap();
        fs::copy(root().join(ERRONEOUS), folder.join("sai.txt")).unwrap();
        fs::copy(root().join(RIGHT), folder.join("đúng.txt")).unwrap();
        fs::write(repository.path("ghi-chu.csv"), "a,b\n").unwrap();
        let git = repository.bash("git init -q . && git add .", &[]);
        assert!(git.status.success(), "{git:?}");
        repository
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// What was written to a file of the runner, as `GITHUB_OUTPUT`.
    fn written(&self, name: &str) -> String {
        fs::read_to_string(self.runner.path().join(name)).unwrap_or_default()
    }

    /// A program before those of the system.
    fn program(&self, name: &str, script: &str) {
        let path = self.bin.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs a script as a runner of GitHub runs `shell: bash`.
    fn bash(&self, script: &str, env: &[(String, String)]) -> Output {
        let system = "/usr/local/bin:/usr/bin:/bin";
        let runner = |name: &str| self.runner.path().join(name);
        Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", format!("{}:{system}", self.bin.path().display()))
            .env("RUNNER_TEMP", self.runner.path())
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .env("GITHUB_SERVER_URL", "https://github.com")
            .env("GITHUB_PATH", runner("GITHUB_PATH"))
            .env("GITHUB_OUTPUT", runner("GITHUB_OUTPUT"))
            .env("GITHUB_STEP_SUMMARY", runner("GITHUB_STEP_SUMMARY"))
            .envs(env.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs a step, `known` giving what the expressions in its environment stand for.
    fn step(&self, step: &Value, known: &BTreeMap<String, String>) -> Output {
        let mut env = strings(&step["env"]);
        for (_, value) in &mut env {
            if let Some(name) = value.strip_prefix("${{ ") {
                *value = known[name.strip_suffix(" }}").unwrap()].clone();
            }
        }
        self.bash(text(&step["run"]), &env)
    }
}

fn exit(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The inputs of the action, with these in place of the defaults.
fn inputs(given: &[(&str, &str)]) -> BTreeMap<String, String> {
    let action = yaml("action.yml");
    let defaults = action["inputs"].as_mapping().unwrap();
    let mut inputs: BTreeMap<_, _> = defaults
        .iter()
        .map(|(name, input)| {
            let name = format!("inputs.{}", text(name));
            (name, text(&input["default"]).to_owned())
        })
        .collect();
    for (name, value) in given {
        let old = inputs.insert(format!("inputs.{name}"), (*value).to_owned());
        assert!(old.is_some(), "the action has no input {name}");
    }
    let repository = "OWNER/vanthu".to_owned();
    inputs.insert("github.action_repository".to_owned(), repository);
    inputs
}

#[test]
fn the_action_checks_a_repository() {
    let action = yaml("action.yml");
    let check = step(&action["runs"]["steps"], "check");
    let cases: [(&[(&str, &str)], i32); 7] = [
        (&[], 1),
        (&[("paths", "bao cao/đúng.txt\n")], 0),
        (&[("paths", "bao cao/đúng.txt\nbao cao/sai.txt")], 1),
        (&[("args", "--fail-on never --lang en")], 0),
        (&[("paths", "khong-co")], 2),
        (&[("args", "--khong-co")], 2),
        (&[("sarif", "vanthu.sarif"), ("annotations", "false")], 1),
    ];
    for (given, expected) in cases {
        let repository = Repository::new();
        let output = repository.step(check, &inputs(given));
        assert_eq!(exit(&output), expected, "{given:?}: {output:?}");
        let code = repository.written("GITHUB_OUTPUT");
        assert_eq!(code, format!("exit-code={expected}\n"), "{given:?}");
        let annotated = stdout(&output).contains("\n::error ");
        let asked = !given.contains(&("annotations", "false"));
        let found = expected == 1 || given.iter().any(|(_, v)| v.contains("never"));
        // A path that cannot be read is annotated too.
        let told = found || given.contains(&("paths", "khong-co"));
        assert_eq!(annotated, asked && told, "{given:?}: {output:?}");
        let summary = repository.written("GITHUB_STEP_SUMMARY");
        assert_eq!(summary.contains("bao cao/sai.txt"), found, "{given:?}");
        let sarif = repository.path("vanthu.sarif");
        assert_eq!(sarif.exists(), given.iter().any(|(n, _)| *n == "sarif"));
        if sarif.exists() {
            let sarif: serde_json::Value =
                serde_json::from_str(&repository.read("vanthu.sarif")).unwrap();
            assert_eq!(sarif["version"], "2.1.0");
            assert_ne!(sarif["runs"][0]["results"], serde_json::json!([]));
        }
    }
    let output = Repository::without_vanthu().step(check, &inputs(&[]));
    assert_eq!(exit(&output), 2);
    assert!(stdout(&output).starts_with("::error::"));
}

/// A release made by the steps of the release workflow, in a folder of its own: an archive and the
/// checksums. The program in it calls the one under test.
fn release(target: &str) -> Repository {
    let workflow = yaml(".github/workflows/release.yml");
    let maker = Repository::new();
    for name in [
        "README.md",
        "README.en.md",
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
    ] {
        fs::copy(root().join(name), maker.path(name)).unwrap();
    }
    let built = maker.path(&format!("target/{target}/release"));
    fs::create_dir_all(&built).unwrap();
    let vanthu = env!("CARGO_BIN_EXE_vanthu");
    maker.program("calls", &format!("exec '{vanthu}' \"$@\""));
    fs::copy(maker.bin.path().join("calls"), built.join("vanthu")).unwrap();
    let known: BTreeMap<_, _> = [
        ("github.ref_name", TAG),
        ("matrix.target", target),
        ("matrix.exe", ""),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let jobs = &workflow["jobs"];
    for (job, id) in [("build", "pack"), ("publish", "checksums")] {
        let output = maker.step(step(&jobs[job]["steps"], id), &known);
        assert!(output.status.success(), "{id}: {output:?}");
    }
    maker
}

/// A program that answers downloads of the release from its folder, the file to write being the
/// argument after `option`.
fn serves(repository: &Repository, program: &str, option: &str, release: &Repository) {
    let folder = release.folder.path().display();
    let script = format!(
        "while [ $# -gt 1 ]; do if [ \"$1\" = {option} ]; then out=$2; fi; shift; done\n\
         case $1 in https://github.com/OWNER/vanthu/releases/download/{TAG}/*) ;; *) exit 22 ;; esac\n\
         cp '{folder}'/\"${{1##*/}}\" \"$out\""
    );
    repository.program(program, &script);
}

#[test]
fn the_action_installs_what_the_release_packs() {
    let release = release("x86_64-unknown-linux-musl");
    let archive = format!("vanthu-{TAG}-x86_64-unknown-linux-musl.tar.gz");
    let action = yaml("action.yml");
    let install = step(&action["runs"]["steps"], "install");
    let run = |version: &str| {
        let repository = Repository::without_vanthu();
        serves(&repository, "curl", "--output", &release);
        let output = repository.step(install, &inputs(&[("version", version)]));
        (output, repository)
    };
    for version in [TAG, env!("CARGO_PKG_VERSION")] {
        let (output, repository) = run(version);
        assert!(output.status.success(), "{output:?}");
        let folder = repository.written("GITHUB_PATH");
        let folder = Path::new(folder.trim_end());
        let output = Command::new(folder.join("vanthu"))
            .arg("--version")
            .output();
        let version = format!("vanthu {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(stdout(&output.unwrap()), version);
        for file in [
            "README.md",
            "completions/_vanthu",
            "completions/_vanthu.ps1",
            "completions/vanthu.bash",
            "completions/vanthu.fish",
            "man/vi/vanthu.1",
            "man/en/vanthu-check.1",
        ] {
            let length = fs::metadata(folder.join(file)).unwrap().len();
            assert!(length > 100, "{file}");
        }
    }
    let fails = |version: &str, why: &str| {
        let (output, repository) = run(version);
        assert!(!output.status.success(), "{why}");
        assert_eq!(repository.written("GITHUB_PATH"), "", "{why}");
    };
    fails("v0.0.0", "no such release");
    let sums = release.read("SHA256SUMS");
    fs::write(release.path("SHA256SUMS"), "").unwrap();
    fails(TAG, "no checksum");
    fs::write(release.path("SHA256SUMS"), sums.replace(&archive, "other")).unwrap();
    fails(TAG, "the checksum of another archive");
    fs::write(release.path("SHA256SUMS"), sums).unwrap();
    let mut bytes = fs::read(release.path(&archive)).unwrap();
    bytes.push(0);
    fs::write(release.path(&archive), bytes).unwrap();
    fails(TAG, "another archive of that name");
}

#[test]
fn the_template_for_gitlab_checks_a_project() {
    let template = yaml("templates/vanthu.gitlab-ci.yml");
    let job = &template["vanthu"];
    let release = release("x86_64-unknown-linux-musl");
    let lines = |key: &str| list(&job[key]).iter().map(text).collect::<Vec<_>>();
    let script = [lines("before_script"), lines("script")]
        .concat()
        .join("\n");
    let run = |given: &[(&str, &str)]| {
        let repository = Repository::without_vanthu();
        serves(&repository, "wget", "-O", &release);
        repository.program("uname", "echo x86_64");
        let mut variables = strings(&job["variables"]);
        for (name, value) in given {
            let variable = variables.iter_mut().find(|(n, _)| n == name).unwrap();
            variable.1 = (*value).to_owned();
        }
        let output = repository.bash(&script, &variables);
        (output, repository)
    };
    for (given, expected) in [
        (&[][..], 1),
        (&[("VANTHU_ARGS", "--fail-on never")][..], 0),
        (&[("VANTHU_PATHS", "khong-co")][..], 2),
        // There is no commit yet.
        (&[("VANTHU_ARGS", "--diff-base HEAD...")][..], 2),
    ] {
        let (output, repository) = run(given);
        if given.iter().any(|(_, value)| value.contains("--diff-base")) {
            assert_eq!(exit(&output), expected, "{given:?}: {output:?}");
            assert!(stderr(&output).contains("HEAD"), "{output:?}");
            continue;
        }
        assert_eq!(exit(&output), expected, "{given:?}: {output:?}");
        let reports = &job["artifacts"]["reports"];
        let report: serde_json::Value =
            serde_json::from_str(&repository.read(text(&reports["codequality"]))).unwrap();
        let found = report.as_array().unwrap().len();
        assert_eq!(found > 0, expected != 2, "{given:?}");
        let junit = repository.read(text(&reports["junit"]));
        assert!(junit.starts_with("<?xml"), "{given:?}: {junit}");
    }
    let sums = release
        .read("SHA256SUMS")
        .replace(|c: char| c.is_ascii_digit(), "0");
    fs::write(release.path("SHA256SUMS"), sums).unwrap();
    let (output, repository) = run(&[]);
    assert!(!output.status.success(), "a wrong checksum: {output:?}");
    assert!(!repository.path("vanthu-junit.xml").exists());
}

/// A hook gets the files that git knows and its pattern takes, as arguments.
#[test]
fn the_hooks_of_pre_commit_check_what_is_committed() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let mut ids = BTreeSet::new();
    for hook in list(&hooks) {
        let id = text(&hook["id"]);
        ids.insert(id);
        assert!(
            ["rust", "system"].contains(&text(&hook["language"])),
            "{id}"
        );
        let pattern = regex(text(&hook["files"]));
        for name in ["a.txt", "bao cao/b.md"] {
            assert!(pattern(name), "{id}: {name}");
        }
        for name in ["a.docx", "a.docm", "a.odt", "a.pdf"] {
            assert_eq!(pattern(name), id != "vanthu-fix", "{id}: {name}");
        }
        assert!(!pattern("a.csv") && !pattern("txt"), "{id}");
        for (removed, expected) in [("", 1), ("bao cao/sai.txt", 0)] {
            let repository = Repository::new();
            let script = "if [ -n \"$REMOVED\" ]; then git rm -q --cached \"$REMOVED\"; fi\n\
                          git -c core.quotePath=off ls-files";
            let env = [("REMOVED".to_owned(), removed.to_owned())];
            let files = repository.bash(script, &env);
            let names: Vec<_> = stdout(&files).lines().map(str::to_owned).collect();
            assert!(names.len() > 1, "{files:?}");
            let names = names.iter().filter(|name| pattern(name));
            let arguments: String = names.map(|name| format!(" '{name}'")).collect();
            let options = list(&hook["args"]).iter().map(text).collect::<Vec<_>>();
            let arguments = format!("{} {}{arguments}", text(&hook["entry"]), options.join(" "));
            let output = repository.bash(&arguments, &[]);
            assert_eq!(exit(&output), expected, "{id}: {output:?}");
            let before = fs::read_to_string(root().join(ERRONEOUS)).unwrap();
            let changed = repository.read("bao cao/sai.txt") != before;
            assert_eq!(changed, id == "vanthu-fix" && expected == 1, "{id}");
            // What the configuration excludes is left alone, though the hook names it.
            fs::write(repository.path("bao cao/sai.txt"), &before).unwrap();
            fs::write(repository.path("vanthu.yaml"), "exclude: [bao cao/]\n").unwrap();
            let output = repository.bash(&arguments, &[]);
            assert_eq!(exit(&output), 0, "{id}: {output:?}");
            assert_eq!(repository.read("bao cao/sai.txt"), before, "{id}");
            // A name is never an option.
            fs::write(repository.path("--x y.txt"), &before).unwrap();
            let output = repository.bash(&(arguments + " '--x y.txt'"), &[]);
            assert_eq!(exit(&output), 1, "{id}: {output:?}");
        }
    }
    let all = ["vanthu", "vanthu-fix", "vanthu-system"];
    assert_eq!(ids, BTreeSet::from(all));
}

/// Whether a name ends as a pattern of the form `\.(a|b)$` says.
fn regex(pattern: &str) -> impl Fn(&str) -> bool {
    let endings = pattern.strip_prefix(r"\.(").unwrap();
    let endings = endings.strip_suffix(")$").unwrap().split('|');
    let endings: Vec<_> = endings.map(|ending| format!(".{ending}")).collect();
    move |name| endings.iter().any(|ending| name.ends_with(ending))
}

/// What is downloaded is what is released.
#[test]
fn targets_of_the_release_are_those_of_the_action() {
    let workflow = yaml(".github/workflows/release.yml");
    let keys = ["jobs", "build", "strategy", "matrix", "include"];
    let matrix = list(at(&workflow, &keys)).iter();
    let released: BTreeSet<_> = matrix.map(|row| text(&row["target"])).collect();
    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    let installed: BTreeSet<_> = action
        .lines()
        .filter_map(|line| line.split_once(") target=")?.1.strip_suffix(" ;;"))
        .collect();
    assert_eq!(released, installed);
    let systems = ["linux-musl", "apple-darwin", "pc-windows-msvc"];
    for system in systems {
        assert!(released.iter().any(|target| target.ends_with(system)));
    }
    let template = yaml("templates/vanthu.gitlab-ci.yml");
    let version = &template["vanthu"]["variables"]["VANTHU_VERSION"];
    assert_eq!(text(version), TAG);
}

/// Other people's actions are pinned to a commit, with its version beside it, and nothing that others name becomes part of a script.
#[test]
fn workflows_are_pinned_and_take_values_from_the_environment() {
    let mut steps = Vec::new();
    for path in [".github/workflows/ci.yml", ".github/workflows/release.yml"] {
        let workflow = yaml(path);
        assert!(!workflow["permissions"].is_null(), "{path}");
        let lines = fs::read_to_string(root().join(path)).unwrap();
        for line in lines.lines().filter(|line| line.contains("uses: ")) {
            let (_, commit) = line.split_once('@').unwrap();
            let (commit, version) = commit.split_once(" # v").unwrap_or_default();
            let is_commit = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(
                is_commit && version.split('.').count() == 3,
                "{path}: {line}"
            );
        }
        for (_, job) in workflow["jobs"].as_mapping().unwrap() {
            steps.extend(list(&job["steps"]).to_vec());
        }
    }
    let action = yaml("action.yml");
    for step in list(&action["runs"]["steps"]) {
        assert_eq!(text(&step["shell"]), "bash");
        steps.push(step.clone());
    }
    let mut scripts = String::new();
    for step in &steps {
        if step["uses"].is_null() {
            let run = text(&step["run"]);
            assert!(!run.contains("${{"), "{run}");
            scripts = scripts + run + "\n";
        }
    }
    assert!(scripts.contains("\n.ci/run\n") && root().join(".ci/run").exists());
}

/// What the guides give to paste names inputs and hooks that there are, in this version.
#[test]
fn the_guides_give_lines_that_work() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks: BTreeSet<_> = list(&hooks).iter().map(|hook| text(&hook["id"])).collect();
    let template = yaml("templates/vanthu.gitlab-ci.yml");
    let variables = &template["vanthu"]["variables"];
    for guide in ["README.md", "README.en.md"] {
        let readme = fs::read_to_string(root().join(guide)).unwrap();
        let blocks = readme.split("```yaml\n").skip(1);
        let (mut actions, mut used, mut included) = (0, 0, 0);
        for block in blocks.map(|block| block.split("\n```").next().unwrap()) {
            let block: Value = serde_yaml::from_str(block).unwrap();
            for step in block["steps"].as_sequence().into_iter().flatten() {
                let uses = step["uses"].as_str().unwrap_or_default();
                if let Some(version) = uses.strip_prefix("OWNER/vanthu@") {
                    assert_eq!(version, TAG, "{guide}");
                    let given = strings(&step["with"]);
                    let given: Vec<_> = given.iter().map(|(n, v)| (&**n, &**v)).collect();
                    inputs(&given);
                    actions += 1;
                }
            }
            for repository in block["repos"].as_sequence().into_iter().flatten() {
                assert_eq!(text(&repository["rev"]), TAG, "{guide}");
                for hook in list(&repository["hooks"]) {
                    assert!(hooks.contains(text(&hook["id"])), "{guide}");
                    used += 1;
                }
            }
            if let Some(remote) = block["include"][0]["remote"].as_str() {
                let (_, path) = remote.split_once(&format!("/{TAG}/")).unwrap();
                assert!(root().join(path).exists(), "{guide}: {path}");
                for (name, _) in strings(&block["vanthu"]["variables"]) {
                    assert!(variables[&*name].is_string(), "{guide}: {name}");
                }
                included += 1;
            }
        }
        assert_eq!((actions, used, included), (1, 1, 1), "{guide}");
    }
}

/// The image is built of the oldest Rust that is promised, from what Cargo needs.
#[test]
fn the_image_is_built_of_what_is_let_in() {
    let dockerfile = fs::read_to_string(root().join("Dockerfile")).unwrap();
    let rust = format!(
        "FROM rust:{}-alpine AS build\n",
        env!("CARGO_PKG_RUST_VERSION")
    );
    assert!(dockerfile.contains(&rust));
    assert!(dockerfile.contains("\nUSER nonroot\n"));
    let ignored = fs::read_to_string(root().join(".dockerignore")).unwrap();
    assert!(ignored.starts_with("*\n"));
    let let_in: BTreeSet<_> = ignored
        .lines()
        .filter_map(|l| l.strip_prefix('!'))
        .collect();
    for path in &let_in {
        assert!(root().join(path).exists(), "{path}");
    }
    let build = fs::read_to_string(root().join("build.rs")).unwrap();
    for folder in ["rules", "grammar"] {
        assert!(build.contains(folder), "build.rs reads no {folder}");
    }
    let needed = "Cargo.toml Cargo.lock build.rs src rules grammar tests/integration benches";
    for path in needed.split(' ') {
        assert!(let_in.contains(path), "{path}");
    }
}

/// The image as the workflow tries it, with a program in the place of Docker that looks at what it is
/// asked for and runs the program under test.
#[test]
fn the_workflow_tries_the_image() {
    let workflow = yaml(".github/workflows/ci.yml");
    let image = step(&workflow["jobs"]["image"]["steps"], "image");
    let run = |wrong: &str| {
        let repository = Repository::new();
        fs::copy(root().join("Dockerfile"), repository.path("Dockerfile")).unwrap();
        for (document, name) in [(ERRONEOUS, wrong), (RIGHT, RIGHT)] {
            let path = repository.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::copy(root().join(document), path).unwrap();
        }
        let docker = r#"case "$1" in
            build) test "$2 $3" = "-t vanthu" && test -f "$4/Dockerfile" && touch "$4/built" ;;
            run) test -f built && test "$2 $3 $5" = "--rm -v vanthu" || exit 9
                cd "${4%:/documents:ro}" && shift 5 && exec vanthu "$@" ;;
            *) exit 9 ;;
        esac"#;
        repository.program("docker", docker);
        repository.step(image, &BTreeMap::new())
    };
    let output = run(ERRONEOUS);
    assert!(output.status.success(), "{output:?}");
    // Exit code 2 of the second run is not what is waited for.
    assert_eq!(exit(&run("fixtures/documents/khac.txt")), 1);
}

/// The commands for the extension are those that it has.
#[test]
fn the_workflow_tests_the_extension() {
    let workflow = yaml(".github/workflows/ci.yml");
    let extension = step(&workflow["jobs"]["extension"]["steps"], "extension");
    let folder = root().join(text(&extension["working-directory"]));
    assert!(folder.join("package-lock.json").exists());
    let package = fs::read_to_string(folder.join("package.json")).unwrap();
    let package: serde_json::Value = serde_json::from_str(&package).unwrap();
    let commands: Vec<_> = text(&extension["run"]).lines().collect();
    assert_eq!(commands, ["npm ci", "npm test"]);
    // `npm run NAME` in a script, `node FILE`, and what `npm ci` installs.
    // `vsce` runs the second before it packages.
    let mut names = vec!["test", "vscode:prepublish"];
    let mut seen = BTreeSet::new();
    while let Some(name) = names.pop() {
        let script = package["scripts"][name].as_str();
        let script = script.unwrap_or_else(|| panic!("package.json has no script {name}"));
        if !seen.insert(name) {
            continue;
        }
        for command in script.split(" && ") {
            let words: Vec<_> = command.split(' ').collect();
            match words[..] {
                ["npm", "run", name] => names.push(name),
                ["node", .., path] => assert!(folder.join(path).exists(), "{command}"),
                // `vsce` is of the package `@vscode/vsce`, `tsc` of `typescript`.
                [program, ..] => {
                    let package_of =
                        BTreeMap::from([("vsce", "@vscode/vsce"), ("tsc", "typescript")]);
                    let needed = package_of.get(program).unwrap_or(&program);
                    let known = &package["devDependencies"][*needed];
                    assert!(known.is_string(), "{command}");
                }
                [] => unreachable!(),
            }
        }
    }
    assert!(seen.contains("package"));
}

fn vanthu(args: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_vanthu");
    let output = Command::new(program).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    stdout(&output)
}

#[test]
fn shells_complete_commands_and_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        for (language, said) in [("vi", "Kiểm tra tệp"), ("en", "Check files")] {
            let script = vanthu(&["--lang", language, "completions", shell]);
            assert!(script.contains("fail-on"), "{shell}");
            // Bash shows no descriptions.
            assert_eq!(script.contains(said), shell != "bash", "{shell} {language}");
        }
    }
    let ask = "source <(vanthu completions bash); COMP_WORDS=($ASK); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); \
               _vanthu vanthu \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"; echo \"${COMPREPLY[*]}\"";
    let repository = Repository::new();
    for (asked, expected) in [
        ("vanthu ch", "check"),
        ("vanthu check --fai", "--fail-on"),
        ("vanthu check --fail-on w", "warning"),
        ("vanthu --color n", "never"),
    ] {
        let env = [("ASK".to_owned(), asked.to_owned())];
        let output = repository.bash(ask, &env);
        assert_eq!(stdout(&output).trim(), expected, "{asked}: {output:?}");
    }
}

/// What `--help` lists is completed by every shell and stands in the manual pages and the guides.
#[test]
fn every_option_is_completed_and_told() {
    let pages = tempfile::tempdir().unwrap();
    vanthu(&["man", pages.path().to_str().unwrap()]);
    let shells = ["bash", "zsh", "fish", "powershell", "elvish"];
    let scripts = shells.map(|shell| vanthu(&["completions", shell]));
    let guides =
        ["README.md", "README.en.md"].map(|guide| fs::read_to_string(root().join(guide)).unwrap());
    let mut commands: Vec<Vec<String>> = vec![Vec::new()];
    let mut count = 0;
    while let Some(command) = commands.pop() {
        let mut args: Vec<_> = command.iter().map(String::as_str).collect();
        args.push("--help");
        let help = vanthu(&args);
        let (mut is_list, mut options) = (false, BTreeSet::new());
        for line in help.lines() {
            if !line.starts_with(' ') {
                is_list = line == "Lệnh:";
            } else if is_list && let Some(name) = line.strip_prefix("  ") {
                let name = name.split(' ').next().filter(|name| !name.is_empty());
                let below = name.map(|name| [command.as_slice(), &[name.to_owned()]].concat());
                commands.extend(below);
            }
            // What stands further in is said of an option.
            let is_option = line.trim_start().starts_with('-') && !line.starts_with("       ");
            let words = line.split_whitespace().take(if is_option { 2 } else { 0 });
            let long = words.filter_map(|word| word.strip_prefix("--"));
            options.extend(long.take(1).map(str::to_owned));
        }
        let page = ["vanthu"]
            .into_iter()
            .chain(command.iter().map(String::as_str));
        let page = page.collect::<Vec<_>>().join("-") + ".1";
        let page = fs::read_to_string(pages.path().join(page))
            .unwrap()
            .replace("\\-", "-");
        for option in options {
            assert!(
                page.contains(&format!("--{option}")),
                "{command:?} --{option}"
            );
            assert!(
                scripts.iter().all(|script| script.contains(&option)),
                "--{option}"
            );
            let is_told = |guide: &String| guide.contains(&format!("--{option}"));
            let is_usual = ["help", "version"].contains(&option.as_str());
            assert!(
                is_usual || guides.iter().all(is_told),
                "{command:?} --{option}"
            );
            count += 1;
        }
    }
    assert!(count > 60, "{count}");
}

#[test]
fn manual_pages_are_of_the_program_and_each_command() {
    let page = vanthu(&["man"]);
    for line in [".SH \"TÊN\"", ".SH \"CÁCH DÙNG\"", ".SH \"MÃ THOÁT\""] {
        assert!(page.lines().any(|l| l == line), "{line}: {page}");
    }
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("man1");
    vanthu(&["--lang", "en", "man", place.to_str().unwrap()]);
    let pages = fs::read_dir(&place).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<_> = pages
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap();
            assert!(text.is_ascii(), "{text}");
            entry.file_name().into_string().unwrap()
        })
        .collect();
    names.sort();
    for name in [
        "vanthu.1",
        "vanthu-check.1",
        "vanthu-rules-test.1",
        "vanthu-man.1",
    ] {
        assert!(names.iter().any(|n| n == name), "{name}: {names:?}");
    }
    let check = fs::read_to_string(place.join("vanthu-check.1")).unwrap();
    assert!(check.contains("fail\\-on"), "{check}");
    let file = folder.path().join("man1/vanthu.1/khong");
    let output = Command::new(env!("CARGO_BIN_EXE_vanthu"))
        .arg("man")
        .arg(file)
        .output();
    assert_eq!(output.unwrap().status.code(), Some(2));
}
