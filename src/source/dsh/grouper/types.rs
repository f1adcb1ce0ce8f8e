//! The types of lines that are not shown, and why.

/// Types that say nothing that is not told otherwise: what a message says again, what a call or a sub-agent is
/// known by, and what the runtime told the model of itself.
pub const TOLD_OTHERWISE: [&str; 11] = [
    "compaction/prune",
    "llm/retry-started",
    "model/selection",
    "request/header",
    "session/title-llm-request",
    "step/start",
    "subagent/catalog",
    "subagent/descriptor",
    "system/message",
    "tool/code-dispatch-start",
    "tool/ptc-dispatch-start",
];

/// Types that are known and not shown. What is written of them before the first turn sets a session up.
pub const LEFT_OUT: [&str; 21] = [
    "agent-preset/selected",
    "approval/policy",
    "deliverables/presented",
    "developer/message",
    "feedback/message-delete",
    "feedback/message-put",
    "hook/invoked",
    "hook/result",
    "image/offload",
    "job/registered",
    "job/settled",
    "permission/preset",
    "schedule/change",
    "session-log-deepseek/delivery-accepted",
    "subagent/model-selection-policy",
    "tool-workflow/agent-end",
    "tool-workflow/agent-start",
    "tool-workflow/run-end",
    "tool-workflow/run-start",
    "web/deepseek-search-llm-request",
    "workspace/changes",
];

/// Types that are also written when nobody said anything.
pub const SET_UP: [&str; 9] = [
    "approval/policy",
    "model/selection",
    "permission/preset",
    "request/context",
    "request/header",
    "sandbox/mode",
    "session/end-seed",
    "session/title",
    "subagent/descriptor",
];

/// Tells whether lines of a type hold pieces of an answer.
/// Tells whether a line is a piece of an answer that is streamed.
pub fn is_piece(kind: &str) -> bool {
    matches!(
        kind,
        "assistant/chunk" | "text-chunks" | "reasoning-chunks" | "tool-call-chunks"
    )
}

/// The name of a type where it is shown: no more than a name.
pub fn shown_type(kind: &str) -> String {
    kind.chars()
        .filter(|c| c.is_ascii_alphanumeric() || "/-_.:".contains(*c))
        .take(64)
        .collect()
}
