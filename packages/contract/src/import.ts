import { z } from "zod";
import { type ImportKind, importKinds } from "./import-row.ts";
import { pageQuery } from "./page.ts";
import { id, instant, sha256Text } from "./scalar.ts";

const kind = z.enum(importKinds as readonly [ImportKind, ...ImportKind[]]);

export const importStates = ["queued", "running", "done", "failed"] as const;

export const importWire = z
  .strictObject({
    id: id<"import">(),
    kind,
    system: z.string(),
    fileName: z.string(),
    state: z.enum(importStates),
    failure: z.string().optional(),
    rowsRead: z.int(),
    rowsAdded: z.int(),
    rowsChanged: z.int(),
    rowsUnchanged: z.int(),
    rowsQuarantined: z.int(),
    fileHash: sha256Text.optional(),
    startedBy: z.string(),
    startedAt: instant,
    finishedAt: instant.optional(),
  })
  .meta({ id: "Import" });
export type ImportWire = z.infer<typeof importWire>;

/** Travels in the query string: the body is the file. */
export const importUploadQuery = z.strictObject({
  kind,
  system: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and dashes")
    .default("csv")
    .meta({ description: "The source; its keys identify rows across files." }),
  fileName: z.string().trim().min(1).max(200).default("upload.csv"),
});

export const importFilter = { ...pageQuery, kind: kind.optional(), state: z.enum(importStates).optional() };

export const quarantinedRowWire = z
  .strictObject({
    id: id<"quarantined-row">(),
    importId: id<"import">(),
    kind,
    line: z.int(),
    fields: z.record(z.string(), z.string()),
    issues: z.array(z.strictObject({ field: z.string(), reason: z.string() })),
    state: z.enum(["open", "corrected", "dropped"]),
  })
  .meta({ id: "QuarantinedRow" });

export const quarantineFilter = {
  ...pageQuery,
  importId: id<"import">().optional(),
  kind: kind.optional(),
  state: z.enum(["open", "corrected", "dropped"]).default("open"),
};

export const correctionsMax = 500;

export const quarantineCorrectionInput = z.strictObject({
  corrections: z
    .array(
      z.strictObject({
        rowId: id<"quarantined-row">(),
        fields: z
          .record(z.string().max(60), z.string().max(8_000))
          .optional()
          .meta({
            description: "New text for some cells; none to try the row again as it is.",
            example: { hours: "7.50" },
          }),
      }),
    )
    .min(1)
    .max(correctionsMax),
});

/** What became of each row, in the order asked for. */
export const quarantineCorrectionResult = z
  .strictObject({
    items: z.array(
      z.strictObject({
        rowId: z.uuid(),
        state: z.enum(["corrected", "open", "not-found"]),
        issues: z.array(z.strictObject({ field: z.string(), reason: z.string() })),
      }),
    ),
  })
  .meta({ id: "QuarantineCorrectionResult" });
