import { ArmatureError, joinErrors, nearestName, type TlsOptions } from "@armature/http";

const OPTIONS: readonly string[] = [
  "key",
  "cert",
  "passphrase",
  "servers",
  "ca",
  "requestCert",
  "rejectUnauthorized",
  "minVersion",
  "ciphers",
] satisfies (keyof TlsOptions)[];

const IDENTITY: readonly string[] = ["key", "cert", "passphrase"];
const VERSIONS: ReadonlySet<unknown> = new Set(["TLSv1.2", "TLSv1.3", undefined]);

/** A name, or "*." and a name (RFC 6125, 6.4.3). */
const SERVER_NAME = /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/i;

/**
 * Checks the form of TLS options; what they hold is checked when it is loaded.
 * @throws ArmatureError `E_TLS_INVALID` with all mistakes together
 */
export function checkTls(options: unknown): void {
  const [first, ...more] = mistakesOf(options).map((text) => new ArmatureError("E_TLS_INVALID", text));
  if (first !== undefined) throw joinErrors("TLS options", [first, ...more]);
}

function mistakesOf(options: unknown): string[] {
  if (!isObject(options)) return [`tls must be an object with key and cert (got ${show(options)}).`];
  return [
    ...unknownNames(options, OPTIONS, "tls"),
    ...identityMistakes(options, "tls"),
    ...serversMistakes(options["servers"]),
    ...caMistakes(options["ca"]),
    ...["requestCert", "rejectUnauthorized"].flatMap((name) => flagMistakes(options[name], name)),
    ...(VERSIONS.has(options["minVersion"])
      ? []
      : [`tls.minVersion must be "TLSv1.2" or "TLSv1.3" (got ${show(options["minVersion"])}).`]),
    ...textMistakes(options["ciphers"], "tls.ciphers"),
  ];
}

function unknownNames(options: object, known: readonly string[], place: string): string[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearestName(name, known);
      const hint = near === null ? `it knows ${known.join(", ")}` : `did you mean "${near}"?`;
      return `${place} has no option ${show(name)}; ${hint}${near === null ? "." : ""}`;
    });
}

function identityMistakes(identity: Readonly<Record<string, unknown>>, place: string): string[] {
  return [
    ...["key", "cert"]
      .filter((name) => !isPem(identity[name]))
      .map(
        (name) => `${place}.${name} must be PEM text, its bytes or { file } (got ${show(identity[name])}).`,
      ),
    ...textMistakes(identity["passphrase"], `${place}.passphrase`, "something else"),
  ];
}

function serversMistakes(servers: unknown): string[] {
  if (servers === undefined) return [];
  if (!isObject(servers))
    return [`tls.servers must be an object of identities by name (got ${show(servers)}).`];
  return Object.entries(servers).flatMap(([name, identity]) => {
    const place = `tls.servers[${show(name)}]`;
    if (!SERVER_NAME.test(name))
      return [`${place}: the name must be like "api.example.com" or "*.example.com".`];
    if (!isObject(identity)) return [`${place} must be an object with key and cert (got ${show(identity)}).`];
    return [...unknownNames(identity, IDENTITY, place), ...identityMistakes(identity, place)];
  });
}

function caMistakes(ca: unknown): string[] {
  const all: readonly unknown[] = Array.isArray(ca) ? ca : [ca];
  if (ca === undefined || all.every(isPem)) return [];
  return [`tls.ca must be PEM text, its bytes, { file }, or a list of them (got ${show(ca)}).`];
}

function flagMistakes(value: unknown, name: string): string[] {
  if (value === undefined || typeof value === "boolean") return [];
  return [`tls.${name} must be true or false (got ${show(value)}).`];
}

/** @param shown what is said of the value, where that is a secret */
function textMistakes(value: unknown, place: string, shown: string = show(value)): string[] {
  if (value === undefined || (typeof value === "string" && value !== "")) return [];
  return [`${place} must be text that is not empty (got ${shown}).`];
}

function isPem(value: unknown): boolean {
  if (typeof value === "string") return value !== "";
  if (value instanceof Uint8Array) return value.length > 0;
  return isObject(value) && typeof value["file"] === "string" && value["file"] !== "";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** Says what a value is; a text may be a key, so only names are shown whole. */
function show(value: unknown): string {
  if (typeof value === "string")
    return value.includes("-----") ? "PEM text" : JSON.stringify(value.slice(0, 60));
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
