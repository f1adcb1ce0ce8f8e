// Changes index.js, as the napi command line interface makes it, in one place: what it says where the addon cannot be
// loaded. Made for every package, it advises to delete package-lock.json, whatever is wrong. Uses nothing that has to be
// installed first.
import { readFileSync } from "node:fs";

const source = new URL("loader/missing_addon.js", import.meta.url);

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
export function withOwnWords(loader, { name, napi }) {
  if (!GIVES_UP.test(loader))
    throw new Error(
      "index.js does not give up where scripts/loader.mjs expects it: adapt that to the new form of the loader.",
    );
  const supported = JSON.stringify(napi.targets.map(systemOf).sort());
  const own = readFileSync(source, "utf8")
    .replaceAll("__SUPPORTED__", () => supported)
    .replaceAll("__PACKAGE__", () => name)
    .replaceAll("__BINARY__", () => napi.binaryName);
  return loader.replace(
    GIVES_UP,
    () => `if (!nativeBinding) throw missingAddon()\n\n${own}`,
  );
}
