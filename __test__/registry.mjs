// A registry of npm on loopback, as far as publishing and installing need it: packages are put and got as npm's own
// registry takes and gives them, https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md.
import { once } from "node:events";
import { createServer } from "node:http";

/** The registry: its answers, and the packages that it has. */
export async function startRegistry(t) {
  /** Each package's document by its name, as it was put. */
  const packages = new Map();
  const tarballs = new Map();
  const registry = {
    packages,
    /** The packages that npm has published, in order: `name@version`. */
    put: [],
    /** Set to a function of `name@version` that gives a status and whether it is taken all the same. */
    answer: () => undefined,
  };

  function take(document) {
    const [version] = Object.keys(document.versions);
    const id = `${document.name}@${version}`;
    const has = packages.get(document.name);
    if (has?.versions[version])
      return [
        403,
        `You cannot publish over the previously published versions: ${version}.`,
      ];
    const told = registry.answer(id);
    if (told && !told.isTaken) return [told.status, "refused"];
    const { _attachments, ...rest } = document;
    packages.set(document.name, {
      ...rest,
      versions: { ...has?.versions, ...rest.versions },
      "dist-tags": { ...has?.["dist-tags"], ...rest["dist-tags"] },
    });
    const [attachment] = Object.values(_attachments);
    const { pathname } = new URL(rest.versions[version].dist.tarball);
    tarballs.set(pathname, Buffer.from(attachment.data, "base64"));
    registry.put.push(id);
    return told ? [told.status, "broken off"] : [201, "created"];
  }

  function answerTo(method, path, body) {
    const tarball = tarballs.get(path);
    if (tarball) return [200, tarball];
    if (method === "PUT") {
      const [status, error] = take(JSON.parse(body));
      return [status, JSON.stringify({ error })];
    }
    const found = packages.get(decodeURIComponent(path.slice(1)));
    return found
      ? [200, JSON.stringify(found)]
      : [404, JSON.stringify({ error: "not_found" })];
  }

  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname } = new URL(request.url, "http://127.0.0.1");
      const body = Buffer.concat(chunks);
      const [status, answer] = answerTo(request.method, pathname, body);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(answer);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  registry.url = `http://127.0.0.1:${server.address().port}/`;
  return registry;
}
