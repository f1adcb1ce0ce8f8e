// As much of zod as a named error needs: the types of what it holds.
export type Schema<T> = { readonly type?: T };

const string = (): Schema<string> => ({});

const object = <T extends Record<string, Schema<unknown>>>(
  _members: T,
): Schema<{ [K in keyof T]: T[K] extends Schema<infer V> ? V : never }> => ({});

export default { object, string };
