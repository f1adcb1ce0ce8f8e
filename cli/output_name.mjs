// Reads the name that --output gives: it tells the place and the format.
import { existsSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { Failure } from "./failure.mjs";

/** The formats, by the endings that name them. */
const FORMATS = {
  ".md": "markdown",
  ".markdown": "markdown",
  ".html": "html",
  ".htm": "html",
  ".json": "json",
};

/**
 * The path that --output names. `C:` and `C:name` are relative to the working folder of a drive on Windows, and a name
 * behind them must not lead to the drive's root: so they are resolved before anything is joined to them.
 */
export const placeOf = (output) =>
  process.platform === "win32" && /^[a-z]:(?![\\/])/i.test(output ?? "")
    ? resolve(output)
    : output;

const isFolder = (path) => existsSync(path) && statSync(path).isDirectory();

/** Fails where --output is a file that looks like something that this command does not write. */
export function checkExtension({ output, all, review, options }) {
  if (!output || output === "-" || all || isFolder(output)) return;
  const ending = extname(output).toLowerCase();
  const named = FORMATS[ending];
  const asked = review ? "html" : options.format;
  if (ending && !named && !asked)
    throw new Failure(
      `${output} ends in ${ending}, which this command does not write: name it .html (a page), .md (Markdown) or .json, or tell its --format.`,
    );
  if (named && asked && named !== asked)
    throw new Failure(
      review
        ? `--review writes a page: name ${output} .html, or leave --output out.`
        : `${output} ends in ${ending}, but --format asks for ${asked}: leave --format out, or change the ending.`,
    );
}
