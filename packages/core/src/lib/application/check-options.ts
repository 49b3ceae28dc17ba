import { ArmatureError } from "@armature/http";
import { CONTENT_CODINGS, type DecompressOptions } from "../context/content-codings.ts";
import { isEtagMode } from "../conditional/body-tag.ts";
import { trustFaults } from "../context/trust-proxy.ts";
import { VERSIONING_TYPES } from "../route/conditions.ts";
import { stageFaults } from "../route/resolve-stages.ts";
import type { AppOptions } from "./app-options.ts";

/** What is wrong with the options of an application, and what is left of them without it. */
export interface CheckedOptions {
  readonly faults: readonly ArmatureError[];
  /** The options that further checks can look at. */
  readonly sound: AppOptions;
}

/** Looks at every option, as far as its type can be told. */
export function checkOptions(options: AppOptions): CheckedOptions {
  const faulty = Object.keys(options).map((name) => [name, faultsOf(name, options)] as const);
  const sound = faulty.filter(([, faults]) => faults.length === 0).map(([name]) => name as OptionName); // it is known
  return {
    faults: faulty.flatMap(([, faults]) => faults),
    sound: Object.fromEntries(sound.map((name) => [name, options[name]])),
  };
}

type OptionName = keyof AppOptions;

/** A test, and what an option has to be to pass it. */
type Check = readonly [isFine: (value: unknown) => boolean, wanted: string];

const FLAG: Check = [(value) => typeof value === "boolean", "true or false"];
const LIST: Check = [Array.isArray, "a list"];

/** Every option; the type makes the compiler notice one that is missing here. */
const CHECKS: Readonly<Record<OptionName, Check>> = {
  engine: [(value) => hasMethods(value, "listen"), "an engine, as createEngine() makes it"],
  logger: [
    (value) => hasMethods(value, "debug", "info", "warn", "error", "child"),
    "a logger with debug, info, warn, error and child",
  ],
  requestLog: FLAG,
  // What is in it is checked by its own rules.
  limits: [isObject, "an object of limits"],
  // It has faults of its own.
  trustProxy: [() => true, "the proxies that are believed"],
  decompress: [
    (value) => typeof value === "boolean" || isDecompress(value),
    `true, false or { codings, maxCodings, maxRatio } with codings of ${CONTENT_CODINGS.join(", ")} and numbers of 1 or more`,
  ],
  debug: FLAG,
  checkAnswers: FLAG,
  jsonSchema: [isObject, "{ override, converters }"],
  requestId: [(value) => typeof value === "boolean" || value === "trust", 'true, false or "trust"'],
  etag: [isEtagMode, 'true, false, "weak" or "strong"'],
  health: [(value) => typeof value === "boolean" || isHealth(value), "true, or { live, ready, timeoutMs }"],
  prefix: [(value) => typeof value === "string", "a path"],
  versioning: [isVersioning, `{ type: ${VERSIONING_TYPES.map((type) => `"${type}"`).join(" or ")} }`],
  constraints: [
    (value) => isObject(value) && Object.values(value).every(isFunction),
    "an object of functions",
  ],
  overrides: LIST,
  errors: LIST,
  middleware: LIST,
  guards: LIST,
  interceptors: LIST,
  filters: LIST,
};

function faultsOf(name: string, options: AppOptions): ArmatureError[] {
  if (!Object.hasOwn(CHECKS, name)) return [unknownOption(name)];
  const known = name as OptionName; // CHECKS has it
  const value = options[known];
  const [isFine, wanted] = CHECKS[known];
  if (value !== undefined && !isFine(value)) return [invalidOption(name, wanted, value)];
  if (known === "trustProxy") return trustFaults(value);
  return stageFaults({ [known]: value }, "the application");
}

function unknownOption(name: string): ArmatureError {
  return new ArmatureError(
    "E_OPTION_UNKNOWN",
    `There is no application option "${name}"; the options are ${Object.keys(CHECKS).join(", ")}.`,
  );
}

function invalidOption(name: string, wanted: string, value: unknown): ArmatureError {
  const got = isFunction(value) ? "a function" : (JSON.stringify(value) ?? String(value));
  return new ArmatureError("E_OPTION_INVALID", `The option "${name}" must be ${wanted} (got ${got}).`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  if (!isObject(value)) return false;
  return names.every((name) => isFunction((value as Record<string, unknown>)[name])); // read as unknown
}

function isHealth(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.entries(value).every(([name, part]: [string, unknown]) => {
    if (name === "timeoutMs") return typeof part === "number" && part > 0;
    return (name === "live" || name === "ready") && isObject(part) && Object.values(part).every(isFunction);
  });
}

function isDecompress(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.entries(value).every(([name, part]: [string, unknown]) => {
    if (part === undefined) return DECOMPRESS_OPTIONS.has(name);
    if (name === "codings") return Array.isArray(part) && part.every((coding) => isContentCoding(coding));
    if (name === "maxRatio") return typeof part === "number" && part >= 1;
    return name === "maxCodings" && Number.isInteger(part) && (part as number) >= 1; // a number, says the part before
  });
}

const DECOMPRESS_OPTIONS = new Set<string>([
  "codings",
  "maxCodings",
  "maxRatio",
] satisfies (keyof DecompressOptions)[]);

function isContentCoding(value: unknown): boolean {
  return CONTENT_CODINGS.some((coding) => coding === value);
}

function isVersioning(value: unknown): boolean {
  return isObject(value) && "type" in value && VERSIONING_TYPES.some((type) => type === value.type);
}
