(end) => {
  process.on("exit", end);
};
