// The page in a real browser: a reader searches, filters, follows links, copies and prints. Only the tests' own script
// acts as the reader's hands.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { inBrowser, launch } from "./chromium.mjs";
import { hostileSession } from "./hostile-session.mjs";
import {
  addon,
  fixed,
  githubToken,
  sessionOf,
  sessionText,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession, writeExport } = addon;
const require = createRequire(import.meta.url);
let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const everything = { ...fixed, tools: "full", diffs: "full", reasoning: true };

/** Opens a page of a session as a file; whatever it complains of fails the test. */
async function open(
  t,
  session,
  { options = {}, address = "", ...context } = {},
) {
  const path = join(temporaryFolder(t), "log.html");
  await writeExport(path, session, { ...everything, ...options });
  return openFile(t, path, address, context);
}

async function openFile(t, path, address, context) {
  const { page, complaints } = await newPage(t, context);
  await page.goto(pathToFileURL(path).href + address);
  t.after(() => assert.deepEqual(complaints, []));
  return page;
}

async function newPage(t, context) {
  const opened = await browser.newContext({
    viewport: { width: 1000, height: 800 },
    ...context,
  });
  t.after(() => opened.close());
  const page = await opened.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, complaints };
}

const answer = (id, ...parts) => ({
  info: {
    id,
    role: "assistant",
    finish: "stop",
    time: { created: 1795333601000, completed: 1795333602000 },
  },
  parts,
});
const call = (id, output, state = {}) => ({
  id,
  type: "tool",
  tool: "bash",
  callID: id,
  state: {
    status: "completed",
    input: { command: `run ${id}` },
    output,
    title: "",
    metadata: { exit: 0 },
    time: { start: 1, end: 2 },
    ...state,
  },
});

/** Messages one behind the other in time. */
const inOrder = (...messages) =>
  sessionOf(
    messages.map(({ info, parts }, index) => ({
      info: {
        ...info,
        id: `msg_${index}`,
        time: {
          created: 1795333600000 + 1000 * index,
          completed: 1795333600500 + 1000 * index,
        },
      },
      parts,
    })),
  );

/** Eight turns; the needle is in the second, folded in the fourth, and in the seventh. */
const needles = () =>
  inOrder(
    userMessage(textPart("First question")),
    answer("msg_1", textPart("A **nee**dle in bold")),
    userMessage(textPart(`Second question\n${"filler\n".repeat(50)}`)),
    answer("msg_2", call("a", "one\na needle\nthree"), textPart("Done")),
    userMessage(textPart("Third question")),
    answer(
      "msg_3",
      call("b", "", { status: "error", error: "it broke" }),
      textPart("It failed"),
    ),
    userMessage(textPart("Fourth: the NEEDLE")),
    answer("msg_4", textPart("Found")),
  );

const hits = (page) => page.locator(".bar .hits").textContent();
const visible = (page, selector) =>
  page.evaluate(
    (wanted) =>
      [...document.querySelectorAll(wanted)].filter((element) =>
        element.checkVisibility(),
      ).length,
    selector,
  );

test(
  "a browser loads nothing and runs nothing of a session",
  inBrowser,
  async (t) => {
    const requests = [];
    const server = createServer((request, response) => {
      requests.push(request.url);
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const host = `127.0.0.1:${server.address().port}`;
    for (const attachments of ["omit", "embed"]) {
      const page = await open(t, hostileSession(host), {
        options: { attachments },
      });
      await page.locator("button[name=expand]").click();
      await page.waitForTimeout(500);
      assert.equal(await page.evaluate(() => document.body.id), "top");
    }
    assert.deepEqual(requests, []);
  },
);

test(
  "a search marks and counts all hits, and goes from one to the next",
  inBrowser,
  async (t) => {
    const page = await open(t, needles());
    await page.keyboard.press("/");
    await page.keyboard.type("needle");
    await page.waitForTimeout(400);
    assert.equal(await hits(page), "1 of 3");
    assert.equal(await page.evaluate(() => CSS.highlights.get("hit").size), 3);
    // The page opens the folds around a hit for as long as it is the current one.
    assert.equal(await visible(page, ".tool details[open]"), 1);
    await page.keyboard.press("Enter");
    assert.equal(await hits(page), "2 of 3");
    assert.equal(await visible(page, "#t4-c1 details[open]"), 1);
    await page.keyboard.press("Enter");
    assert.equal(await hits(page), "3 of 3");
    assert.equal(await visible(page, "#t4-c1 details[open]"), 0);
    assert.ok(await page.locator("#t7 .text").isVisible());
    await page.keyboard.press("Enter");
    assert.equal(await hits(page), "1 of 3");
    await page.keyboard.press("Shift+Enter");
    assert.equal(await hits(page), "3 of 3");
    await page.locator("button[name=previous]").click();
    assert.equal(await hits(page), "2 of 3");
    // The place stays when the search is cleared.
    const place = () =>
      page.locator("#t4-c1").evaluate((it) => it.getBoundingClientRect().top);
    await page.waitForTimeout(200);
    const before = await place();
    await page.keyboard.press("/");
    await page.keyboard.press("Escape");
    assert.equal(await hits(page), "");
    assert.equal(await visible(page, "#t4-c1 details[open]"), 1);
    assert.equal(await place(), before);
    await page.keyboard.type("nowhere");
    await page.waitForTimeout(400);
    assert.equal(await hits(page), "No turn contains “nowhere”.");
  },
);

test(
  "filters tell how much there is of a kind, and links open what they hide",
  inBrowser,
  async (t) => {
    const page = await open(t, needles());
    const filters = await page.locator(".bar label:visible").allTextContents();
    assert.deepEqual(
      filters.map((text) => text.trim()),
      ["Tool calls 2", "Errors only 1", "User only 4"],
    );
    await page.locator("input[name=errors]").check();
    assert.equal(await visible(page, ".turn"), 1);
    // A link to a hidden target shows it.
    await page.evaluate(() => (location.hash = "#t4-c1"));
    await page.waitForFunction(
      () => document.querySelector("#t4-c1 details").open,
    );
    assert.equal(await visible(page, ".turn"), 8);
    assert.ok(await page.locator("#t4-c1 pre").isVisible());
    await page.locator("input[name=user]").check();
    assert.equal(await visible(page, ".turn"), 4);
    await page.locator("input[name=user]").uncheck();
    await page.locator("input[name=tools]").uncheck();
    assert.equal(await visible(page, ".tool"), 0);
    await page.locator("button[name=expand]").click();
    await page.locator("input[name=tools]").check();
    assert.equal(await visible(page, ".tool details:not([open])"), 0);
    await page.locator("button[name=collapse]").click();
    assert.equal(await visible(page, ".tool details[open]"), 0);
  },
);

test(
  "links lead to turns and calls, back and forward",
  inBrowser,
  async (t) => {
    const page = await open(t, needles(), { address: "#t4-c1" });
    assert.ok(await page.locator("#t4-c1 pre").isVisible());
    await page.locator("#t7 .number").click();
    assert.match(page.url(), /#t7$/);
    await page.goBack();
    assert.match(page.url(), /#t4-c1$/);
    await page.locator("header .outcome a").first().click();
    assert.match(page.url(), /#t6$/);
    await page.locator(".top a").click();
    assert.equal(await page.evaluate(() => scrollY), 0);
  },
);

test(
  "contents stand beside the conversation in a wide window, and follow it",
  inBrowser,
  async (t) => {
    const page = await open(t, needles(), {
      viewport: { width: 1400, height: 500 },
    });
    const entries = page.locator("#contents li:visible");
    const texts = await entries.allTextContents();
    assert.ok(
      texts.some((text) => text.startsWith("3 Second question")),
      texts.join("|"),
    );
    assert.equal(
      await page.locator("#contents li.bad").textContent(),
      "6 ✗ it broke",
    );
    await page.locator("#contents li a", { hasText: "Fourth" }).click();
    await page.waitForFunction(
      () => document.querySelector("#contents [aria-current]")?.hash === "#t7",
    );
    const narrow = await open(t, needles());
    assert.equal(await narrow.locator("#contents li:visible").count(), 0);
    await narrow.locator("#contents summary").click();
    assert.ok((await narrow.locator("#contents li:visible").count()) > 4);
  },
);

test(
  "without a script the page is read, folded and followed as well",
  inBrowser,
  async (t) => {
    const page = await open(t, needles(), { javaScriptEnabled: false });
    assert.ok(!(await page.locator(".bar").isVisible()));
    await page.locator("#t4-c1 summary").click();
    assert.ok(await page.locator("#t4-c1 pre").isVisible());
    await page.locator("header .outcome a").first().click();
    assert.match(page.url(), /#t6$/);
  },
);

test(
  "code is copied as it is, without the numbers of its lines",
  inBrowser,
  async (t) => {
    const page = await open(t, sessionText("full"), {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.locator("button[name=expand]").click();
    const block = page.locator(".code", { has: page.locator(".diff") }).first();
    await block.hover();
    await block.locator(".copy").click();
    const code = await block.locator("code").first().textContent();
    assert.equal(
      await page.evaluate(() => navigator.clipboard.readText()),
      code,
    );
    assert.match(code, /^[-+]/m);
  },
);

test(
  "attached images are seen, in the page and from the folder beside it",
  inBrowser,
  async (t) => {
    for (const attachments of ["embed", "extract"]) {
      const page = await open(t, sessionText("attachments"), {
        options: { attachments },
      });
      const image = page.locator(".image img").first();
      await image.scrollIntoViewIfNeeded();
      await page.waitForFunction(
        () => document.querySelector(".image img").complete,
      );
      const width = await image.evaluate((element) => element.naturalWidth);
      assert.ok(width > 0, attachments);
      await image.click();
      assert.equal(await visible(page, ".image.large"), 1);
    }
  },
);

test(
  "everything is open on paper, and closed again behind it",
  inBrowser,
  async (t) => {
    const page = await open(t, needles());
    const closed = () =>
      page.locator("main details:not(.source):not([open])").count();
    const before = await closed();
    assert.ok(before > 0);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    assert.equal(await closed(), 0);
    assert.equal(await visible(page, ".bar"), 0);
    assert.ok(await page.locator("#t4-c1 pre").isVisible());
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    assert.equal(await closed(), before);
    assert.ok((await page.pdf()).length > 10_000);
  },
);

test(
  "a phone scrolls down only, and a right-to-left text stands at the right",
  inBrowser,
  async (t) => {
    const table = `| ${"a wide column | ".repeat(9)}\n| ${"- | ".repeat(9)}\n| ${"value | ".repeat(9)}`;
    const session = sessionOf([
      userMessage(textPart("שלום, תקן את הסכום\nand then this")),
      answer(
        "msg_1",
        textPart(`${table}\n\n\`\`\`\n${"x".repeat(300)}\n\`\`\``),
      ),
    ]);
    const page = await open(t, session, {
      viewport: { width: 360, height: 640 },
    });
    assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth),
      360,
    );
    const direction = await page
      .locator("#t1 .text")
      .evaluate((element) => getComputedStyle(element).direction);
    assert.equal(direction, "rtl");
  },
);

for (const colorScheme of ["light", "dark"])
  test(
    `axe finds nothing to complain of (${colorScheme})`,
    inBrowser,
    async (t) => {
      const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
      for (const name of [
        "full",
        "tool-errors",
        "sub-agents",
        "attachments",
        "chinese",
      ]) {
        const html = exportSession(sessionText(name), {
          ...everything,
          attachments: "embed",
          format: "html",
        });
        // The policy would not let the test's own script run.
        const path = join(temporaryFolder(t), `${name}.html`);
        writeFileSync(path, html.replace(/<meta http-equiv[^>]*>/, ""));
        const page = await openFile(t, path, "", { colorScheme });
        await page.locator("button[name=expand]").click();
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
          [],
          name,
        );
      }
    },
  );

test(
  "18,000 turns are filtered and listed while nobody waits",
  inBrowser,
  async (t) => {
    const messages = Array.from({ length: 18_000 }, (_, i) =>
      i % 2
        ? answer(`msg_${i}`, textPart(`Answer ${i}`), call(`c${i}`, "out"))
        : {
            ...userMessage(textPart(`Question ${i}`)),
            info: { id: `msg_${i}`, role: "user", time: { created: 1 + i } },
          },
    );
    const page = await open(t, sessionOf(messages), {
      options: { tools: "summary" },
    });
    const took = await page.evaluate(async () => {
      const start = performance.now();
      document.querySelector("input[name=user]").click();
      document.body.getBoundingClientRect();
      const filtered = performance.now() - start;
      document.querySelector("input[name=user]").click();
      return {
        filtered,
        loaded:
          performance.timing.domContentLoadedEventEnd -
          performance.timing.responseEnd,
      };
    });
    t.diagnostic(JSON.stringify(took));
    assert.ok(took.filtered < 500, `${took.filtered} ms`);
  },
);

test(
  "a page with a review list leads to each redaction in its context",
  inBrowser,
  async (t) => {
    const token = githubToken(7);
    const hostile = `<b>${"\u202e"}x</b> ${token} <script>alert(1)</script>`;
    const session = inOrder(
      userMessage(textPart(`first ${token} here`)),
      answer("a", call("c", `deep ${token} inside\n`.repeat(70))),
      userMessage(textPart(hostile)),
    );
    const page = await open(t, session, { options: { report: true } });
    const entries = page.locator("#redactions li a");
    assert.equal(await entries.count(), 73 - 1);
    assert.equal(
      await entries.first().textContent(),
      "first [redacted:github-token#1] here",
    );
    assert.equal(
      await entries.last().textContent(),
      "<b>[U+202E]x</b> [redacted:github-token#1] <script>alert(1)</script>",
    );
    // What hides a redaction is opened.
    const deep = page.locator("#redaction-60");
    assert.equal(await deep.isVisible(), false);
    await entries.nth(59).click();
    assert.equal(await deep.isVisible(), true);
    const output = page.locator("#redactions output");
    assert.equal(await output.textContent(), "60 / 72");
    await page.locator("#redactions button[name=next]").click();
    assert.equal(
      await page.locator(".chip.now").getAttribute("id"),
      "redaction-61",
    );
    await entries.last().click();
    await page.locator("#redactions button[name=next]").click();
    assert.equal(await output.textContent(), "1 / 72");
    await page.locator("#redactions button[name=previous]").click();
    assert.equal(await output.textContent(), "72 / 72");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    assert.equal((await page.locator("[aria-current=true]").count()) > 0, true);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("#redactions").isVisible(), false);
  },
);

test(
  "a review list beside the conversation, below it in a narrow window, and one without redactions",
  inBrowser,
  async (t) => {
    const session = inOrder(
      userMessage(textPart(`first ${githubToken(7)} here`)),
      answer("a", textPart("done")),
      userMessage(textPart("thanks")),
    );
    for (const width of [1700, 1450, 1300, 1220, 1000, 400]) {
      const options = { report: true };
      const viewport = { width, height: 800 };
      const page = await open(t, session, { options, viewport });
      const [list, conversation] = [
        await page.locator("#redactions").boundingBox(),
        await page.locator("main").boundingBox(),
      ];
      const { scrollWidth } = await page.evaluate(() => ({
        scrollWidth: document.documentElement.scrollWidth,
      }));
      assert.ok(scrollWidth <= width, `${scrollWidth} of ${width}`);
      const isBeside = list.x >= conversation.x + conversation.width - 1;
      const isAbove = list.y + list.height <= conversation.y + 1;
      assert.ok(width >= 1400 ? isBeside : isAbove, `${width}`);
      await page.locator("#redactions button[name=next]").click();
    }
    const none = inOrder(userMessage(textPart("nothing secret")));
    const page = await open(t, none, { options: { report: true } });
    assert.equal(await page.locator("#redactions .none").isVisible(), true);
    assert.equal(await page.locator("#redactions button:visible").count(), 0);
  },
);

test(
  "the buttons and the entry of a redaction stay in the window while one goes from one to the next",
  inBrowser,
  async (t) => {
    const text = `${"word ".repeat(120)}${githubToken(7)} `.repeat(60);
    const session = inOrder(
      userMessage(textPart(text)),
      answer("a", textPart("done")),
    );
    for (const width of [1600, 1280, 1000, 400]) {
      const options = { report: true };
      const page = await open(t, session, {
        options,
        viewport: { width, height: 720 },
      });
      const next = page.locator("#redactions button[name=next]");
      for (let step = 0; step < 30; step += 1) await next.click();
      const isInWindow = await page.evaluate(() =>
        [
          "#redactions button[name=next]",
          "li a[aria-current]",
          ".chip.now",
        ].map((selector) => {
          const { top, bottom } = document
            .querySelector(selector)
            .getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        }),
      );
      assert.deepEqual(isInWindow, [true, true, true], `${width}`);
    }
  },
);
