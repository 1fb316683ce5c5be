import { z } from "zod";
import {
  mergeContradictionNames,
  mergeContradictions,
  mergeIsFinal,
  mergeItemNames,
  mergeItems,
} from "@plumbline/domain/party/client-merge";
import { pageQuery } from "./page.ts";
import { id, instant, moneyWire, named, reason } from "./scalar.ts";

export const clientParams = z.strictObject({ clientId: id<"client">() });
export const clientFilter = {
  ...pageQuery,
  name: z.string().trim().min(1).max(200).optional().meta({
    description: "A part of a name of the client, or of one that was merged into it.",
    example: "nordwind",
  }),
};

const clientName = named("ClientName");
const merge = { by: z.string(), at: instant, reason: z.string() };
const example = {
  survivor: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Nordwind GmbH" },
  merged: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d0b", name: "Nordwind" },
  merge: { by: "Carl Controller", at: "2026-11-27T10:15:00.000Z", reason: "The CRM and the PSA brought it twice" },
};

/** A client with all names and keys that lead to it. */
export const clientWire = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    legalName: z.string().optional(),
    country: z.string().optional(),
    taxId: z.string().optional(),
    mergedInto: clientName
      .optional()
      .meta({ description: "The client it is, where it was merged: it takes nothing more." }),
    keys: z
      .array(z.strictObject({ system: z.string(), key: z.string() }))
      .meta({ description: "Under which other systems know it, those of its aliases included." }),
    aliases: z
      .array(z.strictObject({ client: clientName, ...merge }))
      .meta({ description: "Clients that were merged into it." }),
  })
  .meta({
    id: "Client",
    example: {
      ...example.survivor,
      country: "DE",
      keys: [
        { system: "crm", key: "C-17" },
        { system: "psa", key: "4711" },
      ],
      aliases: [{ client: example.merged, ...example.merge }],
    },
  });
export type ClientWire = z.infer<typeof clientWire>;

export const clientMergePlanQuery = z.strictObject({
  into: id<"client">().meta({ description: "The client that it is." }),
});

const contradictionWords = mergeContradictionNames
  .map((code) => `\`${code}\`: ${mergeContradictions[code].means}`)
  .join("; ");
const itemWords = mergeItemNames.map((item) => `\`${item}\`: ${mergeItems[item].means}`).join("; ");

const moves = z
  .array(
    z.strictObject({
      item: z.enum(mergeItemNames).meta({ description: itemWords }),
      means: z.string(),
      count: z.int(),
      amounts: z.array(moneyWire).meta({ description: "Per currency." }),
      examples: z.array(z.uuid()).meta({ description: "Ids of some of them." }),
    }),
  )
  .meta({ description: "What comes to be the survivor's." });
const contradictions = z
  .array(
    z.strictObject({
      code: z.enum(mergeContradictionNames).meta({ description: contradictionWords }),
      means: z.string(),
      blocks: z.boolean().meta({ description: "It is put right first; others are accepted by their code." }),
      reason: z.string(),
    }),
  )
  .meta({ description: "In what the two contradict each other." });

const examplePlan = {
  moves: [
    {
      item: "receivables_open" as const,
      means: mergeItems.receivables_open.means,
      count: 1,
      amounts: [{ amount: "1190.00", currency: "EUR" }],
      examples: ["0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00"],
    },
  ],
  contradictions: [
    {
      code: "legal_name" as const,
      ...mergeContradictions.legal_name,
      reason: "“Nordwind GmbH” is Nordwind GmbH, “Nordwind” is Nordwind Gesellschaft mbH.",
    },
  ],
};

/** What a merge would do. */
export const clientMergePlanWire = z
  .strictObject({
    /** The one that is given up, and the one that it is. */
    merged: clientName,
    survivor: clientName,
    mergeable: z.boolean().meta({ description: "Whether nothing blocks." }),
    moves,
    contradictions,
    note: z.string(),
  })
  .meta({
    id: "ClientMergePlan",
    example: {
      merged: example.merged,
      survivor: example.survivor,
      mergeable: true,
      ...examplePlan,
      note: mergeIsFinal,
    },
  });
export type ClientMergePlanWire = z.infer<typeof clientMergePlanWire>;

export const clientMergeInput = z.strictObject({
  into: id<"client">().meta({ description: "The client that it is." }),
  accepts: z
    .array(z.enum(mergeContradictionNames))
    .default([])
    .meta({ description: "Codes of the plan's contradictions that you know of.", example: ["legal_name"] }),
  reason,
});

/** A merge as it was made; a later one may have gone on from there. */
export const clientMergeWire = z
  .strictObject({
    id: z.uuid(),
    merged: clientName,
    survivor: clientName,
    ...merge,
    moves,
    contradictions,
  })
  .meta({
    id: "ClientMerge",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1da1",
      merged: example.merged,
      survivor: example.survivor,
      ...example.merge,
      ...examplePlan,
    },
  });
export type ClientMergeWire = z.infer<typeof clientMergeWire>;
