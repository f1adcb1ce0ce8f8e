// Tells what has to be guarded: whatever code of share-next's own can be called through.

/** Of each iterator that the language makes. */
const iteratorPrototype = Object.getPrototypeOf(
  Object.getPrototypeOf([][Symbol.iterator]()),
);

// What the language and the platform bring. Generators are not among them: their `next` runs own code.
const intrinsicPrototypes = (() => {
  const found = new Set();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!/^[A-Z]/.test(name)) continue;
    try {
      const { prototype } = globalThis[name];
      if (typeof prototype === "object" && prototype) found.add(prototype);
    } catch {
      // A global that this runtime does not give out.
    }
  }
  const prototypeOf = Object.getPrototypeOf;
  const iterators = [[], new Map(), new Set(), ""].map((list) =>
    prototypeOf(list[Symbol.iterator]()),
  );
  iterators.push(iteratorPrototype, prototypeOf("".matchAll(/x/g)));
  iterators.push(prototypeOf(Uint8Array).prototype);
  for (const iterator of iterators) found.add(iterator);
  for (const like of [async () => {}, function* () {}, async function* () {}]) {
    found.add(prototypeOf(like));
  }
  return found;
})();

const intrinsicFunctions = new Set(
  [...intrinsicPrototypes]
    .map((prototype) => {
      const { value } =
        Object.getOwnPropertyDescriptor(prototype, "constructor") ?? {};
      return value;
    })
    .filter((value) => typeof value === "function"),
);

/** Their methods work on any object; those of the others need what only the object itself holds. */
const plainPrototypes = new Set([
  Object.prototype,
  Function.prototype,
  Array.prototype,
]);

/** They give out later what nobody can look at now. */
const isCarrier = (value) =>
  [Promise, WeakMap, WeakRef].some((kind) => value instanceof kind) ||
  iteratorPrototype.isPrototypeOf(value);

/**
 * Objects of the platform that run somebody's code, or send, when they are used: what a socket, a channel or an
 * emitter of events is told, and what streams and their readers and writers give and take. A signal is none: to
 * abort is no way to publish, and what takes a signal takes no proxy.
 */
const isLive = (() => {
  const live = [
    "EventTarget",
    "ReadableStream",
    "WritableStream",
    "TransformStream",
    "ReadableStreamDefaultReader",
    "ReadableStreamBYOBReader",
    "WritableStreamDefaultWriter",
  ];
  const kinds = live
    .map((name) => globalThis[name])
    .filter((kind) => typeof kind === "function");
  return (value) =>
    kinds.some((kind) => value instanceof kind) &&
    !(typeof AbortSignal === "function" && value instanceof AbortSignal);
})();

const isObject = (value) =>
  (typeof value === "object" && value !== null) || typeof value === "function";

/** An object and what it inherits from, without what the language brings. */
const ownChain = (value) => {
  const chain = [];
  let link = value;
  while (link && !intrinsicPrototypes.has(link) && chain.length < 100) {
    chain.push(link);
    link = Object.getPrototypeOf(link);
  }
  return chain;
};

/** The names by which values of the Effect library know each other. */
const effectNames = (value) => {
  const names = ownChain(value).flatMap((link) => Reflect.ownKeys(link));
  return names
    .map((name) => (typeof name === "symbol" ? (name.description ?? "") : name))
    .filter((name) => /^(~effect\/|@?effect\/)/.test(name));
};

/**
 * A layer, a tag, a schema or other data of Effect: a plan that another part carries out. To wrap it changes
 * nothing about what is made by it. An Effect is none, nor a stream of Effects: to run it is to call it. Nor is a
 * client such as `HttpClient`: it has Effect's names too, and functions of its own, which send.
 */
const isPlan = (value) => {
  const names = effectNames(value);
  if (names.length === 0) return false;
  const has = (...ends) =>
    names.some((name) => ends.some((end) => name.endsWith(end)));
  if (has("/Exit", "/Layer", "/Tag", "/Key", "/Service", "/Reference")) {
    return true;
  }
  if (has("effect/Effect", "effect/Stream", "effect/Channel", "effect/Sink")) {
    return false;
  }
  if (has("/Schema", "/Fiber")) return true;
  const descriptors = Object.getOwnPropertyDescriptors(value);
  const own = Reflect.ownKeys(descriptors).map((key) => descriptors[key].value);
  return ![value, ...own].some((one) => typeof one === "function");
};

/** The member through which Effect 4 runs an effect; `undefined` where the value is none. */
const effectRunner = (value) => {
  const names = effectNames(value);
  const runner = names.find((name) => name.endsWith("effect/Effect/evaluate"));
  return isPlan(value) ? undefined : runner;
};

const isPlainData = (value) =>
  plainPrototypes.has(Object.getPrototypeOf(value));

/** What a Map or a Set holds. */
const itemsOf = (value) => {
  const items = new Set();
  for (const kind of [Map, Set]) {
    if (!(value instanceof kind)) continue;
    const collect = (item, key) => items.add(item).add(key);
    kind.prototype.forEach.call(value, collect);
  }
  return [...items].filter(isObject);
};

/** The keys that are looked at. The symbols of Node's own objects, such as a response, are its own. */
const keysOf = (link) => {
  const prototype = Object.getPrototypeOf(link);
  const isNodes =
    intrinsicPrototypes.has(prototype) && !plainPrototypes.has(prototype);
  const keys = Reflect.ownKeys(link);
  return isNodes ? keys.filter((key) => typeof key === "string") : keys;
};

/** More is not looked through: it is guarded. */
const MOST_VALUES = 1000000;

/** Whether something can be called through a value that is not the language's own. */
function canBeCalled(root, readsGetters) {
  const seen = new Set();
  const pending = isObject(root) ? [root] : [];
  while (pending.length > 0) {
    const value = pending.pop();
    if (seen.has(value)) continue;
    seen.add(value);
    if (seen.size > MOST_VALUES) return true;
    try {
      if (value === globalThis || intrinsicFunctions.has(value)) continue;
      if (ArrayBuffer.isView(value)) continue;
      if (typeof value === "function") {
        if (isPlan(value)) continue;
        return true;
      }
      // Most values are data, for which this has to be quick.
      if (!isPlainData(value)) {
        if (isPlan(value)) continue;
        if (isCarrier(value) || isLive(value)) return true;
        for (const item of itemsOf(value)) pending.push(item);
      }
      if (Array.isArray(value) && value.length > MOST_VALUES) return true;
      for (const link of ownChain(value)) {
        for (const key of keysOf(link)) {
          if (key === "constructor" && link !== value) continue;
          // Newer engines make it an accessor, which is theirs.
          if (key === "stack" && value instanceof Error) continue;
          const found = Object.getOwnPropertyDescriptor(link, key);
          const isGetter = !("value" in found);
          // Bundlers make each member of a module one.
          if (isGetter && !(readsGetters && link === value)) return true;
          const member = isGetter ? value[key] : found.value;
          if (isObject(member)) pending.push(member);
        }
      }
    } catch {
      // A member that cannot be looked at, such as one of a module that is still loading.
      return true;
    }
  }
  return false;
}
