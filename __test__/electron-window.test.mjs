// The page of the example's review window in a real browser. What answers its requests is the example itself, behind a
// server instead of Electron's scheme.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import { inBrowser, launch } from "./chromium.mjs";
import { FakeWindow, example, reviewWindow } from "./electron-fakes.mjs";
import { hostileSession } from "./hostile-session.mjs";
import {
  addon,
  githubToken,
  session,
  sessionOf,
  textPart,
  userMessage,
} from "./support.mjs";

const require = createRequire(import.meta.url);

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Puts what answers a review window's requests behind a server; gives its address. */
async function serve({ handle, window }) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url } = request;
    const body = method === "POST" ? Buffer.concat(chunks) : undefined;
    const answer = await handle(
      new Request(window.url + url.slice(1), { method, body }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${server.address().port}/`, close };
}

/** Opens the page of a review. Whatever it complains of fails the test. */
async function open(
  t,
  given,
  { context = {}, mayComplain = false, ...options } = {},
) {
  const made = example(t, {
    loadSession: async () => given,
    answer: ({ defaultPath }) => ({
      canceled: false,
      filePath: join(dirname(defaultPath), "log.html"),
    }),
    ...options,
  });
  made.reviewFirst(new FakeWindow());
  await tick();
  const review = reviewWindow(made);
  const { address, close } = await serve(review);
  const opened = await browser.newContext({
    viewport: { width: 1240, height: 840 },
    ...context,
  });
  const page = await opened.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("popup", () => complaints.push("a popup"));
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  t.after(async () => {
    await opened.close();
    if (!review.window.isDestroyed()) review.window.close();
    close();
    for (const url of requests) assert.ok(url.startsWith(address), url);
    // That the document runs no script and opens no window is what is wanted.
    const others = complaints.filter((text) => !text.startsWith("Blocked "));
    if (!mayComplain) assert.deepEqual(others, []);
  });
  await page.goto(address);
  await ready(page);
  return { ...made, ...review, page, address, stopServer: close };
}

const ready = (page) =>
  page.waitForFunction(() => !document.querySelector("[name=save]").disabled);

const answering = (id, ...parts) => ({
  info: {
    id,
    role: "assistant",
    finish: "stop",
    time: { created: 1795333601000, completed: 1795333602000 },
  },
  parts,
});
const call = (output) => ({
  id: "prt_call",
  type: "tool",
  tool: "bash",
  callID: "call",
  state: {
    status: "completed",
    input: { command: "cat .env" },
    output,
    title: "",
    metadata: { exit: 0 },
    time: { start: 1, end: 2 },
  },
});

/** Three redactions: at the top, in a fold, and far below. */
const withSecrets = () =>
  sessionOf([
    userMessage(textPart(`Take ${githubToken(1)} for it.`)),
    answering(
      "msg_2",
      call(`${"x\n".repeat(5)}TOKEN=${githubToken(2)}\n`),
      textPart(`${"A paragraph of an answer.\n\n".repeat(80)}The end.`),
    ),
    {
      ...userMessage(textPart(`And **not** ${githubToken(1)} again.`)),
      info: { id: "msg_3", role: "user", time: { created: 1795333700000 } },
    },
  ]);

const frameOf = (page) => page.frame({ url: /\/document\/\d+/ });
const listed = (page) => page.locator(".place").allTextContents();

/** What is marked in the document as the place that was led to, and whether it is seen. */
const here = (page) =>
  page.evaluate(async () => {
    // The window draws turns on the way, and that may move the place.
    for (let frame = 0; frame < 8; frame += 1)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    const view = document.querySelector("#shown").contentWindow;
    const [range] = view.CSS.highlights.get("here") ?? [];
    if (!range) return null;
    const { top, bottom, width } = range.getBoundingClientRect();
    return {
      text: range.toString(),
      isSeen: top >= 0 && bottom <= view.innerHeight && width > 0,
    };
  });

test(
  "redactions are listed with what stands around them, and each leads to its place",
  inBrowser,
  async (t) => {
    const { page, tell } = await open(t, withSecrets());
    assert.deepEqual(await listed(page), [
      "Take [redacted:github-token#1] for it.",
      "And **not** [redacted:github-token#1] again.",
    ]);
    await page.locator("input[name=toolDetail]").check();
    await page.waitForFunction(
      () => document.querySelectorAll(".place").length === 3,
    );
    await ready(page);
    const texts = await listed(page);
    assert.equal(texts[1], "x x x x x TOKEN=[redacted:github-token#2] ");
    // In a fold.
    const fold = frameOf(page).locator(".tool details").first();
    assert.equal(await fold.getAttribute("open"), null);
    await page.locator(".place").nth(1).click();
    assert.deepEqual(await here(page), {
      text: "[redacted:github-token#2]",
      isSeen: true,
    });
    assert.equal(await fold.getAttribute("open"), "");
    // Far below, and back over the end to the first.
    await page.locator("button[name=next-place]").click();
    assert.equal((await here(page)).isSeen, true);
    assert.equal(await page.locator("#places .count").textContent(), "3 / 3");
    const scrolled = () => frameOf(page).evaluate(() => scrollY);
    assert.ok((await scrolled()) > 500);
    await page.locator("button[name=next-place]").click();
    assert.equal((await here(page)).isSeen, true);
    assert.equal(await page.locator("[aria-current]").textContent(), texts[0]);
    await page.locator("button[name=previous-place]").click();
    assert.equal(await page.locator("#places .count").textContent(), "3 / 3");
    await tell("cancel");
  },
);

test(
  "Markdown and JSON are listed and shown as they will be saved",
  inBrowser,
  async (t) => {
    const { page } = await open(t, withSecrets());
    for (const [format, start] of [
      ["markdown", "# Test"],
      ["json", '{\n  "format": "pawwork-session-log"'],
    ]) {
      await page.locator(`input[value=${format}]`).check();
      await page.waitForTimeout(50);
      await ready(page);
      const text = await frameOf(page).evaluate(
        () => document.body.textContent,
      );
      assert.ok(text.startsWith(start), text.slice(0, 50));
      const texts = await listed(page);
      assert.equal(texts.length, 2);
      assert.match(
        texts[1],
        /And \*\*not\*\* \[redacted:github-token#1\] again/,
      );
      await page.locator(".place").nth(1).click();
      assert.deepEqual(await here(page), {
        text: "[redacted:github-token#1]",
        isSeen: true,
      });
    }
  },
);

test(
  "what is typed to be taken out is not saved a moment too early",
  inBrowser,
  async (t) => {
    const { page, folder } = await open(
      t,
      sessionOf([userMessage(textPart("The Walnut deal is off."))]),
    );
    const save = page.locator("button[name=save]");
    await page.locator("textarea").fill("Walnut");
    // Not prepared yet.
    assert.ok(await save.isDisabled());
    assert.ok(await page.locator("button[name=copy]").isDisabled());
    await ready(page);
    assert.deepEqual(await listed(page), [
      "The [redacted:redact-term#1] deal is off.",
    ]);
    await save.click();
    const show = page.locator("button[name=show]");
    await show.waitFor();
    assert.equal(
      await page.locator(".notice").textContent(),
      "Saved as log.html.",
    );
    const saved = readFileSync(join(folder, "log.html"), "utf8");
    assert.ok(!saved.includes("Walnut"));
    assert.equal(
      await page.locator("button[name=cancel]").textContent(),
      "Close",
    );
  },
);

test(
  "it says what is searched for, and whether it is there",
  inBrowser,
  async (t) => {
    const { page } = await open(t, withSecrets());
    const hits = page.locator(".hits");
    await page.keyboard.press("Control+f");
    await page.keyboard.type("A PARAGRAPH");
    await page.waitForFunction(
      () => document.querySelector(".hits").value === "1 of 80",
    );
    await page.keyboard.press("Shift+Enter");
    assert.equal(await hits.textContent(), "80 of 80");
    assert.deepEqual(await here(page), { text: "A paragraph", isSeen: true });
    await page.keyboard.press("Enter");
    assert.equal(await hits.textContent(), "1 of 80");
    await page.keyboard.press("Escape");
    assert.equal(await hits.textContent(), "");
    // The search takes a pattern as plain text.
    await page.keyboard.type("(.*");
    await page.waitForFunction(
      () => document.querySelector(".hits").value === "Not in the document",
    );
  },
);

test("everything is done with the keyboard", inBrowser, async (t) => {
  const { page, folder, seen, window } = await open(t, withSecrets());
  const focused = () =>
    page.evaluate(
      () => document.activeElement.name || document.activeElement.className,
    );
  const order = [];
  for (let press = 0; press < 40; press += 1) {
    await page.keyboard.press("Tab");
    const name = await focused();
    if (name && order.at(-1) !== name) order.push(name);
    if (name === "cancel") break;
  }
  for (const name of [
    "search",
    "next-place",
    "place",
    "format",
    "reasoning",
    "strict",
    "terms",
    "save",
    "copy",
    "cancel",
  ])
    assert.ok(order.includes(name), `${name} is missing in ${order}`);
  await page.locator(".place").first().focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator("#places .count").textContent(), "2 / 2");
  assert.equal(await focused(), "place");
  // Also from within the document.
  await frameOf(page).locator("body").click();
  await page.keyboard.press("Control+s");
  await page.locator("button[name=show]").waitFor();
  assert.deepEqual(readdirSync(folder), ["log.html"]);
  await page.locator("button[name=show]").press("Enter");
  await page.locator("button[name=cancel]").press("Enter");
  await page.waitForTimeout(200);
  assert.equal(seen.shown.length, 1);
  assert.ok(window.isDestroyed());
});

test("what takes long is shown, and stops with a key", inBrowser, async (t) => {
  let isSlow = false;
  const { page, window } = await open(t, withSecrets(), {
    async prepareExport(given, options) {
      if (isSlow) {
        options.onProgress({ phase: "redact", done: 1, total: 2 });
        await new Promise((resolve) => setTimeout(resolve, 700));
      }
      return addon.prepareExport(given, options);
    },
  });
  isSlow = true;
  await page.locator("input[name=strict]").check();
  await page.waitForFunction(
    () => document.querySelector("progress").value === 0.5,
  );
  assert.ok(await page.locator("#work").isVisible());
  assert.equal(window.shares.at(-1), 0.5);
  await page.locator("body").press("Escape");
  await ready(page);
  // The document that is shown was not made with it.
  assert.equal(await page.locator("input[name=strict]").isChecked(), false);
  assert.ok(!window.isDestroyed());
});

test(
  "a hostile session runs, loads and reaches nothing, and its texts stay text",
  inBrowser,
  async (t) => {
    const asked = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const host = `127.0.0.1:${server.address().port}`;
    const given = hostileSession(host);
    const turn = `<img src=x onerror="parent.document.body.id='owned'"> \u202e ${githubToken(3)} \u2066\u0007\u001b[31m <b>`;
    given.messages.push({
      info: { id: "msg_z", role: "user", time: { created: 1795333700000 } },
      parts: [textPart(turn)],
    });
    const { page, address } = await open(t, given);
    for (const format of ["markdown", "json", "html"]) {
      await page.locator(`input[value=${format}]`).check();
      await page
        .locator("input[name=toolDetail]")
        .setChecked(format !== "html");
      await page.waitForTimeout(100);
      await ready(page);
      const place = page.locator(".place", { hasText: "onerror" }).first();
      await place.click();
      const text = await place.textContent();
      assert.match(text, / ?src=x onerror=\\?"parent\.document/);
      assert.doesNotMatch(text, /[\p{Cc}\p{Cf}]/u);
      assert.equal(await page.locator("#places img, #places b").count(), 0);
      assert.equal((await here(page)).isSeen, true);
      assert.equal(await page.evaluate(() => document.body.id), "");
      assert.equal(page.url(), address);
    }
    // A link leads nowhere.
    const frame = frameOf(page);
    await frame.evaluate(() => {
      for (const link of document.querySelectorAll('a:not([href^="#"])'))
        link.click();
    });
    await page.waitForTimeout(200);
    assert.deepEqual(asked, []);
    assert.equal(page.url(), address);
  },
);

test(
  "were there a way out of the document, it would lead nowhere",
  inBrowser,
  async (t) => {
    const attack = `<script>parent.document.body.id = "owned"; fetch("/save", { method: "POST", body: "{}" })</script>
      <img src="/x" onerror="parent.document.body.id = 'owned'"><iframe src="/"></iframe>
      <form action="/save" method="post" target="_top"><button>x</button></form>
      <meta http-equiv="refresh" content="0; url=/x"><base href="http://127.0.0.1:9/">
      <a href="/" target="_top">up</a> <a href="javascript:parent.document.body.id='owned'">x</a>`;
    const { page, seen, address } = await open(t, withSecrets(), {
      mayComplain: true,
      async prepareExport(...args) {
        const prepared = await addon.prepareExport(...args);
        // As if the exporter had let markup through, without the policy of its own.
        writeFileSync(prepared.path, `<!doctype html><main>${attack}</main>`);
        return prepared;
      },
    });
    const frame = frameOf(page);
    for (const what of ["button", "a >> nth=0", "a >> nth=1"])
      await frame.locator(what).click();
    await page.waitForTimeout(300);
    assert.equal(page.url(), address);
    assert.equal(await page.evaluate(() => document.body.id), "");
    assert.deepEqual(seen.asked, []);
  },
);

test("errors are told in sentences, in the page", inBrowser, async (t) => {
  const code = "ERR_REDACTION_INCOMPLETE";
  const { page, stopServer } = await open(t, withSecrets(), {
    locale: "zh-CN",
    // The page complains of the server that ends.
    mayComplain: true,
    async prepareExport(given, options) {
      if (options.redact !== "strict")
        return addon.prepareExport(given, options);
      throw Object.assign(new Error("raw words"), { code });
    },
  });
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh");
  assert.equal(await page.locator("button[name=save]").textContent(), "保存…");
  await page.locator("input[name=strict]").check();
  const notice = page.locator(".notice.error");
  await notice.waitFor();
  assert.match(await notice.textContent(), /^有密码或密钥无法移除/);
  assert.ok(await page.locator("button[name=save]").isDisabled());
  assert.equal(await page.locator("#shown").isVisible(), false);
  await page.locator("input[name=strict]").uncheck();
  await ready(page);
  assert.equal(await notice.count(), 0);
  // The application is gone.
  stopServer();
  await notice.waitFor();
  assert.match(await notice.textContent(), /^此窗口已与应用断开/);
  assert.ok(await page.locator("button[name=save]").isDisabled());
});

test("a narrow window scrolls down only", inBrowser, async (t) => {
  const { page } = await open(t, withSecrets(), {
    context: { viewport: { width: 480, height: 640 } },
  });
  assert.equal(
    await page.evaluate(() => document.documentElement.scrollWidth),
    480,
  );
  for (const name of ["save", "copy", "cancel", "next-place"])
    assert.ok(await page.locator(`button[name=${name}]`).isVisible(), name);
});

for (const colorScheme of ["light", "dark"])
  test(
    `axe finds nothing to complain of (${colorScheme})`,
    inBrowser,
    async (t) => {
      const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
      const { page } = await open(t, session("typical"), {
        // The policy would not let the test's own script run. Without it, an icon is asked for.
        mayComplain: true,
        context: { colorScheme, bypassCSP: true },
      });
      const check = async (what) => {
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() =>
          globalThis.axe.run(document, { iframes: false }),
        );
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
          [],
          what,
        );
      };
      await check("nothing redacted");
      await page.locator("textarea").fill("report\nlog");
      await page.waitForTimeout(1200);
      await ready(page);
      await page.locator("button[name=next-place]").click();
      await page.locator("[name=search]").fill("the");
      await page.waitForTimeout(300);
      await check("places and hits");
      await page.locator("button[name=save]").click();
      await page.locator("button[name=show]").waitFor();
      await check("saved");
    },
  );
