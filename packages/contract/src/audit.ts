import { z } from "zod";
import { pageQuery } from "./page.ts";
import { id, instant } from "./scalar.ts";

export const auditEntryWire = z
  .strictObject({
    id: id<"audit-entry">(),
    at: instant,
    action: z.string(),
    subjectId: z.uuid(),
    by: z.string(),
    byKind: z.enum(["person", "system", "key"]),
    beforeHash: z.string().optional(),
    afterHash: z.string().optional(),
    bundleHash: z.string().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: "AuditEntry" });

export const auditFilter = {
  ...pageQuery,
  subjectId: z.uuid().optional(),
  action: z.string().max(60).optional(),
};
