// What is published: the contents of the package, and the package as it is installed from its tarball.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { root, sessionText, temporaryFolder } from "./support.mjs";

const npm = (args, cwd = root) => {
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  assert.equal(status, 0, stderr);
  return stdout;
};
const pack = (folder, to) => {
  const [packed] = JSON.parse(
    npm(
      ["pack", "--json", "--ignore-scripts", `--pack-destination=${to}`],
      folder,
    ),
  );
  return packed;
};
const packageOf = (folder) =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

test("the package holds what is used, and nothing else", (t) => {
  const { files } = pack(root, temporaryFolder(t));
  const names = files.map(({ path }) => path);
  for (const name of [
    "index.js",
    "index.d.ts",
    "guard.js",
    "guard.d.ts",
    "opencode-plugin.mjs",
    "cli/main.mjs",
    "schema/session-log.schema.json",
    "LICENSE",
    "README.md",
    "THIRD_PARTY_NOTICES",
  ])
    assert.ok(names.includes(name), `${name} is missing`);
  const isExpected = (name) =>
    /^(cli|schema)\/[\w.-]+\.(mjs|json)$/.test(name) ||
    /^(index\.js|index\.d\.ts|guard\.js|guard\.d\.ts|opencode-plugin\.mjs|package\.json)$/.test(
      name,
    ) ||
    /^docs\/[\w-]+\.md$/.test(name) ||
    /^(LICENSE|THIRD_PARTY_NOTICES|(README|CHANGELOG)\.md)$/.test(name);
  assert.deepEqual(
    names.filter((name) => !isExpected(name)),
    [],
  );
});

test("every platform of the build has a package name that the loader asks for", () => {
  const loader = readFileSync(join(root, "index.js"), "utf8");
  for (const [target, name] of Object.entries({
    "aarch64-apple-darwin": "darwin-arm64",
    "aarch64-pc-windows-msvc": "win32-arm64-msvc",
    "aarch64-unknown-linux-gnu": "linux-arm64-gnu",
    "aarch64-unknown-linux-musl": "linux-arm64-musl",
    "x86_64-apple-darwin": "darwin-x64",
    "x86_64-pc-windows-msvc": "win32-x64-msvc",
    "x86_64-unknown-linux-gnu": "linux-x64-gnu",
    "x86_64-unknown-linux-musl": "linux-x64-musl",
  })) {
    assert.ok(packageOf(root).napi.targets.includes(target), target);
    assert.ok(loader.includes(`@pawwork/session-export-${name}'`), name);
  }
});

test("installed from its tarball it works: require, import, types, plugin, command; no Rust is asked", (t) => {
  const folder = temporaryFolder(t);
  const [addon] = readdirSync(root).filter((name) =>
    /^session-export\.[\w-]+\.node$/.test(name),
  );
  const platform = addon.split(".")[1];
  const { name, version } = packageOf(root);
  const platformFolder = join(folder, "platform");
  mkdirSync(platformFolder);
  copyFileSync(join(root, addon), join(platformFolder, addon));
  writeFileSync(
    join(platformFolder, "package.json"),
    JSON.stringify({ name: `${name}-${platform}`, version, main: addon }),
  );
  const tarballs = [root, platformFolder].map((from) =>
    join(folder, pack(from, folder).filename),
  );
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "empty", private: true }),
  );
  const quietly = ["--prefer-offline", "--no-audit", "--no-fund"];
  npm(["install", "--ignore-scripts", ...quietly, ...tarballs], project);
  writeFileSync(join(project, "session.json"), sessionText("typical"));

  // Only Node is left: no cargo, and none of this project's tools.
  const env = { PATH: dirname(process.execPath), HOME: folder };
  const run = (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: project,
      env,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const text = `exportSession(require("fs").readFileSync("session.json"))`;
  assert.match(
    run("-p", `require("${name}").${text}`),
    /^# Fix negative totals/,
  );
  const module = `
    import { exportSession } from "${name}";
    import { createRequire } from "node:module";
    import { readFileSync } from "node:fs";
    import { assertWebPublishing } from "${name}/guard";
    import * as plugin from "${name}/opencode-plugin";
    const schema = createRequire(import.meta.url)("${name}/schema.json");
    console.log(Object.keys(plugin).length > 0, typeof schema.$schema, typeof assertWebPublishing);
    console.log(exportSession(readFileSync("session.json")));`;
  assert.match(
    run("--input-type=module", "-e", module),
    /^true string function\n# Fix negative totals/,
  );
  const installed = join(project, "node_modules", name);
  const command = join(installed, packageOf(installed).bin["session-export"]);
  const html = run(command, "session.json", "-f", "html");
  assert.match(html, /^<!doctype html>/);
  run(command, "session.json", "-o", "log.html");
  assert.match(readFileSync(join(project, "log.html"), "utf8"), /<main>/);
  assert.match(
    readFileSync(join(installed, "index.d.ts"), "utf8"),
    /export declare function exportSession/,
  );
  writeFileSync(
    join(project, "consumer.ts"),
    `import { exportSession, writeExport, type ExportReport } from "${name}";
     import { isWebPublishingEnabled, type SessionExportError } from "${name}/guard";
     export const isOn: boolean = isWebPublishingEnabled();
     export const codeOf = (error: SessionExportError): string => error.code;
     const text: string = exportSession({ sessionID: "ses_1" }, { format: "html" });
     const report: Promise<ExportReport> = writeExport("log.html", text);
     // @ts-expect-error: no format
     exportSession(text, { format: "pdf" });
     export { report };`,
  );
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const strictly = ["--strict", "--noEmit", "--skipLibCheck", "false"];
  const node = ["--module", "nodenext", "--lib", "es2023,dom", "--types", ""];
  run(compiler, ...strictly, ...node, "consumer.ts");
});
