// A release from the first command to a stranger's computer, with a registry on loopback: all packages are published, the
// main one last, and what is installed from there exports a session. Only this system's binary is a real one.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { systemsOf } from "../scripts/release/packages.mjs";
import { startRegistry } from "./registry.mjs";
import {
  assemble,
  builtAddon,
  copyOfProject,
  giveVersion,
} from "./release-project.mjs";
import { root, sessionText, temporaryFolder } from "./support.mjs";

const name = "@pawwork/session-export";
const platforms = systemsOf(
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")),
).map((system) => `${name}-${system}`);

/** Runs a command without blocking the registry, which answers in this process. */
async function start(folder, command, args, env = {}) {
  // Not those of the workflow that may run this: npm would ask GitHub who it is.
  const { GITHUB_ACTIONS, ...inherited } = process.env;
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...inherited, ...env },
    shell: process.platform === "win32" && command === "npm",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => (output += data));
  const [status] = await once(child, "close");
  return { status, output };
}

/** The settings with which npm publishes to the registry, and takes from it what has the scope. */
function npmSettings(t, registry) {
  const path = join(temporaryFolder(t), "npmrc");
  const { host } = new URL(registry.url);
  writeFileSync(
    path,
    `//${host}/:_authToken=invented\n@pawwork:registry=${registry.url}\n`,
  );
  return { NPM_CONFIG_USERCONFIG: path };
}

/** An empty project, and what npm and Node do in it. */
function strangersProject(t, settings) {
  const folder = join(temporaryFolder(t), "stranger");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  writeFileSync(join(folder, "session.json"), sessionText("typical"));
  return {
    folder,
    installed: () => readdirSync(join(folder, "node_modules/@pawwork")).sort(),
    async install(...args) {
      const quietly = ["--prefer-offline", "--no-audit", "--no-fund"];
      const { status, output } = await start(
        folder,
        "npm",
        ["install", "--ignore-scripts", ...quietly, ...args],
        settings,
      );
      assert.equal(status, 0, output);
    },
    // Only Node is left there: no cargo, and none of this project's tools.
    node: (...args) =>
      start(folder, process.execPath, args, {
        PATH: dirname(process.execPath),
      }),
  };
}

/** Publishes without the installed packages: none of them may run where npm takes the workflow for the project. */
async function publish(folder, registry, settings, ...more) {
  const [packages, away] = ["node_modules", "away"].map((name) =>
    join(folder, name),
  );
  renameSync(packages, away);
  const args = ["scripts/publish.mjs", `--registry=${registry.url}`, ...more];
  const result = await start(folder, process.execPath, args, settings);
  renameSync(away, packages);
  return result;
}

test("a release is published whole, also where it broke off, and installed by a stranger", async (t) => {
  const registry = await startRegistry(t);
  const settings = npmSettings(t, registry);
  const folder = copyOfProject(t, "90.2.3");
  assemble(folder, { real: true });
  await t.test("what breaks off leaves no main package", async () => {
    registry.answer = (id) =>
      id.startsWith(platforms[4]) ? { status: 400 } : undefined;
    const { status, output } = await publish(folder, registry, settings);
    assert.equal(status, 1, output);
    assert.match(output, /linux-x64-gnu@90\.2\.3 was not published/);
    assert.deepEqual(
      registry.put,
      platforms.slice(0, 4).map((platform) => `${platform}@90.2.3`),
    );
  });

  await t.test(
    "run again it goes on, and believes no error of what was taken",
    async () => {
      registry.answer = (id) =>
        id.startsWith(platforms[6])
          ? { status: 400, isTaken: true }
          : undefined;
      const { status, output } = await publish(folder, registry, settings);
      assert.equal(status, 0, output);
      assert.deepEqual(
        registry.put,
        [...platforms, name].map((each) => `${each}@90.2.3`),
      );
      registry.answer = () => undefined;
      const again = await publish(folder, registry, settings);
      assert.equal(again.status, 0, again.output);
      assert.equal(registry.put.length, platforms.length + 1);
    },
  );

  await t.test("what was built anew is no part of that version", async () => {
    const [system] = systemsOf(
      JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
    );
    const path = join(folder, `npm/${system}/session-export.${system}.node`);
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes, Buffer.from("another build")]));
    const { status, output } = await publish(folder, registry, settings);
    assert.equal(status, 1, output);
    assert.match(
      output,
      /is on npm, but of another build: run the failed jobs/,
    );
    assert.equal(registry.put.length, platforms.length + 1);
    writeFileSync(path, bytes);
  });

  await t.test(
    "each package has its licences, and the main one asks for all",
    () => {
      const main = registry.packages.get(name);
      assert.deepEqual(main["dist-tags"], { latest: "90.2.3" });
      assert.deepEqual(
        main.versions["90.2.3"].optionalDependencies,
        Object.fromEntries(platforms.map((platform) => [platform, "90.2.3"])),
      );
      for (const each of [...platforms, name]) {
        const published = registry.packages.get(each);
        assert.equal(published.access, "public");
        const { repository, engines } = published.versions["90.2.3"];
        assert.match(repository.url, /^git\+https:/);
        assert.ok(engines.node);
      }
    },
  );

  await t.test(
    "installed in an empty folder it exports a session",
    async () => {
      const stranger = strangersProject(t, settings);
      await stranger.install(name);
      const { system } = builtAddon();
      assert.deepEqual(stranger.installed(), [
        "session-export",
        `session-export-${system}`,
      ]);
      const licences = join(stranger.folder, `node_modules/${name}-${system}`);
      for (const file of ["LICENSE", "THIRD_PARTY_NOTICES"])
        assert.deepEqual(
          readFileSync(join(licences, file)),
          readFileSync(join(root, file)),
        );
      const code = `
      const { exportSession } = require("${name}");
      console.log(exportSession(require("fs").readFileSync("session.json")));`;
      const { output } = await stranger.node("-e", code);
      assert.match(output, /^# Fix negative totals/);
      const command = join("node_modules", name, "cli/main.mjs");
      const written = await stranger.node(
        command,
        "session.json",
        "-o",
        "a.html",
      );
      assert.equal(written.status, 0, written.output);
      assert.match(
        readFileSync(join(stranger.folder, "a.html"), "utf8"),
        /<main>/,
      );
    },
  );

  await t.test(
    "an application for both kinds of Mac takes both packages",
    async () => {
      const stranger = strangersProject(t, settings);
      const both = ["darwin-arm64", "darwin-x64"];
      await stranger.install("--os=darwin", "--cpu=arm64", name);
      assert.deepEqual(stranger.installed(), [
        "session-export",
        "session-export-darwin-arm64",
      ]);
      await stranger.install(
        "--no-save",
        "--force",
        ...both.map((system) => `${name}-${system}@90.2.3`),
      );
      for (const system of both)
        assert.ok(stranger.installed().includes(`session-export-${system}`));
    },
  );

  await t.test("a pre-release stands under its own tag", async () => {
    giveVersion(folder, "91.0.0-beta.1");
    const changes = () => readFileSync(join(folder, "CHANGELOG.md"), "utf8");
    assert.match(changes(), /^## Unreleased\n\n- A change\.$/m);
    assemble(folder);
    const { status, output } = await publish(folder, registry, settings);
    assert.equal(status, 0, output);
    for (const each of [...platforms, name])
      assert.deepEqual(registry.packages.get(each)["dist-tags"], {
        latest: "90.2.3",
        beta: "91.0.0-beta.1",
      });
    giveVersion(folder, "91.0.0");
    assert.match(changes(), /^## 91\.0\.0 - \S+\n\n- A change\.$/m);
  });

  await t.test(
    "names that npm lacks get a pre-release from a computer, and others nothing",
    async () => {
      const other = await startRegistry(t);
      const first = (...more) =>
        publish(folder, other, npmSettings(t, other), "--first", ...more);
      assemble(folder);
      const stable = await first();
      assert.match(
        stable.output,
        /The first version that npm gets is a pre-release/,
      );
      giveVersion(folder, "92.0.0-beta.1");
      assemble(folder);
      const { status, output } = await first();
      assert.equal(status, 0, output);
      assert.equal(other.put.length, platforms.length + 1);
      giveVersion(folder, "92.0.0-beta.2");
      assemble(folder);
      const again = await first();
      assert.match(again.output, /beta\.2 is not published: the registry has/);
      assert.equal(other.put.length, platforms.length + 1);
    },
  );
});
