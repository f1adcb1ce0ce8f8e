// What the runtime's server calls: sharing, revoking, and the setting that shares each new session.
import { isWebPublishingEnabled } from "@pawwork/session-export";
import { Context, Effect, Layer } from "effect";
import { assertPublishing } from "./publishing.js";
import { Bus, Config, Storage, type Share } from "./runtime.js";
import { ShareNext } from "./share-next.js";

export namespace SessionShare {
  export interface Interface {
    readonly create: (sessionID: string) => Effect.Effect<{ id: string }>;
    readonly share: (sessionID: string) => Effect.Effect<Share, unknown>;
    readonly unshare: (sessionID: string) => Effect.Effect<void, unknown>;
  }

  export class Service extends Context.Service<Service, Interface>()(
    "@stand-in/SessionShare",
  ) {}

  export const layer = Layer.effect(
    Service,
    Effect.gen(function* () {
      const bus = yield* Bus;
      const cfg = yield* Config;
      const storage = yield* Storage;
      const shareNext = yield* ShareNext.Service;
      const scope = yield* Effect.scope;

      const share = Effect.fn("SessionShare.share")(function* (
        sessionID: string,
      ) {
        yield* assertPublishing("SessionShare.share");
        const conf = yield* cfg.get();
        if (conf.share === "disabled") {
          throw new Error("Sharing is disabled in configuration");
        }
        const result = yield* shareNext.create(sessionID);
        yield* bus.publish({ type: "session.updated", sessionID, title: "x" });
        return result;
      });

      const unshare = Effect.fn("SessionShare.unshare")(function* (
        sessionID: string,
      ) {
        yield* shareNext.remove(sessionID);
        yield* bus.publish({ type: "session.updated", sessionID, title: "x" });
      });

      const create = Effect.fn("SessionShare.create")(function* (
        sessionID: string,
      ) {
        storage.sessions.set(sessionID, new Map());
        const result = { id: sessionID };
        if (!isWebPublishingEnabled()) return result;
        const conf = yield* cfg.get();
        if (conf.share !== "auto") return result;
        yield* share(result.id).pipe(Effect.ignore, Effect.forkIn(scope));
        return result;
      });

      return Service.of({ create, share, unshare });
    }),
  );

  export const defaultLayer = layer.pipe(
    Layer.provideMerge(ShareNext.defaultLayer),
  );
}
