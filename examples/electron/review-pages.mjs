// Answers what the review window loads and asks for. It is a function from a Request to a Response, so that it knows no Electron, and
// a test can put it behind a server.
//
//   GET  /                    the window's page, and beside it its style and scripts
//   GET  /state?after=4       the state, once it is another one than number 4
//   GET  /document/2          the prepared document with number 2
//   POST /prepare, /save, /copy, /show, /cancel    what the user does
import { open, readFile } from "node:fs/promises";
import { Readable } from "node:stream";

/** What the window's own pages may do: load and ask for what stands beside them. */
const OWN_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The prepared document may do nothing: no script runs in it, its own neither. So the page around it can lead to places
 * in it, and it can reach nothing, whatever a session holds.
 */
const DOCUMENT_POLICY =
  "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";
const PLAIN = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json";

const FILES = {
  "/": ["index.html", HTML],
  "/review.css": ["review.css", STYLE],
  "/review.js": ["review.js", SCRIPT],
  "/document.js": ["document.js", SCRIPT],
  "/options.js": ["options.js", SCRIPT],
  "/places.js": ["places.js", SCRIPT],
  "/search.js": ["search.js", SCRIPT],
};

const none = (status) => new Response(null, { status });

const headers = (type, policy) => ({
  "content-type": type,
  "content-security-policy": policy,
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
});

/** Gives the function that answers the requests of one review's window. */
export function reviewPages(review, words) {
  async function own(path) {
    const [file, type] = FILES[path];
    const text = await readFile(
      new URL(`review/${file}`, import.meta.url),
      "utf8",
    );
    const body = type === HTML ? withWords(text, words) : text;
    return new Response(body, { headers: headers(type, OWN_POLICY) });
  }

  async function document(number) {
    const shown = review.file(number);
    // It may be gone by now: prepared anew, or closed.
    const file = shown && (await open(shown.path).catch(() => null));
    if (!file) return none(404);
    const type = shown.format === "html" ? HTML : PLAIN;
    return new Response(Readable.toWeb(file.createReadStream()), {
      headers: headers(type, DOCUMENT_POLICY),
    });
  }

  const json = (value) =>
    new Response(JSON.stringify(value), {
      headers: headers(JSON_TYPE, OWN_POLICY),
    });

  const commands = {
    "/prepare": (asked) => review.prepare(asked.options),
    "/save": (asked) => review.save(asked.document),
    "/copy": (asked) => review.copy(asked.document, String(asked.text ?? "")),
    "/show": () => review.show(),
    "/cancel": () => review.cancel(),
  };

  async function command(request, run) {
    const asked = await request.json().catch(() => null);
    if (asked === null || typeof asked !== "object") return none(400);
    run(asked);
    // The states from this one on tell the outcome.
    return json({ version: review.state().version });
  }

  return async function handle(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (request.method === "POST")
      return Object.hasOwn(commands, pathname)
        ? command(request, commands[pathname])
        : none(404);
    if (request.method !== "GET") return none(405);
    if (Object.hasOwn(FILES, pathname)) return own(pathname);
    if (pathname === "/state")
      return json(await review.after(Number(searchParams.get("after"))));
    const [, number] = /^\/document\/(\d{1,9})$/.exec(pathname) ?? [];
    return number ? document(Number(number)) : none(404);
  };
}

/** Fills `{{name}}` in a page with words. */
function withWords(page, words) {
  const escaped = (text) =>
    text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
  return page.replace(/\{\{(\w+)(?:\.(\w+))?\}\}/g, (_, name, member) =>
    escaped(member ? words[name][member] : words[name]),
  );
}
