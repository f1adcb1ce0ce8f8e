// The errors that the runtime's server hands out as they are, without a stack.
import z, { type Schema } from "zod";

export abstract class NamedError extends Error {
  abstract toObject(): { name: string; data: unknown };

  static create<Name extends string, Data>(name: Name, _schema: Schema<Data>) {
    return class extends NamedError {
      override readonly name = name;

      constructor(readonly data: Data) {
        super(name);
      }

      toObject() {
        return { name, data: this.data };
      }
    };
  }

  static readonly Unknown = NamedError.create(
    "UnknownError",
    z.object({ message: z.string() }),
  );
}
