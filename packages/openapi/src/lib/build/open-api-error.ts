import { ArmatureError } from "@armature/http";

/** What is wrong with the routes of an application, as far as a document of them goes. */
export interface OpenApiFault {
  /** Stable code, see docs/errors.md. */
  readonly code: string;
  /** What is wrong, of which route, and what to do. */
  readonly message: string;
}

/** All that keeps a document from being written. */
export class OpenApiError extends ArmatureError {
  readonly faults: readonly OpenApiFault[];

  constructor(faults: readonly [OpenApiFault, ...OpenApiFault[]]) {
    const [first] = faults;
    const lines = faults.map(({ code, message }) => `- ${code}: ${message}`);
    super(
      first.code,
      faults.length === 1
        ? first.message
        : `The document of the API has ${faults.length} faults:\n${lines.join("\n")}`,
    );
    this.faults = faults;
  }
}
