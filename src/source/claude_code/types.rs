//! The types of lines and of attachments that are known, by what is done with them.

/// Types of lines that say nothing a reader asks for: states, copies of what was sent, files before an edit.
pub const STATES: [&str; 42] = [
    "agent-color",
    "agent-name",
    "agent-setting",
    "api-request",
    "api-request-blob",
    "api-request-shape",
    "atis-latch",
    "attribution-snapshot",
    "bridge-session",
    "content-replacement",
    "continued-in",
    "derived-from",
    "dev-mods",
    "ended-by-model",
    "file-history-delta",
    "file-history-snapshot",
    "fork-context-ref",
    "frame-link",
    "history-suppression",
    "isolation-latch",
    "last-prompt",
    "memory-mode",
    "mode",
    "observer-ref",
    "permission-mode",
    "pr-link",
    "progress",
    "queue-operation",
    "relocated",
    "resume-head-vouch",
    "session-owner",
    "system/turn_duration",
    "system/stop_hook_summary",
    "tag",
    "tools-used",
    "worktree-state",
    "attachment/prompt_snapshot",
    "attachment/deferred_tools_record",
    "attachment/command_permissions",
    "attachment/structured_output",
    "artifact",
    "data-flow",
];

/// Types that are told where they belong, so that they are not counted as left out.
pub const TOLD: [&str; 4] = ["custom-title", "ai-title", "cost-state", "summary"];

/// Attachments whose text is what the model got, which is all that is taken of them.
pub const CONTEXTS: [&str; 54] = [
    "agent_listing_delta",
    "agent_mention",
    "already_read_file",
    "async_hook_response",
    "auto_mode",
    "budget_usd",
    "compact_file_reference",
    "compaction_reminder",
    "critical_system_reminder",
    "date",
    "date_change",
    "deferred_tools_delta",
    "diagnostics",
    "directory",
    "dynamic_skill",
    "edited_image_file",
    "edited_text_file",
    "environment",
    "file",
    "hook_additional_context",
    "hook_blocking_error",
    "hook_cancelled",
    "hook_error_during_execution",
    "hook_non_blocking_error",
    "hook_stopped_continuation",
    "hook_success",
    "hook_system_message",
    "instructions",
    "invoked_skills",
    "max_turns_reached",
    "mcp_instructions_delta",
    "mcp_resource",
    "model",
    "nested_memory",
    "opened_file_in_ide",
    "output_style",
    "output_token_usage",
    "pdf_reference",
    "plan_file_reference",
    "plan_mode",
    "plan_mode_exit",
    "read_truncation_notice",
    "remote_session_change",
    "selected_lines_in_ide",
    "session_context",
    "silent_turn_reminder",
    "skill_listing",
    "task_reminder",
    "team_context",
    "teammate_mailbox",
    "todo",
    "todo_reminder",
    "token_usage",
    "verify_plan_reminder",
];

/// Tells whether a type of lines without a place in the document is known.
pub fn is_state(kind: &str) -> bool {
    STATES.contains(&kind) || kind.starts_with("artifact-") || kind.starts_with("data-flow-")
}

/// The name of a type where it is shown: no more than a name.
pub fn shown_type(kind: &str) -> String {
    kind.chars()
        .filter(|c| c.is_ascii_alphanumeric() || "/-_.:".contains(*c))
        .take(64)
        .collect()
}
