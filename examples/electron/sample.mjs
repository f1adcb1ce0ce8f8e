// Two invented sessions, so that the example has something to export. Their secrets are made of pieces, so that no
// whole one stands in this repository.
const token = ["ghp", "k3Vq9ZtR7mWx2LbN8sYd4HcJ6fPgTa5uEoQi"].join("_");
const password = ["Tul1p", "Fen", "93"].join("-");

const start = Date.UTC(2026, 10, 21, 9, 30);

function message(index, role, parts) {
  const created = start + 40_000 * index;
  return {
    info: {
      id: `msg_${index}`,
      role,
      time: {
        created,
        ...(role === "assistant" && { completed: created + 9000 }),
      },
      ...(role === "assistant" && { finish: "stop" }),
    },
    parts: parts.map((part, at) => ({ id: `prt_${index}_${at}`, ...part })),
  };
}

const text = (words) => ({ type: "text", text: words });
const bash = (callID, command, output) => ({
  type: "tool",
  tool: "bash",
  callID,
  state: {
    status: "completed",
    input: { command },
    output,
    title: command,
    metadata: { exit: 0 },
    time: { start, end: start + 1200 },
  },
});

const session = (id, title, messages) => ({
  info: {
    id,
    title,
    directory: "/home/jo/code/shop",
    time: { created: start },
  },
  messages,
});

export const samples = [
  session("ses_sample1", "Deploy the shop to staging", [
    message(0, "user", [
      text(`The deploy fails. The token is ${token}, if you need it.`),
    ]),
    message(1, "assistant", [
      { type: "reasoning", text: "First I look at how it logs in." },
      text("I look at the settings first."),
      bash("c1", "cat deploy/.env", `REGION=eu-1\nDB_PASSWORD=${password}\n`),
      text(
        "The settings are right. The registry refuses the token, because it may not write packages. Make one with that right and try again.",
      ),
    ]),
    message(2, "user", [text(`Done. The database still says ${password}?`)]),
    message(3, "assistant", [
      text("Yes, that one is unchanged. The deploy went through now."),
    ]),
  ]),
  session("ses_sample2", "Name the columns of the report", [
    message(0, "user", [text("What should the third column be called?")]),
    message(1, "assistant", [text("“Net total”. It is what the sum holds.")]),
  ]),
];
