//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use anstream::stream::RawStream;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{
    ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
};
use clap_complete::Shell;

use super::english::english;
use super::project;
use crate::config::{CommandLine, FailOn};
use crate::diagnostic::Language;
use crate::emit::{FORMATS, FormatRow, Style, clean};

/// Columns where nothing tells the width of the terminal.
const DEFAULT_WIDTH: usize = 100;
/// Narrower and wider terminals are treated as these.
const WIDTHS: (usize, usize) = (40, 140);

const TEMPLATE: &str = "{about-with-newline}\nCách dùng: {usage}\n\n{all-args}{after-help}";

/// Kiểm tra thể thức văn bản hành chính Việt Nam
#[derive(Debug, Parser)]
#[command(
    name = "vanthu",
    version,
    help_template = TEMPLATE,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_help_heading = "Lệnh",
    subcommand_value_name = "LỆNH",
    arg_required_else_help = true,
    override_usage = "vanthu [TÙY CHỌN] <LỆNH>",
    next_help_heading = "Tùy chọn chung",
    after_help = "Mã thoát: 0 không có gì đáng báo; 1 có phát hiện từ mức --fail-on trở lên, hoặc \
                  thiếu mục bắt buộc (outline --check); 2 không thực hiện được."
)]
pub(super) struct Command {
    #[command(subcommand)]
    pub(super) action: Action,

    /// Ngôn ngữ của thông báo
    #[arg(
        long,
        value_name = "NGÔN NGỮ",
        global = true,
        hide_possible_values = true,
        help = "Ngôn ngữ của thông báo: vi, en [mặc định: vi]"
    )]
    lang: Option<Lang>,

    /// Khi nào tô màu
    #[arg(
        long,
        value_name = "KHI NÀO",
        global = true,
        default_value = "auto",
        hide_possible_values = true,
        help = "Tô màu: auto, always, never [mặc định: auto]",
        hide_default_value = true
    )]
    color: Color,

    /// In hướng dẫn
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,

    /// In phiên bản
    #[arg(short, long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Kiểm tra tệp và thư mục
    #[command(
        help_template = TEMPLATE,
        override_usage = "vanthu check [TÙY CHỌN] [ĐƯỜNG DẪN]..."
    )]
    Check(Box<Check>),
    /// In bố cục văn bản như chương trình hiểu: thể thức, đề mục, viện dẫn, nơi nhận, chữ ký
    #[command(
        help_template = TEMPLATE,
        override_usage = "vanthu outline [TÙY CHỌN] <TỆP>"
    )]
    Outline(Outline),
    /// Giải thích một quy tắc: yêu cầu, căn cứ pháp lý, ví dụ sai và đúng
    #[command(
        help_template = TEMPLATE,
        override_usage = "vanthu explain [TÙY CHỌN] <QUY TẮC>"
    )]
    Explain(Explain),
    /// Liệt kê các quy tắc; `rules test` chạy các ví dụ ghi trong tệp quy tắc
    #[command(help_template = TEMPLATE,
        subcommand_help_heading = "Lệnh", disable_help_subcommand = true,
        override_usage = "vanthu rules [TÙY CHỌN]\n           vanthu rules test [THƯ MỤC]\n           vanthu rules new <QUY TẮC> [THƯ MỤC]")]
    Rules(Rules),
    /// Lập mẫu bố cục từ một văn bản mẫu
    #[command(help_template = TEMPLATE,
        subcommand_help_heading = "Lệnh", subcommand_value_name = "LỆNH", disable_help_subcommand = true,
        override_usage = "vanthu profile from [TÙY CHỌN] <TỆP>")]
    Profile(Profile),
    /// Viết tệp cấu hình vanthu.yaml có chú thích
    #[command(help_template = TEMPLATE, override_usage = "vanthu init [TÙY CHỌN] [THƯ MỤC]")]
    Init(Init),
    /// In cấu hình có hiệu lực cho một tệp và nơi đặt từng giá trị
    #[command(help_template = TEMPLATE, override_usage = "vanthu config [TÙY CHỌN] [TỆP]")]
    Config(ShowConfig),
    /// Chạy máy chủ ngôn ngữ (LSP) cho trình soạn thảo, qua đầu vào và đầu ra chuẩn
    #[command(help_template = TEMPLATE, override_usage = "vanthu lsp [TÙY CHỌN]")]
    Lsp(Lsp),
    /// In tệp gợi ý lệnh (completion) cho shell
    #[command(help_template = TEMPLATE, override_usage = "vanthu completions <SHELL>")]
    Completions(Completions),
    /// In trang man của chương trình, hoặc ghi mọi trang man vào một thư mục
    #[command(help_template = TEMPLATE, override_usage = "vanthu man [THƯ MỤC]")]
    Man(Man),
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Tùy chọn")]
pub(super) struct Check {
    /// Tệp hoặc thư mục; `-` là đầu vào chuẩn; liên kết trong thư mục không được đọc [mặc định: .]
    #[arg(value_name = "ĐƯỜNG DẪN", help_heading = "Tham số")]
    pub(super) paths: Vec<PathBuf>,

    /// Tên đặt cho đầu vào chuẩn
    #[arg(long, value_name = "TÊN")]
    pub(super) stdin_filename: Option<String>,

    #[arg(
        long,
        value_name = "ĐỊNH DẠNG",
        value_parser = format_parser(),
        hide_possible_values = true,
        help = format!("Định dạng kết quả: {} [mặc định: text]", format_names())
    )]
    pub(super) format: Option<Format>,

    /// Ghi kết quả vào tệp; với ĐỊNH DẠNG= thì ghi thêm bên cạnh kết quả trên màn hình (dùng
    /// được nhiều lần)
    #[arg(long, value_name = "[ĐỊNH DẠNG=]TỆP")]
    pub(super) output: Vec<OsString>,

    /// Bố cục mẫu để đối chiếu, thay cho mẫu chọn theo tên văn bản
    #[arg(long, value_name = "TÊN")]
    pub(super) profile: Option<String>,

    /// Thư mục quy tắc thêm vào hoặc thay quy tắc có sẵn (dùng được nhiều lần)
    #[arg(long, value_name = "THƯ MỤC")]
    pub(super) rules: Vec<PathBuf>,

    /// Chỉ dùng các quy tắc hoặc nhóm này, cách nhau bằng dấu phẩy
    #[arg(long, value_name = "QUY TẮC", value_delimiter = ',')]
    pub(super) select: Vec<String>,

    /// Bỏ các quy tắc hoặc nhóm này, cách nhau bằng dấu phẩy
    #[arg(long, value_name = "QUY TẮC", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,

    /// Dùng cả các quy tắc còn thử nghiệm
    #[arg(long)]
    pub(super) preview: bool,

    /// Mức thấp nhất làm mã thoát thành 1
    #[arg(
        long,
        value_name = "MỨC",
        hide_possible_values = true,
        help = "Mức thấp nhất làm mã thoát thành 1: error, warning, info, never [mặc định: error]"
    )]
    pub(super) fail_on: Option<FailOn>,

    #[command(flatten)]
    pub(super) config: ConfigArgs,

    /// Bỏ qua cả tệp nêu tên trên dòng lệnh nếu nó có trong `exclude` của cấu hình hoặc không phải
    /// văn bản tiếng Việt; cho hook, vốn nêu tên mọi tệp
    #[arg(long)]
    pub(super) force_exclude: bool,

    /// Không nhắc lại những phát hiện cũ ghi trong tệp này (dùng được nhiều lần)
    #[arg(long, value_name = "TỆP")]
    pub(super) baseline: Vec<PathBuf>,

    /// Ghi mọi phát hiện vào tệp này để lần sau không nhắc lại
    #[arg(long, value_name = "TỆP", conflicts_with_all = ["baseline", "diff_base", "fix", "diff", "watch"])]
    pub(super) write_baseline: Option<PathBuf>,

    /// Chỉ báo những gì ở các dòng đã thay đổi từ phiên bản git này; `NHÁNH...`: từ chỗ tách khỏi nhánh ấy
    #[arg(long, value_name = "PHIÊN BẢN")]
    pub(super) diff_base: Option<String>,

    /// Thư mục giữ kết quả cho lần chạy sau [mặc định: thư mục đệm của hệ thống]
    #[arg(long, value_name = "THƯ MỤC")]
    pub(super) cache_dir: Option<PathBuf>,

    /// Không dùng và không giữ kết quả của lần chạy trước
    #[arg(long, conflicts_with = "cache_dir")]
    pub(super) no_cache: bool,

    /// Kiểm tra lại mỗi khi tệp thay đổi, cho đến khi bấm Ctrl-C
    #[arg(long, conflicts_with_all = ["fix", "diff", "annotate"])]
    pub(super) watch: bool,

    /// Chỉ in phát hiện, không tổng kết
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// In số lần theo từng quy tắc thay cho các phát hiện (text, compact)
    #[arg(long)]
    pub(super) statistics: bool,

    /// Sửa ngay trong tệp những chỗ sửa được chắc chắn, rồi báo những gì còn lại; với `-` thì in
    /// văn bản đã sửa ra đầu ra chuẩn
    #[arg(long)]
    pub(super) fix: bool,

    /// Sửa thể thức trong tệp .docx, .odt: lề trang, số trang, phông chữ, cỡ chữ, kiểu chữ; lời văn giữ nguyên
    #[arg(long)]
    pub(super) fix_layout: bool,

    /// In những chỗ --fix (hoặc --fix-layout) sẽ sửa (unified diff), không thay đổi tệp; mã thoát 1 nếu có
    #[arg(long, conflicts_with_all = ["fix", "format", "output", "statistics"])]
    pub(super) diff: bool,

    /// Với --fix, --diff: cả những cách sửa có thể làm thay đổi ý của văn bản
    #[arg(long)]
    pub(super) unsafe_fixes: bool,

    /// Ghi thêm một bản của tệp .docx được kiểm tra, mỗi phát hiện là một nhận xét (comment) đúng chỗ
    #[arg(long, value_name = "TỆP", conflicts_with_all = ["fix", "fix_layout", "diff"])]
    pub(super) annotate: Option<PathBuf>,

    /// Không coi là lỗi khi không có tệp nào để kiểm tra
    #[arg(long)]
    pub(super) allow_empty: bool,
}

impl Check {
    /// What it asks for that a configuration may ask for too.
    pub(super) fn command_line(&self) -> CommandLine<'_> {
        CommandLine {
            profile: self.profile.as_deref(),
            select: &self.select,
            ignore: &self.ignore,
            preview: self.preview,
            lang: None,
            fail_on: self.fail_on,
        }
    }
}

/// Which configuration is used.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct ConfigArgs {
    /// Tệp cấu hình, thay cho tệp vanthu.yaml gần nhất
    #[arg(long, value_name = "TỆP", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,

    /// Không dùng tệp cấu hình nào
    #[arg(long, alias = "isolated")]
    pub(super) no_config: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Tùy chọn")]
pub(super) struct Lsp {
    #[command(flatten)]
    pub(super) config: ConfigArgs,

    /// Không có tác dụng: đầu vào và đầu ra chuẩn luôn được dùng
    // Some clients add it whatever they are told.
    #[arg(long, hide = true)]
    pub(super) stdio: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Tùy chọn")]
pub(super) struct Init {
    /// Thư mục đặt tệp [mặc định: .]
    #[arg(
        value_name = "THƯ MỤC",
        help_heading = "Tham số",
        default_value = ".",
        hide_default_value = true
    )]
    pub(super) folder: PathBuf,

    /// Ghi đè tệp đã có
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Tùy chọn")]
pub(super) struct ShowConfig {
    /// Tệp hoặc thư mục [mặc định: .]
    #[arg(value_name = "TỆP", help_heading = "Tham số")]
    pub(super) file: Option<PathBuf>,

    #[command(flatten)]
    pub(super) config: ConfigArgs,

    /// Định dạng kết quả
    #[arg(
        long,
        value_name = "ĐỊNH DẠNG",
        default_value = "text",
        hide_possible_values = true,
        hide_default_value = true,
        help = "Định dạng kết quả: text, json [mặc định: text]"
    )]
    pub(super) format: ListFormat,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Shell
    #[arg(
        value_name = "SHELL",
        help_heading = "Tham số",
        hide_possible_values = true,
        help = "Shell: bash, zsh, fish, powershell, elvish"
    )]
    pub(super) shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Thư mục để ghi trang của chương trình và của từng lệnh [mặc định: in trang của chương trình]
    #[arg(value_name = "THƯ MỤC", help_heading = "Tham số")]
    pub(super) folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Tùy chọn")]
pub(super) struct Outline {
    /// Tệp; `-` là đầu vào chuẩn
    #[arg(value_name = "TỆP", help_heading = "Tham số")]
    pub(super) file: PathBuf,

    /// Định dạng kết quả
    #[arg(
        long,
        value_name = "ĐỊNH DẠNG",
        default_value = "text",
        hide_possible_values = true,
        hide_default_value = true,
        help = "Định dạng kết quả: text, json [mặc định: text]"
    )]
    pub(super) format: ListFormat,

    /// In văn bản đã chuẩn hóa và nối dòng; với docx, odt, pdf thì in văn bản như đã đọc, dòng nào ra dòng nấy
    #[arg(long, conflicts_with_all = ["format", "check"])]
    pub(super) text: bool,

    /// Đặt bố cục mẫu này (tên hoặc tệp .yaml; không nêu: mẫu của cấu hình) cạnh các đề mục của
    /// văn bản: có, khác, thiếu, thừa; mã thoát 1 khi thiếu mục bắt buộc
    #[arg(long, value_name = "MẪU", num_args = 0..=1, default_missing_value = "")]
    pub(super) check: Option<String>,

    /// Thư mục quy tắc thêm vào (dùng được nhiều lần)
    #[arg(long, value_name = "THƯ MỤC")]
    pub(super) rules: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Tùy chọn")]
pub(super) struct Profile {
    #[command(subcommand)]
    pub(super) action: ProfileAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfileAction {
    /// Viết mẫu bố cục đòi hỏi các đề mục của một văn bản mẫu
    #[command(help_template = TEMPLATE, override_usage = "vanthu profile from [TÙY CHỌN] <TỆP>")]
    From {
        /// Văn bản mẫu; `-` là đầu vào chuẩn
        #[arg(value_name = "TỆP", help_heading = "Tham số")]
        file: PathBuf,

        /// Tên của mẫu, cũng là tên tệp [mặc định: theo tên văn bản mẫu]
        #[arg(long, value_name = "TÊN")]
        name: Option<String>,

        /// Số cấp đề mục
        #[arg(
            long,
            value_name = "SỐ",
            default_value_t = 2,
            value_parser = clap::value_parser!(u8).range(1..=6),
            hide_default_value = true,
            help = "Số cấp đề mục, từ 1 đến 6 [mặc định: 2]"
        )]
        depth: u8,

        /// Ghi vào tệp thay cho màn hình
        #[arg(long, value_name = "TỆP")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Tùy chọn")]
pub(super) struct Explain {
    /// Mã quy tắc
    #[arg(value_name = "QUY TẮC", help_heading = "Tham số")]
    pub(super) rule: String,

    /// Thư mục quy tắc thêm vào (dùng được nhiều lần)
    #[arg(long, value_name = "THƯ MỤC")]
    pub(super) rules: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Tùy chọn")]
pub(super) struct Rules {
    #[command(subcommand)]
    pub(super) action: Option<RulesAction>,

    /// Thư mục quy tắc thêm vào (dùng được nhiều lần)
    #[arg(long, value_name = "THƯ MỤC")]
    pub(super) rules: Vec<PathBuf>,

    #[command(flatten)]
    pub(super) config: ConfigArgs,

    /// Định dạng kết quả
    #[arg(
        long,
        value_name = "ĐỊNH DẠNG",
        default_value = "text",
        hide_possible_values = true,
        hide_default_value = true,
        help = "Định dạng kết quả: text, json [mặc định: text]"
    )]
    pub(super) format: ListFormat,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesAction {
    /// Chạy các ví dụ ghi trong tệp quy tắc
    #[command(help_template = TEMPLATE, override_usage = "vanthu rules test [THƯ MỤC]")]
    Test {
        /// Thư mục quy tắc [mặc định: các quy tắc có sẵn]
        #[arg(value_name = "THƯ MỤC", help_heading = "Tham số")]
        folder: Option<PathBuf>,
    },
    /// Viết một tệp quy tắc có chú thích để bắt đầu
    #[command(help_template = TEMPLATE, override_usage = "vanthu rules new <QUY TẮC> [THƯ MỤC]")]
    New {
        /// Mã của quy tắc: tên nhóm, rồi các từ viết thường không dấu nối bằng `-`
        #[arg(value_name = "QUY TẮC", help_heading = "Tham số")]
        id: String,

        /// Thư mục quy tắc [mặc định: rules]
        #[arg(
            value_name = "THƯ MỤC",
            help_heading = "Tham số",
            default_value = "rules",
            hide_default_value = true
        )]
        folder: PathBuf,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Lang {
    Vi,
    En,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum ListFormat {
    Text,
    Json,
}

/// An output format.
pub(super) type Format = &'static FormatRow;

/// The format of this name.
pub(super) fn format_named(name: &str) -> Option<Format> {
    FORMATS.iter().find(|row| row.name == name)
}

/// The names of all formats.
pub(super) fn format_names() -> String {
    let names: Vec<_> = FORMATS.iter().map(|row| row.name).collect();
    names.join(", ")
}

fn format_parser() -> impl TypedValueParser<Value = Format> {
    let names = FORMATS.iter().map(|row| row.name);
    // The parser lets only names of the table pass.
    PossibleValuesParser::new(names).map(|name| format_named(&name).unwrap_or(&FORMATS[0]))
}

/// All commands and options, what is said of them in `language`.
pub(super) fn described(language: Language) -> clap::Command {
    match language {
        Language::Vi => Command::command(),
        Language::En => english(Command::command()),
    }
}

/// Parses arguments; help and what is wrong with them are in `language`.
pub(super) fn parse(args: &[OsString], language: Language) -> Result<Command, clap::Error> {
    let matches = described(language).try_get_matches_from(args);
    let command = matches.and_then(|matches| Command::from_arg_matches(&matches));
    command.map_err(cleaned)
}

/// The same mistake, without what a terminal would obey in the arguments that it shows.
fn cleaned(mut error: clap::Error) -> clap::Error {
    let mut shown = Vec::new();
    for (kind, value) in error.context() {
        let cleaned = match value {
            ContextValue::String(text) => ContextValue::String(clean(text).into_owned()),
            ContextValue::Strings(texts) => {
                let texts = texts.iter().map(|text| clean(text).into_owned());
                ContextValue::Strings(texts.collect())
            }
            _ => continue,
        };
        if cleaned != *value {
            shown.push((kind, cleaned));
        }
    }
    if !shown.is_empty() {
        // What it proposes repeats the argument among colours.
        error.remove(ContextKind::Suggested);
    }
    for (kind, value) in shown {
        error.insert(kind, value);
    }
    error
}

/// The language asked for, before the arguments are parsed.
pub(super) fn language_of(args: &[OsString]) -> Language {
    let options = args.split(|arg| arg == "--").next().unwrap_or_default();
    let asks = |pair: &[OsString]| pair[0] == "--lang" && pair[1] == "en";
    if options.windows(2).any(asks) || options.iter().any(|arg| arg == "--lang=en") {
        Language::En
    } else {
        Language::Vi
    }
}

/// What is wrong with the arguments, in Vietnamese where it is one of the usual mistakes.
pub(super) fn mistake_vi(error: &clap::Error) -> Option<String> {
    let of = |kind| error.get(kind).map(ToString::to_string);
    let quoted = |kind| of(kind).unwrap_or_default();
    let suggestion = of(ContextKind::SuggestedArg)
        .or_else(|| of(ContextKind::SuggestedSubcommand))
        .or_else(|| of(ContextKind::SuggestedValue))
        .map_or(String::new(), |name| format!("; ý bạn là: {name}?"));
    Some(match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let (arg, value) = (
                quoted(ContextKind::InvalidArg),
                quoted(ContextKind::InvalidValue),
            );
            let valid = of(ContextKind::ValidValue)
                .filter(|valid| !valid.is_empty())
                .map_or(String::new(), |valid| format!(" (có: {valid})"));
            if value.is_empty() {
                format!("thiếu giá trị cho {arg}{valid}")
            } else {
                let range = range_vi(error);
                format!("giá trị `{value}` không dùng được cho {arg}{valid}{range}{suggestion}")
            }
        }
        ErrorKind::UnknownArgument => {
            let arg = quoted(ContextKind::InvalidArg);
            format!("không có tùy chọn hoặc tham số `{arg}`{suggestion}")
        }
        ErrorKind::InvalidSubcommand => {
            let name = quoted(ContextKind::InvalidSubcommand);
            format!("không có lệnh `{name}`{suggestion}")
        }
        ErrorKind::MissingRequiredArgument => {
            format!("thiếu {}", quoted(ContextKind::InvalidArg))
        }
        ErrorKind::ArgumentConflict => {
            let (arg, other) = (
                quoted(ContextKind::InvalidArg),
                quoted(ContextKind::PriorArg),
            );
            if arg == other {
                format!("{arg} chỉ dùng một lần")
            } else {
                format!("không dùng {arg} cùng với {other}")
            }
        }
        ErrorKind::MissingSubcommand => "thiếu lệnh".to_owned(),
        ErrorKind::InvalidUtf8 => "dòng lệnh có chữ không phải UTF-8".to_owned(),
        // Help and version, which are no mistake, or the help that stands in for a command.
        _ if !error.use_stderr() => return None,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        _ => "dòng lệnh không đúng".to_owned(),
    })
}

/// The range that a number is out of: clap gives it in the words of the cause alone.
fn range_vi(error: &clap::Error) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    let range = cause.as_deref().and_then(|cause| {
        let (_, range) = cause.rsplit_once(" is not in ")?;
        let (from, to) = range.split_once("..=")?;
        Some(format!(" (từ {from} đến {to})"))
    });
    range.unwrap_or_default()
}

impl Command {
    pub(super) fn language(&self) -> Language {
        self.asked_language().unwrap_or_default()
    }

    /// The language of `--lang`.
    pub(super) fn asked_language(&self) -> Option<Language> {
        self.lang.map(|lang| match lang {
            Lang::Vi => Language::Vi,
            Lang::En => Language::En,
        })
    }

    /// Takes the language of the configuration where `--lang` asks for none.
    pub(super) fn settle_language(&mut self) {
        if self.lang.is_some() {
            return;
        }
        let (config, first) = match &self.action {
            Action::Check(check) => (&check.config, check.paths.first()),
            Action::Outline(outline) => (&outline.config, Some(&outline.file)),
            Action::Explain(explain) => (&explain.config, None),
            Action::Rules(rules) => (&rules.config, None),
            _ => return,
        };
        let language = project::language(config, first.map(PathBuf::as_path));
        self.lang = language.map(|language| match language {
            Language::Vi => Lang::Vi,
            Language::En => Lang::En,
        });
    }

    /// How output for people looks on a stream.
    pub(super) fn style(&self, stream: &impl RawStream) -> Style {
        let colour = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        };
        Style {
            language: self.language(),
            colour,
            width: terminal_width(),
            quiet: false,
        }
    }

    /// How output for people looks in a file.
    pub(super) fn plain_style(&self) -> Style {
        Style {
            language: self.language(),
            colour: false,
            width: DEFAULT_WIDTH,
            quiet: false,
        }
    }
}

fn terminal_width() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let variable = || std::env::var("COLUMNS").ok()?.parse().ok();
    terminal
        .or_else(variable)
        .unwrap_or(DEFAULT_WIDTH)
        .clamp(WIDTHS.0, WIDTHS.1)
}
