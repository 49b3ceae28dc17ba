import type { JsonSchema, JsonSchemaObject } from "@armature/schema";

/** The payloads of the named benchmarks; their sizes as JSON are part of the names and held by a test. */

export const HEALTH = { status: "ok" };
export const CREATED = { status: "created", id: 12_345 };
export const SMALL = { message: "Hello, World!" };

/** 145 bytes. */
export const MEDIUM = {
  id: 12_345,
  name: "John Doe",
  email: "johnd@example.com",
  active: true,
  created_at: "2024-01-15T10:30:00Z",
  tags: ["user", "premium", "verified"],
};

const LARGE_BYTES = 29_132;

/** 100 users with profile and permissions, and metadata; 29,132 bytes. */
export const LARGE = padded({
  users: Array.from({ length: 100 }, (_none, at) => ({
    id: 1000 + at,
    username: `user_${1000 + at}`,
    email: `user${1000 + at}@example.com`,
    active: at % 2 === 0,
    profile: {
      first_name: `First${1000 + at}`,
      last_name: `Last${1000 + at}`,
      bio: "Writes software, and reads what others wrote about it over the years, whatever it is.",
      age: 20 + (at % 50),
    },
    permissions: ["read", "write", "delete"],
  })),
  metadata: { total: 100, page: 1, per_page: 100, note: "" },
});

/** The list with a note of as many letters as are missing from its size. */
function padded<T extends { readonly metadata: { note: string } }>(list: T): T {
  list.metadata.note = "x".repeat(Math.max(0, LARGE_BYTES - JSON.stringify(list).length));
  return list;
}

/** The values of `json_operations`, by the last word of the name. */
export const VALUES: Readonly<Record<string, unknown>> = { small: SMALL, medium: MEDIUM, large: LARGE };

const STRING = { type: "string" } as const;
const INTEGER = { type: "integer" } as const;
const BOOLEAN = { type: "boolean" } as const;
const STRINGS = { type: "array", items: STRING } as const;

function objectOf(properties: Readonly<Record<string, JsonSchema>>): JsonSchemaObject {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

const PROFILE = objectOf({ first_name: STRING, last_name: STRING, bio: STRING, age: INTEGER });
const USER = objectOf({
  id: INTEGER,
  username: STRING,
  email: STRING,
  active: BOOLEAN,
  profile: PROFILE,
  permissions: STRINGS,
});

/** The JSON Schemas of the values, for serialisers that are compiled. */
export const SCHEMAS: Readonly<Record<string, JsonSchemaObject>> = {
  small: objectOf({ message: STRING }),
  medium: objectOf({
    id: INTEGER,
    name: STRING,
    email: STRING,
    active: BOOLEAN,
    created_at: STRING,
    tags: STRINGS,
  }),
  large: objectOf({
    users: { type: "array", items: USER },
    metadata: objectOf({ total: INTEGER, page: INTEGER, per_page: INTEGER, note: STRING }),
  }),
};
