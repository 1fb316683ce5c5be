import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listAuditEntries } from "./list-audit-entries.ts";

const database = useTestDatabase();

it("tells who did what only to who may read the audit", async () => {
  const firm = await newFirm(database.current.pool);
  const coordinator = await firm.as("coordinator");
  await expect(coordinator((scope) => listAuditEntries(scope, { limit: 1 }))).rejects.toMatchObject({
    kind: "permission-missing",
  });
});
