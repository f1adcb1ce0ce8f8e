import { mkdtempSync, rmSync, writeFileSync, existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { addon } from "./support.mjs";
export async function prepareExport(session, { signal, onProgress, ...options } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "standin-"));
  const ext = { html: "html", markdown: "md", json: "json" }[options.format];
  const path = join(folder, `session.${ext}`);
  try {
    const report = await addon.writeExport(path, session, { ...options, signal, onProgress });
    return {
      path, report,
      get text() { return readFileSync(path, "utf8"); },
      async save(to, { overwrite, signal } = {}) {
        if (existsSync(to) && !overwrite) throw Object.assign(new Error("exists"), { code: "ERR_EXISTS" });
        if (signal?.aborted) throw Object.assign(new Error("aborted"), { code: "ERR_ABORTED", name: "AbortError" });
        if (!existsSync(dirname(to))) throw Object.assign(new Error("no"), { code: "ERR_WRITE_FAILED" });
        writeFileSync(to, readFileSync(path));
        return { ...report, path: to };
      },
      dispose: () => rmSync(folder, { recursive: true, force: true }),
    };
  } catch (error) { rmSync(folder, { recursive: true, force: true }); throw error; }
}
