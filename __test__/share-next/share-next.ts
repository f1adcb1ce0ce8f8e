// A share-next of the structure that OpenCode and PawWork have, with the steps of the README in it.
import { isWebPublishingEnabled } from "@pawwork/session-export";
import { Context, Effect, Layer, Schema, Stream } from "effect";
import {
  FetchHttpClient,
  HttpClient,
  HttpClientRequest,
  HttpClientResponse,
} from "effect/unstable/http";
import { assertPublishing, guarded, revoking } from "./publishing.js";
import { Bus, Config, Storage, type Event, type Share } from "./runtime.js";

/** How long changes are collected before they are sent. */
export const QUEUE_DELAY = 60;

export namespace ShareNext {
  const disabled = process.env["OPENCODE_DISABLE_SHARE"] === "true";
  const log = (message: string, cause: unknown) =>
    Effect.logDebug(message, cause);

  const ShareSchema = Schema.Struct({
    id: Schema.String,
    url: Schema.String,
    secret: Schema.String,
  });

  interface Data {
    readonly key: string;
    readonly value: unknown;
  }

  interface State {
    readonly queue: Map<string, { data: Map<string, Data> }>;
  }

  export interface Interface {
    readonly init: () => Effect.Effect<void, unknown>;
    readonly url: () => Effect.Effect<string, unknown>;
    readonly request: () => Effect.Effect<{ baseUrl: string }, unknown>;
    readonly create: (sessionID: string) => Effect.Effect<Share, unknown>;
    readonly remove: (sessionID: string) => Effect.Effect<void, unknown>;
  }

  export class Service extends Context.Service<Service, Interface>()(
    "@stand-in/ShareNext",
  ) {}

  export const layer = Layer.effect(
    Service,
    Effect.gen(function* () {
      const bus = yield* Bus;
      const cfg = yield* Config;
      const storage = yield* Storage;
      const http = yield* HttpClient.HttpClient;
      const httpOk = HttpClient.filterStatusOk(http);
      const scope = yield* Effect.scope;

      function sync(sessionID: string, data: Data[]): Effect.Effect<void> {
        return Effect.gen(function* () {
          if (disabled || !isWebPublishingEnabled()) return;
          const s = yield* state;
          const existing = s.queue.get(sessionID);
          if (existing) {
            for (const item of data) existing.data.set(item.key, item);
            return;
          }
          const next = new Map(data.map((item) => [item.key, item]));
          s.queue.set(sessionID, { data: next });
          yield* flush(sessionID).pipe(
            Effect.delay(QUEUE_DELAY),
            Effect.catchCause((cause) => log("share flush failed", cause)),
            Effect.forkIn(scope),
          );
        });
      }

      const state: Effect.Effect<State> = yield* Effect.cached(
        Effect.gen(function* () {
          const cache: State = { queue: new Map() };
          if (disabled) return cache;
          const watch = <T extends Event["type"]>(
            type: T,
            handle: (
              event: Event & { type: T },
            ) => Effect.Effect<void, unknown>,
          ) =>
            bus
              .subscribe(type)
              .pipe(
                Effect.flatMap(
                  Stream.runForEach((event) =>
                    handle(event).pipe(
                      Effect.catchCause((cause) =>
                        log("share subscriber failed", cause),
                      ),
                    ),
                  ),
                ),
                Effect.forkIn(scope),
              );
          yield* watch("session.updated", (event) =>
            sync(event.sessionID, [{ key: "session", value: event.title }]),
          );
          yield* watch("message.updated", (event) =>
            sync(event.sessionID, [
              { key: `message/${event.id}`, value: event.text },
            ]),
          );
          yield* watch("session.deleted", (event) => remove(event.sessionID));
          return cache;
        }),
      );

      const request = Effect.fn("ShareNext.request")(function* () {
        const { enterprise } = yield* cfg.get();
        return { baseUrl: enterprise?.url ?? "https://opncd.ai" };
      });

      const flush = Effect.fn("ShareNext.flush")(function* (sessionID: string) {
        if (disabled) return;
        const s = yield* state;
        const queued = s.queue.get(sessionID);
        if (!queued) return;

        s.queue.delete(sessionID);
        if (!isWebPublishingEnabled()) return;

        const share = storage.shares.get(sessionID);
        if (!share) return;

        const req = yield* request();
        yield* assertPublishing("ShareNext.flush", req.baseUrl);
        yield* HttpClientRequest.post(
          `${req.baseUrl}/api/share/${share.id}/sync`,
        ).pipe(
          HttpClientRequest.bodyJson({
            secret: share.secret,
            data: Array.from(queued.data.values()),
          }),
          Effect.flatMap((r) => http.execute(r)),
          guarded,
        );
      });

      const full = Effect.fn("ShareNext.full")(function* (sessionID: string) {
        yield* assertPublishing("ShareNext.full");
        const messages = storage.sessions.get(sessionID) ?? new Map();
        yield* sync(
          sessionID,
          Array.from(messages, ([id, value]) => ({
            key: `message/${id}`,
            value,
          })),
        );
      });

      const init = Effect.fn("ShareNext.init")(function* () {
        if (disabled) return;
        yield* state;
      });

      const url = Effect.fn("ShareNext.url")(function* () {
        return (yield* request()).baseUrl;
      });

      const create = Effect.fn("ShareNext.create")(function* (
        sessionID: string,
      ) {
        yield* assertPublishing("ShareNext.create");
        if (disabled) return { id: "", url: "", secret: "" };
        const req = yield* request();
        yield* assertPublishing("ShareNext.create", req.baseUrl);
        const result = yield* HttpClientRequest.post(
          `${req.baseUrl}/api/share`,
        ).pipe(
          HttpClientRequest.bodyJson({ sessionID }),
          Effect.flatMap((r) => httpOk.execute(r)),
          Effect.flatMap(HttpClientResponse.schemaBodyJson(ShareSchema)),
          guarded,
        );
        storage.shares.set(sessionID, result);
        yield* full(sessionID).pipe(
          Effect.catchCause((cause) => log("share full sync failed", cause)),
          Effect.forkIn(scope),
        );
        return result;
      });

      const remove = Effect.fn("ShareNext.remove")(function* (
        sessionID: string,
      ) {
        if (disabled) return;
        const share = storage.shares.get(sessionID);
        if (!share) return;
        const req = yield* request();
        yield* HttpClientRequest.delete(
          `${req.baseUrl}/api/share/${share.id}`,
        ).pipe(
          HttpClientRequest.bodyJson({ secret: share.secret }),
          Effect.flatMap((r) => httpOk.execute(r)),
          revoking,
        );
        storage.shares.delete(sessionID);
      });

      return Service.of({ init, url, request, create, remove });
    }),
  );

  export const defaultLayer = layer.pipe(Layer.provide(FetchHttpClient.layer));
}
