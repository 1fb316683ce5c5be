import { randomUUID } from "node:crypto";
import { counted } from "../printing/words.ts";
import { verb } from "../verb.ts";

export const dunningRun = verb({
  name: "dunning run",
  summary: "Record a notice for each client whose invoices reached a level of the dunning ladder",
  options: {
    date: { value: "DAY", what: "the day of the notices; today when absent" },
    entity: { value: "ENTITY", what: "id of one legal entity; all that have a ladder when absent" },
  },
  examples: ["dunning run --date 2026-12-11"],
  run: async ({ connect, options }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const body = {
      ...(options.date !== undefined && { on: options.date }),
      ...(options.entity !== undefined && { legalEntityId: options.entity }),
    };
    const run = await ask((client) => client.POST("/v1/dunning-runs", { params, body }));
    return {
      document: run,
      lines: (style) =>
        run.noticeIds.length === 0
          ? ["Nobody has to be reminded."]
          : [
              style.good(
                `${counted(run.noticeIds.length, "notice")} about ${counted(run.invoices, "invoice")}: plumb dunning`,
              ),
            ],
    };
  },
});
