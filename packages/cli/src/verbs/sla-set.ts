import { randomUUID } from "node:crypto";
import type { Schemas } from "@plumbline/client/client";
import { table } from "../printing/table.ts";
import { readJson } from "../read-json.ts";
import { verb } from "../verb.ts";
import { slaCells, slaColumns } from "./sla.ts";

type Said = Omit<Schemas["SlaPolicy"], "waitsFor" | "recorded">;

export const slaSet = verb({
  name: "sla set",
  summary: "Say how long something may wait, for what starts to wait from now on",
  arguments: { FILE: { what: "JSON, as the body of POST /v1/sla-policies" } },
  examples: ["sla set decision.json"],
  run: async ({ connect, arguments: { FILE }, world }) => {
    const body = await readJson<Said>(FILE);
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const policy = await ask((client) => client.POST("/v1/sla-policies", { params, body }));
    return {
      document: policy,
      lines: (style) => [
        style.good("recorded"),
        ...table(slaColumns, [slaCells(policy)], { style, width: world.out.columns }),
      ],
    };
  },
});
