import type { Inspection } from "@armature/core";
import {
  buildDocument,
  documentOptionsOf,
  OpenApiError,
  type DocumentOptions,
  type OpenApiFault,
} from "@armature/openapi";

/** What keeps the documents of an application from being written, and with them the application from starting. */
export function findDocumentFaults(inspection: Inspection): OpenApiFault[] {
  return documentsOf(inspection).flatMap((options) => faultsOf(inspection, options));
}

/** Schemas that have no JSON Schema, where no document needs them to. */
export function findUndescribed(inspection: Inspection): OpenApiFault[] {
  if (documentsOf(inspection).length > 0) return [];
  const faults = faultsOf(inspection, { info: { title: "", version: "" } });
  return faults.filter(({ code }) => code === "E_JSON_SCHEMA");
}

/** What the `openApi(...)` modules of an application say of their documents. */
export function documentsOf({ modules }: Inspection): DocumentOptions[] {
  return modules.map(documentOptionsOf).filter((options) => options !== null);
}

function faultsOf({ registry }: Inspection, options: DocumentOptions): readonly OpenApiFault[] {
  try {
    buildDocument(registry, options);
    return [];
  } catch (error) {
    if (error instanceof OpenApiError) return error.faults;
    throw error;
  }
}
