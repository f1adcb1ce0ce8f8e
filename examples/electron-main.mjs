// The menu item "Export session log" for Electron's main process. Electron's modules are passed
// in, so that a test can pass others:
//
//   import { app, dialog, Menu, shell } from "electron";
//   const item = exportSessionLogItem({ app, dialog, shell }, loadSession);
//   Menu.setApplicationMenu(Menu.buildFromTemplate([{ label: "Session", submenu: [item] }]));
import { join } from "node:path";
import { suggestFileName, writeExport } from "@pawwork/session-export";

/**
 * @param {{ app: object, dialog: object, shell: object }} electron
 * @param {() => Promise<object | string | Uint8Array>} loadSession gives the open session, such as
 *   the body of OpenCode's `GET /session/:id` and `GET /session/:id/message`
 */
export function exportSessionLogItem({ app, dialog, shell }, loadSession) {
  return {
    label: "Export session log…",
    async click(_item, window) {
      try {
        const session = await loadSession();
        const { canceled, filePath } = await dialog.showSaveDialog(window, {
          defaultPath: join(app.getPath("documents"), suggestFileName(session)),
          // The extension that the user chooses decides the format.
          filters: [
            { name: "Markdown", extensions: ["md"] },
            { name: "JSON", extensions: ["json"] },
          ],
        });
        if (canceled) return;
        const report = await writeExport(filePath, session, {
          app: { name: app.getName(), version: app.getVersion() },
          // The dialog has asked already whether an existing file may be replaced.
          overwrite: true,
        });
        shell.showItemInFolder(report.path);
      } catch (error) {
        // The message is made for the user and holds no conversation text.
        dialog.showErrorBox("The session log was not exported", error.message);
      }
    },
  };
}
