// Writes to stdout and waits for it: a process that ends before a pipe was read cuts what is in it.

const PIECE = 64 * 1024;

export async function print(text) {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += PIECE) {
    await new Promise((resolve, reject) =>
      process.stdout.write(bytes.subarray(start, start + PIECE), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
  }
}
