// What stands around share-next in the runtime: settings, sessions, a bus, and the server that answers the user.
import { NamedError } from "@opencode-ai/util/error";
import { Context, Effect, Layer, PubSub, Stream } from "effect";

export interface Settings {
  share?: "auto" | "disabled" | "manual";
  enterprise?: { url?: string };
}

export class Config extends Context.Service<
  Config,
  { readonly get: () => Effect.Effect<Settings> }
>()("@stand-in/Config") {}

export type Event =
  | { type: "session.updated"; sessionID: string; title: string }
  | { type: "message.updated"; sessionID: string; id: string; text: string }
  | { type: "session.deleted"; sessionID: string };

export class Bus extends Context.Service<
  Bus,
  {
    readonly publish: (event: Event) => Effect.Effect<unknown>;
    readonly subscribe: <T extends Event["type"]>(
      type: T,
    ) => Effect.Effect<Stream.Stream<Event & { type: T }>>;
  }
>()("@stand-in/Bus") {}

export const busLayer = Layer.effect(
  Bus,
  Effect.gen(function* () {
    const hub = yield* PubSub.unbounded<Event>();
    return Bus.of({
      publish: (event) => PubSub.publish(hub, event),
      subscribe: <T extends Event["type"]>(type: T) =>
        Effect.succeed(
          Stream.fromPubSub(hub).pipe(
            Stream.filter(
              (event): event is Event & { type: T } => event.type === type,
            ),
          ),
        ),
    });
  }),
);

export interface Share {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
}

/** The tables of the runtime: sessions with their messages, and what was published. */
export class Storage extends Context.Service<
  Storage,
  {
    readonly sessions: Map<string, Map<string, string>>;
    readonly shares: Map<string, Share>;
  }
>()("@stand-in/Storage") {}

/** What the runtime's server answers where a handler fails. */
export function answerOf(error: unknown): { status: number; body: unknown } {
  if (error instanceof NamedError) {
    return { status: 500, body: error.toObject() };
  }
  const message =
    error instanceof Error && error.stack ? error.stack : String(error);
  return { status: 500, body: new NamedError.Unknown({ message }).toObject() };
}
