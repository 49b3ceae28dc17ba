import { type PublicDeclaration, publicDeclarations } from "./public-declarations.ts";
import { lineAt } from "./source-file.ts";
import type { Rule } from "./workspace.ts";

/** Every public export has a doc comment. */
export const docs: Rule = {
  name: "docs",
  check: (workspace) =>
    publicDeclarations(workspace)
      .filter((declaration) => !isDocumented(declaration))
      .map(({ name, file, statement }) => ({
        file: file.path,
        line: lineAt(file.text, statement.start),
        message: `"${name}" is public and has no doc comment; write one sentence, units, defaults and errors.`,
      })),
};

function isDocumented({ file, statements }: PublicDeclaration): boolean {
  return statements.some((statement) =>
    file.comments.some(
      ({ type, value, end }) =>
        type === "Block" &&
        /^\*\s*\S/.test(value) &&
        end <= statement.start &&
        isOnlyComments(file.text.slice(end, statement.start)),
    ),
  );
}

/** A comment for the linter may stand between the doc comment and what it documents. */
function isOnlyComments(text: string): boolean {
  return /^(\s|\/\/[^\n]*\n)*$/.test(text);
}
