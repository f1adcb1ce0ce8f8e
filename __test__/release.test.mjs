// What has to be true before anything is published: the check fails for each thing that is wrong, and says which.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test as testOf } from "node:test";
import { binaryProblems, systemOfBinary } from "../scripts/release/binary.mjs";
import { engineProblems } from "../scripts/release/engines.mjs";
import { packagesProblems, systemsOf } from "../scripts/release/packages.mjs";
import { projectProblems } from "../scripts/release/project.mjs";
import { distTagOf } from "../scripts/release/version.mjs";
import { noFolderLinks } from "./links.mjs";
import {
  assemble,
  builtAddon,
  copyOfProject,
  fakeAddon,
  run,
} from "./release-project.mjs";
import { root } from "./support.mjs";

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));
const systems = systemsOf(readJson(join(root, "package.json")));
const owner = "pawwork/session-export";

/** A test with a copy of the project, whose packages are linked. */
const test = (name, check) => testOf(name, { skip: noFolderLinks }, check);

let folder;
before((t) => {
  if (noFolderLinks) return;
  folder = copyOfProject(t, "90.2.3");
  assemble(folder);
});

const problems = (options) => [
  ...projectProblems(folder, options),
  ...engineProblems(folder),
  ...packagesProblems(folder),
];

test("a project with a version, an entry in the changelog and all packages can be released", () => {
  assert.deepEqual(problems({ tag: "v90.2.3", repository: owner }), []);
  const said = run(folder, process.execPath, [
    "scripts/check-release.mjs",
    "--packages",
    "--tag=v90.2.3",
    `--repository=${owner}`,
  ]);
  assert.equal(
    said,
    "@pawwork/session-export 90.2.3 can be released; npm gives it out as latest.\n",
  );
});

test("`npm version` commits all files that name the version, and tags the commit", () => {
  assert.equal(run(folder, "git", ["tag"]), "v90.2.3\n");
  const changed = run(folder, "git", [
    "show",
    "--name-only",
    "--format=",
    "HEAD",
  ]);
  assert.deepEqual(changed.trim().split("\n"), [
    ...["CHANGELOG.md", "Cargo.lock", "Cargo.toml", "fuzz/Cargo.lock"],
    ...["index.js", "package-lock.json", "package.json"],
  ]);
  assert.match(
    readFileSync(join(folder, "CHANGELOG.md"), "utf8"),
    /^## Unreleased\n\n## 90\.2\.3 - \d{4}-\d\d-\d\d\n\n- A change\.$/m,
  );
});

/** Changes a file for as long as `look` runs. */
function changed(file, change, look) {
  const path = join(folder, file);
  const whole = readFileSync(path);
  const to = change(Buffer.from(whole));
  if (to === undefined) rmSync(path);
  else writeFileSync(path, to);
  try {
    return look();
  } finally {
    writeFileSync(path, whole);
  }
}

const replaced = (from, to) => (bytes) => {
  const text = bytes.toString().replaceAll(from, to);
  assert.notEqual(text, bytes.toString(), `${from} is not there`);
  return text;
};
/** Changes fields of a package.json; `undefined` removes one. */
const fields = (other) => (bytes) =>
  JSON.stringify({ ...JSON.parse(bytes), ...other });
const removed = () => undefined;
const addon = (system) => `npm/${system}/session-export.${system}.node`;

for (const [what, file, change, said] of [
  [
    "Cargo.toml with another version",
    "Cargo.toml",
    replaced('version = "90.2.3"', 'version = "90.2.2"'),
    /^Cargo\.toml does not/,
  ],
  [
    "Cargo.lock with another version",
    "Cargo.lock",
    replaced(
      'session-export"\nversion = "90.2.3"',
      'session-export"\nversion = "90.2.2"',
    ),
    /^Cargo\.lock does not/,
  ],
  [
    "fuzz/Cargo.lock with another version",
    "fuzz/Cargo.lock",
    replaced(
      'session-export"\nversion = "90.2.3"',
      'session-export"\nversion = "90.2.2"',
    ),
    /^fuzz\/Cargo\.lock does not/,
  ],
  [
    "a loader of another version",
    "index.js",
    replaced("'90.2.3'", "'90.2.2'"),
    /^index\.js does not/,
  ],
  [
    "package-lock.json with another version",
    "package-lock.json",
    replaced('"version": "90.2.3"', '"version": "90.2.2"'),
    /^package-lock\.json does not/,
  ],
  [
    "a changelog without the version",
    "CHANGELOG.md",
    replaced("## 90.2.3 - ", "## 90.2.2 - "),
    /^CHANGELOG\.md has no entry/,
  ],
  [
    "a changelog without a date",
    "CHANGELOG.md",
    replaced(/## 90\.2\.3 - .*/g, "## 90.2.3 - soon"),
    /^CHANGELOG\.md has no entry/,
  ],
  [
    "a changelog that says nothing",
    "CHANGELOG.md",
    replaced(/^- .*/gm, "."),
    /^CHANGELOG\.md says nothing/,
  ],
  [
    "a version that npm would change",
    "package.json",
    fields({ version: "90.2.3+4" }),
    /is no version to release/,
  ],
  [
    "a pre-release without a word",
    "package.json",
    fields({ version: "90.2.3-4" }),
    /is no version to release/,
  ],
  [
    "another licence",
    "package.json",
    fields({ license: "MIT" }),
    /license is MIT/,
  ],
  [
    "a package for its owners alone",
    "package.json",
    fields({ publishConfig: undefined }),
    /publishConfig\.access is not/,
  ],
  [
    "no repository",
    "package.json",
    fields({ repository: undefined }),
    /repository\.url is not/,
  ],
  [
    "engines older than what it depends on",
    "package.json",
    fields({ engines: { node: ">=20.4" } }),
    /engines says >=20\.4, but @inquirer\/search needs/,
  ],
  [
    "no engines",
    "package.json",
    fields({ engines: undefined }),
    /engines says undefined, but/,
  ],
  ["no licence", "LICENSE", removed, /^LICENSE is missing/],
  [
    "no licences of others",
    "THIRD_PARTY_NOTICES",
    removed,
    /^THIRD_PARTY_NOTICES is missing/,
  ],
  [
    "a platform that nothing asks for",
    "package.json",
    fields({ optionalDependencies: {} }),
    /^package\.json: optionalDependencies/,
  ],
  [
    "a target more than packages",
    "package.json",
    (bytes) =>
      fields({
        napi: {
          binaryName: "session-export",
          targets: [
            ...JSON.parse(bytes).napi.targets,
            "x86_64-unknown-linux-gnux32",
          ]
            .slice(0, 8)
            .slice(1),
        },
      })(bytes),
    /^npm\/darwin-arm64 is of no platform/,
  ],
  ...systems.flatMap((system) => {
    const manifest = `npm/${system}/package.json`;
    const of = new RegExp(`^npm/${system}: `);
    const other = systems.find(
      (name) => name.split("-")[0] !== system.split("-")[0],
    );
    return [
      [
        `${system} without a package`,
        manifest,
        removed,
        new RegExp(`^npm/${system} is missing`),
      ],
      [`${system} without a binary`, addon(system), removed, of],
      [
        `${system} with the binary of another system`,
        addon(system),
        () => fakeAddon(other),
        /is built for/,
      ],
      [
        `${system} with the binary of another processor`,
        addon(system),
        () =>
          fakeAddon(
            system.includes("x64")
              ? system.replace("x64", "arm64")
              : system.replace("arm64", "x64"),
          ),
        /is built for/,
      ],
      [
        `${system} with a text instead of a binary`,
        addon(system),
        () => "a".repeat(1e6),
        /is no shared library/,
      ],
      [
        `${system} with an empty binary`,
        addon(system),
        () => "",
        /is no shared library/,
      ],
      [
        `${system} with a library that is no addon`,
        addon(system),
        (bytes) => bytes.subarray(0, 256),
        /is no addon/,
      ],
      [
        `${system} without a licence`,
        `npm/${system}/LICENSE`,
        removed,
        /LICENSE is not the project's/,
      ],
      [
        `${system} with other licences of others`,
        `npm/${system}/THIRD_PARTY_NOTICES`,
        () => "none",
        /THIRD_PARTY_NOTICES is not the project's/,
      ],
      ...Object.entries({
        name: "@pawwork/session-export",
        version: "90.2.2",
        main: "index.js",
        files: ["LICENSE"],
        os: ["aix"],
        cpu: ["ia32"],
        license: "MIT",
        engines: undefined,
        repository: undefined,
        publishConfig: undefined,
      }).map(([key, value]) => [
        `${system} with a wrong ${key}`,
        manifest,
        fields({ [key]: value }),
        new RegExp(`^npm/${system}: ${key} is`),
      ]),
    ];
  }),
  [
    "glibc in the package for musl",
    addon("linux-x64-musl"),
    () => fakeAddon("linux-x64-gnu"),
    /not built for musl/,
  ],
  [
    "musl in the package for glibc",
    addon("linux-x64-gnu"),
    () => fakeAddon("linux-x64-musl"),
    /another C library/,
  ],
  [
    "a package for musl that says glibc",
    "npm/linux-x64-musl/package.json",
    fields({ libc: ["glibc"] }),
    /libc is/,
  ],
  [
    "a glibc newer than Node needs",
    addon("linux-arm64-gnu"),
    (bytes) => Buffer.concat([bytes, Buffer.from("\0GLIBC_2.34\0")]),
    /asks for glibc 2\.34/,
  ],
  ...[
    [{ x64: 0x000b0000, arm64: 0x000c0000 }, /asks for macOS 1[12]\.0/],
    [{ x64: 0x000a1000, arm64: 0x000b0100 }, /asks for macOS 1[01]\.1/],
  ].flatMap(([newer, said]) =>
    Object.entries(newer).map(([arch, version]) => [
      `a macOS newer than Node needs on ${arch}: ${version.toString(16)}`,
      addon(`darwin-${arch}`),
      (bytes) => {
        bytes.writeUInt32LE(version, 60);
        return bytes;
      },
      said,
    ]),
  ),
  [
    "a macOS that is not told",
    addon("darwin-arm64"),
    (bytes) => {
      bytes.writeUInt32LE(0x2a, 48);
      return bytes;
    },
    /does not say which macOS/,
  ],
  [
    "a C runtime that Windows may lack",
    addon("win32-x64-msvc"),
    (bytes) => Buffer.concat([bytes, Buffer.from("\0VCRUNTIME140.dll\0")]),
    /asks for the Visual C\+\+ runtime/,
  ],
])
  test(`is refused: ${what}`, () => {
    const found = changed(file, change, () => problems());
    assert.ok(
      found.some((problem) => said.test(problem)),
      found.join("\n") || "nothing was found",
    );
  });

test("is refused: another tag, another repository", () => {
  assert.match(problems({ tag: "v90.2.4" }).join(), /the tag is v90\.2\.4/);
  assert.match(
    problems({ repository: "somebody/fork" }).join(),
    /this is somebody\/fork/,
  );
});

test("a binary is told by its header alone, the one of this system too", () => {
  for (const system of systems) {
    const [os, arch] = system.split("-");
    assert.deepEqual(systemOfBinary(fakeAddon(system)), { os, arch });
  }
  const { path, system } = builtAddon();
  assert.deepEqual(binaryProblems(readFileSync(path), system, true), []);
  assert.equal(systemOfBinary(Buffer.from("#!/bin/sh")), undefined);
});

test("a version tells its dist-tag: a pre-release is never `latest`", () => {
  for (const [version, tag] of Object.entries({
    "90.2.3": "latest",
    "0.1.0": "latest",
    "90.2.3-beta.1": "beta",
    "90.2.3-rc": "rc",
    "90.2.3-1": undefined,
    "90.2.3-latest.1": undefined,
    1.2: undefined,
    "v90.2.3": undefined,
    "90.2.3+build": undefined,
    "090.2.3": undefined,
  }))
    assert.equal(distTagOf(version), tag, version);
});

test("`npm publish` by hand, and to a registry elsewhere, is refused", (t) => {
  // Nothing listens there.
  const nowhere = "--registry=http://127.0.0.1:9/";
  const other = copyOfProject(t, "90.2.3");
  const byHand = spawnSync("npm", ["publish", nowhere], {
    cwd: other,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  assert.notEqual(byHand.status, 0);
  assert.match(byHand.stderr, /npm\/darwin-arm64 is missing/);
  const { GITHUB_ACTIONS, ...env } = process.env;
  const publish = (...args) =>
    spawnSync(process.execPath, ["scripts/publish.mjs", ...args], {
      cwd: other,
      env,
      encoding: "utf8",
    });
  assert.match(
    publish("--registry=https://registry.invalid/").stderr,
    /Only the release workflow publishes/,
  );
  assert.match(publish().stderr, /Name the registry/);
  const incomplete = publish(nowhere);
  assert.equal(incomplete.status, 1);
  assert.match(incomplete.stderr, /Nothing was published\.$/m);
});
