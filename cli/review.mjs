// --review: shows the page in the browser and what was redacted on the terminal, and asks before the very same page is
// written.
import addon from "../index.js";
import { agrees } from "./ask.mjs";
import { openInBrowser } from "./browser.mjs";
import { Failure } from "./failure.mjs";
import { chosen, pathOf, withHelp } from "./one.mjs";
import { checkFile, checkOutput } from "./output.mjs";
import { withProgress } from "./progress.mjs";
import { tell } from "./terminal.mjs";
import { tellOf } from "./told.mjs";

async function showAndAsk(prepared, path, request, signal) {
  const isOpen = await openInBrowser(prepared.path);
  tell(
    isOpen
      ? `In the browser: ${prepared.path}`
      : `No browser could be started: open ${prepared.path} in one.`,
  );
  tellOf(prepared.report, request.options);
  signal.throwIfAborted();
  if (!(await agrees(`Write it to ${path}?`, signal))) {
    tell("Nothing was written.");
    return;
  }
  const { overwrite } = request;
  const saved = await prepared.save(path, {
    ...(overwrite && { overwrite }),
    signal,
  });
  tell(`Written: ${saved.path}`);
}

export const review = (request, signal) =>
  withHelp(request, async () => {
    if (!process.stdin.isTTY || !process.stderr.isTTY)
      throw new Failure(
        "--review asks before it writes, and there is no terminal to ask on: leave --review out, or name a file instead of -.",
      );
    checkOutput(request);
    const session = await chosen(request, signal);
    const options = { report: true, ...request.options, format: "html" };
    const path = pathOf(request, session, options);
    checkFile(path, request.overwrite);
    const prepared = await withProgress(path, (onProgress) =>
      addon.prepareExport(session, {
        ...options,
        ...(onProgress && { onProgress }),
        signal,
      }),
    );
    try {
      await showAndAsk(prepared, path, request, signal);
    } finally {
      prepared.dispose();
    }
  });
