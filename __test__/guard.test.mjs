// The guard: off at start, one switch, and nothing that a wrapped share-next does gets past it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import test, { afterEach } from "node:test";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { Context, Effect, Layer } from "effect";
import { addon, failure, root } from "./support.mjs";

const {
  assertWebPublishing,
  disableWebPublishing,
  enableWebPublishing,
  guardShareNext,
  isWebPublishingEnabled,
  webPublishingWarning,
} = addon;

const enable = () =>
  enableWebPublishing({
    origin: "https://share.example.com",
    acknowledged: true,
  });
const disabled = { code: "ERR_WEB_PUBLISHING_DISABLED" };

afterEach(() => disableWebPublishing());

test("publishing is off until it is enabled, and off again afterwards", () => {
  assert.equal(isWebPublishingEnabled(), false);
  assert.throws(() => assertWebPublishing("ShareNext.create"), {
    ...disabled,
    message: /^ShareNext\.create was refused.*Export session log/,
  });
  enable();
  assert.equal(isWebPublishingEnabled(), true);
  assert.equal(assertWebPublishing("ShareNext.create"), undefined);
  disableWebPublishing();
  assert.throws(() => assertWebPublishing("ShareNext.create"), disabled);
});

test("publishing at another origin than the enabled one is refused, and what is no origin never passes", () => {
  const ask = (origin) => {
    const answer = isWebPublishingEnabled({ origin });
    try {
      assertWebPublishing("ShareNext.create", { origin });
    } catch (error) {
      assert.equal(answer, false);
      return error;
    }
    assert.equal(answer, true);
    return undefined;
  };
  const own = "https://share.example.com";
  assert.equal(ask(own).code, "ERR_WEB_PUBLISHING_DISABLED");
  enable();
  for (const origin of [own, `${own}/`, `${own}:443`, own.toUpperCase()]) {
    assert.equal(ask(origin), undefined, origin);
  }
  for (const origin of [
    "https://other.example.com",
    "https://share.example.com:8443",
    "http://share.example.com",
    "https://opncd.ai",
    "https://a@share.example.com",
    "https://share.example.com/path",
    "share.example.com",
    "https://share.example.com.",
    "",
    undefined,
    null,
    5,
    [own],
    { toString: () => own, toJSON: () => own },
  ]) {
    const { code, message } = ask(origin);
    assert.equal(code, "ERR_PUBLISHING_ORIGIN_REFUSED", String(origin));
    assert.match(
      message,
      /^ShareNext\.create was refused: .* https:\/\/share\.example\.com only/,
    );
  }
  disableWebPublishing();
  for (const origin of [own, "https://other.example.com", "", undefined]) {
    assert.equal(ask(origin).code, "ERR_WEB_PUBLISHING_DISABLED");
  }
});

test("a question that is no { origin } throws, instead of being taken for none", () => {
  enable();
  assert.equal(isWebPublishingEnabled(undefined), true);
  assert.equal(isWebPublishingEnabled({}), true);
  for (const options of [
    "https://share.example.com",
    5,
    () => {},
    { orgin: "https://share.example.com" },
    null,
    [],
    ["https://share.example.com"],
    new Map(),
    new Map([["origin", "https://other.example.com"]]),
    new Set(),
    new Date(),
    new Error("x"),
    new (class Settings {
      get origin() {
        return "https://other.example.com";
      }
    })(),
    Object.create({ origin: "https://other.example.com" }),
    new Proxy([], {}),
    new Proxy({}, { getPrototypeOf: () => Map.prototype }),
    new String(""),
    Promise.resolve({}),
    Symbol("x"),
    true,
    0n,
  ]) {
    const invalid = { code: "ERR_INVALID_OPTION" };
    assert.throws(() => isWebPublishingEnabled(options), invalid);
    assert.throws(() => assertWebPublishing("x", options), invalid);
  }
  // Plain objects of another realm are plain too.
  for (const options of [Object.create(null), runInNewContext("({})")]) {
    assert.equal(isWebPublishingEnabled(options), true);
    assertWebPublishing("x", options);
  }
});

test("options in a Map or an instance of a class are refused, not taken for none", () => {
  class Options {
    get passthrough() {
      return ["create"];
    }
  }
  const service = { create() {} };
  for (const options of [new Map([["passthrough", ["create"]]]), new Options()])
    assert.throws(() => guardShareNext(service, options), {
      code: "ERR_INVALID_OPTION",
      message: /must be an object/,
    });
});

test("a call's name cannot carry text into a log", () => {
  for (const call of [undefined, 5, "", "\n\u202e"]) {
    assert.throws(() => assertWebPublishing(call), {
      ...disabled,
      message: /^The call was refused/,
    });
  }
});

test("enabling takes an acknowledgement and an origin of one's own", () => {
  for (const options of [
    undefined,
    {},
    "https://share.example.com",
    { origin: "https://share.example.com" },
    { origin: "https://share.example.com", acknowledged: "true" },
    { origin: "https://share.example.com", acknowledged: 1 },
    { acknowledged: true },
    { origin: 5, acknowledged: true },
    ...[
      "https://opncd.ai",
      "https://OPNCD.ai/",
      "https://api.opncd.ai",
      "https://opncd.ai.",
      "https://opencode.ai",
      "https://dev.opencode.ai",
      "https://a:b@opncd.ai",
      "http://share.example.com",
      "share.example.com",
    ].map((origin) => ({ origin, acknowledged: true })),
  ]) {
    assert.throws(
      () => enableWebPublishing(options),
      ({ code }) =>
        ["ERR_PUBLISHING_ORIGIN_REFUSED", "ERR_INVALID_OPTION"].includes(code),
    );
    assert.equal(isWebPublishingEnabled(), false, JSON.stringify(options));
  }
  enableWebPublishing({ origin: "http://127.0.0.1:4096", acknowledged: true });
  assert.equal(isWebPublishingEnabled(), true);
});

test("no environment variable turns it on", () => {
  const code =
    'process.stdout.write(String(require(".").isWebPublishingEnabled()))';
  const env = {
    ...process.env,
    OPENCODE_AUTO_SHARE: "1",
    OPENCODE_DISABLE_SHARE: "false",
    PAWWORK_WEB_PUBLISHING: "1",
  };
  const { stdout } = spawnSync(process.execPath, ["--eval", code], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  assert.equal(stdout, "false");
});

test("the switch is one for the main thread and its workers", async () => {
  const code = `
    const { parentPort, workerData } = require("node:worker_threads");
    const addon = require(workerData.root);
    const before = addon.isWebPublishingEnabled();
    addon.disableWebPublishing();
    parentPort.postMessage(before);
  `;
  enable();
  const worker = new Worker(code, { eval: true, workerData: { root } });
  assert.equal(
    await new Promise((resolve) => worker.once("message", resolve)),
    true,
  );
  assert.equal(isWebPublishingEnabled(), false);
});

test("two copies of the package's JavaScript share the switch", () => {
  enable();
  const require = createRequire(import.meta.url);
  const path = require.resolve("../index.js");
  require(path);
  const first = require.cache[path];
  delete require.cache[path];
  const second = require(path);
  assert.notEqual(require.cache[path], first);
  assert.equal(second.isWebPublishingEnabled(), true);
});

test("the warning says what, to whom, for how long, and that it cannot be taken back", () => {
  const english = webPublishingWarning();
  for (const words of [
    /whole conversation/,
    /[Aa]nybody/,
    /until it is removed/,
    /does not bring back/,
    /Export session log/,
  ]) {
    assert.match(english, words);
  }
  for (const locale of ["zh", "zh-CN", "ZH_Hans"]) {
    assert.match(webPublishingWarning(locale), /任何拿到地址的人.*无法收回/s);
  }
  for (const locale of ["en", "fr", "zhx", 5, null]) {
    assert.equal(webPublishingWarning(locale), english);
  }
});

// --- guardShareNext ---------------------------------------------------------------------------

/** What share-next looks like: a namespace of functions that tells what reached it. */
function namespace() {
  const calls = [];
  const ShareNext = {
    calls,
    version: 2,
    async create(sessionID, ...rest) {
      calls.push(["create", this, sessionID, rest]);
      return { url: `https://share.example.com/${sessionID}` };
    },
    init() {
      calls.push(["init"]);
      return "initialised";
    },
    nested: { sync: () => calls.push(["sync"]) },
  };
  return ShareNext;
}

test("each function throws when it is called, before the original is touched", () => {
  const original = namespace();
  const guarded = guardShareNext(original);
  assert.throws(() => guarded.create("ses_1"), {
    ...disabled,
    message: /^create was refused/,
  });
  assert.throws(() => guarded.init(), disabled);
  assert.throws(() => guarded.nested.sync(), {
    ...disabled,
    message: /^nested\.sync was refused/,
  });
  assert.throws(() => guarded.create.call(original, "ses_1"), disabled);
  assert.throws(() => guarded.create.bind(guarded)("ses_1"), disabled);
  assert.throws(
    () => Reflect.apply(guarded.create, guarded, ["ses_1"]),
    disabled,
  );
  const { create } = guarded;
  assert.throws(() => create("ses_1"), disabled);
  assert.throws(
    () => Object.values(guarded).find((value) => value.name === "create")(),
    disabled,
  );
  assert.throws(() => ({ ...guarded }).create("ses_1"), disabled);
  assert.throws(
    () => Object.getOwnPropertyDescriptor(guarded, "create").value("ses_1"),
    disabled,
  );
  assert.deepEqual(original.calls, []);
});

test("while publishing is on the original is called as ever", async () => {
  const original = namespace();
  const guarded = guardShareNext(original);
  enable();
  assert.deepEqual(await guarded.create("ses_1", 2, 3), {
    url: "https://share.example.com/ses_1",
  });
  assert.deepEqual(original.calls[0].slice(2), ["ses_1", [2, 3]]);
  assert.equal(original.calls[0][1], original);
  const other = {};
  await guarded.create.call(other, "ses_2");
  assert.equal(original.calls[1][1], other);
  disableWebPublishing();
  assert.throws(() => guarded.create("ses_3"), disabled);
  assert.equal(original.calls.length, 2);
});

test("what is no function is as it was", () => {
  const original = namespace();
  const guarded = guardShareNext(original);
  assert.equal(guarded.version, 2);
  assert.equal(guarded.calls, original.calls);
  assert.deepEqual(Object.keys(guarded), Object.keys(original));
  assert.ok("create" in guarded);
  assert.equal(guarded.create, guarded.create);
  assert.equal(guarded.create.name, "create");
  assert.equal(guarded.create.length, 1);
  assert.equal(guarded.missing, undefined);
  assert.equal(String(guarded), "[object Object]");
  guarded.version = 3;
  assert.equal(original.version, 3);
});

test("passthrough leaves members alone, nested ones by their path", () => {
  const original = namespace();
  const guarded = guardShareNext(original, {
    passthrough: ["init", "nested.sync"],
  });
  assert.equal(guarded.init(), "initialised");
  guarded.nested.sync();
  assert.throws(() => guarded.create("ses_1"), disabled);
  assert.deepEqual(original.calls, [["init"], ["sync"]]);
});

test("a module's namespace, frozen and with live bindings", async () => {
  const source = `
    export let count = 0;
    export async function create() { count += 1; return count; }
    export const remove = () => { count += 1; };
  `;
  const module = await import(
    `data:text/javascript,${encodeURIComponent(source)}`
  );
  const guarded = guardShareNext(module);
  assert.throws(() => guarded.create(), disabled);
  assert.throws(() => guarded.remove(), disabled);
  assert.equal(guarded.count, 0);
  assert.deepEqual(Object.keys(guarded), ["count", "create", "remove"]);
  enable();
  assert.equal(await guarded.create(), 1);
  assert.equal(guarded.count, 1);
});

test("a frozen object", () => {
  const original = Object.freeze({
    create: () => "created",
    nested: Object.freeze({ sync: () => "synced" }),
  });
  const guarded = guardShareNext(original);
  assert.throws(() => guarded.create(), disabled);
  assert.throws(() => guarded.nested.sync(), disabled);
  enable();
  assert.equal(guarded.create(), "created");
  assert.equal(guarded.nested.sync(), "synced");
});

test("an instance of a class: prototype methods, getters, private fields", () => {
  class Base {
    remove() {
      return "removed";
    }
  }
  class ShareNext extends Base {
    #secret = "kept";
    handler = () => this.#secret;
    create(id) {
      return `${this.#secret} ${id}`;
    }
    get url() {
      return this.#secret;
    }
    get sync() {
      return () => "synced";
    }
    static of() {
      return new ShareNext();
    }
  }
  const guarded = guardShareNext(new ShareNext());
  assert.ok(guarded instanceof ShareNext);
  assert.throws(() => new guarded.constructor(), disabled);
  assert.equal(guarded.url, "kept");
  for (const member of ["create", "remove", "handler", "sync"]) {
    assert.throws(() => guarded[member]("x"), disabled, member);
  }
  enable();
  assert.equal(guarded.create("ses_1"), "kept ses_1");
  assert.equal(guarded.remove(), "removed");
  assert.equal(guarded.handler(), "kept");
  assert.equal(guarded.sync(), "synced");
});

test("an Effect service, given to its users by a layer", async () => {
  const calls = [];
  class ShareNext extends Context.Service()("@opencode/ShareNext") {}
  const create = Effect.fn("ShareNext.create")(function* (id) {
    calls.push(id);
    return yield* Effect.succeed({ url: `https://share.example.com/${id}` });
  });
  const init = Effect.fn("ShareNext.init")(function* () {
    calls.push("init");
  });
  const original = ShareNext.of({ init, create });
  const guarded = guardShareNext(original, { passthrough: ["init"] });
  const layer = Layer.succeed(ShareNext, guarded);
  const share = (id) =>
    Effect.gen(function* () {
      const shareNext = yield* ShareNext;
      yield* shareNext.init();
      return yield* shareNext.create(id);
    }).pipe(Effect.provide(layer), Effect.runPromise);

  await assert.rejects(share("ses_1"), disabled);
  assert.throws(() => guarded.create("ses_1"), disabled);
  assert.deepEqual(calls, ["init"]);
  enable();
  assert.deepEqual(await share("ses_2"), {
    url: "https://share.example.com/ses_2",
  });
  disableWebPublishing();
  await assert.rejects(share("ses_3"), disabled);
  assert.deepEqual(calls, ["init", "init", "ses_2", "init"]);
});

test("a function, and classes among the members", () => {
  const guarded = guardShareNext(function publish() {
    return "published";
  });
  assert.throws(() => guarded(), {
    ...disabled,
    message: /^publish was refused/,
  });
  const withClass = guardShareNext({ Client: class Client {} });
  assert.throws(() => new withClass.Client(), disabled);
  enable();
  assert.equal(guarded(), "published");
  assert.ok(new withClass.Client() instanceof withClass.Client);
});

test("what is no object, and unknown options, are refused", async () => {
  for (const value of [undefined, null, 5, "ShareNext"]) {
    assert.equal(
      (await failure(() => guardShareNext(value))).code,
      "ERR_INVALID_OPTION",
    );
  }
  for (const options of [
    { passthru: [] },
    { passthrough: "init" },
    { passthrough: [1] },
    5,
  ]) {
    assert.equal(
      (await failure(() => guardShareNext({}, options))).code,
      "ERR_INVALID_OPTION",
    );
  }
});
