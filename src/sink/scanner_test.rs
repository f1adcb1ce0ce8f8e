//! Writes files while another program opens each of them, as virus scanners do on Windows.

use std::collections::HashSet;
use std::fs::File;
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::{AttachmentFolder, write};

/// Opens each new file of a folder, and of the folders in it, for 150 ms, as scanners do: nobody may remove or rename
/// it meanwhile. It ends when the folder is gone.
fn scan(folder: &Path) {
    const SHARED_FOR_READING_AND_WRITING: u32 = 3;
    let mut seen = HashSet::new();
    while let Ok(entries) = folder.read_dir() {
        let paths = entries.flatten().map(|entry| entry.path());
        let with_inside = paths.flat_map(|path| {
            let inside = path.read_dir().into_iter().flatten().flatten();
            let inside: Vec<PathBuf> = inside.map(|entry| entry.path()).collect();
            std::iter::once(path).chain(inside)
        });
        for path in with_inside {
            if path.is_file() && seen.insert(path.clone()) {
                thread::spawn(move || {
                    let mut options = File::options();
                    options
                        .read(true)
                        .share_mode(SHARED_FOR_READING_AND_WRITING);
                    let file = options.open(path);
                    thread::sleep(Duration::from_millis(150));
                    drop(file);
                });
            }
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn beside_a_scanner_most_files_did_not_appear() {
    let folder = tempfile::tempdir().unwrap();
    let scanned = folder.path().to_owned();
    let scanner = thread::spawn(move || scan(&scanned));
    let mut expected = Vec::new();
    for number in 0..5 {
        let name = format!("{number}.md");
        let path = folder.path().join(&name);
        for overwrite in [false, true] {
            write(&path, b"content", overwrite, &|| true, &|| ()).unwrap();
        }
        let attachments = format!("{number}_files");
        for overwrite in [false, true] {
            let path = folder.path().join(&attachments);
            let mut files = AttachmentFolder::new(path.clone(), overwrite);
            files.add("x.png", b"x").unwrap();
            files.publish(&path, &|| true).unwrap().keep();
        }
        expected.extend([name, attachments]);
    }
    expected.sort();
    let entries = folder.path().read_dir().unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, expected);
    // It no longer holds any file open.
    thread::sleep(Duration::from_millis(300));
    super::moving::remove_folder(folder.path()).unwrap();
    scanner.join().unwrap();
}
