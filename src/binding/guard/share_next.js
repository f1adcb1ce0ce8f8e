// Wraps an object so that each function that is reached through it first asks whether publishing is allowed.
//
// The proxy stands in front of an empty stand-in, not of the original: the original may be frozen or a
// module, and a proxy must then give out its members as they are.
function guardShareNext(root, passthrough, assertWebPublishing) {
  if (!canBeCalled(root, true)) return undefined;
  const exempt = new Set(passthrough);
  const proxies = new WeakMap();
  const originals = new WeakMap();

  const unwrap = (value) => (isObject(value) && originals.get(value)) || value;

  /** The name of a member, for an error. */
  const nameOf = (path, key) => {
    const name = typeof key === "symbol" ? `[${key.description ?? ""}]` : key;
    return path ? `${path}.${name}` : name;
  };

  /** What a wrapped object gives out. Data is given out as it is: a proxy cannot be cloned or sent. */
  const wrap = (value, name) => {
    if (!isObject(value) || originals.has(value)) return value;
    if (handedIn.has(value)) return handedIn.get(value);
    const known = proxies.get(value);
    if (known) return known;
    if (!canBeCalled(value, false)) return value;
    const isPromise =
      Object.getPrototypeOf(value) === Promise.prototype &&
      Object.keys(value).length === 0;
    const runner = !isPromise && effectRunner(value);
    const wrapped = isPromise
      ? // A proxy of a promise would be none to what looks for its inner state.
        Promise.prototype.then.call(
          value,
          (result) => wrap(result, name),
          (error) => {
            throw wrap(error, name);
          },
        )
      : runner
        ? guardEffect(value, runner, name)
        : (guardStream(value, name) ?? guard(value, name));
    proxies.set(value, wrapped);
    originals.set(wrapped, value);
    return wrapped;
  };

  const guardStream = (value, name) => {
    const guardKind =
      (isPlatforms(value, "ReadableStream") && guardReadable) ||
      (isPlatforms(value, "WritableStream") && guardWritable);
    if (!guardKind) return undefined;
    return guardKind(value, {
      ask: () => assertWebPublishing(name),
      refused: () => proxies.delete(value),
      wrap: (piece) => wrap(piece, name),
      unwrap,
    });
  };

  /** Does what the original does. What it throws may carry a client too. */
  const attempt = (name, work) => {
    try {
      return work();
    } catch (error) {
      throw wrap(error, name);
    }
  };

  /** An Effect asks each time it is run; what it is made of, and what it yields, are the runtime's. */
  const guardEffect = (effect, runner, name) =>
    new Proxy(effect, {
      get(target, key, receiver) {
        const value = Reflect.get(target, key, receiver);
        if (key !== runner) return value;
        return (...args) => {
          assertWebPublishing(name);
          return attempt(name, () => Reflect.apply(value, target, args));
        };
      },
    });

  /** What the original is handed: its own objects, and callbacks that get guarded ones from it. */
  const handed = (args, name) =>
    args.map((argument) => {
      const isCallback =
        typeof argument === "function" &&
        !originals.has(argument) &&
        !intrinsicFunctions.has(argument) &&
        !isPlan(argument);
      return isCallback ? callbackOf(argument, name) : unwrap(argument);
    });

  // The same for the same function each time, so that a listener can be taken away again.
  const callbacks = new WeakMap();
  // Given out again it is the caller's own.
  const handedIn = new WeakMap();
  const callbackOf = (callback, name) => {
    if (!callbacks.has(callback)) {
      const proxy = new Proxy(callback, {
        apply(target, self, args) {
          const given = args.map((argument) => wrap(argument, name));
          try {
            return unwrap(Reflect.apply(target, wrap(self, name), given));
          } catch (error) {
            throw unwrap(error);
          }
        },
      });
      callbacks.set(callback, proxy);
      handedIn.set(proxy, callback);
    }
    return callbacks.get(callback);
  };

  const call = (target, name, self, args) =>
    // Private fields are the original's, not the proxy's.
    attempt(name, () => {
      const given = handed(args, name);
      return wrap(Reflect.apply(target, unwrap(self), given), name);
    });

  const construct = (target, name, args, newTarget) => {
    const asked = unwrap(newTarget);
    const made = attempt(name, () =>
      Reflect.construct(target, handed(args, name), asked),
    );
    if (asked === target) return wrap(made, name);
    // The heir keeps private fields on this very object, and has the methods of the guarded prototype.
    for (const key of Reflect.ownKeys(made)) {
      const { value, writable } = Object.getOwnPropertyDescriptor(made, key);
      if (writable) made[key] = wrap(value, nameOf(name, key));
    }
    return made;
  };

  /** A method of Map, Date and the like needs the object itself. */
  const intrinsicMethod = (method, name) =>
    function (...args) {
      return call(method, name, this, args);
    };

  const holderOf = (value, key) => {
    let link = value;
    while (link && !Object.prototype.hasOwnProperty.call(link, key)) {
      link = Object.getPrototypeOf(link);
    }
    return link;
  };

  const member = (original, path, key, value, methods) => {
    const name = nameOf(path, key);
    if (exempt.has(name)) return value;
    const holder = typeof value === "function" && holderOf(original, key);
    if (!holder || !intrinsicPrototypes.has(holder) || original === holder) {
      return wrap(value, name);
    }
    if (plainPrototypes.has(holder) || key === "constructor") return value;
    // To use it is to call it.
    if (isLive(original)) return wrap(value, name);
    if (!methods.has(value)) methods.set(value, intrinsicMethod(value, path));
    return methods.get(value);
  };

  /**
   * The prototype of an object is guarded too. Behind it stands the real one, for the sake of `instanceof`:
   * what is called there on the guarded object still meets guarded members.
   */
  const prototypeOf = (original, path) => {
    const own = Object.getOwnPropertyDescriptor(original, "constructor");
    if (own?.value?.prototype === original) return original;
    const prototype = Object.getPrototypeOf(original);
    return prototype && !intrinsicPrototypes.has(prototype)
      ? wrap(prototype, path)
      : prototype;
  };

  const guard = (original, path) => {
    const methods = new Map();
    const given = (key, value) => member(original, path, key, value, methods);
    const isInstance = (value) => unwrap(value) instanceof original;
    const describe = (target, key) => {
      const found = Reflect.getOwnPropertyDescriptor(original, key);
      if (!found) return undefined;
      const { enumerable } = found;
      // A list's own length cannot be made configurable.
      const configurable = !(Array.isArray(target) && key === "length");
      if ("value" in found) {
        const value = given(key, found.value);
        return { value, enumerable, configurable, writable: true };
      }
      const { get, set } = found;
      return {
        get:
          get &&
          function () {
            const read = () => Reflect.apply(get, unwrap(this), []);
            return given(key, attempt(nameOf(path, key), read));
          },
        set: set && wrap(set, nameOf(path, key)),
        enumerable,
        configurable,
      };
    };
    const handler = {
      get(_, key, receiver) {
        if (key === Symbol.hasInstance && typeof original === "function") {
          return isInstance;
        }
        const read = () => Reflect.get(original, key, unwrap(receiver));
        return given(key, attempt(nameOf(path, key), read));
      },
      set(_, key, value, receiver) {
        const holder = holderOf(original, key);
        const setter =
          holder && Object.getOwnPropertyDescriptor(holder, key).set;
        const name = nameOf(path, key);
        // A setter is own code that is called with a value.
        if (setter && !intrinsicPrototypes.has(holder) && !exempt.has(name)) {
          assertWebPublishing(name);
        }
        return attempt(name, () =>
          Reflect.set(original, key, unwrap(value), unwrap(receiver)),
        );
      },
      has: (_, key) => Reflect.has(original, key),
      ownKeys: () => Reflect.ownKeys(original),
      getOwnPropertyDescriptor: describe,
      getPrototypeOf: () => prototypeOf(original, path),
      defineProperty: (_, key, descriptor) =>
        Reflect.defineProperty(original, key, descriptor),
      deleteProperty: (_, key) => Reflect.deleteProperty(original, key),
      setPrototypeOf: () => false,
      preventExtensions: () => false,
      apply(_, self, args) {
        assertWebPublishing(path);
        return call(original, path, self, args);
      },
      construct(_, args, newTarget) {
        assertWebPublishing(path);
        return construct(original, path, args, newTarget);
      },
    };
    return new Proxy(standIn(original), handler);
  };

  // A bound function can be called and constructed, and has no member that would have to be shown.
  const standIn = (original) => {
    if (typeof original === "function") return function () {}.bind();
    // What prints an error looks behind a proxy.
    if (original instanceof Error) {
      const { message, stack } = original;
      return Object.assign(new Error(message), { stack });
    }
    return Array.isArray(original) ? [] : {};
  };

  const isFunction = typeof root === "function";
  return wrap(root, isFunction ? root.name || "shareNext" : "");
}
