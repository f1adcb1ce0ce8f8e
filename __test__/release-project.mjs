// A copy of the project with a version and the packages of all platforms, as the release workflow makes it.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { systemsOf } from "../scripts/release/packages.mjs";
import { linkFolder } from "./links.mjs";
import { root, temporaryFolder } from "./support.mjs";

/** The files that a release consists of, and the scripts that make it. */
const FILES = [
  ...["package.json", "package-lock.json", "Cargo.toml", "Cargo.lock"],
  "fuzz/Cargo.lock",
  ...["index.js", "index.d.ts", "guard.js", "guard.d.ts"],
  ...["CHANGELOG.md", "README.md", "LICENSE", "THIRD_PARTY_NOTICES"],
  ...["opencode-plugin.mjs", "cli", "docs", "schema", "scripts"],
];

const isWindows = process.platform === "win32";

/** Runs a command in the copy; an error has what the command printed. */
export function run(folder, command, args, env = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: "utf8",
    shell: isWindows && command === "npm",
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

/** Puts changes under "Unreleased", and makes them the version's, as a maintainer does. */
export function giveVersion(folder, version) {
  const path = join(folder, "CHANGELOG.md");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(/^## Unreleased\n/m, "$&\n- A change.\n"));
  run(folder, "git", ["add", "--all"]);
  run(folder, "git", ["commit", "--quiet", "--message=Changes"]);
  run(folder, "npm", ["version", version]);
}

/** A copy of the project that git and npm take for the project itself. */
export function copyOfProject(t, version) {
  const folder = join(temporaryFolder(t), "project");
  mkdirSync(folder);
  for (const name of FILES)
    cpSync(join(root, name), join(folder, name), { recursive: true });
  linkFolder(join(root, "node_modules"), join(folder, "node_modules"));
  run(folder, "git", ["init", "--quiet"]);
  for (const [name, value] of [
    ["user.name", "Somebody"],
    ["user.email", "somebody@example.com"],
  ])
    run(folder, "git", ["config", name, value]);
  writeFileSync(
    join(folder, ".git/info/exclude"),
    "node_modules\nnpm\nartifacts\n*.node\n",
  );
  giveVersion(folder, version);
  return folder;
}

const ELF_MACHINES = { x64: 0x3e, arm64: 0xb7 };
const MACH_O_MACHINES = { x64: 0x01000007, arm64: 0x0100000c };
const PE_MACHINES = { x64: 0x8664, arm64: 0xaa64 };

/** A file that begins as an addon of the system does, and names what one names. */
export function fakeAddon(system) {
  const [os, arch, abi] = system.split("-");
  const bytes = Buffer.alloc(256);
  if (os === "linux") {
    bytes.write("\x7fELF\x02\x01", "latin1");
    bytes.writeUInt16LE(3, 16);
    bytes.writeUInt16LE(ELF_MACHINES[arch], 18);
  } else if (os === "darwin") {
    bytes.writeUInt32LE(0xfeedfacf, 0);
    bytes.writeUInt32LE(MACH_O_MACHINES[arch], 4);
    bytes.writeUInt32LE(6, 12);
    // LC_BUILD_VERSION of macOS, behind another load command.
    bytes.writeUInt32LE(2, 16);
    for (const [i, word] of [0x2a, 16, 0, 0, 0x32, 24, 1, 0x000a0f00].entries())
      bytes.writeUInt32LE(word, 32 + 4 * i);
  } else {
    bytes.write("MZ", "latin1");
    bytes.writeUInt32LE(0x80, 0x3c);
    bytes.write("PE\0\0", 0x80, "latin1");
    bytes.writeUInt16LE(PE_MACHINES[arch], 0x84);
    bytes.writeUInt16LE(0x2022, 0x96);
  }
  const names = ["napi_register_module_v1"];
  if (abi === "gnu") names.push("GLIBC_2.17");
  return Buffer.concat([bytes, Buffer.from(names.join("\0"))]);
}

/** The addon of this system that the tests run with: its path, and the system's name. */
export function builtAddon() {
  const [file] = readdirSync(root).filter((name) =>
    /^session-export\.[\w-]+\.node$/.test(name),
  );
  return { path: join(root, file), system: file.split(".")[1] };
}

/** Makes the packages of all platforms; the addon of this system is the real one where `real` is set. */
export function assemble(folder, { real = false } = {}) {
  const pack = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const built = builtAddon();
  for (const system of systemsOf(pack)) {
    const artifact = join(folder, "artifacts", `addon-${system}`);
    mkdirSync(artifact, { recursive: true });
    const file = join(artifact, `${pack.napi.binaryName}.${system}.node`);
    if (real && system === built.system) copyFileSync(built.path, file);
    else writeFileSync(file, fakeAddon(system));
  }
  run(folder, process.execPath, ["scripts/assemble-release.mjs", "artifacts"]);
}
