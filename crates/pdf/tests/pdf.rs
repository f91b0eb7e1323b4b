//! Reports as PDF: what stands in the file, what is refused, and that nothing in a name is a command.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests run a program, say what they skip, and stop where they fail"
)]

use gradus_pdf::{About, Fonts, PdfError, Picture, pdf};
use std::io::Write;
use std::process::{Command, Stdio};

fn about() -> About {
    About {
        title: "City index".into(),
        edition: "Edition 2018".into(),
        footer: "Gradus".into(),
        draft: Some("DRAFT".into()),
        chinese: false,
        name: "city 2018".into(),
    }
}

/// The text of a file, by a program that knows PDF; nothing where it is not there.
fn text_of(bytes: &[u8]) -> Option<String> {
    let run = Command::new("pdftotext")
        .args(["-raw", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut run) = run else {
        println!("skipped: the text of PDF files is not read (no program `pdftotext`)");
        return None;
    };
    let mut input = run.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let feed = std::thread::spawn(move || drop(input.write_all(&bytes)));
    let out = run.wait_with_output().unwrap();
    feed.join().unwrap();
    assert!(out.status.success());
    Some(String::from_utf8(out.stdout).unwrap())
}

const SQUARE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"40\"><rect width=\"40\" height=\"40\" fill=\"#12436D\"/><text x=\"2\" y=\"20\">seen</text></svg>";

#[test]
fn what_is_in_the_text_is_in_the_file_and_the_same_every_time() {
    let fonts = Fonts::of_the_machine();
    let markdown = "# City index\n\nGrade **proven**.\n\n## 1 Verdict\n\n| what | n |\n| --- | --: |\n| a `code` | 12 |\n| *b* | 3 |\n\n- one\n- two\n  - deeper\n\n> Notice\n\n![a square](square)\n\n1. first\n\n```\ngradus report x\n```\n";
    let pictures = [Picture { name: "square".into(), svg: SQUARE.into() }];
    let bytes = pdf(markdown, &about(), &pictures, &fonts).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    assert_eq!(bytes, pdf(markdown, &about(), &pictures, &fonts).unwrap());
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|w| w == needle);
    assert!(has(b"/MarkInfo") || has(b"/StructTreeRoot"), "it is not tagged");
    let Some(text) = text_of(&bytes) else { return };
    for part in [
        "City index",
        "proven",
        "1 Verdict",
        "what",
        "12",
        "deeper",
        "Notice",
        "first",
        "gradus report x",
        "DRAFT",
    ] {
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        assert!(squeezed(&text).contains(&squeezed(part)), "{part}: {text}");
    }
}

#[test]
fn nothing_in_a_name_is_a_command() {
    let fonts = Fonts::of_the_machine();
    let hostile = [
        "#panic(\"x\")",
        "] #pagebreak() [",
        "\"; #image(\"/etc/passwd\")",
        "back\\slash\\",
        "@ref <label> $x^2$",
        "= Heading",
        "#let x = 1",
        "```typst",
        "//comment",
        "/*open",
        "a_b*c~d",
        "<script>alert(1)</script>",
    ];
    // As reports escape it: what means something to Markdown has a backslash.
    let escaped = |text: &str| -> String {
        text.chars()
            .map(|c| match c {
                '<' => "&lt;".to_owned(),
                '>' => "&gt;".to_owned(),
                '&' => "&amp;".to_owned(),
                c if "\\`*_[]|#~!".contains(c) => format!("\\{c}"),
                c => c.to_string(),
            })
            .collect()
    };
    for name in hostile {
        let name_in_markdown = escaped(name);
        let markdown = format!(
            "# {name_in_markdown}\n\n## {name_in_markdown}\n\ntext {name_in_markdown}\n\n| {name_in_markdown} |\n| --- |\n| {name_in_markdown} |\n\n- {name_in_markdown}\n"
        );
        let about = About {
            title: name.into(),
            edition: name.into(),
            footer: name.into(),
            draft: Some(name.into()),
            ..about()
        };
        let bytes = pdf(&markdown, &about, &[], &fonts).unwrap_or_else(|e| panic!("{name}: {e}"));
        if let Some(text) = text_of(&bytes) {
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            assert!(squeezed(&text).contains(&squeezed(name)), "{name}: {text}");
        }
    }
}

#[test]
fn characters_without_a_font_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let only_latin = Fonts::in_folder(folder.path());
    assert!(pdf("# Plain\n\ntext", &about(), &[], &only_latin).is_ok());
    let found = pdf("# 城市\n\n指数", &about(), &[], &only_latin).unwrap_err();
    assert!(matches!(found, PdfError::NoFont(_)), "{found}");
    assert!(found.to_string().contains('城'), "{found}");
}

#[test]
fn chinese_is_set_where_there_is_a_font_for_it() {
    let fonts = Fonts::of_the_machine();
    if !fonts.lacking("城市指数，初级").is_empty() {
        println!("skipped: Chinese is not set (no font with Chinese characters)");
        return;
    }
    let chinese =
        About { title: "城市指数".into(), chinese: true, draft: Some("草案".into()), ..about() };
    let bytes = pdf(
        "# 城市指数\n\n## 1 结论\n\n初级：已证实。\n\n| 指标 | 值 |\n| --- | --: |\n| 空气质量 | 12 |\n",
        &chinese,
        &[],
        &fonts,
    )
    .unwrap();
    let Some(text) = text_of(&bytes) else { return };
    let squeezed: String = text.split_whitespace().collect();
    for part in ["城市指数", "初级：已证实。", "空气质量", "草案"] {
        assert!(squeezed.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_picture_that_is_not_there_is_its_words_and_one_that_reads_a_file_is_refused() {
    let fonts = Fonts::of_the_machine();
    let bytes = pdf("# T\n\n![words](missing)\n", &about(), &[], &fonts).unwrap();
    if let Some(text) = text_of(&bytes) {
        assert!(text.contains("words"), "{text}");
    }
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><image href=\"secret.png\" width=\"9\" height=\"9\"/></svg>";
    let reading = [Picture { name: "p".into(), svg: svg.into() }];
    let found = pdf("# T\n\n![words](p)\n", &about(), &reading, &fonts).err();
    assert!(matches!(found, Some(PdfError::Source { .. })), "{found:?}");
}

#[test]
fn a_table_of_many_columns_is_set_across() {
    let fonts = Fonts::of_the_machine();
    let row = |cell: &str| format!("| {} |\n", vec![cell; 16].join(" | "));
    let markdown =
        format!("# T\n\n## 1 Wide\n\n{}{}{}\n\nafter\n", row("head"), row("---"), row("cell").repeat(60));
    let bytes = pdf(&markdown, &about(), &[], &fonts).unwrap();
    let Some(text) = text_of(&bytes) else { return };
    assert_eq!(text.matches("cell").count(), 16 * 60);
    assert!(text.contains("Edition 2018"), "{text}");
    // The head of the table is repeated on every page it goes on.
    assert!(text.matches("head").count() >= 32, "{text}");
}
