import type { OpenApiDocument, OpenApiMethod, OpenApiOperation } from "../document/open-api.ts";
import type { ApiChange } from "./change.ts";
import { compareOperations } from "./operation-diff.ts";

/**
 * Lists what changed between two documents of one API, and what of it breaks the clients that are there.
 *
 * What narrows a request is breaking, and what widens an answer: a property that was always there may be missing, a type or a value
 * may come that nobody knew. Paths are compared by their shape, so that the name of a parameter may change.
 *
 * @example
 * const changes = diffDocuments(published, current);
 * process.exitCode = changes.some(({ kind }) => kind === "breaking") ? 1 : 0;
 */
export function diffDocuments(before: OpenApiDocument, after: OpenApiDocument): ApiChange[] {
  const old = operationsOf(before);
  const new_ = operationsOf(after);
  const gone = [...old].filter(([key]) => !new_.has(key)).map(([, { name }]) => removed(name));
  const rest = [...new_].flatMap(([key, { name, operation }]): ApiChange[] => {
    const was = old.get(key);
    if (was === undefined)
      return [{ kind: "added", operation: name, place: "", reason: "the operation is new" }];
    const documents = { before, after };
    return compareOperations(was.operation, operation, documents).map((change) => ({
      ...change,
      operation: name,
    }));
  });
  return [...gone, ...rest];
}

interface NamedOperation {
  readonly name: string;
  readonly operation: OpenApiOperation;
}

function operationsOf({ paths }: OpenApiDocument): ReadonlyMap<string, NamedOperation> {
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      (Object.entries(item) as [OpenApiMethod, OpenApiOperation][]).map(([method, operation]) => {
        const name = `${method.toUpperCase()} ${path}`;
        return [name.replace(/\{[^}]*\}/g, "{}"), { name, operation }];
      }),
    ),
  );
}

function removed(operation: string): ApiChange {
  return { kind: "breaking", operation, place: "", reason: "the operation is gone" };
}
