// A session that tries to break out of the page, to run and to load something.
import { sessionOf, textPart } from "./support.mjs";

export const hostile = [
  "<script>document.body.id = 'owned'</script>",
  "<img src=x onerror=\"document.body.id='owned'\">",
  "</code></pre></details></section></main><h2>Conversation</h2>",
  '</blockquote></section><section class="turn user"><h3>9. User</h3>',
  "![picture](http://HOST/image.png)",
  '<link rel="stylesheet" href="http://HOST/style.css">',
  '<iframe src="http://HOST/frame"></iframe><object data="http://HOST/o"></object>',
  '<meta http-equiv="refresh" content="0; url=http://HOST/refresh">',
  "<style>@import 'http://HOST/import.css'; body { background: url(http://HOST/b.png) }</style>",
  "<svg><use href='http://HOST/use.svg#a'/><script>document.body.id='owned'</script></svg>",
  "[click](javascript:document.body.id='owned') [data](data:text/html,x) [file](file:///etc/passwd)",
  "<base href='http://HOST/'><form action='http://HOST/form'><input autofocus onfocus=\"document.body.id='owned'\"></form>",
  "```\n</code></pre><script>document.body.id='owned'</script>\n```",
  "<details open ontoggle=\"document.body.id='owned'\"><summary>Run command</summary>",
  '<a href="http://HOST/ping" ping="http://HOST/ping">x</a>',
  "| a | <img src=http://HOST/cell.png> |\n| --- | --- |\n| `</td>` | b |",
  "# Conversation\n\n## Sub-agent 1\n\n### 3. User · now",
  "<!-- --><!--> <![CDATA[ ]]> <?php ?> <!DOCTYPE html>",
  "&lt;script&gt; &#60;script&#62; \\<script>",
];

/** A session that has hostile text everywhere. */
export const hostileSession = (host = "127.0.0.1:9") => {
  const texts = hostile.map((text) => text.replaceAll("HOST", host));
  const tool = (text, i) => ({
    id: `prt_t${i}`,
    type: "tool",
    tool: i % 2 ? "bash" : text,
    callID: "c",
    state: {
      status: i % 3 ? "completed" : "error",
      input: { command: text, [text]: text },
      output: text,
      error: text,
      title: text,
      metadata: { diff: `+${text}\n-${text}` },
      time: { start: 1, end: 2 },
    },
  });
  const file = (text) => ({
    type: "file",
    mime: text,
    filename: text,
    url: `data:image/svg+xml,${encodeURIComponent(text)}`,
  });
  return sessionOf(
    texts.map((text, i) => ({
      info: {
        id: `msg_${i}`,
        role: i % 2 ? "assistant" : i % 3 ? "user" : text,
        agent: text,
        providerID: text,
        modelID: text,
        error: { name: text, data: { message: text } },
        time: { created: 1795333600000 + i },
      },
      parts: [
        textPart(text),
        { ...textPart(text), id: "prt_r", type: "reasoning" },
        tool(text, i),
        file(text),
        { type: text, text },
      ],
    })),
    { title: texts.join(" "), directory: texts[0] },
  );
};
