//! The text of a change, as a document for people shows it.

/// A patch without the lines that the library of OpenCode puts before it: the file's name, where the next line gives
/// it again, and a rule of `=`, which is a heading to renderers that know no fences. With it no patch could stand
/// between fences, and none had colours.
pub fn shown(patch: &str) -> &str {
    let without = || {
        let (name, rest) = patch.split_once('\n')?;
        let (rule, rest) = rest.split_once('\n')?;
        let is_rule = rule.len() >= 3 && rule.trim_end().bytes().all(|byte| byte == b'=');
        let behind_name = rest
            .strip_prefix("--- ")?
            .strip_prefix(name.strip_prefix("Index: ")?)?;
        (is_rule && behind_name.starts_with(['\t', '\r', '\n'])).then_some(rest)
    };
    without().unwrap_or(patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_before_a_patch_took_its_colours() {
        let rule = "=".repeat(67);
        let patch = "--- a.js\t\n+++ a.js\t\n@@ -1 +1 @@\n-a\n+b\n";
        assert_eq!(shown(&format!("Index: a.js\n{rule}\n{patch}")), patch);
        for other in [
            patch.to_owned(),
            format!("Index: a.js\n{rule}\nBinary files differ\n"),
            format!("Index: a.js\n{patch}"),
            format!("Index: a\n{rule}\n{patch}"),
            format!("Index: b.js\n{rule}\n{patch}"),
            "Index: a.js\n".to_owned(),
            String::new(),
        ] {
            assert_eq!(shown(&other), other);
        }
    }
}
