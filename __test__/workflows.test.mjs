// The workflows of GitHub, which no test can run: that they parse, take nothing that changes under them, and build what
// package.json names.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "js-yaml";
import { root } from "./support.mjs";

const folder = join(root, ".github/workflows");
const read = (name) => readFileSync(join(folder, name), "utf8");
const files = readdirSync(folder);
const workflows = Object.fromEntries(
  files.map((name) => [name, load(read(name))]),
);
const jobs = Object.entries(workflows).flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ file, name, job })),
);
const steps = jobs.flatMap(({ file, name, job }) =>
  (job.steps ?? []).map((step) => ({ file, name, job, step })),
);
const readJson = (name) => JSON.parse(readFileSync(join(root, name), "utf8"));
const { napi, scripts } = readJson("package.json");

test("each action is pinned by commit, with its version beside it", () => {
  const uses = files.flatMap((name) =>
    [...read(name).matchAll(/\buses: (.*)/g)].map(([, used]) => used),
  );
  assert.ok(uses.length > 10);
  for (const used of uses)
    assert.match(
      used,
      /^(\.\/\.github\/workflows\/[\w-]+\.yml|[\w-]+\/[\w-]+@[0-9a-f]{40} # v[\d.]+)$/,
    );
  // The same action in two versions is an oversight.
  const versions = new Set(uses.map((used) => used.split("@")[0]));
  assert.equal(new Set(uses).size, versions.size, uses.sort().join("\n"));
});

test("no job has more rights than it needs, or runs without end", () => {
  for (const [file, { permissions }] of Object.entries(workflows))
    assert.ok(
      ["{}", '{"contents":"read"}'].includes(JSON.stringify(permissions)),
      file,
    );
  for (const { file, name, job } of jobs) {
    const rights = Object.entries(job.permissions ?? {})
      .map(String)
      .sort();
    const expected =
      name === "publish"
        ? ["contents,read", "id-token,write"]
        : ["contents,read"];
    if (rights.length > 0)
      assert.deepEqual(rights, expected, `${file}: ${name}`);
    if (!job.uses) assert.ok(job["timeout-minutes"] > 0, `${file}: ${name}`);
  }
  // npm knows the workflow by what GitHub signs: there is no token to lose.
  for (const name of files)
    assert.doesNotMatch(read(name), /\bsecrets\./, name);
  for (const { file, name, step } of steps)
    if (step.uses?.startsWith("actions/checkout@"))
      assert.equal(step.with["persist-credentials"], false, `${file}: ${name}`);
});

test("a release builds every target, each on a system that runs it", () => {
  const { include } = workflows["release.yml"].jobs.build.strategy.matrix;
  assert.deepEqual(
    include.map(({ target }) => target).sort(),
    [...napi.targets].sort(),
  );
  for (const { target, os } of include) {
    const isArm = /-arm$|^macos-15$/.test(os);
    const system = { apple: "macos", pc: "windows", unknown: "ubuntu" };
    assert.equal(isArm, target.startsWith("aarch64"), target);
    assert.ok(os.startsWith(system[target.split("-")[1]]), target);
  }
});

test("nothing is published before the checks and all builds, and only for a tag", () => {
  const { jobs } = workflows["release.yml"];
  const needs = Object.entries(jobs).map(([name, job]) => [
    name,
    [job.needs ?? []].flat().sort().join(),
  ]);
  assert.deepEqual(Object.fromEntries(needs), {
    versions: "",
    checks: "versions",
    rehearsal: "versions",
    build: "versions",
    assemble: "build,checks,rehearsal",
    publish: "assemble",
  });
  for (const [name, job] of Object.entries(jobs)) {
    assert.equal(job["continue-on-error"], undefined);
    const isForTags = ["assemble", "publish"].includes(name);
    assert.equal(job.if, isForTags ? "github.ref_type == 'tag'" : undefined);
  }
  const last = jobs.publish.steps.at(-1);
  assert.match(last.run, /^node scripts\/publish\.mjs --registry https/);
  assert.equal(
    steps.filter(({ step }) => /publish(?!ed)/.test(step.run ?? "")).length,
    1,
  );
});

test("where npm takes a job for the project, no installed package runs", () => {
  const { publish } = workflows["release.yml"].jobs;
  const ran = publish.steps.map(({ run, uses }) => run ?? uses.split("@")[0]);
  assert.deepEqual(ran.slice(0, -1), [
    ...["actions/checkout", "actions/setup-node", "actions/download-artifact"],
  ]);
});

test("a release is made with Node 24, and its addons are tested in the lowest Node too", () => {
  const [lowest] = /\d+\.\d+/.exec(readJson("package.json").engines.node);
  for (const { file, name, step } of steps) {
    if (file !== "release.yml" || !step.uses?.includes("setup-node")) continue;
    const isForTests = name === "build" && step.if !== undefined;
    assert.equal(
      step.with["node-version"],
      isForTests ? `${lowest}.0` : 24,
      name,
    );
    // npm would look for a token instead of asking GitHub who it is.
    assert.equal(step.with["registry-url"], undefined);
    assert.equal(step.with["package-manager-cache"], false);
  }
  const { build } = workflows["release.yml"].jobs;
  const ofTests = build.steps.filter(({ run }) => /test:addon/.test(run ?? ""));
  assert.equal(ofTests.length, 3);
  // The tests come later, so that no program that they run can change the addon.
  const uploads = build.steps.findIndex(({ uses }) => /upload/.test(uses));
  assert.ok(uploads < build.steps.indexOf(ofTests[0]));
});

test("all workflows take the same Rust, which nobody changes under them", () => {
  const versions = new Set(files.map((name) => workflows[name].env.RUST));
  assert.match([...versions].join(), /^\d+\.\d+\.\d+$/);
  for (const { step } of steps)
    assert.doesNotMatch(step.run ?? "", /rustup .*\bstable\b/);
});

test("every script that a workflow runs is there", () => {
  for (const { step } of steps) {
    for (const [, name] of (step.run ?? "").matchAll(/npm run ([\w:]+)/g))
      assert.ok(scripts[name], name);
    for (const [, path] of (step.run ?? "").matchAll(/node (scripts\/\S+)/g))
      assert.ok(readFileSync(join(root, path)), path);
  }
});

test("package-lock.json has every package that one in it asks for, so that `npm ci` takes it", () => {
  const { packages } = readJson("package-lock.json");
  const has = (name) =>
    Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`));
  const missing = Object.values(packages).flatMap(
    ({ dependencies, optionalDependencies }) =>
      Object.keys({ ...dependencies, ...optionalDependencies }).filter(
        (name) => !has(name),
      ),
  );
  assert.deepEqual(missing, []);
});
