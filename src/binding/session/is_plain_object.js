// Whether a value is a plain object, such as `{}` or `Object.create(null)`, of whichever realm: not an array, a Map
// or an instance of a class, whose members are no options.
(value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};
