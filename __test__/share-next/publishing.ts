// packages/opencode/src/share/publishing.ts
import { NamedError } from "@opencode-ai/util/error";
import { assertWebPublishing } from "@pawwork/session-export";
import { Effect } from "effect";
import { FetchHttpClient } from "effect/unstable/http";
import z from "zod";
import { guardedFetch, plainFetch } from "./fetch.js";

export const PublishingRefused = NamedError.create(
  "PublishingRefused",
  z.object({ code: z.string(), message: z.string() }),
);

const codes = ["ERR_WEB_PUBLISHING_DISABLED", "ERR_PUBLISHING_ORIGIN_REFUSED"];

// The server shows a named error's own sentence; of any other it shows the stack.
// The HTTP client hides what its fetch threw inside an error of its own.
function toRefusal(error: unknown): unknown {
  let inner: any = error;
  for (let depth = 0; inner instanceof Object && depth < 8; depth += 1) {
    const { code, message } = inner;
    if (codes.includes(code)) return new PublishingRefused({ code, message });
    inner = inner.cause ?? inner.reason;
  }
  return error;
}

// Fails, so that the caller decides: thrown in a generator it would be a defect.
export const assertPublishing = (call: string, baseUrl?: string) =>
  Effect.try({
    try: () => {
      assertWebPublishing(call);
      if (baseUrl === undefined) return;
      assertWebPublishing(call, { origin: new URL(baseUrl).origin });
    },
    catch: toRefusal,
  });

// The HTTP client keeps the first fetch that it saw: these give it one for each request.
export const guarded = <A, E, R>(request: Effect.Effect<A, E, R>) =>
  request.pipe(
    Effect.provideService(FetchHttpClient.Fetch, guardedFetch),
    Effect.mapError(toRefusal),
  );

export const revoking = Effect.provideService(
  FetchHttpClient.Fetch,
  plainFetch,
);
