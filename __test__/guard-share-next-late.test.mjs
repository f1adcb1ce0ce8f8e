// What was got while publishing was on, and is used later: errors that carry a client, streams, sockets.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import test, { afterEach } from "node:test";
import { inspect } from "node:util";
import { Effect, Stream } from "effect";
import { addon, failure } from "./support.mjs";

const { disableWebPublishing, enableWebPublishing, guardShareNext } = addon;

const enable = () =>
  enableWebPublishing({
    origin: "https://share.example.com",
    acknowledged: true,
  });
const disabled = { code: "ERR_WEB_PUBLISHING_DISABLED" };

afterEach(() => disableWebPublishing());

/** What publishes, and how often it did. */
function publisher() {
  let sent = 0;
  const publish = () => (sent += 1);
  class Client {
    sync() {
      return publish();
    }
  }
  class ShareError extends Error {
    name = "ShareError";
    client = new Client();
  }
  const fail = () => {
    throw new ShareError("no quota");
  };
  return { publish, Client, ShareError, fail, sent: () => sent };
}

const ofErrors = {
  "a function throws": ({ fail }) => [{ create: fail }, (it) => it.create()],
  "a promise rejects with": ({ fail }) => [
    { create: async () => fail() },
    (it) => it.create(),
  ],
  "a promise with functions rejects with": ({ fail, publish }) => [
    {
      create: () =>
        Object.assign(Promise.resolve().then(fail), { cancel: publish }),
    },
    (it) => it.create(),
  ],
  "a getter throws": ({ fail }) => [
    {
      create() {},
      get client() {
        return fail();
      },
    },
    (it) => it.client,
  ],
  "a setter throws": ({ fail }) => [
    {
      create() {},
      set client(_) {
        fail();
      },
    },
    (it) => (it.client = 1),
  ],
  "a class throws": ({ fail }) => [
    {
      Kind: class {
        constructor() {
          fail();
        }
      },
    },
    (it) => new it.Kind(),
  ],
  "a generator throws": ({ fail }) => [
    {
      *each() {
        yield fail();
      },
    },
    (it) => it.each().next(),
  ],
  "a stream of pieces throws": ({ fail }) => [
    {
      async *each() {
        yield fail();
      },
    },
    async (it) => {
      for await (const piece of it.each()) assert.ok(piece);
    },
  ],
  "a stream of the platform fails with": ({ fail }) => [
    { create() {}, pieces: new ReadableStream({ pull: fail }) },
    (it) => it.pieces.getReader().read(),
  ],
};

for (const [name, prepare] of Object.entries(ofErrors)) {
  test(`the client in the error that ${name} is guarded`, async () => {
    const made = publisher();
    const [original, use] = prepare(made);
    const guarded = guardShareNext(original);
    enable();
    const error = await failure(async () => use(guarded));
    assert.ok(error instanceof made.ShareError);
    assert.ok(error instanceof Error);
    assert.equal(error.message, "no quota");
    // What is logged of it.
    assert.match(error.stack, /no quota\n\s+at /);
    assert.match(inspect(error), /no quota\n\s+at /);
    error.client.sync();
    assert.equal(made.sent(), 1);
    disableWebPublishing();
    assert.throws(() => error.client.sync(), disabled);
    assert.equal(made.sent(), 1);
  });
}

test("the client in an error's cause, or in one of several errors, is guarded", async () => {
  const { ShareError, sent } = publisher();
  const inner = new ShareError("x");
  const guarded = guardShareNext({
    outer: async () => {
      throw new Error("outer", { cause: inner });
    },
    all: () => Promise.any([Promise.reject(inner)]),
  });
  enable();
  const { cause } = await failure(() => guarded.outer());
  const { errors } = await failure(() => guarded.all());
  disableWebPublishing();
  assert.throws(() => cause.client.sync(), disabled);
  assert.throws(() => errors[0].client.sync(), disabled);
  assert.equal(sent(), 0);
});

test("an error without a client, and what a callback throws, are given out as they are", async () => {
  const own = Object.assign(new Error("own"), { status: 429 });
  const { ShareError } = publisher();
  const original = new ShareError("x");
  let caught;
  const guarded = guardShareNext({
    create() {
      throw own;
    },
    later: async () => {
      throw own;
    },
    throwing() {
      throw original;
    },
    run(work) {
      try {
        work();
      } catch (error) {
        caught = error;
      }
    },
  });
  enable();
  assert.equal(await failure(() => guarded.create()), own);
  assert.equal(await failure(() => guarded.later()), own);
  structuredClone(own);
  // Its own error comes back to it as its own.
  guarded.run(() => guarded.throwing());
  assert.equal(caught, original);
});

/** A source that counts each piece. */
const counted = (publish, more) => ({
  pull(controller) {
    controller.enqueue(new Uint8Array([publish()]));
  },
  ...more,
});
const unbuffered = { highWaterMark: 0 };

/** What is kept while publishing is on; each call of what is given back publishes once. */
const kept = {
  "a stream of the platform": ({ publish }) => [
    new ReadableStream(counted(publish), unbuffered),
    (stream) => {
      const reader = stream.getReader();
      return () => reader.read();
    },
  ],
  "a stream of bytes": ({ publish }) => [
    new ReadableStream(counted(publish, { type: "bytes" })),
    (stream) => {
      const reader = stream.getReader({ mode: "byob" });
      return () => reader.read(new Uint8Array(8));
    },
  ],
  "a stream in a loop": ({ publish }) => [
    new ReadableStream(counted(publish), unbuffered),
    (stream) => {
      const each = stream[Symbol.asyncIterator]();
      return () => each.next();
    },
  ],
  "a stream of an heir": ({ publish }) => [
    new (class Own extends ReadableStream {
      more() {}
    })(counted(publish), unbuffered),
    (stream) => {
      const reader = stream.getReader();
      return () => reader.read();
    },
  ],
  "a reader of a stream": ({ publish }) => [
    new ReadableStream(counted(publish), unbuffered).getReader(),
    (reader) => () => reader.read(),
  ],
  "a stream that is written to": ({ publish }) => [
    new WritableStream({ write: () => void publish() }),
    (stream) => {
      const writer = stream.getWriter();
      return () => writer.write("x");
    },
  ],
  "a writer of a stream": ({ publish }) => [
    new WritableStream({ write: () => void publish() }).getWriter(),
    (writer) => () => writer.write("x"),
  ],
  "a stream that transforms": ({ publish }) => [
    new TransformStream({ transform: () => void publish() }, undefined, {
      highWaterMark: 9,
    }),
    (stream) => {
      const writer = stream.writable.getWriter();
      return () => writer.write("x");
    },
  ],
  "a stream of Node": ({ publish }) => [
    new Readable({
      highWaterMark: 0,
      read() {
        this.push(String(publish()));
      },
    }),
    (stream) => {
      const each = stream[Symbol.asyncIterator]();
      return () => each.next();
    },
  ],
  "an emitter of events": ({ publish }) => {
    const target = new EventTarget();
    target.addEventListener("share", publish);
    return [target, (it) => () => it.dispatchEvent(new Event("share"))];
  },
  "a channel": ({ publish }) => {
    const { port1 } = new MessageChannel();
    port1.postMessage = publish;
    return [port1, (port) => () => port.postMessage("x")];
  },
  "a stream of Effects": ({ publish }) => [
    Stream.fromEffect(Effect.sync(publish)),
    (stream) => () => Effect.runPromise(Stream.runDrain(stream)),
  ],
  "a stream of Effects with more steps": ({ publish }) => [
    Stream.fromEffect(Effect.sync(publish)),
    (stream) => {
      const mapped = stream.pipe(Stream.map((piece) => piece + 1));
      return () => Effect.runPromise(Stream.runCollect(mapped));
    },
  ],
};

for (const [name, prepare] of Object.entries(kept)) {
  test(`${name} that was kept while publishing was on is guarded`, async () => {
    const { publish, sent } = publisher();
    const [value, use] = prepare({ publish });
    const guarded = guardShareNext({
      create: () => ({ value }),
      later: async () => ({ all: [value] }),
    });
    enable();
    const attack = use(guarded.create().value);
    await attack();
    assert.equal(sent(), 1);
    disableWebPublishing();
    await assert.rejects(async () => attack(), disabled);
    assert.equal(sent(), 1);
    enable();
    // A stream that was refused has ended; the guarded object gives a new one, unless somebody else reads it.
    const again = (await guarded.later()).all[0];
    await (again.locked ? attack : use(again))();
    assert.equal(sent(), 2);
  });
}

test("a guarded stream is one to the platform, and gives what the original gives", async () => {
  const pieces = (list) =>
    new ReadableStream({
      start(controller) {
        for (const piece of list) controller.enqueue(piece);
        controller.close();
      },
    });
  const bytes = new TextEncoder().encode("text");
  const written = [];
  const guarded = guardShareNext({
    create() {},
    stream: pieces([bytes]),
    texts: pieces(["a", "b"]),
    sink: new WritableStream({ write: (piece) => void written.push(piece) }),
    signal: new AbortController().signal,
  });
  assert.equal(guarded.stream, guarded.stream);
  assert.ok(guarded.stream instanceof ReadableStream);
  assert.equal(guarded.stream.locked, false);
  enable();
  assert.equal(await new Response(guarded.stream).text(), "text");
  await guarded.texts.pipeTo(guarded.sink);
  assert.deepEqual(written, ["a", "b"]);
  // What takes a signal looks for its inner state.
  AbortSignal.any?.([guarded.signal]);
});

test("data that is filled later is guarded where the guarded object is asked for it again", () => {
  const { Client, sent } = publisher();
  const state = {};
  const guarded = guardShareNext({
    state,
    create: () => (state.client = new Client()) && undefined,
    current: () => state,
  });
  assert.equal(guarded.state, state);
  enable();
  guarded.create();
  const found = [guarded.state.client, guarded.current().client];
  disableWebPublishing();
  for (const client of found) assert.throws(() => client.sync(), disabled);
  assert.equal(sent(), 0);
});

test("a stream keeps its class, and half of a stream is guarded as well", async () => {
  class Own extends ReadableStream {}
  const { publish } = publisher();
  const guarded = guardShareNext({
    create() {},
    own: new Own(counted(publish), unbuffered),
    halves: new ReadableStream(counted(publish), unbuffered).tee(),
  });
  assert.ok(guarded.own instanceof Own);
  for (const stream of [guarded.own, ...guarded.halves]) {
    await assert.rejects(stream.getReader().read(), disabled);
  }
});
