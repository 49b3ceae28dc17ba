import { type } from "arktype";
import { Type } from "typebox";
import * as v from "valibot";
import { z } from "zod";
import { compileValidator, type Validator } from "./compile-validator.ts";
import { fromTypebox } from "./from-typebox.ts";
import type { InferInput, InferOutput, StandardSchemaV1 } from "./standard-schema.ts";

type Equal<A, B> =
  (<T>(value: T) => T extends A ? 1 : 2) extends <T>(value: T) => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;

interface In {
  id: string;
  tags?: string[] | undefined;
}
interface Out {
  id: number;
  tags: string[];
}

// What the declarations emit is of no interest here, so the schemas live inside a function.
export function inference(): unknown {
  const zodUser = z.object({
    id: z.string().transform(Number),
    tags: z.array(z.string()).default([]),
  });
  const valibotUser = v.object({
    id: v.pipe(v.string(), v.transform(Number)),
    tags: v.optional(v.array(v.string()), []),
  });
  const arktypeUser = type({ id: "string.numeric.parse", tags: "string[]" });
  const typeboxUser = fromTypebox(
    Type.Object({
      id: Type.Decode(Type.String(), (text: string) => Number(text)),
      tags: Type.Array(Type.String()),
    }),
  );

  const inferred: [
    Expect<Equal<InferInput<typeof zodUser>, In>>,
    Expect<Equal<InferOutput<typeof zodUser>, Out>>,
    Expect<Equal<InferInput<typeof valibotUser>, In>>,
    Expect<Equal<InferOutput<typeof valibotUser>, Out>>,
    Expect<Equal<InferInput<typeof arktypeUser>["id"], string>>,
    Expect<Equal<InferOutput<typeof arktypeUser>, Out>>,
    Expect<Equal<InferInput<typeof typeboxUser>["id"], string>>,
    Expect<Equal<InferOutput<typeof typeboxUser>["id"], number>>,
    Expect<Equal<InferOutput<typeof typeboxUser>["tags"], string[]>>,
  ] = [true, true, true, true, true, true, true, true, true];

  const schemas: readonly StandardSchemaV1[] = [zodUser, valibotUser, arktypeUser, typeboxUser];
  const zodValidator: Validator<Out> = compileValidator(zodUser);
  const valibotValidator: Validator<Out> = compileValidator(valibotUser);
  const arktypeValidator: Validator<Out> = compileValidator(arktypeUser);

  const own: StandardSchemaV1<string, number> = {
    "~standard": { version: 1, vendor: "own", validate: (value) => ({ value: Number(value) }) },
  };

  // What is written for this package is what other libraries take, and the reverse.
  type ZodStandard = (typeof zodUser)["~standard"];
  const ours: StandardSchemaV1<In, Out>["~standard"] = zodUser["~standard"];
  const theirs: (input: unknown) => ReturnType<ZodStandard["validate"]> = (input) =>
    (zodUser satisfies StandardSchemaV1)["~standard"].validate(input);

  // @ts-expect-error: the output is not what the schema gives
  const wrong: Validator<{ id: string }> = compileValidator(zodUser);

  // @ts-expect-error: no Standard Schema
  compileValidator({ validate: () => true });

  async function narrows(validator: Validator<Out>): Promise<number> {
    const checked = await validator.validate({});
    // @ts-expect-error: not before ok was asked
    if (checked.value === undefined) return 0;
    return checked.ok ? checked.value.id : checked.problems.length;
  }

  return [
    inferred,
    schemas,
    zodValidator,
    valibotValidator,
    arktypeValidator,
    own,
    ours,
    theirs,
    wrong,
    narrows,
  ];
}
