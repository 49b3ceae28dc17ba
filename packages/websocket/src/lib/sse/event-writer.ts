import { ArmatureError, nearestName } from "@armature/http";
import {
  compileValidator,
  createSerializer,
  describeSchema,
  type Serializer,
  type StandardSchemaV1,
  type Validator,
} from "@armature/schema";
import { assertEventName } from "./encode-event.ts";
import type { EventMap } from "./event-map.ts";

interface EventContract {
  readonly validator: Validator<unknown>;
  readonly serializer: Serializer;
}

/** Writes the data of events as JSON; where events are declared it checks them, and writes only what their schemas know. */
export interface EventWriter {
  /** @throws ArmatureError `E_SSE_EVENT_UNKNOWN`, `E_SSE_DATA_INVALID`, `E_SSE_SCHEMA_ASYNC`; SchemaError `E_SERIALIZE_FAILED` */
  write(event: string, data: unknown): string;
}

/** Makes a writer, once for all streams of a kind. */
export function createEventWriter(events: EventMap | undefined): EventWriter {
  return events === undefined ? ANY_EVENTS : new DeclaredEvents(events);
}

const anyJson = createSerializer();

const ANY_EVENTS: EventWriter = { write: (_event, data) => anyJson.serialize(data) };

class DeclaredEvents implements EventWriter {
  readonly #contracts = new Map<string, EventContract>();

  constructor(events: EventMap) {
    for (const [event, schema] of Object.entries(events)) {
      assertEventName(event);
      this.#contracts.set(event, toContract(schema));
    }
  }

  write(event: string, data: unknown): string {
    const contract = this.#contracts.get(event);
    if (contract === undefined) throw this.#unknown(event);
    const checked = contract.validator.validate(data);
    if ("then" in checked) throw asyncSchema(event);
    if (checked.ok) return contract.serializer.serialize(checked.value);
    const problems = checked.problems.map(({ path, message }) => `${path || "/"}: ${message}`).join("; ");
    throw new ArmatureError(
      "E_SSE_DATA_INVALID",
      `The data of the event "${event}" breaks its schema (${problems}).`,
    );
  }

  #unknown(event: string): ArmatureError {
    const names = [...this.#contracts.keys()];
    const near = nearestName(event, names);
    const hint = near === null ? `the events are ${names.join(", ")}.` : `did you mean "${near}"?`;
    return new ArmatureError("E_SSE_EVENT_UNKNOWN", `There is no event "${event}"; ${hint}`);
  }
}

function toContract(schema: StandardSchemaV1): EventContract {
  const validator = compileValidator(schema);
  const { json } = describeSchema(schema, "output");
  return { validator, serializer: createSerializer(json ?? true) };
}

function asyncSchema(event: string): ArmatureError {
  return new ArmatureError(
    "E_SSE_SCHEMA_ASYNC",
    `The schema of the event "${event}" is asynchronous, and events are sent in order; check the data before and send what is checked.`,
  );
}
