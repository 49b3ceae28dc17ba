import type { JsonSchemaOptions, StandardSchemaV1 } from "@armature/schema";
import type { OpenApiInfo, OpenApiLink, OpenApiServer, OpenApiTag } from "../document/open-api.ts";

/** What a document says beside the routes. */
export interface DocumentOptions {
  readonly info: OpenApiInfo;
  /** Where the API can be reached. Default: where the document was found. */
  readonly servers?: readonly OpenApiServer[];
  /** Descriptions of tags, and their order. Tags that routes name are added behind them. */
  readonly tags?: readonly OpenApiTag[];
  readonly externalDocs?: OpenApiLink;
  /**
   * Schemas that are written once, under `components`, wherever they stand.
   *
   * @example
   * openApi({ info: { title: "Users", version: "1.0.0" }, schemas: { User, NewUser } });
   */
  readonly schemas?: Readonly<Record<string, StandardSchemaV1>>;
  /** How schemas become JSON Schema. */
  readonly jsonSchema?: JsonSchemaOptions;
  /** Only routes of this version, and those without one. Default: all routes. */
  readonly version?: string;
  /** Only routes of this host, and those without one. Default: all routes. */
  readonly host?: string;
}
