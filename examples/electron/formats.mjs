// The formats that a save dialog offers, and the file that it was answered with.
import { extname, join } from "node:path";

/** Extensions by format, the one that is added first. */
export const FORMATS = {
  html: ["html", "htm"],
  markdown: ["md", "markdown"],
  json: ["json"],
};

/**
 * The options of the save dialog. `suggestFileName` made the `name`: it is redacted, and every system takes it. Nothing
 * else of a session goes into the dialog.
 */
export function saveDialogOptions({ app, words, name, format }) {
  const others = Object.keys(FORMATS).filter((other) => other !== format);
  return {
    title: words.saveTitle,
    defaultPath: join(app.getPath("documents"), name),
    filters: [format, ...others].map((each) => ({
      name: words.formats[each],
      extensions: FORMATS[each],
    })),
    properties: ["showOverwriteConfirmation", "createDirectory"],
  };
}

/**
 * The file to write, and its format: the one whose extension was typed, or was added by the dialog for the chosen
 * filter. Where there is none of them, that of `format` is added. The dialog has then asked about another name than
 * the one that is written, so nothing may be replaced.
 */
export function chosenFile(filePath, format) {
  const extension = extname(filePath).slice(1).toLowerCase();
  for (const [typed, extensions] of Object.entries(FORMATS))
    if (extensions.includes(extension))
      return { path: filePath, format: typed, overwrite: true };
  const path = `${filePath}.${FORMATS[format][0]}`;
  return { path, format, overwrite: false };
}
