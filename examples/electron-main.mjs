// The menu item "Export session log" for Electron's main process. Electron's modules are passed
// in, so that a test can pass others:
//
//   import { app, dialog, Menu, shell } from "electron";
//   const item = exportSessionLogItem({ app, dialog, shell }, loadSession);
//   Menu.setApplicationMenu(Menu.buildFromTemplate([{ label: "Session", submenu: [item] }]));
import { join } from "node:path";
import { suggestFileName, writeExport } from "@pawwork/session-export";

const WORDS = {
  en: {
    label: "Export session log…",
    page: "Page",
    failed: "The session log was not exported",
    errors: {
      ERR_SESSION_NOT_FOUND: "The session is not there any more.",
      ERR_STORE_UNREADABLE:
        "The sessions could not be read. Restart the application and try again.",
      ERR_WRITE_FAILED:
        "The file could not be written. Choose another folder, or make room on the disk.",
      ERR_REDACTION_INCOMPLETE:
        "A password or key could not be taken out, so that nothing was written. Please report this.",
    },
  },
  zh: {
    label: "导出会话记录…",
    page: "网页",
    failed: "会话记录未导出",
    errors: {
      ERR_SESSION_NOT_FOUND: "该会话已不存在。",
      ERR_STORE_UNREADABLE: "无法读取会话。请重启应用后重试。",
      ERR_WRITE_FAILED: "无法写入文件。请选择其他文件夹，或清理磁盘空间。",
      ERR_REDACTION_INCOMPLETE:
        "有密码或密钥无法移除，因此没有写入任何内容。请反馈此问题。",
    },
  },
};

/**
 * @param {{ app: object, dialog: object, shell: object }} electron
 * @param {() => Promise<object | string | Uint8Array>} loadSession gives the open session, such as
 *   the body of OpenCode's `GET /session/:id` and `GET /session/:id/message`, or its name in a store
 */
export function exportSessionLogItem({ app, dialog, shell }, loadSession) {
  const locale = app.getLocale().startsWith("zh") ? "zh" : "en";
  const words = WORDS[locale];
  return {
    label: words.label,
    async click(_item, window) {
      // In the task bar, or on the icon in the dock.
      const show = (share) => window?.setProgressBar(share);
      try {
        const session = await loadSession();
        const name = suggestFileName(session, { format: "html" });
        const { canceled, filePath } = await dialog.showSaveDialog(window, {
          defaultPath: join(app.getPath("documents"), name),
          // The extension that the user chooses decides the format.
          filters: [
            { name: words.page, extensions: ["html"] },
            { name: "Markdown", extensions: ["md"] },
            { name: "JSON", extensions: ["json"] },
          ],
        });
        if (canceled) return;
        const report = await writeExport(filePath, session, {
          app: { name: app.getName(), version: app.getVersion() },
          locale,
          // The dialog has asked already whether an existing file may be replaced.
          overwrite: true,
          onProgress: ({ done, total }) => show(total > 0 ? done / total : 1),
        });
        shell.showItemInFolder(report.path);
      } catch (error) {
        // The message is made for the user and holds no conversation text.
        const message = words.errors[error.code] ?? error.message;
        dialog.showErrorBox(words.failed, message);
      } finally {
        show(-1);
      }
    },
  };
}
