// Names the kind of secret that a rule takes out, in the words of the document: the rule's own name is for programs.

const OF_RULE = {
  "named-secret": "named as a secret",
  "redact-term": "a term to be hidden",
  path: "path",
  "user-name": "name of a person or an account",
  "account-name": "name of a person or an account",
  "host-name": "name of a computer",
  "ip-address": "IP address",
  "private-key": "private key",
  "private-key-base64": "private key",
  "putty-private-key": "private key",
  cookie: "cookie",
  "set-cookie": "cookie",
  mnemonic: "recovery phrase or code",
  "recovery-codes": "recovery phrase or code",
  jwt: "access token",
  paseto: "access token",
  "oauth-code": "access token",
  "authorization-header": "access token",
  "signed-url": "signature of an address",
  "form-field": "typed into a form",
  "typed-into-field": "typed into a form",
  "password-file": "password",
  "npmrc-auth": "password",
  "docker-config-auth": "password",
  "auth-user-pass": "password",
};

/** A rule of a service ends with what the service calls its secret: `github-token`, `stripe-key`. */
const OF_END = {
  token: "access token",
  session: "access token",
  key: "key",
  password: "password",
  hash: "hash of a password",
  secret: "credential",
  credential: "credential",
  webhook: "webhook address",
  signature: "signature of an address",
  argument: "passed to a program",
};

const own = (table, name) =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** What it takes out; nothing where its name has to tell, as that of a user's own pattern. */
export const kindOf = (rule) =>
  own(OF_RULE, rule) ?? own(OF_END, rule.split("-").at(-1));
