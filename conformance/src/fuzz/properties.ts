import { ANSWER_PROPERTIES } from "./answer-properties.ts";
import { APP_PROPERTIES } from "./app-properties.ts";
import { DIFFERENTIAL_PROPERTIES } from "./differential-properties.ts";
import type { FuzzProperty } from "./fuzz-property.ts";
import { NATIVE_PROPERTIES } from "./native-properties.ts";
import { REQUEST_PROPERTIES } from "./request-properties.ts";
import { TEXT_PROPERTIES } from "./text-properties.ts";
import { WEBSOCKET_PROPERTIES } from "./websocket-properties.ts";

/** Everything that is tried. */
export const PROPERTIES: readonly FuzzProperty[] = [
  ...REQUEST_PROPERTIES,
  ...DIFFERENTIAL_PROPERTIES,
  ...NATIVE_PROPERTIES,
  ...ANSWER_PROPERTIES,
  ...TEXT_PROPERTIES,
  ...APP_PROPERTIES,
  ...WEBSOCKET_PROPERTIES,
];
