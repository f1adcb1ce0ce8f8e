// Changes index.js and index.d.ts, as the napi command line interface makes them, in one place each. The loader made for
// every package advises to delete package-lock.json, whatever is wrong: it says what is missing instead. The types lose
// what is internal. Uses nothing that has to be installed first.
import { readFileSync } from "node:fs";

const own = (name) =>
  readFileSync(new URL(`loader/${name}`, import.meta.url), "utf8");

/** What stands in the generated loader where it gives up, up to the end of the block. */
const GIVES_UP = /^if \(!nativeBinding\) \{\n {2}if \(loadErrors.*?^\}\n/ms;

const SYSTEMS = {
  "apple-darwin": ["darwin"],
  "pc-windows-msvc": ["win32", "msvc"],
  "unknown-linux-gnu": ["linux", "gnu"],
  "unknown-linux-musl": ["linux", "musl"],
};
const ARCHITECTURES = { aarch64: "arm64", x86_64: "x64" };

/** `x86_64-unknown-linux-gnu` as the addon's file has it in its name: `linux-x64-gnu`. */
export function systemOf(target) {
  const [, architecture, rest] = /^([^-]+)-(.+)$/.exec(target) ?? [];
  const [system, abi] = SYSTEMS[rest] ?? [];
  const arch = ARCHITECTURES[architecture];
  if (!system || !arch) throw new Error(`The target ${target} has no name.`);
  return [system, arch, abi].filter(Boolean).join("-");
}

/** The loader that tells what is missing. Throws where the generated one has another form. */
export function withOwnWords(loader, { name, napi, engines }) {
  if (!GIVES_UP.test(loader))
    throw new Error(
      "index.js does not give up where scripts/loader.mjs expects it: adapt that to the new form of the loader.",
    );
  const supported = JSON.stringify(napi.targets.map(systemOf).sort());
  const words = [own("old_node.js"), own("missing_addon.js")]
    .join("\n")
    .replaceAll("__SUPPORTED__", () => supported)
    .replaceAll("__PACKAGE__", () => name)
    .replaceAll("__ENGINES__", () => engines.node)
    .replaceAll("__BINARY__", () => napi.binaryName);
  return loader.replace(
    GIVES_UP,
    () =>
      `refuseOldNode()\nif (!nativeBinding) throw missingAddon()\n\n${words}`,
  );
}

/** What the command line interface adds to the types for packages with WebAssembly, which this one is not. */
const INTERNAL =
  /^\/\*\*(?:(?!\*\/)[^])*\*\/\nexport declare const __napiBindingTarget: .*\n\n?/m;

/** The types without what is internal. Throws where the generated ones have another form. */
export function withoutInternals(types) {
  if (!INTERNAL.test(types))
    throw new Error(
      "index.d.ts has no __napiBindingTarget where scripts/loader.mjs expects it: adapt that to the new form of the types.",
    );
  return types.replace(INTERNAL, "");
}
