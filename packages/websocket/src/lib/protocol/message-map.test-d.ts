import { z } from "zod";
import {
  defineMessages,
  type ReceivedData,
  type ReceivedReply,
  type SentData,
  type SentReply,
} from "./message-map.ts";

const messages = defineMessages({
  fromClient: {
    say: z.object({ at: z.string().transform(Number) }),
    time: { data: z.null(), reply: z.string().transform(Number) },
  },
  fromServer: { said: z.object({ text: z.string() }) },
});
type FromClient = (typeof messages)["fromClient"];

// What is sent is what the schema takes, what is received what it gives.
({ at: "1" }) satisfies SentData<FromClient, "say">;
({ at: 1 }) satisfies ReceivedData<FromClient, "say">;
// @ts-expect-error: the schema takes a string
({ at: 1 }) satisfies SentData<FromClient, "say">;
// @ts-expect-error: the schema gives a number
({ at: "1" }) satisfies ReceivedData<FromClient, "say">;

// The same for replies; an event without one has none.
null satisfies SentData<FromClient, "time">;
"1" satisfies SentReply<FromClient, "time">;
1 satisfies ReceivedReply<FromClient, "time">;
undefined satisfies SentReply<FromClient, "say">;
// @ts-expect-error: "say" is not answered
1 satisfies ReceivedReply<FromClient, "say">;
// @ts-expect-error: the schema of the reply gives a number
"1" satisfies ReceivedReply<FromClient, "time">;
