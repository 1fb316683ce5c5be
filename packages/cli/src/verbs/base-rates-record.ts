import { randomUUID } from "node:crypto";
import { readPercent } from "../amount.ts";
import { percent } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const baseRatesRecord = verb({
  name: "base-rates record",
  summary: "Record a published rate, from the day on which it holds",
  arguments: {
    NAME: { what: "who publishes it, as the collecting terms name it, such as bgb-247" },
    DAY: { what: "its first day, such as 2026-07-01" },
    RATE: { what: "such as 1.27%, or -0.88%" },
  },
  examples: ["base-rates record bgb-247 2026-07-01 1.27%"],
  run: async ({ connect, arguments: { NAME: name, DAY: startsOn, RATE } }) => {
    const body = { name, startsOn, basisPoints: readPercent(RATE) };
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const rate = await ask((client) => client.POST("/v1/base-rates", { params, body }));
    return {
      document: rate,
      lines: (style) => [
        `${style.good("recorded")}  ${rate.name} is ${percent(rate.basisPoints)} from ${rate.startsOn} on`,
      ],
    };
  },
});
