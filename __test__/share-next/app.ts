// The runtime as its user sees it: a server that shares, revokes and takes messages.
// The first import of the process.
import "./fetch.js";

import { Effect, Layer, ManagedRuntime } from "effect";
import { Bus, Config, Storage, answerOf, busLayer } from "./runtime.js";
import type { Settings, Share } from "./runtime.js";
import { SessionShare } from "./session.js";
import { QUEUE_DELAY, ShareNext } from "./share-next.js";

export { QUEUE_DELAY, ShareNext };

export async function start(settings: Settings) {
  const sessions = new Map<string, Map<string, string>>();
  const shares = new Map<string, Share>();
  const around = Layer.mergeAll(
    busLayer,
    Layer.succeed(Config, { get: () => Effect.succeed(settings) }),
    Layer.succeed(Storage, { sessions, shares }),
  );
  const runtime = ManagedRuntime.make(
    SessionShare.defaultLayer.pipe(Layer.provideMerge(around)),
  );
  const answer = async <A, E>(
    effect: Effect.Effect<A, E, Bus | SessionShare.Service | ShareNext.Service>,
  ) => {
    try {
      return {
        status: 200,
        body: (await runtime.runPromise(effect)) as unknown,
      };
    } catch (error) {
      return answerOf(error);
    }
  };
  await runtime.runPromise(ShareNext.Service.use((service) => service.init()));
  let messages = 0;
  return {
    shares,
    create: (id: string) =>
      answer(SessionShare.Service.use((service) => service.create(id))),
    share: (id: string) =>
      answer(SessionShare.Service.use((service) => service.share(id))),
    unshare: (id: string) =>
      answer(SessionShare.Service.use((service) => service.unshare(id))),
    url: () => answer(ShareNext.Service.use((service) => service.url())),
    message(sessionID: string, text: string) {
      messages += 1;
      const id = `msg_${messages}`;
      sessions.get(sessionID)?.set(id, text);
      return answer(
        Bus.use((bus) =>
          bus.publish({ type: "message.updated", sessionID, id, text }),
        ),
      );
    },
    stop: () => runtime.dispose(),
  };
}
