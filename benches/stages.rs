//! cargo bench --no-default-features: the stages of an export alone, each on a session of about 4 MB.
//! `npm run bench` measures whole exports, beside what applications do today.

#![expect(clippy::unwrap_used, reason = "a benchmark that fails may end")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pawwork_session_export::model::Message;
use pawwork_session_export::options::{
    Detail, ExportOptions, Format, RedactLevel, RedactOptions, WriteOptions,
};
use pawwork_session_export::pipeline::{self, Control, Session};
use pawwork_session_export::redact::{self, Learner};
use pawwork_session_export::source;
use serde_json::{Value, json};

/// Code, a log and prose, no line of which is there twice.
fn text(kilobytes: usize, seed: usize) -> String {
    let mut text = String::new();
    let mut line = seed * 1_000_000;
    while text.len() < kilobytes * 1024 {
        text.push_str(&match line % 3 {
            0 => format!("  const total{line} = rows.reduce((sum, row) => sum + row.amount, 0);\n"),
            1 => format!(
                "12:00:{:02} INFO request {line} took {} ms\n",
                line % 60,
                line % 977
            ),
            _ => format!("After change {line} the report shows the total of all open invoices.\n"),
        });
        line += 1;
    }
    text
}

fn session() -> Vec<u8> {
    let message = |index: usize| -> Value {
        let id = format!("msg_{index:06}");
        let role = if index.is_multiple_of(2) {
            "user"
        } else {
            "assistant"
        };
        json!({
            "info": { "id": id, "role": role, "time": { "created": 1_795_333_600_000_u64 } },
            "parts": [
                { "type": "text", "text": text(4, index) },
                { "type": "tool", "tool": "bash", "callID": "call_1", "state": {
                    "status": "completed", "input": { "command": "npm test" },
                    "output": text(36, index + 500), "title": "Run the tests", "metadata": {},
                } },
            ],
        })
    };
    let messages: Vec<Value> = (0..100).map(message).collect();
    let info = json!({ "id": "ses_1", "title": "Bench", "time": { "created": 1 } });
    json!({ "info": info, "messages": messages })
        .to_string()
        .into_bytes()
}

fn options(level: RedactLevel, format: Format) -> ExportOptions {
    ExportOptions {
        format,
        tools: Detail::Full,
        redact: RedactOptions {
            level,
            ..RedactOptions::default()
        },
        ..ExportOptions::default()
    }
}

fn messages(json: &[u8]) -> Vec<Message> {
    let mut input = source::read_json(json).unwrap();
    let count = input.messages.size(0).unwrap().messages;
    let mut fetch = |index| input.messages.fetch(0, index).unwrap();
    (0..count)
        .map(|index| fetch(index).read(&mut Default::default()).unwrap())
        .collect()
}

fn stages(criterion: &mut Criterion) {
    let json = session();
    let mut group = criterion.benchmark_group("stages");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(json.len() as u64));

    // What any of them could not be faster than.
    group.bench_function("copy", |bencher| bencher.iter(|| black_box(json.clone())));
    group.bench_function("source: JSON", |bencher| {
        bencher.iter(|| {
            source::read_json(black_box(&json))
                .unwrap()
                .tree
                .sessions
                .len()
        });
    });

    let tree = source::read_json(&json).unwrap().tree;
    let redact = RedactOptions::default();
    let go_on = || true;
    let learner = Learner::new(&tree, &redact, &go_on);
    let drafter = learner.drafter();
    let read = messages(&json);
    group.bench_function("redact: draft", |bencher| {
        bencher.iter_batched(
            || read.clone(),
            |messages| {
                for mut message in messages {
                    black_box(drafter.message(&mut message)).unwrap();
                }
            },
            criterion::BatchSize::LargeInput,
        );
    });

    for (name, level, format) in [
        (
            "export: Markdown, not redacted",
            RedactLevel::Off,
            Format::Markdown,
        ),
        ("export: Markdown", RedactLevel::Secrets, Format::Markdown),
        ("export: JSON", RedactLevel::Secrets, Format::Json),
    ] {
        let options = options(level, format);
        group.bench_function(name, |bencher| {
            bencher.iter(|| pipeline::export(Session::Json(&json), &options, Control::NONE));
        });
    }

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.md");
    let options = WriteOptions {
        export: options(RedactLevel::Secrets, Format::Markdown),
        overwrite: true,
    };
    group.bench_function("export to a file", |bencher| {
        bencher.iter(|| {
            pipeline::export_to_file(Session::Json(&json), &path, &options, Control::NONE)
        });
    });
    group.finish();
}

fn redaction(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("redactText");
    let options = RedactOptions::default();
    let cases = [
        ("a line", text(0, 1) + "12:00:01 INFO request 7 took 12 ms"),
        ("64 KB", text(64, 1)),
        ("1 MB", text(1024, 1)),
        (
            "64 KB of secrets",
            format!("password = \"{}\";\n", "k7Q9x2Lm").repeat(2800),
        ),
    ];
    for (name, text) in &cases {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(*name, |bencher| {
            bencher.iter(|| black_box(redact::redact_text(black_box(text), &options)));
        });
    }
    group.finish();
}

criterion_group!(benches, stages, redaction);
criterion_main!(benches);
