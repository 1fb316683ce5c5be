import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Schemas } from "@plumbline/client/client";
import { Failure } from "../failure.ts";
import { table } from "../printing/table.ts";
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
    const body = await readTerms(FILE);
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

/** The API says what is wrong with its members; here it has to be JSON. */
async function readTerms(path: string): Promise<Agreed> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("usage", `${path} cannot be read (${cause.code ?? cause.message}).`, { cause });
  });
  try {
    return JSON.parse(text) as Agreed;
  } catch (cause) {
    throw new Failure("usage", `${path} is not JSON (${(cause as Error).message}).`, { cause });
  }
}
