import { RouteRegistry, type OnApplicationBootstrap } from "@armature/core";
import { inject, token, type ValueToken } from "@armature/di";
import { buildDocument } from "../build/build-document.ts";
import type { OpenApiDocument } from "../document/open-api.ts";
import type { DocumentOptions } from "../build/options.ts";
import { toJson, toYaml } from "../document/document-text.ts";

/** The options of the module that a service belongs to. */
export const DOCUMENT_OPTIONS: ValueToken<DocumentOptions> = token<DocumentOptions>("DOCUMENT_OPTIONS");

/** The document of the application, written once when it starts. */
export class OpenApiService implements OnApplicationBootstrap {
  readonly #registry = inject(RouteRegistry);
  readonly #options = inject(DOCUMENT_OPTIONS);
  #document: OpenApiDocument | null = null;
  #json: string | null = null;
  #yaml: string | null = null;

  /** @throws OpenApiError with every fault of the routes: an API that cannot be described does not start */
  onApplicationBootstrap(): void {
    this.#document = buildDocument(this.#registry, this.#options);
  }

  get document(): OpenApiDocument {
    return (this.#document ??= buildDocument(this.#registry, this.#options));
  }

  get json(): string {
    return (this.#json ??= toJson(this.document));
  }

  get yaml(): string {
    return (this.#yaml ??= toYaml(this.document));
  }
}
