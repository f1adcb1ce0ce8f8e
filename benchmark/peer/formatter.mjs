// What an application writes today to have the same document: a straightforward formatter in
// JavaScript, in the manner of OpenCode's own transcript. It contains nothing: a fence in an output ends
// the block that it stands in.

const time = (millis) => new Date(millis).toISOString();
const list = (...facts) => facts.filter(Boolean).join(", ");

/** Pieces of the document, in order. `redact` goes over every text. */
export function* format({ info, messages }, redact = (text) => text) {
  yield `# ${redact(info.title)}\n\n`;
  yield `| Session | ${info.id} |\n| --- | --- |\n`;
  yield `| Created | ${time(info.time.created)} |\n`;
  yield `| Last changed | ${time(info.time.updated)} |\n`;
  yield `| Application | OpenCode ${info.version} |\n`;
  yield `| Folder | ${redact(info.directory)} |\n`;
  yield `| Messages | ${messages.length} |\n\n## Conversation\n\n`;
  for (const [index, { info, parts }] of messages.entries()) {
    const who = info.role === "user" ? "User" : "Assistant";
    yield `### ${index + 1}. ${who} · ${time(info.time.created)}\n\n`;
    if (info.role === "assistant") {
      const { input, output } = info.tokens;
      yield `${info.agent} · ${info.providerID}/${info.modelID} · tokens ${input} in, ${output} out\n\n`;
    }
    for (const part of parts) yield* formatPart(part, redact);
    if (info.error)
      yield `**Error: ${info.error.name}**\n\n> ${redact(info.error.data.message)}\n\n`;
  }
}

function* formatPart(part, redact) {
  switch (part.type) {
    case "text":
      yield `> ${redact(part.text).replaceAll("\n", "\n> ")}\n\n`;
      break;
    case "file":
      yield `- Attachment: **${redact(part.filename)}** (${part.mime}, ${part.url.length} bytes)\n\n`;
      break;
    case "tool": {
      const { state } = part;
      const duration = state.time && `${state.time.end - state.time.start} ms`;
      yield `- **${part.tool}** \`${redact(state.title ?? "")}\` — ${list(state.status, duration)}\n\n`;
      if (state.input)
        yield `\`\`\`json\n${redact(JSON.stringify(state.input, null, 2))}\n\`\`\`\n\n`;
      if (state.output) yield `\`\`\`text\n${redact(state.output)}\n\`\`\`\n\n`;
      if (state.error) yield `> ${redact(state.error)}\n\n`;
      break;
    }
  }
}
