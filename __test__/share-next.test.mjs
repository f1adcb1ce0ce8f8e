// The documented steps for a vendored runtime, in a stand-in of its structure and against a share server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { compile, shareServer } from "./share-next-lab.mjs";
import { addon, root } from "./support.mjs";

const { disableWebPublishing, enableWebPublishing, guardShareNext } = addon;

const created = "POST /api/share";
const synced = "POST /api/share/shr_1/sync";
const revoked = "DELETE /api/share/shr_1";
const earlier = {
  id: "shr_1",
  url: "https://share.example.com/s/1",
  secret: "x",
};

/** What the user reads: the sentence with its code, and nothing of where it was thrown. */
function assertRefused({ status, body }, code, sentence) {
  assert.equal(status, 500);
  assert.equal(body.name, "PublishingRefused");
  assert.deepEqual(Object.keys(body.data), ["code", "message"]);
  assert.equal(body.data.code, code);
  assert.match(body.data.message, sentence);
  assert.doesNotMatch(body.data.message, /\n|\bat |file:|node_modules/);
}
const off = ["ERR_WEB_PUBLISHING_DISABLED", /Export session log/];

test("the documented recipe in a share-next of layers, subscriptions and a queue", async (t) => {
  const { app, bare } = await compile(t);
  const settle = app.QUEUE_DELAY * 4;
  const enable = (origin) =>
    enableWebPublishing({ origin, acknowledged: true });

  const lab = async (t, settings = {}, start = app.start) => {
    disableWebPublishing();
    const server = await shareServer(t);
    const runtime = await start({
      enterprise: { url: server.url },
      ...settings,
    });
    t.after(async () => {
      disableWebPublishing();
      await runtime.stop();
    });
    const since = (expected = 0) => server.since(settle, expected);
    return { ...runtime, server, since, enable: () => enable(server.url) };
  };

  await t.test("without the recipe it publishes", async (t) => {
    const runtime = await lab(t, { share: "auto" }, bare.start);
    await runtime.create("ses_1");
    assert.deepEqual(await runtime.since(2), [created, synced]);
    await runtime.message("ses_1", "later");
    assert.deepEqual(await runtime.since(1), [synced]);
  });

  await t.test(
    "while off nothing is sent, and the sentence is what the user reads",
    async (t) => {
      const runtime = await lab(t);
      await runtime.create("ses_1");
      assertRefused(await runtime.share("ses_1"), ...off);
      await runtime.message("ses_1", "later");
      assert.deepEqual(await runtime.since(), []);
    },
  );

  await t.test("while off share: auto shares nothing", async (t) => {
    const runtime = await lab(t, { share: "auto" });
    assert.equal((await runtime.create("ses_1")).status, 200);
    await runtime.message("ses_1", "later");
    assert.deepEqual(await runtime.since(), []);
  });

  await t.test(
    "what was published earlier is not synced, and can be revoked",
    async (t) => {
      const runtime = await lab(t);
      await runtime.create("ses_1");
      runtime.shares.set("ses_1", earlier);
      await runtime.message("ses_1", "later");
      assert.deepEqual(await runtime.since(), []);
      assert.equal((await runtime.url()).body, runtime.server.url);
      assert.equal((await runtime.unshare("ses_1")).status, 200);
      assert.deepEqual(await runtime.since(1), [revoked]);
      assert.equal(runtime.shares.size, 0);
    },
  );

  await t.test("enabled after the start it shares and syncs", async (t) => {
    const runtime = await lab(t);
    await runtime.create("ses_1");
    runtime.enable();
    assert.equal((await runtime.share("ses_1")).status, 200);
    assert.deepEqual(await runtime.since(2), [created, synced]);
    await runtime.message("ses_1", "later");
    assert.deepEqual(await runtime.since(1), [synced]);
  });

  await t.test(
    "disabled while a message is in the queue nothing leaves, and enabled again it syncs",
    async (t) => {
      const runtime = await lab(t);
      await runtime.create("ses_1");
      runtime.enable();
      await runtime.share("ses_1");
      assert.deepEqual(await runtime.since(2), [created, synced]);
      await runtime.message("ses_1", "in the queue");
      disableWebPublishing();
      assert.deepEqual(await runtime.since(), []);
      await runtime.message("ses_1", "while off");
      assert.deepEqual(await runtime.since(), []);
      runtime.enable();
      await runtime.message("ses_1", "on again");
      assert.deepEqual(await runtime.since(1), [synced]);
    },
  );

  await t.test(
    "enabled for another origin nothing is sent to this one",
    async (t) => {
      const runtime = await lab(t);
      await runtime.create("ses_1");
      enable("https://share.example.com");
      const code = "ERR_PUBLISHING_ORIGIN_REFUSED";
      const sentence = /https:\/\/share\.example\.com only/;
      assertRefused(await runtime.share("ses_1"), code, sentence);
      runtime.shares.set("ses_1", earlier);
      await runtime.message("ses_1", "later");
      assert.deepEqual(await runtime.since(), []);
      assert.equal((await runtime.unshare("ses_1")).status, 200);
      assert.deepEqual(await runtime.since(1), [revoked]);
    },
  );

  await t.test(
    "a server that sends the request on gets it nowhere else",
    async (t) => {
      const runtime = await lab(t);
      const other = await shareServer(t);
      await runtime.create("ses_1");
      runtime.enable();
      runtime.server.redirect = other.url;
      const code = "ERR_PUBLISHING_ORIGIN_REFUSED";
      assertRefused(await runtime.share("ses_1"), code, /was refused/);
      runtime.shares.set("ses_1", earlier);
      await runtime.message("ses_1", "later");
      assert.deepEqual(await runtime.since(2), [created, synced]);
      assert.deepEqual(other.arrived, []);
    },
  );

  await t.test(
    "guardShareNext refuses the namespace, which has nothing to guard",
    () => {
      assert.throws(() => guardShareNext(app.ShareNext), {
        code: "ERR_INVALID_OPTION",
      });
    },
  );
});

test("the documented recipe is the code that was run", () => {
  const recipe = readFileSync(join(root, "docs/guard-in-a-runtime.md"), "utf8");
  const blocks = [...recipe.matchAll(/```ts\n(.*?)```/gs)].map(
    ([, code]) => code,
  );
  assert.equal(blocks.length, 4);
  const squeeze = (text) =>
    text.replace(/\s+/g, "").replace(/,(?=[)\]}>])/g, "");
  for (const block of blocks) {
    const [head, ...lines] = block.split("\n");
    const [, name] = /^\/\/ packages\/opencode\/src\/share\/([\w-]+\.ts)$/.exec(
      head,
    );
    const path = join(root, "__test__/share-next", name);
    // What stood there before is a line of its own there: // …
    let rest = squeeze(
      readFileSync(path, "utf8").replace(
        /from "\.\/([\w-]+)\.js"/g,
        'from "./$1"',
      ),
    );
    for (const piece of lines.join("\n").split(/^\s*\/\/ ….*$/m)) {
      const expected = squeeze(piece);
      const at = rest.indexOf(expected);
      assert.ok(at >= 0, `not in ${name}, in this order:\n${piece}`);
      rest = rest.slice(at + expected.length);
    }
  }
});
