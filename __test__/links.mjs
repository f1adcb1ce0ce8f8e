// Links to folders, as npm makes them for a package under development. Windows has junctions for that.
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Links a folder. */
export const linkFolder = (target, path) =>
  symlinkSync(target, path, "junction");

function canLink() {
  const folder = mkdtempSync(join(tmpdir(), "session-export-test-"));
  try {
    linkFolder(folder, join(folder, "link"));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A reason to skip a test that needs such a link. */
export const noFolderLinks =
  !canLink() && "this system makes no links to folders (Wine)";
