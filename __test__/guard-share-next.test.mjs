// What is reached through a wrapped object is guarded as well, and what is not guarded is said.
import assert from "node:assert/strict";
import test, { afterEach } from "node:test";
import { Context, Effect, Layer, Option } from "effect";
import { HttpClient, HttpClientResponse } from "effect/http";
import { addon } from "./support.mjs";

const { disableWebPublishing, enableWebPublishing, guardShareNext } = addon;

const enable = () =>
  enableWebPublishing({
    origin: "https://share.example.com",
    acknowledged: true,
  });
const disabled = { code: "ERR_WEB_PUBLISHING_DISABLED" };
const nothing = { code: "ERR_INVALID_OPTION", message: /nothing to guard/ };

afterEach(() => disableWebPublishing());

/** Everything through which a session could leave, and how often it did. */
function publisher() {
  let sent = 0;
  const publish = () => (sent += 1);
  class Base {
    remove() {
      return publish();
    }
  }
  class Client extends Base {
    #count = () => publish();
    own = () => this.#count();
    static connect() {
      return new Client();
    }
    create() {
      return new Client();
    }
    sync() {
      return this.#count();
    }
    get child() {
      return new Client();
    }
    get handlers() {
      return [() => publish()];
    }
    set session(_) {
      publish();
    }
    *each() {
      yield publish();
    }
    async *stream() {
      yield publish();
    }
    [Symbol.for("publish")]() {
      return publish();
    }
    [Symbol.iterator]() {
      return [publish()][Symbol.iterator]();
    }
  }
  const create = Object.assign(() => new Client(), {
    force: () => publish(),
    nested: { deeper: Object.assign(() => {}, { sync: () => publish() }) },
  });
  const original = {
    Client,
    create,
    use: (work) => work(new Client()),
    useAsThis(work) {
      return work.call(new Client());
    },
    listeners: new Set(),
    on(listener) {
      this.listeners.add(listener);
    },
    off(listener) {
      return this.listeners.delete(listener);
    },
    createLater: async () => new Client(),
    createWith: () => ({ client: new Client(), url: "https://a.example" }),
    list: [() => publish(), new Client()],
    byName: new Map([["client", new Client()]]),
    all: new Set([new Client()]),
    later: Promise.resolve(new Client()),
    cancellable: Object.assign(Promise.resolve(new Client()), {
      cancel: () => publish(),
    }),
    client: new Client(),
    bound: publish.bind(undefined),
    weak: new WeakRef(create),
    lazy: () => ({ then: (resolve) => resolve(new Client()) }),
    http: HttpClient.make((request) =>
      Effect.sync(() => {
        publish();
        return HttpClientResponse.fromWeb(request, new Response());
      }),
    ),
    [Symbol.for("publish")]: () => publish(),
  };
  return { original, Client, sent: () => sent };
}

/** Each way to a call that publishes; some are prepared while publishing is on. */
const ways = {
  "a nested instance": (guarded) => {
    const client = guarded.create();
    return () => client.sync();
  },
  "an instance of an instance": (guarded) => {
    const client = guarded.create().create().child;
    return () => client.sync();
  },
  "an instance in a promise": async (guarded) => {
    const client = await guarded.createLater();
    return () => client.sync();
  },
  "what a callback is handed": (guarded) => {
    let given;
    guarded.use((client) => {
      given = client;
    });
    return () => given.sync();
  },
  "what a callback is called on": (guarded) => {
    let given;
    guarded.useAsThis(function () {
      given = this;
    });
    return () => given.sync();
  },
  "an instance beside data": (guarded) => {
    const { client } = guarded.createWith();
    return () => client.own();
  },
  "a function on a function": (guarded) => () => guarded.create.force(),
  "a function deep on functions": (guarded) => () =>
    guarded.create.nested.deeper.sync(),
  "the descriptor of a function on a function": (guarded) => () =>
    Object.getOwnPropertyDescriptor(guarded.create, "force").value(),
  "what a class makes": (guarded) => {
    const client = new guarded.Client();
    return () => client.sync();
  },
  "what Reflect makes of a class": (guarded) => {
    const client = Reflect.construct(guarded.Client, []);
    return () => client.own();
  },
  "a static function of a class": (guarded) => {
    const client = guarded.Client.connect();
    return () => client.remove();
  },
  "an heir of a class": (guarded) => {
    class Heir extends guarded.Client {
      #mine = 1;
      again() {
        return this.#mine && super.sync();
      }
    }
    const heir = new Heir();
    return () => heir.again();
  },
  "a field of an heir": (guarded) => {
    class Heir extends guarded.Client {}
    const heir = new Heir();
    return () => heir.own();
  },
  "an object that inherits": (guarded) => () =>
    Object.create(guarded.client).remove(),
  "an array": (guarded) => () => guarded.list[0](),
  "an array's methods": (guarded) => () => guarded.list.at(-1).sync(),
  "an array in pieces": (guarded) => () => {
    const [, client] = guarded.list;
    return client.sync();
  },
  "a copy of an array": (guarded) => () =>
    guarded.list
      .map((item) => item)
      .slice()[0](),
  "a map": (guarded) => () => guarded.byName.get("client").sync(),
  "the values of a map": (guarded) => () =>
    [...guarded.byName.values()][0].sync(),
  "the entries of a map": (guarded) => () => [...guarded.byName][0][1].sync(),
  "each of a map": (guarded) => () =>
    guarded.byName.forEach((client) => client.sync()),
  "each of a set": (guarded) => () =>
    guarded.all.forEach((client) => client.sync()),
  "the values of a set": (guarded) => () => {
    for (const client of guarded.all) client.sync();
  },
  "a promise among the members": async (guarded) => {
    const client = await guarded.later;
    return () => client.sync();
  },
  "a promise with a function on it": (guarded) => () =>
    guarded.cancellable.cancel(),
  "what a promise with a function gives": async (guarded) => {
    const client = await guarded.cancellable;
    return () => client.sync();
  },
  "a weak reference": (guarded) => () => guarded.weak.deref().force(),
  "an accessor": (guarded) => () => guarded.client.child.sync(),
  "an accessor that gives a list": (guarded) => () =>
    guarded.client.handlers[0](),
  "an accessor's own function": (guarded) => () => {
    const { get } = Object.getOwnPropertyDescriptor(
      Object.getPrototypeOf(guarded.client),
      "child",
    );
    return get.call(guarded.client).sync();
  },
  "an accessor that is set": (guarded) => () => {
    guarded.client.session = "ses_1";
  },
  "a setter's own function": (guarded) => () =>
    Object.getOwnPropertyDescriptor(
      Object.getPrototypeOf(guarded.client),
      "session",
    ).set.call(guarded.client, "ses_1"),
  "a symbol": (guarded) => () => guarded[Symbol.for("publish")](),
  "a symbol of an instance": (guarded) => () =>
    guarded.client[Symbol.for("publish")](),
  "an iterator of its own": (guarded) => () => [...guarded.client],
  "a generator that waits": (guarded) => {
    const each = guarded.client.each();
    return () => each.next();
  },
  "a generator in a loop": (guarded) => {
    const each = guarded.client.each();
    return () => [...each];
  },
  "a stream that waits": (guarded) => {
    const each = guarded.client.stream();
    return async () => each.next();
  },
  "the prototype": (guarded) => () =>
    Object.getPrototypeOf(guarded.client).sync.call(guarded.client),
  "the prototype's old name": (guarded) => () =>
    guarded.client.__proto__.remove.call(guarded.client),
  "the prototype of a class": (guarded) => () =>
    guarded.Client.prototype.sync.call(guarded.client),
  "the constructor": (guarded) => () => new guarded.client.constructor().sync(),
  "the constructor's prototype": (guarded) => () =>
    guarded.client.constructor.prototype.remove.call(guarded.client),
  "the class above": (guarded) => () =>
    Object.getPrototypeOf(guarded.Client).prototype.remove(),
  "a bound function": (guarded) => () => guarded.bound(),
  "a thenable of its own": async (guarded) => {
    const client = await guarded.lazy();
    return () => client.sync();
  },
  "an HTTP client of Effect": (guarded) => () =>
    Effect.runPromise(guarded.http.get("https://a.example")),
  "a request of Effect that waits": (guarded) => {
    const request = guarded.http.get("https://a.example");
    return () => Effect.runPromise(request);
  },
};

for (const [name, prepare] of Object.entries(ways)) {
  test(`nothing gets past the guard through ${name}`, async () => {
    const { original, sent } = publisher();
    const guarded = guardShareNext(original);
    enable();
    const attack = await prepare(guarded);
    assert.equal(sent(), 0);
    disableWebPublishing();
    await assert.rejects(async () => attack(), disabled);
    assert.equal(sent(), 0);
    enable();
    await attack();
    assert.equal(sent(), 1);
  });
}

test("identity, instanceof and private fields are as without the guard", async () => {
  const { original, Client } = publisher();
  const guarded = guardShareNext(original);
  enable();
  const client = new guarded.Client();
  assert.ok(client instanceof Client);
  assert.ok(client instanceof guarded.Client);
  assert.ok(guarded.client instanceof guarded.Client);
  assert.ok(original.client instanceof guarded.Client);
  assert.ok(!({} instanceof guarded.Client));
  assert.equal(guarded.client, guarded.client);
  assert.equal(guarded.list[1], guarded.list[1]);
  assert.equal(guarded.create.force, guarded.create.force);
  assert.ok(Array.isArray(guarded.list));
  assert.equal(guarded.list.length, 2);
  assert.equal(guarded.byName.size, 1);
  assert.ok(guarded.byName.has("client"));
  assert.ok(guarded.later instanceof Promise);
  assert.ok(guarded.createLater() instanceof Promise);
  const listener = () => {};
  guarded.on(listener);
  assert.equal(guarded.off(listener), true);
  assert.equal(original.listeners.size, 0);
  guarded.list.push(guarded.client);
  assert.equal(original.list[2], original.client);
});

test("a listener or a class that was handed in is given out as it was", () => {
  const own = new Set();
  const guarded = guardShareNext({
    byName: new Map([["create", () => {}]]),
    listeners: new Set([() => {}]),
    on: (listener) => own.add(listener),
    all: () => [...own],
  });
  enable();
  const listener = () => {};
  class Kind {}
  guarded.on(listener);
  assert.equal(guarded.all()[0], listener);
  guarded.listeners.add(listener);
  assert.equal(guarded.listeners.delete(listener), true);
  guarded.byName.set("listener", listener).set("kind", Kind);
  assert.equal(guarded.byName.get("listener"), listener);
  assert.equal(guarded.byName.get("kind"), Kind);
});

test("data, dates, errors and what the platform makes are given out as they are", async () => {
  const data = {
    date: new Date(0),
    error: new TypeError("x"),
    bytes: new Uint8Array(3),
    url: new URL("https://share.example.com"),
    response: new Response("text"),
    map: new Map([["a", { b: 1 }]]),
    some: Option.some(1),
    messages: [{ parts: [{ text: "x" }] }],
  };
  const guarded = guardShareNext({
    create: () => data,
    later: async () => data.messages,
    fails: async () => {
      throw data.error;
    },
    ...data,
  });
  enable();
  const { some, response, ...cloned } = guarded.create();
  assert.equal(some, data.some);
  assert.equal(await response.text(), "text");
  for (const [name, value] of Object.entries(cloned)) {
    assert.equal(guarded[name], value, name);
    if (name !== "url") structuredClone(value);
  }
  const messages = Array.from({ length: 50000 }, () => ({ parts: [{}] }));
  const { create } = guardShareNext({ create: () => messages });
  assert.equal(create(), messages);
  assert.equal(await guarded.later(), data.messages);
  await assert.rejects(guarded.fails(), data.error);
});

test("an effect asks when it is run, also one that was made while publishing was on", async () => {
  let sent = 0;
  const guarded = guardShareNext({
    create: (id) =>
      Effect.sync(() => {
        sent += 1;
        return id;
      }),
    gen: Effect.fn("gen")(function* (id) {
      yield* Effect.sleep(1);
      sent += 1;
      return id;
    }),
    sync: Effect.sync(() => (sent += 1)),
  });
  enable();
  const effects = [
    guarded.create("a"),
    guarded.gen("a"),
    guarded.create("a").pipe(Effect.map((id) => id)),
    Effect.gen(function* () {
      return yield* guarded.sync;
    }),
  ];
  for (const effect of effects) {
    assert.ok(Effect.isEffect(effect));
    await Effect.runPromise(effect);
  }
  assert.equal(sent, 4);
  disableWebPublishing();
  for (const effect of effects) {
    await assert.rejects(Effect.runPromise(effect), disabled);
  }
  assert.equal(sent, 4);
});

test("a namespace of layers and tags is refused: guarding it guarded nothing", () => {
  class Service extends Context.Service()("@test/ShareNext") {}
  const layer = Layer.succeed(Service, { create: () => Effect.void });
  const plans = {
    Service,
    layer,
    defaultLayer: layer.pipe(Layer.provide(Layer.empty)),
    version: 2,
    schema: { limits: [1, 2] },
  };
  const getters = {};
  for (const name of Object.keys(plans)) {
    const get = () => plans[name];
    Object.defineProperty(getters, name, { get, enumerable: true });
  }
  for (const value of [
    plans,
    Object.freeze({ ...plans }),
    getters,
    { nested: plans },
    layer,
    Service,
    {},
    [],
    new Map([["layer", layer]]),
    new Date(),
  ]) {
    assert.throws(() => guardShareNext(value), nothing);
  }
  const guarded = guardShareNext({ ...plans, create: () => "created" });
  assert.throws(() => guarded.create(), disabled);
  assert.equal(guarded.layer, layer);
  assert.equal(guarded.Service, Service);
});
