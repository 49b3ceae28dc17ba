import { ArmatureError } from "@armature/http";
import {
  compileValidator,
  createSerializer,
  describeSchema,
  SchemaError,
  type Checked,
  type Serializer,
  type StandardSchemaV1,
  type Validator,
} from "@armature/schema";
import { isAckSchemas, type MessageMap } from "./message-map.ts";

interface Contract {
  readonly schema: StandardSchemaV1;
  /** `null` where the serializer is check enough. */
  readonly validator: Validator<unknown> | null;
  readonly serializer: Serializer;
}

/**
 * Writes the data of events as JSON, each by its schema: what the schema does not declare is not written. It is written as the schema takes
 * it, because who receives it has the same schema make of it what it gives.
 */
export class MessageWriter {
  readonly #contracts = new Map<string, Contract>();

  /** Which parts of a map are written. @throws SchemaError `E_SCHEMA_INVALID` */
  static of(map: MessageMap, part: "data" | "reply", isChecked: boolean): MessageWriter {
    const writer = new MessageWriter();
    for (const [event, entry] of Object.entries(map)) {
      if (isAckSchemas(entry)) writer.#add(event, entry[part], isChecked);
      else if (part === "data") writer.#add(event, entry, isChecked);
    }
    return writer;
  }

  /** Takes over what another one writes, and gives the events that this one writes by another schema. */
  merge(other: MessageWriter): readonly string[] {
    const known = (event: string): Contract | undefined => this.#contracts.get(event);
    const all = [...other.#contracts];
    const clashes = all.filter(([event, { schema }]) => (known(event)?.schema ?? schema) !== schema);
    for (const [event, contract] of all) if (known(event) === undefined) this.#contracts.set(event, contract);
    return clashes.map(([event]) => event);
  }

  /** Whether it has a schema for an event. */
  declares(event: string): boolean {
    return this.#contracts.has(event);
  }

  /**
   * The data of an event as JSON; `undefined` where it has none. What is not declared is written as it is.
   * @throws ArmatureError `E_MESSAGE_OUTGOING`
   */
  write(event: string, data: unknown): string | undefined {
    const contract = this.#contracts.get(event);
    try {
      if (contract === undefined) return toJson(data);
      if (contract.validator !== null) check(event, contract.validator.validate(data));
      return data === undefined ? undefined : contract.serializer.serialize(data);
    } catch (error) {
      throw error instanceof SchemaError || error instanceof TypeError
        ? unsent(event, error.message, error)
        : error;
    }
  }

  #add(event: string, schema: StandardSchemaV1, isChecked: boolean): void {
    const serializer = createSerializer(describeSchema(schema, "input").json ?? true);
    const isNeeded = isChecked || !serializer.isBounded;
    this.#contracts.set(event, { schema, serializer, validator: isNeeded ? compileValidator(schema) : null });
  }
}

/** Who receives it checks what a schema says later; nobody waits for that here. */
function check(event: string, checked: Checked<unknown> | PromiseLike<Checked<unknown>>): void {
  if ("then" in checked) return void checked.then(undefined, () => {});
  if (checked.ok) return;
  const problems = checked.problems.map(({ path, message }) => `${path || "/"}: ${message}`).join("; ");
  throw unsent(event, problems);
}

/** What JSON has no form for, as `undefined`, is left out. */
function toJson(data: unknown): string | undefined {
  return JSON.stringify(data);
}

function unsent(event: string, problems: string, cause?: unknown): ArmatureError {
  return new ArmatureError(
    "E_MESSAGE_OUTGOING",
    `What is to be sent as "${event}" breaks its schema, so it is not sent (${problems.replace(/\.$/, "")}).`,
    { cause },
  );
}
