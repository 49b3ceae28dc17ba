import type { JsonType } from "../../index.ts";

type Equal<A, B> =
  (<T>(value: T) => T extends A ? 1 : 2) extends <T>(value: T) => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;

interface User {
  readonly id: number;
  name?: string;
  friends: readonly User[];
  born: Date;
  greet(): string;
  secret: symbol;
}
interface SentUser {
  readonly id: number;
  name?: string;
  friends: readonly SentUser[];
  born: string;
}
class Money {
  readonly cents: bigint = 0n;
  toJSON(): { readonly amount: string } {
    return { amount: String(this.cents) };
  }
}

declare const sent: JsonType<User>;
export const user: SentUser = sent;
// @ts-expect-error methods are not sent
void sent.greet;
// @ts-expect-error neither are symbols
void sent.secret;

export const checks: [
  Expect<Equal<JsonType<string | number | boolean | null>, string | number | boolean | null>>,
  Expect<Equal<JsonType<Date>, string>>,
  Expect<Equal<JsonType<{ readonly at?: Date }>, { readonly at?: string }>>,
  Expect<Equal<JsonType<readonly [Date, 1]>, readonly [string, 1]>>,
  Expect<Equal<JsonType<Date[]>, string[]>>,
  Expect<Equal<JsonType<Money>, { readonly amount: string }>>,
  Expect<Equal<JsonType<unknown>, unknown>>,
  Expect<Equal<JsonType<bigint>, never>>,
  Expect<Equal<JsonType<"a" | { readonly b: Date }>, "a" | { readonly b: string }>>,
] = [true, true, true, true, true, true, true, true, true];
