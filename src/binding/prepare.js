(path, report, text, save, dispose) =>
  Object.freeze({
    path,
    report,
    get text() {
      return text();
    },
    save,
    dispose,
  });
