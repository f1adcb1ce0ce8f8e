// Reads the header of a built addon: the system and processor that it was built for, and the libraries that it needs.

/** The oldest C library of the systems that Node 20 runs on. */
const OLDEST_GLIBC = 28;

/** The oldest macOS that Node 20 runs on, and the first on Apple silicon. */
const OLDEST_MACOS = { x64: [10, 15], arm64: [11, 0] };

const ELF_MACHINES = { 0x3e: "x64", 0xb7: "arm64" };
const MACH_O_MACHINES = { 0x01000007: "x64", 0x0100000c: "arm64" };
const PE_MACHINES = { 0x8664: "x64", 0xaa64: "arm64" };

/** Elf64_Ehdr: class and byte order, then `e_type` at 16 and `e_machine` at 18. */
function elf(bytes) {
  const isLibrary = bytes[4] === 2 && bytes[5] === 1 && bytes[16] === 3;
  if (!isLibrary) return undefined;
  return { os: "linux", arch: ELF_MACHINES[bytes.readUInt16LE(18)] };
}

/** mach_header_64: `cputype` at 4, `filetype` at 12, which is MH_DYLIB or MH_BUNDLE. */
function machO(bytes) {
  if (![6, 8].includes(bytes.readUInt32LE(12))) return undefined;
  return { os: "darwin", arch: MACH_O_MACHINES[bytes.readUInt32LE(4)] };
}

/** IMAGE_FILE_HEADER: it begins where the word at 0x3c tells, with `Machine`; IMAGE_FILE_DLL is a flag at its end. */
function pe(bytes) {
  const at = bytes.readUInt32LE(0x3c);
  if (at > bytes.length - 24 || bytes.readUInt32LE(at) !== 0x00004550)
    return undefined;
  if (!(bytes.readUInt16LE(at + 22) & 0x2000)) return undefined;
  return { os: "win32", arch: PE_MACHINES[bytes.readUInt16LE(at + 4)] };
}

/** `{ os, arch }` of a shared library, in Node's words; `undefined` for any other file. */
export function systemOfBinary(bytes) {
  if (bytes.length < 64) return undefined;
  if (bytes.readUInt32BE(0) === 0x7f454c46) return elf(bytes);
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return machO(bytes);
  if (bytes.toString("latin1", 0, 2) === "MZ") return pe(bytes);
  return undefined;
}

/** The newest minor version of glibc 2 that the library asks for; `undefined` where it asks for none. */
function newestGlibc(text) {
  const versions = [...text.matchAll(/\bGLIBC_2\.(\d+)/g)].map(([, v]) => +v);
  return versions.length > 0 ? Math.max(...versions) : undefined;
}

/**
 * The macOS that the library asks for, as `[11, 0]`; `undefined` where it does not tell. The load commands stand behind
 * mach_header_64: LC_VERSION_MIN_MACOSX (0x24) has the version at 8, and LC_BUILD_VERSION (0x32) at 12.
 */
function macosOf(bytes) {
  const count = bytes.readUInt32LE(16);
  let at = 32;
  for (let i = 0; i < count && at + 16 <= bytes.length; i += 1) {
    const command = bytes.readUInt32LE(at);
    const place = { 0x24: 8, 0x32: 12 }[command];
    if (place) {
      const version = bytes.readUInt32LE(at + place);
      return [version >>> 16, (version >>> 8) & 0xff];
    }
    at += Math.max(8, bytes.readUInt32LE(at + 4));
  }
  return undefined;
}

/**
 * What is wrong with the addon of a system such as `linux-x64-gnu`, in sentences. `bytes` is the whole file. Where
 * `isTrial`, it may need a glibc as new as that of the computer that built it.
 */
export function binaryProblems(bytes, system, isTrial = false) {
  const [os, arch, abi] = system.split("-");
  const found = systemOfBinary(bytes);
  if (!found) return ["is no shared library of a system"];
  if (found.os !== os || found.arch !== arch)
    return [
      `is built for ${found.os}-${found.arch ?? "another processor"}, not for ${os}-${arch}`,
    ];
  const problems = [];
  if (!bytes.includes("napi_register_module_v1"))
    problems.push("is no addon: it has no napi_register_module_v1");
  const text = bytes.toString("latin1");
  const glibc = newestGlibc(text);
  if (abi === "gnu" && glibc === undefined)
    problems.push("asks for no glibc: it is built for another C library");
  if (abi === "gnu" && glibc > OLDEST_GLIBC && !isTrial)
    problems.push(
      `asks for glibc 2.${glibc}: Node 20 runs on systems with 2.${OLDEST_GLIBC}`,
    );
  if (abi === "musl" && glibc !== undefined)
    problems.push("asks for glibc: it is not built for musl");
  if (os === "darwin") {
    const [asked, oldest] = [macosOf(bytes), OLDEST_MACOS[arch]];
    if (!asked) problems.push("does not say which macOS it runs on");
    else if (
      asked[0] > oldest[0] ||
      (asked[0] === oldest[0] && asked[1] > oldest[1])
    )
      problems.push(
        `asks for macOS ${asked.join(".")}: build it with MACOSX_DEPLOYMENT_TARGET=10.15`,
      );
  }
  if (os === "win32" && /\bVCRUNTIME\d+/i.test(text))
    problems.push(
      "asks for the Visual C++ runtime, which not every Windows has: build it with crt-static",
    );
  return problems;
}
