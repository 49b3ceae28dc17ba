import { z } from "zod";
import {
  defineMessages,
  type ReceivedData,
  type ReceivedReply,
  type SentData,
  type SentReply,
} from "./message-map.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T => true as T; // the type alone is looked at

const messages = defineMessages({
  fromClient: {
    say: z.object({ at: z.string().transform(Number) }),
    time: { data: z.null(), reply: z.string().transform(Number) },
  },
  fromServer: { said: z.object({ text: z.string() }) },
});
type FromClient = (typeof messages)["fromClient"];

holds<Same<SentData<FromClient, "say">, { at: string }>>();
holds<Same<ReceivedData<FromClient, "say">, { at: number }>>();
holds<Same<SentReply<FromClient, "say">, void>>();
holds<Same<ReceivedReply<FromClient, "say">, void>>();
holds<Same<SentData<FromClient, "time">, null>>();
holds<Same<SentReply<FromClient, "time">, string>>();
holds<Same<ReceivedReply<FromClient, "time">, number>>();
