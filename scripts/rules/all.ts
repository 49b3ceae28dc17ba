import { commands } from "./commands.ts";
import { cycles } from "./cycles.ts";
import { dependencies } from "./dependencies.ts";
import { docs } from "./docs.ts";
import { doors } from "./doors.ts";
import { errorCodes } from "./error-codes.ts";
import { floors } from "./floors.ts";
import { limits } from "./limits.ts";
import { manifests } from "./manifests.ts";
import { names } from "./names.ts";
import { portable } from "./portable.ts";
import { signatures } from "./signatures.ts";
import { sizes } from "./sizes.ts";
import type { Rule } from "./workspace.ts";

/** The rules of the house, in the order in which they are reported. */
export const ALL_RULES: readonly Rule[] = [
  floors,
  doors,
  cycles,
  dependencies,
  manifests,
  commands,
  docs,
  signatures,
  names,
  sizes,
  errorCodes,
  limits,
  portable,
];
