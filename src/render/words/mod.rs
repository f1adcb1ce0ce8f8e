//! The exporter's own words: one table, complete in every language by construction.
//!
//! In a text, `{0}`, `{1}`, … stand for values.

pub mod error;
pub mod rule;

use super::number::number;
use crate::model::{Happening, Oddity};
use crate::options::Locale;

/// The words for a number of things.
pub struct Counted {
    one: &'static str,
    many: &'static str,
}

impl Counted {
    /// With the number put in.
    pub fn of(&self, count: usize) -> String {
        self.with(count, "")
    }

    /// With the number and a remark put in.
    pub fn with(&self, count: usize, remark: &str) -> String {
        #[expect(clippy::cast_precision_loss, reason = "shown, not computed with")]
        let shown = number(count as f64);
        fill(
            if count == 1 { self.one } else { self.many },
            &[&shown, remark],
        )
    }
}

/// Puts values into a text.
pub fn fill(text: &str, values: &[&str]) -> String {
    let mut result = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        result.push_str(before);
        let (index, tail) = after.split_once('}').unwrap_or((after, ""));
        let value = index
            .parse()
            .ok()
            .and_then(|index: usize| values.get(index));
        result.push_str(value.copied().unwrap_or_default());
        rest = tail;
    }
    result.push_str(rest);
    result
}

/// The words of a language.
pub fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::English => &ENGLISH,
        Locale::Chinese => &CHINESE,
    }
}

const fn counted(one: &'static str, many: &'static str) -> Counted {
    Counted { one, many }
}

/// Chinese has one form for any number.
const fn any(many: &'static str) -> Counted {
    Counted { one: many, many }
}

impl Words {
    /// What happened beside the conversation.
    pub fn happening(&self, what: Happening) -> &'static str {
        match what {
            Happening::Forked => self.forked,
            Happening::Resumed => self.resumed,
            Happening::InheritedElsewhere => self.inherited_elsewhere,
            Happening::LinesMissing => self.lines_missing,
            Happening::PlanBegan => self.plan_began,
            Happening::PlanEnded => self.plan_ended,
            Happening::GoalSet => self.goal_set,
            Happening::GoalChanged => self.goal_changed,
            Happening::AccessChanged => self.access_changed,
            Happening::LinesLeftOut => self.lines_left_out,
            Happening::RowsLeftOut => self.rows_left_out,
            Happening::PromptsMissing => self.prompts_missing,
            Happening::BranchApart => self.branch_apart,
            Happening::BranchLeft => self.branch_left,
            Happening::ReviewBegan => self.review_began,
        }
    }

    /// In every language.
    pub const ALL: [&'static Words; 2] = [&ENGLISH, &CHINESE];
}

macro_rules! words {
    ($($name:ident: $type:ty = $english:expr, $chinese:expr;)*) => {
        /// Every word and sentence that the exporter itself writes.
        pub struct Words {
            locale: Locale,
            $(pub $name: $type,)*
        }

        static ENGLISH: Words = Words { locale: Locale::English, $($name: $english,)* };
        static CHINESE: Words = Words { locale: Locale::Chinese, $($name: $chinese,)* };
    };
}

words! {
    language: &'static str = "en", "zh-CN";
    comma: &'static str = ", ", "，";
    semicolon: &'static str = "; ", "；";
    colon: &'static str = ": ", "：";
    bracketed: &'static str = " ({0})", "（{0}）";
    untitled: &'static str = "Untitled session", "未命名会话";
    time_unknown: &'static str = "time unknown", "时间未知";
    milliseconds: &'static str = "{0} ms", "{0} 毫秒";
    seconds: &'static str = "{0} s", "{0} 秒";
    whole_minutes: &'static str = "{0} min", "{0} 分钟";
    minutes: &'static str = "{0} min {1} s", "{0} 分 {1} 秒";
    hours: &'static str = "{0} h {1} min", "{0} 小时 {1} 分";
    whole_hours: &'static str = "{0} h", "{0} 小时";
    day_count: Counted = counted("1 day", "{0} days"), any("{0} 天");
    bytes: Counted = counted("1 byte", "{0} bytes"), any("{0} 字节");

    // The summary under the title.
    ended_answered: &'static str = "Answered", "已回答";
    ended_error: &'static str = "Ended with an error", "因错误而结束";
    ended_stopped: &'static str = "Stopped by the user", "被用户停止";
    ended_cut_off: &'static str = "The last answer was cut off", "最后的回答被截断";
    ended_filtered: &'static str = "The last answer was ended by a content filter", "最后的回答被内容过滤器终止";
    ended_no_signal: &'static str = "The last answer may be incomplete", "最后的回答可能不完整";
    ended_cancelled: &'static str = "Ended early: the user stopped it, or an error did", "提前结束：被用户停止，或因错误而中断";
    ended_unfinished: &'static str = "Unfinished", "未完成";
    ended_refused: &'static str = "Ended where the user refused a tool call or closed a question", "在用户拒绝工具调用或关闭提问后结束";
    ended_empty: &'static str = "Ended without an answer", "结束时没有回答";
    ended_unanswered: &'static str = "The last message was not answered", "最后的消息没有得到回答";
    errors_count: Counted = counted("1 error", "{0} errors"), any("{0} 个错误");
    tools_failed: &'static str = "{0} of {1} tool calls failed", "{1} 次工具调用中有 {0} 次失败";
    all_tools_failed: &'static str = "all {0} tool calls failed", "全部 {0} 次工具调用失败";
    of_them_commands: Counted = counted("1 of them a command", "{0} of them commands"), any("其中 {0} 个是命令");
    only_tool_failed: &'static str = "the only tool call failed", "唯一一次工具调用失败";
    commands_failed: Counted = counted("1 command failed", "{0} commands failed"), any("{0} 个命令失败");
    tools_timed_out: Counted = counted("1 tool call timed out", "{0} tool calls timed out"), any("{0} 次工具调用超时");
    tools_refused: Counted = counted("1 tool call refused by the user", "{0} tool calls refused by the user"), any("{0} 次工具调用被用户拒绝");
    tools_blocked: Counted = counted("1 tool call refused by a rule", "{0} tool calls refused by rules"), any("{0} 次工具调用被规则拒绝");
    questions_dismissed: Counted = counted("1 question closed by the user without an answer", "{0} questions closed by the user without an answer"), any("{0} 个提问被用户关闭，未作回答");
    requests_repeated: Counted = counted("1 request was sent again", "{0} requests were sent again"), any("{0} 次请求被重新发送");
    answers_cut_off: Counted = counted("1 answer was cut off", "{0} answers were cut off"), any("{0} 个回答被截断");
    answers_empty: Counted = counted("1 answer is empty", "{0} answers are empty"), any("{0} 个回答为空");
    answers_stopped: Counted = counted("1 answer was stopped by the user", "{0} answers were stopped by the user"), any("{0} 个回答被用户停止");
    answers_incomplete: Counted = counted("1 answer may be incomplete", "{0} answers may be incomplete"), any("{0} 个回答可能不完整");
    undone_within: &'static str = "the user undid a part of {0} and everything after it", "用户撤销了{0}的一部分及其后的全部内容";
    undone_from: &'static str = "the user undid everything from {0} on", "用户撤销了自{0}起的全部内容";
    failures_in: &'static str = "problems in {0} too", "{0} 中也有问题";
    took: &'static str = "took {0}", "用时 {0}";
    took_of_which: &'static str = "lasted {0}, of which the assistant worked {1}", "持续 {0}，其中助手工作 {1}";
    turn_number: &'static str = "turn {0}", "第 {0} 轮";

    // The page.
    about: &'static str = "Details, redactions and what was left out", "详情、脱敏与省略内容";
    about_redacted: Counted = counted("Details, 1 redacted value, and what was left out", "Details, {0} redacted values, and what was left out"), any("详情、{0} 个脱敏值与省略内容");
    about_agent: &'static str = "Details", "详情";
    skip: &'static str = "Skip to the conversation", "跳到对话";
    show_more: &'static str = "Show the rest ({0})", "显示其余部分（{0}）";
    source: &'static str = "As it was written", "查看原文";
    chip_hint: &'static str = "Redacted: {0}. The same number stands for the same value.", "已脱敏：{0}。相同编号代表同一个值。";
    not_embedded: &'static str = "not in this page: attachments are shown up to {0} in all", "未包含在此页面中：附件合计最多显示 {0}";
    page_top: &'static str = "Back to top", "回到顶部";

    // The bar of the page.
    bar_search: &'static str = "Search in this session", "在此会话中搜索";
    bar_tools: &'static str = "Tool calls", "工具调用";
    bar_reasoning: &'static str = "Reasoning", "推理";
    bar_errors: &'static str = "Errors only", "仅错误";
    bar_runtime: &'static str = "Runtime", "运行时";
    bar_user: &'static str = "User only", "仅用户";
    bar_previous: &'static str = "Previous hit", "上一处";
    bar_next: &'static str = "Next hit", "下一处";
    bar_expand: &'static str = "Expand all", "全部展开";
    bar_collapse: &'static str = "Collapse all", "全部折叠";
    bar_none: &'static str = "No turn contains “{0}”.", "没有任何一轮包含“{0}”。";
    bar_hits: &'static str = "{0} of {1}", "第 {0} 处，共 {1} 处";
    bar_contents: &'static str = "Contents", "目录";
    review_title: &'static str = "Redactions", "脱敏之处";
    review_none: &'static str = "This page shows no redaction.", "本页没有脱敏之处。";
    review_previous: &'static str = "Previous redaction", "上一处脱敏";
    review_next: &'static str = "Next redaction", "下一处脱敏";
    copy: &'static str = "Copy", "复制";
    copied: &'static str = "Copied", "已复制";

    // The table at the top.
    session: &'static str = "Session", "会话";
    created: &'static str = "Created", "创建时间";
    updated: &'static str = "Last changed", "最后修改";
    archived: &'static str = "Archived", "归档时间";
    exported: &'static str = "Exported", "导出时间";
    application: &'static str = "Application", "应用";
    first_opencode: &'static str = "OpenCode (the first program of this name, 2025)", "OpenCode（2025 年的首个同名程序）";
    system: &'static str = "System", "系统";
    models: &'static str = "Models", "模型";
    agent: &'static str = "Agent", "智能体";
    skill: &'static str = "Skill", "技能";
    folder: &'static str = "Folder", "文件夹";
    messages: &'static str = "Messages", "消息";
    tokens: &'static str = "Tokens", "Token";
    last_answer_tokens: &'static str = "Tokens of the last answer", "最后一次回答的 Token";
    cost: &'static str = "Cost", "费用";
    published: &'static str = "Published", "已公开发布";
    published_at: &'static str = "This session was published at {0} and may still be public.", "此会话曾公开发布在 {0}，现在可能仍可公开访问。";
    published_somewhere: &'static str = "This session was published on the web and may still be public.", "此会话曾在网络上公开发布，现在可能仍可公开访问。";
    tokens_used: &'static str = "{0} in, {1} out", "输入 {0}，输出 {1}";
    turn_tokens: &'static str = "tokens {0}", "Token {0}";
    tokens_reasoning: &'static str = "{0} reasoning", "推理 {0}";
    tokens_cache_read: &'static str = "{0} read from cache", "读取缓存 {0}";
    tokens_cache_written: &'static str = "{0} written to cache", "写入缓存 {0}";

    // What was redacted and left out.
    changes: &'static str = "Redacted and left out", "已脱敏和省略的内容";
    redaction_off: &'static str = "Redaction was off: this file may hold passwords, keys and private data.", "未启用脱敏：此文件可能包含密码、密钥和隐私数据。";
    redacted_nothing: &'static str = "Redacted: no secret was recognised.", "脱敏：未识别到敏感信息。";
    redacted: &'static str = "Redacted: {0}. The same secret has the same placeholder everywhere.", "脱敏：{0}。同一敏感信息在各处使用同一占位符。";
    stays: &'static str = "Not redacted: names of people and accounts, e-mail and IP addresses, paths outside of the home folder. A secret with nothing beside it that names it cannot be recognised: check the text before you send it.", "未脱敏：人名、账户名、电子邮件和 IP 地址，以及主目录以外的路径。旁边没有名称提示的敏感信息无法识别：发送前请检查全文。";
    stays_strict: &'static str = "A secret or a name with nothing beside it that tells what it is cannot be recognised: check the text before you send it.", "旁边没有任何提示的敏感信息或姓名无法识别：发送前请检查全文。";
    redacted_rule: &'static str = "{0} ({1} in {2})", "{0}（{1}，{2}）";
    redacted_rule_of_kind: &'static str = "{0} ({1}: {2} in {3})", "{0}（{1}：{2}，{3}）";
    rule_named: &'static str = "named as a secret", "名称表明其敏感";
    rule_term: &'static str = "a term to be hidden", "指定隐去的词";
    rule_path: &'static str = "path", "路径";
    rule_person: &'static str = "name of a person or an account", "人名或账户名";
    rule_host: &'static str = "name of a computer", "计算机名";
    rule_address: &'static str = "IP address", "IP 地址";
    rule_token: &'static str = "access token", "访问令牌";
    rule_key: &'static str = "key", "密钥";
    rule_private_key: &'static str = "private key", "私钥";
    rule_password: &'static str = "password", "密码";
    rule_hash: &'static str = "hash of a password", "密码哈希";
    rule_credential: &'static str = "credential", "凭据";
    rule_cookie: &'static str = "cookie", "Cookie";
    rule_recovery: &'static str = "recovery phrase or code", "助记词或恢复代码";
    rule_webhook: &'static str = "webhook address", "Webhook 地址";
    rule_signature: &'static str = "signature of an address", "链接签名";
    rule_field: &'static str = "typed into a form", "填入表单的内容";
    rule_argument: &'static str = "passed to a program", "传给程序的参数";
    kept: Counted = counted("1 value that looks like a secret is shown because the person who exported this session chose to keep it.", "{0} values that look like secrets are shown because the person who exported this session chose to keep them."), any("有 {0} 个疑似敏感信息的值按导出者的要求保留显示。");
    values: Counted = counted("1 value", "{0} values"), any("{0} 个值");
    places: Counted = counted("1 place", "{0} places"), any("{0} 处");
    home_folder: &'static str = "The home folder is shown as `~`.", "主目录显示为 `~`。";
    extracted: &'static str = "Attachments are in the folder {0} beside this file. Texts among them are redacted; images and other files are not: look at them before you send them.", "附件位于此文件旁的文件夹 {0}。其中的文本已脱敏；图片和其他文件未脱敏，发送前请检查。";
    embedded: &'static str = "Attached images are shown as they are, without redaction: look at them before you send this file.", "附件中的图片按原样显示，未经脱敏：发送此文件前请检查。";
    hidden_characters: Counted = counted("1 control or invisible character was removed or made visible.", "{0} control or invisible characters were removed or made visible."), any("{0} 个控制字符或不可见字符已移除或显示出来。");
    left_out: &'static str = "Left out: {0}.", "省略：{0}。";
    left_out_nothing: &'static str = "Left out: nothing.", "省略：无。";
    tool_details: Counted = counted("the input and output of 1 tool call (one line tells what it did; if it failed, also why)", "the input and output of {0} tool calls (one line tells what each did; of those that failed, also why)"), any("{0} 次工具调用的输入和输出（每次以一行说明；失败的另附原因）");
    runtime_texts: Counted = counted("the text of 1 addition by the runtime", "the text of {0} additions by the runtime"), any("运行时添加的 {0} 段文字");
    attachment_contents: Counted = counted("the content of 1 attachment", "the content of {0} attachments"), any("{0} 个附件的内容");
    patch_texts: &'static str = "the text of file changes", "文件改动的具体内容";
    image_data_left_out: Counted = counted("the data of 1 image in a text", "the data of {0} images in texts"), any("文字中 {0} 个图像的数据");
    system_prompts: Counted = counted("1 system prompt", "{0} system prompts"), any("{0} 个系统提示词");
    response_details: Counted = counted("the HTTP response to 1 failed request", "the HTTP responses to {0} failed requests"), any("{0} 个失败请求的 HTTP 响应");
    reason_step_marker: Counted = counted("1 internal step marker", "{0} internal step markers"), any("{0} 个内部步骤标记");
    reason_reasoning: Counted = counted("1 block of the model's reasoning", "{0} blocks of the model's reasoning"), any("{0} 段模型推理");
    reason_tool: Counted = counted("1 tool call", "{0} tool calls"), any("{0} 次工具调用");
    reason_diff: Counted = counted("1 list of changed files", "{0} lists of changed files"), any("{0} 个改动文件列表");
    reason_empty_text: Counted = counted("1 empty text", "{0} empty texts"), any("{0} 段空文本");
    reason_sub_agent: Counted = counted("1 part of sub-agent sessions", "{0} parts of sub-agent sessions"), any("子智能体会话的 {0} 个部分");
    reason_unreadable: Counted = counted("1 damaged row of the store", "{0} damaged rows of the store"), any("存储中 {0} 行已损坏的数据");
    reason_orphan: Counted = counted("1 part of a message that is not in the store", "{0} parts of messages that are not in the store"), any("存储中没有所属消息的 {0} 个部分");
    reason_budget: Counted = counted("1 part of messages that were left out to fit the size limit", "{0} parts of messages that were left out to fit the size limit"), any("因大小限制而省略的消息中的 {0} 个部分");
    reason_part: Counted = counted("1 part of messages outside of the part of the session that is shown", "{0} parts of messages outside of the part of the session that is shown"), any("所示部分以外的消息中的 {0} 个部分");
    part_of_session: &'static str = "This is a part of the session: {0}. The figures in the head are those of the whole session.", "这是会话的一部分：{0}。文首的数字为整个会话的数字。";
    part_turns: &'static str = "turns {0} to {1} of {2}", "第 {0} 至 {1} 轮（共 {2} 轮）";
    part_turn: &'static str = "turn {0} of {1}", "第 {0} 轮（共 {1} 轮）";
    part_since: &'static str = "what was written since {0}", "自 {0} 起的内容";
    part_prompts: &'static str = "only what the user wrote", "仅用户所写的内容";
    part_messages: &'static str = "only what the user and the assistant wrote", "仅用户与助手所写的内容";
    cut_total: &'static str = "Shortened to fit the size limit: {0}. The document says so in each place.", "为满足大小限制而截断：{0}。文中相应位置均有说明。";
    cut_texts: &'static str = "{0} of text in {1}", "文字 {0}（{1}）";
    unknown_parts: Counted = counted("1 part is of a kind that this exporter does not know. It is shown as it was stored.", "{0} parts are of kinds that this exporter does not know. They are shown as they were stored."), any("{0} 个部分的类型无法识别，按存储的原样显示。");
    unknown_fields: Counted = counted("1 stored field is not known to this exporter and is not shown.", "{0} stored fields are not known to this exporter and are not shown."), any("{0} 个存储字段无法识别，未显示。");
    odd: &'static str = "Problems in the stored data: {0}.", "存储数据中的问题：{0}。";
    odd_more: Counted = counted("and 1 more", "and {0} more"), any("以及另外 {0} 处");

    // The conversation.
    conversation: &'static str = "Conversation", "对话";
    quoted_is_session: &'static str = "Quoted text and code blocks come from the session. Everything else was written by the exporter.", "引用的文字和代码块来自会话，其余内容由导出器写入。";
    no_messages: &'static str = "This session has no messages.", "此会话没有消息。";
    user: &'static str = "User", "用户";
    assistant: &'static str = "Assistant", "助手";
    summary: &'static str = "Assistant (summary of the conversation so far)", "助手（此前对话的摘要）";
    system_message: &'static str = "System", "系统";
    runtime_message: &'static str = "Runtime", "运行时";
    event: &'static str = "Event", "事件";
    unknown_role: &'static str = "Unknown author", "未知作者";
    steps: Counted = counted("1 step", "{0} steps"), any("{0} 步");
    reverted_part: &'static str = "The user undid a part of the next message, and everything after it. It is still stored, so it is shown.", "用户撤销了下一条消息的一部分及其后的全部内容。这些内容仍有存储，因此在此显示。";
    reverted: &'static str = "The user undid everything from here on. It is still stored, so it is shown.", "用户撤销了自此处起的全部内容。这些内容仍有存储，因此在此显示。";
    no_content: &'static str = "Nothing is stored of this message.", "此消息没有存储任何内容。";
    unfinished: &'static str = "Unfinished: when this was stored, it was still being written, or the application had ended.", "未完成：存储时仍在生成，或应用已经结束。";
    instructions: &'static str = "Assistant (instructions to the sub-agent)", "助手（给子智能体的指令）";
    synthetic: &'static str = "Added by the runtime", "运行时添加";
    result_of_call: &'static str = "the result of that call", "该调用的结果";
    answer: &'static str = "Answer:", "回答：";
    only_reasoning: &'static str = "No answer is stored, only the model's reasoning, which is left out.", "没有存储回答，只有模型的推理，已省略。";
    only_tools: &'static str = "No text is stored, only tool calls, which are left out.", "没有存储文字，只有工具调用，已省略。";
    no_answer: &'static str = "No answer is stored.", "没有存储回答。";
    one_attempt_broke: &'static str = "2 attempts; the first one broke off.", "共尝试 2 次，第 1 次中断。";
    attempts_broke: &'static str = "{0} attempts; the first {1} broke off.", "共尝试 {0} 次，前 {1} 次中断。";
    cut_off: &'static str = "The answer was cut off at the model's output limit.", "回答达到模型的输出上限，被截断。";
    filtered: &'static str = "The model provider's content filter ended the answer.", "回答被模型提供方的内容过滤器终止。";
    failed_without_error: &'static str = "An error ended the answer; no details of it are stored.", "回答因错误而终止，未存储错误详情。";
    cancelled_answer: &'static str = "The answer ended early: the user stopped it, or an error did. Which of them is not stored.", "回答提前结束：被用户停止，或因错误而中断。存储中未注明是哪一种。";
    no_signal: &'static str = "The answer may be incomplete: its stream ended without a signal.", "回答可能不完整：数据流结束时没有收到完成信号。";
    ignored: &'static str = "Shown to the user, not sent to the model:", "仅显示给用户，未发送给模型：";
    reasoning: &'static str = "Reasoning:", "推理：";
    aborted: &'static str = "Stopped by the user.", "已被用户停止。";
    error: &'static str = "Error", "错误";
    error_sign_in: &'static str = "The application could not sign in to the model provider", "应用无法登录模型提供方";
    error_refused: &'static str = "The model provider refused the request", "模型提供方拒绝了请求";
    error_not_found: &'static str = "The model provider does not know this model or address", "模型提供方没有此模型或地址";
    error_too_many: &'static str = "The model provider allows no more requests for now", "模型提供方暂不接受更多请求";
    error_too_long: &'static str = "The conversation is too long for the model", "对话过长，超出模型上限";
    error_structure: &'static str = "The model did not answer in the form that was asked for", "模型未按要求的格式回答";
    error_provider: &'static str = "The model provider failed", "模型提供方出现故障";
    error_unreachable: &'static str = "The model provider could not be reached", "无法连接到模型提供方";
    error_too_large: &'static str = "The request was too large", "请求过大";
    error_payment: &'static str = "The model provider asks for payment", "模型提供方要求付款";
    error_timeout: &'static str = "The model provider did not answer in time", "模型提供方未及时响应";
    error_request: &'static str = "The request to the model failed", "对模型的请求失败";
    http_status: &'static str = "HTTP {0}", "HTTP {0}";
    retryable: &'static str = "trying again may help", "重试可能有效";
    retry: &'static str = "A request to the model failed and was sent again", "对模型的请求失败，已重新发送";
    attempt: &'static str = "attempt {0}", "第 {0} 次尝试";
    image_data: &'static str = "[image data, {0}]", "[图像数据，{0}]";
    open_file: &'static str = "open", "打开";
    attachment: &'static str = "Attachment", "附件";
    mentioned_agent: &'static str = "Mentioned agent", "提及的智能体";
    mentioned_skill: &'static str = "Skill", "技能";
    sub_task: &'static str = "Task for a sub-agent", "交给子智能体的任务";
    sub_task_result: &'static str = "The sub-agent answered", "子智能体的回答";
    turn_files: &'static str = "Files changed in this turn:", "本轮改动的文件：";
    changed_files: &'static str = "Changed files", "改动的文件";
    compacted: &'static str = "The conversation up to here was replaced by a summary", "此前的对话已替换为摘要";
    compaction_asked: &'static str = "A summary was asked for, to replace the conversation up to here", "请求用摘要替换此前的对话";
    compaction_asked_by_user: &'static str = "The user asked for a summary, to replace the conversation up to here", "用户请求用摘要替换此前的对话";
    compaction_asked_by_runtime: &'static str = "The conversation had become too long: the application asked for a summary to replace it", "对话过长，应用请求用摘要替换此前的对话";
    compaction_failed: &'static str = "The conversation up to here should have been replaced by a summary, but that failed", "未能用摘要替换此前的对话";
    compaction_open: &'static str = "The conversation up to here should have been replaced by a summary, but that was never finished", "用摘要替换此前对话的操作没有完成";
    compacted_automatically: &'static str = "automatically, because it had become too long", "对话过长，由应用自动进行";
    compacted_by_user: &'static str = "at the user's request", "应用户要求";
    notice: &'static str = "Notice from the application", "应用通知";
    agent_switched: &'static str = "The agent was changed to", "智能体切换为";
    model_switched: &'static str = "The model was changed to", "模型切换为";
    location_switched: &'static str = "The folder was changed to", "文件夹切换为";
    idle: &'static str = "The agent stopped working", "智能体停止工作";
    idle_succeeded: &'static str = "The agent finished", "智能体已完成工作";
    idle_failed: &'static str = "The agent stopped after an error", "智能体因错误而停止";
    idle_interrupted: &'static str = "The agent was stopped by the user", "智能体被用户停止";
    forked: &'static str = "Everything above was copied from the session that this one was forked from", "以上内容复制自派生出此会话的会话";
    resumed: &'static str = "Everything above repeats an earlier session, from which this one goes on; the tokens of the earlier one are counted here too", "以上内容重复了此前的会话，本会话从那里继续；此前会话的 token 也计入此处";
    inherited_elsewhere: &'static str = "What was copied from the session that started this one is shown there", "从启动此会话的会话复制的内容已在该会话中显示";
    lines_missing: &'static str = "Lines of the log are missing here", "日志在此处缺少内容";
    plan_began: &'static str = "Plan mode began", "进入计划模式";
    plan_ended: &'static str = "Plan mode ended", "退出计划模式";
    goal_set: &'static str = "Goal set", "设定目标";
    goal_changed: &'static str = "Goal changed", "目标变更";
    access_changed: &'static str = "File access changed", "文件访问权限变更";
    output_gone: &'static str = "{0} of the output were stored in a temporary file that is gone", "输出中有 {0} 存于临时文件，该文件已不存在";
    output_too_large: &'static str = "{0} of the output are stored in a temporary file that is too large to read", "输出中有 {0} 存于临时文件，该文件过大，未读取";
    lines_left_out: &'static str = "Lines of the log that are not shown, by their types", "日志中未显示的记录（按类型计数）";
    rows_left_out: &'static str = "Stored with the session and not shown, by their kinds", "与会话一同存储但未显示的内容（按类型计数）";
    prompts_missing: &'static str = "This session was read from a stream of events, which holds neither the prompts of the user nor the model, the folder and the sessions of sub-agents", "此会话读取自事件流，其中不包含用户的提问，也不包含模型、文件夹和子智能体的会话";
    branch_apart: &'static str = "The user went back to an earlier message; what was left behind here is shown apart, as a branch", "用户回到了较早的消息；此处被放弃的内容作为分支单独显示";
    messages_left: Counted = counted("1 message", "{0} messages"), any("{0} 条消息");
    branch_left: &'static str = "This branch was left: the user went back to an earlier message, and the conversation went on from there", "此分支已被放弃：用户回到较早的消息，对话从那里继续";
    review_began: &'static str = "The user asked for a review", "用户请求审查";
    allowed_once: &'static str = "allowed once by the user", "用户允许了这一次";
    approval_missing: &'static str = "approval was asked for and never answered", "请求批准，未获答复";
    inside_call: &'static str = "called by another tool call", "由另一次工具调用发起";
    unknown_part: &'static str = "A part of a kind that this exporter does not know", "此导出器无法识别的内容";
    messages_cut: Counted = counted("1 message was left out here to fit the size limit ({1}).", "{0} messages were left out here to fit the size limit ({1})."), any("为满足大小限制，此处省略了 {0} 条消息（{1}）。");
    cut_of_user: &'static str = "{0} from the user", "用户 {0} 条";
    cut_of_assistant: &'static str = "{0} from the assistant", "助手 {0} 条";
    cut_of_runtime: &'static str = "{0} from the runtime", "运行时 {0} 条";
    outcome_cut: &'static str = "The to-do list and the file changes were left out here to fit the size limit.", "为满足大小限制，此处省略了待办事项和文件改动。";
    cut: &'static str = "{0} of {1} were cut here to fit the size limit.", "为满足大小限制，此处 {1} 中的 {0} 被截断。";

    // Tool calls.
    unnamed_tool: &'static str = "unnamed tool", "未命名工具";
    tool_read: &'static str = "Read file", "读取文件";
    tool_write: &'static str = "Write file", "写入文件";
    tool_edit: &'static str = "Edit file", "编辑文件";
    tool_patch: &'static str = "Apply patch", "应用补丁";
    tool_command: &'static str = "Run command", "运行命令";
    tool_find_files: &'static str = "Find files", "查找文件";
    tool_search_text: &'static str = "Search in files", "搜索文件内容";
    tool_list_folder: &'static str = "List folder", "列出文件夹";
    tool_write_todos: &'static str = "Update to-do list", "更新待办事项";
    tool_read_todos: &'static str = "Read to-do list", "读取待办事项";
    tool_task: &'static str = "Start sub-agent", "启动子智能体";
    tool_open_page: &'static str = "Open web page", "打开网页";
    tool_search_web: &'static str = "Search the web", "搜索网络";
    tool_search_code: &'static str = "Search for code examples", "搜索代码示例";
    tool_skill: &'static str = "Load skill", "加载技能";
    tool_question: &'static str = "Ask the user", "向用户提问";
    tool_enter_plan: &'static str = "Start planning", "进入计划模式";
    tool_exit_plan: &'static str = "Finish the plan", "完成计划";
    tool_look_up_code: &'static str = "Look up code", "查询代码";
    tool_batch: &'static str = "Run several tools", "运行多个工具";
    tool_trash: &'static str = "Move to trash", "移到废纸篓";
    tool_invalid: &'static str = "Invalid tool call", "无效的工具调用";
    pending: &'static str = "never started", "未开始";
    running: &'static str = "still running when this was stored", "存储时仍在运行";
    waiting: &'static str = "waiting for the user's answer", "等待用户回答";
    ended_without_code: &'static str = "ended, no exit code is stored", "已结束，未存储退出代码";
    completed: &'static str = "completed", "已完成";
    timed_out: &'static str = "timed out", "超时";
    timed_out_after: &'static str = "timed out after {0}", "{0}后超时";
    stopped_by_user: &'static str = "stopped by the user", "被用户停止";
    dismissed: &'static str = "closed by the user without an answer", "用户未作答即关闭";
    cancelled: &'static str = "cancelled", "已取消";
    run_by_user: &'static str = "run by the user", "由用户运行";
    failed: &'static str = "failed", "失败";
    refused: &'static str = "refused by the user", "被用户拒绝";
    refused_by_rule: &'static str = "refused by a rule that the user set", "被用户设置的规则拒绝";
    stopped: &'static str = "stopped", "已停止";
    unknown_status: &'static str = "status unknown", "状态未知";
    exit_code: &'static str = "failed (exit code {0})", "失败（退出代码 {0}）";
    lines: Counted = counted("1 line", "{0} lines"), any("{0} 行");
    some_lines_from: &'static str = "{0} from line {1}", "从第 {1} 行起 {0}";
    lines_from: &'static str = "from line {0}", "从第 {0} 行起";
    first_lines: &'static str = "first {0} lines", "前 {0} 行";
    inside: &'static str = "in {0}", "位于 {0}";
    only_in: &'static str = "only in {0}", "仅限 {0}";
    by_agent: &'static str = "agent {0}", "智能体 {0}";
    answered: &'static str = "answered: {0}", "回答：{0}";
    not_answered: &'static str = "not answered", "未回答";
    other_question: &'static str = "then {0} {1}", "另问 {0} {1}";
    todos_count: Counted = counted("1 entry", "{0} entries"), any("{0} 项");
    todos_done: Counted = any("{0} done"), any("已完成 {0} 项");
    matches: Counted = counted("1 match", "{0} matches"), any("{0} 处匹配");
    files: Counted = counted("1 file", "{0} files"), any("{0} 个文件");
    more_lines: Counted = counted("1 more line", "{0} more lines"), any("另有 {0} 行");
    output_shortened: &'static str = "the application shortened the output", "应用截短了输出";
    output_pruned: &'static str = "the application later removed the output from the model's context", "应用后来将输出移出了模型上下文";
    in_sub_agent: &'static str = "see", "见";
    not_in_this_file: &'static str = "session {0}, not in this file", "会话 {0}，不在此文件中";
    detail_command: &'static str = "Command:", "命令：";
    detail_content: &'static str = "Content:", "内容：";
    detail_change: &'static str = "Change:", "改动：";
    detail_todos: &'static str = "List:", "列表：";
    detail_instructions: &'static str = "Instructions:", "指令：";
    detail_plan: &'static str = "Plan:", "计划：";
    detail_input: &'static str = "Input:", "输入：";
    detail_partial_input: &'static str = "Unfinished input:", "未写完的输入：";
    detail_other_input: &'static str = "Other input:", "其他输入：";
    detail_end_of_output: &'static str = "Last lines of the output:", "输出的最后几行：";
    detail_output: &'static str = "Output:", "输出：";

    // What follows the conversation.
    todos: &'static str = "To-do list", "待办事项";
    todo_in_progress: &'static str = "in progress", "进行中";
    todo_cancelled: &'static str = "cancelled", "已取消";
    file_changes: &'static str = "File changes", "文件改动";
    file: &'static str = "File", "文件";
    change: &'static str = "Change", "改动";
    added_lines: &'static str = "Lines added", "新增行";
    removed_lines: &'static str = "Lines removed", "删除行";
    file_added: &'static str = "added", "新增";
    file_modified: &'static str = "modified", "修改";
    undone: &'static str = "undone", "已撤销";
    file_deleted: &'static str = "deleted", "删除";
    changes_total: &'static str = "{0}: {1} lines added, {2} removed.", "{0}：新增 {1} 行，删除 {2} 行。";
    sub_agent: &'static str = "Sub-agent {0}", "子智能体 {0}";
    branch: &'static str = "Branch {0}", "分支 {0}";
    started_by: &'static str = "Started by", "发起自";
    branch_of: &'static str = "Branch of", "分支自";
    turn: &'static str = "turn {0} of {1}", "{1}第 {0} 轮";
    main_conversation: &'static str = "the main conversation", "主对话";

    // The closing line.
    closing: &'static str = "End of the session log. Stored: {0}, {1}, {2}. Shown: {3}, {4} in {5}, {6}. Left out: {7}.", "会话记录结束。存储：{0}，{1}，{2}。显示：{3}，{4}（{5}），{6}。省略：{7}。";
    closing_hash: &'static str = " SHA-256 of everything before this hash: ", "此哈希之前全部内容的 SHA-256：";
    turns_count: Counted = counted("1 turn", "{0} turns"), any("{0} 轮");
    sessions_count: Counted = counted("1 session", "{0} sessions"), any("{0} 个会话");
    messages_count: Counted = counted("1 message", "{0} messages"), any("{0} 条消息");
    parts_count: Counted = counted("1 part", "{0} parts"), any("{0} 个部分");
}

macro_rules! oddities {
    ($($name:ident = $english:expr, $chinese:expr;)*) => {
        impl Words {
            /// Gives what is odd in stored data, without quoting it.
            pub fn oddity(&self, oddity: Oddity) -> &'static str {
                let [english, chinese] = match oddity {
                    $(Oddity::$name => [$english, $chinese],)*
                };
                match self.locale {
                    Locale::English => english,
                    Locale::Chinese => chinese,
                }
            }
        }
    };
}

/// Gives what is odd in stored data, for reports, which are in English.
pub fn oddity_in_english(oddity: Oddity) -> &'static str {
    ENGLISH.oddity(oddity)
}

oddities! {
    AnObjectExpected = "an object was expected", "应为对象";
    AStringExpected = "a string was expected", "应为字符串";
    ANumberExpected = "a number was expected", "应为数字";
    ABooleanExpected = "true or false was expected", "应为 true 或 false";
    AnArrayExpected = "an array was expected", "应为数组";
    StringsExpected = "an array of strings was expected", "应为字符串数组";
    TimeRounded = "a time with a fraction of a millisecond was rounded", "带毫秒小数的时间已取整";
    TimeOutOfRange = "a time outside the years 1970 to 9999 was left out", "超出 1970 至 9999 年的时间已省略";
    NoSessionId = "the session has no id", "会话没有 ID";
    NoSubAgentSession = "a sub-agent session was expected", "应为子智能体会话";
    PartIsNoObject = "a part that is no object", "部分不是对象";
    PartWithoutType = "a part without a type", "部分没有类型";
    TextPartWithoutText = "a text part without text", "文本部分没有文本";
    ToolWithoutState = "a tool call without a state", "工具调用没有状态";
    AnswerWithoutContent = "an assistant message without content", "助手消息没有内容";
    MessageWithoutInfo = "a message without `info`", "消息没有 `info`";
    MessageWithoutParts = "a message without `parts`", "消息没有 `parts`";
    MessageWithoutRole = "a message that does not say who wrote it", "消息未注明作者";
    NotUtf8 = "bytes that are no UTF-8 are shown as U+FFFD", "非 UTF-8 的字节显示为 U+FFFD";
    LoneSurrogate = "half of a character (a lone surrogate) is shown as U+FFFD", "半个字符（孤立代理项）显示为 U+FFFD";
    SessionFileIsNoObject = "the session's file is no JSON object", "会话文件不是 JSON 对象";
    MessageFileIsNoObject = "the message's file is no JSON object", "消息文件不是 JSON 对象";
    PartFileIsNoObject = "the part's file is no JSON object", "部分文件不是 JSON 对象";
    RowIsNoObject = "the row is no JSON object", "该行不是 JSON 对象";
    ColumnIsNoJson = "a column of the session is no JSON", "会话的某一列不是 JSON";
    Damaged = "the database is damaged here", "数据库在此处已损坏";
    ChangedFilesTooLarge = "the list of changed files is left out: those of a session and its sub-agents are read up to 8 MB together", "已略去改动文件列表：一个会话及其子智能体的列表合计最多读取 8 MB";
    MessagesMayBeMissing = "the database is damaged here: messages may be missing", "数据库在此处已损坏：可能缺少消息";
    PartsAreMissing = "the database is damaged here: parts are missing", "数据库在此处已损坏：缺少部分内容";
    TwoGenerations = "its messages are in the tables of two generations; all are shown in the order of time, and of a message that is in both, the fuller copy", "消息存在于两代数据表中；全部按时间顺序显示，两代都有的消息显示内容较完整的一份";
    SeveralStores = "it is in several stores; the messages of all are shown in the order of time, and of a message that is in several, the fullest copy", "会话存在于多个存储中；所有存储的消息按时间顺序显示，多处都有的消息显示内容最完整的一份";
    AnotherStoreUnreadable = "another store of this computer could not be read; more of the session may be there", "本机的另一个存储无法读取，其中可能还有此会话的内容";
    LogDamaged = "a piece of the log is damaged or was not written to its end; what stands before and behind it is shown", "日志有一段已损坏或未写完；其前后的内容均已显示";
    LinesMissing = "lines of the log are missing by their numbers", "按编号日志缺少若干行";
    UnknownRecords = "lines of types that this version does not know; their types are named, their content is not shown", "日志含有此版本不认识的记录类型；仅标示类型名称，不显示内容";
    FutureFormat = "the log is of a format later than this version knows; what it knows of it is shown", "日志格式比此版本所知的更新；已显示能够识别的部分";
    OtherSessionId = "the log's folder is named for another session than the log itself", "日志所在文件夹与日志本身的会话标识不同";
    AttachmentMissing = "the content of an attachment is not in the store", "存储中没有某个附件的内容";
    FilesTooLarge = "an attachment is left out: the files of one message are read up to 64 MB together, those of a document up to 1 GB", "已略去某个附件：一条消息的文件合计最多读取 64 MB，一份文档最多 1 GB";
    FoldersUnreadable = "folders of the store could not be read, because of their permissions or a fault of the disk; sub-agents of the session may be in them", "存储中有文件夹因权限或磁盘故障无法读取，其中可能有此会话的子智能体";
    StartedByItself = "a session that started itself, by others, is shown once", "间接启动自身的会话只显示一次";
    StarterNotInStore = "the session that started this one is not in the store", "启动此会话的会话不在存储中";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_their_places() {
        assert_eq!(fill("{1} of {0}{2}", &["a", "b"]), "b of a");
        assert_eq!(ENGLISH.values.of(1), "1 value");
        assert_eq!(ENGLISH.values.of(1200), "1,200 values");
        assert_eq!(CHINESE.values.of(1), "1 个值");
    }

    #[test]
    fn a_value_is_not_read_as_a_place() {
        assert_eq!(fill("{0} {1}", &["{1}", "x"]), "{1} x");
    }
}
