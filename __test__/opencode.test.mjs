// The guard in the real OpenCode: with the plugin no request reaches a share server, whichever way
// OpenCode takes, and OpenCode goes on working.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import {
  noOpencode,
  opencodeHome,
  runOpencode,
  serveOpencode,
  shareServer,
} from "./opencode-lab.mjs";
import { addon, root, temporaryFolder } from "./support.mjs";

const plugin = pathToFileURL(join(root, "opencode-plugin.mjs")).href;
const skip = noOpencode;
const answer = /The work is done\./;

/** Longer than OpenCode gathers changes before it sends them. */
const syncInterval = () => sleep(2500);

/** A new session in which the model has answered. */
async function session(opencode) {
  const { value } = await opencode.call("POST", "/session", {});
  await ask(opencode, value.id);
  return value.id;
}

async function ask(opencode, id) {
  const parts = [{ type: "text", text: "Please do it." }];
  const { value } = await opencode.call("POST", `/session/${id}/message`, {
    parts,
  });
  assert.match(JSON.stringify(value), answer);
}

function use(home, settings) {
  const path = join(home.env.XDG_CONFIG_HOME, "opencode", "opencode.json");
  const config = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...config, ...settings }));
}

test(
  "without the plugin each way reaches the share server",
  { skip },
  async (t) => {
    const share = await shareServer(t);
    const home = await opencodeHome(t, temporaryFolder(t), share);
    const taken = () => share.requests.splice(0);

    const run = await runOpencode(home, ["run", "--share", "Please do it."]);
    assert.match(run.output, answer);
    assert.ok(taken().includes("POST /api/share"));

    const opencode = await serveOpencode(t, home, { OPENCODE_AUTO_SHARE: "1" });
    const id = await session(opencode);
    await syncInterval();
    assert.ok(taken().includes("POST /api/share"), "OPENCODE_AUTO_SHARE");
    await ask(opencode, id);
    await syncInterval();
    assert.match(taken().join(), /sync/);
    await opencode.call("DELETE", `/session/${id}/share`);
    assert.match(taken().join(), /^DELETE /);
    await opencode.stop();

    use(home, { share: "auto" });
    await runOpencode(home, ["run", "Please do it."]);
    assert.ok(taken().includes("POST /api/share"), 'share: "auto"');
  },
);

test("with the plugin no way reaches the share server", { skip }, async (t) => {
  const share = await shareServer(t);
  const home = await opencodeHome(t, temporaryFolder(t), share);
  const before = await serveOpencode(t, home);
  const published = await session(before);
  await before.call("POST", `/session/${published}/share`);
  await syncInterval();
  await before.stop();
  assert.ok(share.requests.splice(0).length > 0);
  const [row] = await addon.listPublishedSessions(home.store);
  assert.equal(row.sessionID, published);

  use(home, { plugin: [plugin], share: "auto" });
  const opencode = await serveOpencode(t, home, { OPENCODE_AUTO_SHARE: "1" });
  await ask(opencode, published);
  const id = await session(opencode);
  const shared = await opencode.call("POST", `/session/${id}/share`);
  assert.notEqual(shared.status, 200);
  await syncInterval();
  await opencode.call("DELETE", `/session/${published}/share`);
  await ask(opencode, id);
  await syncInterval();
  await opencode.stop();
  assert.match(opencode.log(), /ERR_WEB_PUBLISHING_DISABLED|was refused/);

  const run = await runOpencode(home, ["run", "--share", "Please do it."]);
  assert.match(run.output, answer);
  assert.deepEqual(share.requests, []);

  const path = join(temporaryFolder(t), "session.md");
  await addon.writeExport(path, { sessionID: published, store: home.store });
  assert.match(readFileSync(path, "utf8"), answer);
});

test(
  "while publishing is enabled requests reach that origin and no other",
  { skip },
  async (t) => {
    const [enabled, other] = [await shareServer(t), await shareServer(t)];
    const folder = temporaryFolder(t);
    const enabling = join(folder, "enable.mjs");
    writeFileSync(
      enabling,
      `import { createRequire } from "node:module";
     const addon = createRequire(import.meta.url)(${JSON.stringify(root)});
     addon.enableWebPublishing({ origin: ${JSON.stringify(enabled.url)}, acknowledged: true });
     export const Enable = async () => ({});`,
    );
    const plugins = [pathToFileURL(enabling).href, plugin];
    const home = await opencodeHome(t, folder, enabled, { plugin: plugins });
    const opencode = await serveOpencode(t, home);
    const id = await session(opencode);
    const shared = await opencode.call("POST", `/session/${id}/share`);
    assert.equal(shared.status, 200);
    await syncInterval();
    assert.ok(enabled.requests.splice(0).includes("POST /api/share"));
    await opencode.stop();

    use(home, { enterprise: { url: other.url } });
    const elsewhere = await serveOpencode(t, home);
    const second = await session(elsewhere);
    const refused = await elsewhere.call("POST", `/session/${second}/share`);
    assert.notEqual(refused.status, 200);
    await syncInterval();
    assert.deepEqual(other.requests, []);
  },
);
