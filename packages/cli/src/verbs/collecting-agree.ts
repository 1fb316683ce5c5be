import { randomUUID } from "node:crypto";
import type { Schemas } from "@plumbline/client/client";
import { table } from "../printing/table.ts";
import { readJson } from "../read-json.ts";
import { verb } from "../verb.ts";
import { collectingCells, collectingColumns } from "./collecting.ts";

type Agreed = Omit<Schemas["CollectingTerms"], "id" | "entity" | "client" | "by" | "at"> & {
  readonly legalEntityId: string;
  readonly clientId?: string;
};

export const collectingAgree = verb({
  name: "collecting agree",
  summary: "Agree what being late costs and when clients are reminded, from a day on",
  arguments: { FILE: { what: "JSON, as the body of POST /v1/collecting-terms" } },
  examples: ["collecting agree late.json"],
  run: async ({ connect, arguments: { FILE }, world }) => {
    const body = await readJson<Agreed>(FILE);
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const terms = await ask((client) => client.POST("/v1/collecting-terms", { params, body }));
    return {
      document: terms,
      lines: (style) => [
        style.good("agreed"),
        ...table(collectingColumns, [collectingCells(terms)], { style, width: world.out.columns }),
      ],
    };
  },
});
