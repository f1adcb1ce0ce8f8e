// What the command line asks for, done.
import { exportAll } from "./all.mjs";
import { exitCode, report } from "./failure.mjs";
import { list } from "./list.mjs";
import { exportOne, isForStdout } from "./one.mjs";
import { stopSignal } from "./signals.mjs";

export async function run(request) {
  let stop;
  try {
    if (request.list) return await list(request);
    // The picker has to give the terminal back.
    const isPicked = !request.all && !request.session;
    if (request.all || isPicked || !isForStdout(request)) stop = stopSignal();
    await (request.all ? exportAll : exportOne)(request, stop);
  } catch (error) {
    report(error);
    process.exitCode = exitCode(error, stop);
  }
}
