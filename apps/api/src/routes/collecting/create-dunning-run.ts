import { dunningRunInput, dunningRunWire } from "@plumbline/contract/collecting";
import { runDunning } from "@plumbline/operations/collecting/run-dunning";
import { write } from "../../route.ts";

export const createDunningRun = write({
  path: "/v1/dunning-runs",
  summary: "Record a notice for each client whose invoices reached a level of the dunning ladder",
  needs: "dunning.run",
  body: dunningRunInput,
  answers: { status: 201, body: dunningRunWire },
  keep: "forever",
  problems: ["legal-entity-not-found", "booking-date-refused"],
  handle: async ({ scope, body }) => {
    const { noticeIds, invoices } = await runDunning(scope, body);
    return { noticeIds: [...noticeIds], invoices };
  },
});
