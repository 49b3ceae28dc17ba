import { z } from "zod";
import { constant, get, reply, type NoOptions, type Reply, type RouteField } from "../../index.ts";

// The wrong ones say which error they expect; wrong-types.test.ts holds it against what the compiler prints.

const Shape = z.object({ as: z.enum(["dot", "disc"]), id: z.number() });

interface Version {
  readonly version: string;
}

// The result of the route is the answer, and what is declared is told as it is named.
void (() => {
  const json = get("/a", constant({ id: 1, tags: ["a"] }));
  const named = get("/a", constant<Version>({ version: "1" }));
  const text = get("/a", constant("a"));
  const status = get("/a", constant(reply(201, { id: 1 }).header("x-a", "b")));
  const nothing = get("/a", constant(undefined));
  get("/a", { response: Shape }, constant({ as: "dot", id: 1 }));
  get("/a", { response: { 200: Shape, 404: null } }, constant(reply(404)));
  return [json, named, text, status, nothing] satisfies [
    RouteField<"GET", "/a", NoOptions, { readonly id: 1; readonly tags: readonly ["a"] }>,
    RouteField<"GET", "/a", NoOptions, Version>,
    RouteField<"GET", "/a", NoOptions, "a">,
    RouteField<"GET", "/a", NoOptions, Reply<201, { id: number }>>,
    RouteField<"GET", "/a", NoOptions, undefined>,
  ];
});

// What is declared has to be answered.
// @ts-expect-error 2345 Type 'string' is not assignable to type 'number'
get("/a", { response: Shape }, constant({ as: "dot", id: "1" }));

// What cannot be sent is no answer.
// @ts-expect-error 2345 Argument of type '() => string' is not assignable to parameter of type
constant(() => "a");
// @ts-expect-error 2345 Argument of type 'Promise<string>' is not assignable to parameter of type
constant(Promise.resolve("a"));
// @ts-expect-error 2345 Argument of type 'Map<string, number>' is not assignable to parameter of type
constant(new Map([["a", 1]]));
