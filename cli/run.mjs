// Does what the command line asks for.
import { exitCode, report } from "./failure.mjs";
import { isForStdout } from "./one.mjs";
import { stopSignal } from "./signals.mjs";

/** What is asked for, and the file that does it: only that one is loaded. */
async function doing(request) {
  if (request.completion)
    return (await import("./completion.mjs")).tellCompletion;
  if (request.list) return (await import("./list.mjs")).list;
  if (request.verify !== undefined)
    return (await import("./verify.mjs")).verify;
  if (request.all) return (await import("./all.mjs")).exportAll;
  if (request.review) return (await import("./review.mjs")).review;
  return (await import("./one.mjs")).exportOne;
}

/** Whether files are written, or the picker has to give the terminal back. */
function needsSignal(request) {
  if (request.completion || request.list || request.verify !== undefined)
    return false;
  return request.all || !request.session || !isForStdout(request);
}

export async function run(request) {
  const stop = needsSignal(request) ? stopSignal() : undefined;
  try {
    const act = await doing(request);
    await act(request, stop);
  } catch (error) {
    report(error);
    process.exitCode = exitCode(error, stop);
  }
}
