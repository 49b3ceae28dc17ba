import { DiError } from "../fault/di-error.ts";
import type { Finding } from "../check/fault-list.ts";
import type { Edge, Lookup, ModuleNode } from "./graph-nodes.ts";
import { tokenError } from "../declare/inject.ts";
import { lookUp } from "./look-up.ts";
import { ambiguousProvider, missingProvider } from "./missing-provider.ts";
import { type AnyToken, isToken } from "../declare/token.ts";

/** How a dependency is wanted. */
export interface ConnectOptions {
  readonly optional: boolean;
  readonly lazy: boolean;
}

/**
 * The edge from a module to what it sees under a token.
 * @throws DiError `E_DI_MISSING`, `E_DI_AMBIGUOUS` or `E_DI_TOKEN_INVALID`
 */
export function connect(needer: string, token: AnyToken, node: ModuleNode, options: ConnectOptions): Edge {
  const edge = tryConnect(needer, token, node, options);
  if ("lookup" in edge) return edge;
  throw new DiError(edge.code, `${edge.message} ${edge.mend}`);
}

/** As {@link connect}, but gives what is wrong instead of throwing it. */
export function tryConnect(
  needer: string,
  token: AnyToken,
  node: ModuleNode,
  options: ConnectOptions,
): Edge | Finding {
  if (!isToken(token)) return invalidToken(needer, token);
  const lookup = lookUp(node, token);
  if (isUsable(lookup, options.optional)) return { token, lookup, ...options };
  return lookup.targets.length === 0
    ? missingProvider(needer, token, node)
    : ambiguousProvider(needer, token, node, lookup.targets);
}

/** What a module sees under a token, for callers outside; as {@link connect}, without an edge. */
export function lookUpNow(token: AnyToken, node: ModuleNode, optional: boolean): Lookup {
  const known = node.lookups.get(token);
  if (known !== undefined && isUsable(known, optional)) return known;
  return connect(node.name, token, node, { optional, lazy: false }).lookup;
}

function isUsable({ many, targets }: Lookup, optional: boolean): boolean {
  return many || targets.length === 1 || (optional && targets.length === 0);
}

function invalidToken(needer: string, given: unknown): Finding {
  const { code, message } = tokenError(given);
  return { code, message, mend: `Look at what ${needer} injects.` };
}
