// Wraps an object so that each of its functions first asks whether publishing is allowed.
//
// The proxy stands in front of an empty object, not of the original: the original may be frozen or
// a module, and a proxy must then give out its members as they are.
function guardShareNext(root, passthrough, assertWebPublishing) {
  const exempt = new Set(passthrough);
  const wrapped = new WeakMap();

  const isObject = (value) =>
    (typeof value === "object" && value !== null) ||
    typeof value === "function";

  // Objects of functions are wrapped as deep as they go; other values, such as promises, dates and
  // effects, have a life of their own.
  const isNamespace = (value) => {
    if (typeof value !== "object" || value === null) return false;
    const prototype = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
  };

  const nameOf = (path, key) => (path ? `${path}.${key}` : key);

  const member = (owner, proxy, path, key, value) => {
    if (typeof key === "symbol" || key === "constructor") return value;
    if (Object.prototype[key] === value) return value;
    const name = nameOf(path, key);
    if (exempt.has(name)) return value;
    if (typeof value === "function") {
      return remember(value, () => guardFunction(value, owner, proxy, name));
    }
    return isNamespace(value)
      ? remember(value, () => guardObject(value, name))
      : value;
  };

  // The same member is the same function each time, as it was before.
  const remember = (value, make) => {
    if (!wrapped.has(value)) wrapped.set(value, make());
    return wrapped.get(value);
  };

  const guardFunction = (original, owner, ownerProxy, name) =>
    new Proxy(original, {
      apply(target, self, args) {
        assertWebPublishing(name);
        // Private fields are the original's, not the proxy's.
        return Reflect.apply(target, self === ownerProxy ? owner : self, args);
      },
      construct(target, args, newTarget) {
        assertWebPublishing(name);
        return Reflect.construct(
          target,
          args,
          newTarget === wrapped.get(target) ? target : newTarget,
        );
      },
    });

  const guardObject = (original, path) => {
    const describe = (key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(original, key);
      if (!descriptor) return undefined;
      const { enumerable } = descriptor;
      const value = read(key);
      return { value, enumerable, writable: true, configurable: true };
    };
    const read = (key) =>
      member(original, proxy, path, key, Reflect.get(original, key, original));
    const proxy = new Proxy(
      {},
      {
        get: (_, key) => read(key),
        set: (_, key, value) => Reflect.set(original, key, value, original),
        has: (_, key) => Reflect.has(original, key),
        ownKeys: () => Reflect.ownKeys(original),
        getOwnPropertyDescriptor: (_, key) => describe(key),
        getPrototypeOf: () => Reflect.getPrototypeOf(original),
        defineProperty: (_, key, descriptor) =>
          Reflect.defineProperty(original, key, descriptor),
        deleteProperty: (_, key) => Reflect.deleteProperty(original, key),
        setPrototypeOf: () => false,
        preventExtensions: () => false,
      },
    );
    return proxy;
  };

  return typeof root === "function"
    ? guardFunction(root, undefined, undefined, root.name || "shareNext")
    : isObject(root) && guardObject(root, "");
}
