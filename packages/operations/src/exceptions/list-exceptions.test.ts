import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { listExceptionCauses } from "./list-exception-causes.ts";
import { listExceptions } from "./list-exceptions.ts";

const database = useTestDatabase();

it("says what is open only to who may read invoices", async () => {
  const firm = await newFirm(database.current.pool);
  const importer = await firm.as("importer");
  const refused = { kind: "permission-missing" };
  await expect(importer((scope) => listExceptions(scope, { state: "open", limit: 1 }))).rejects.toMatchObject(refused);
  await expect(importer(listExceptionCauses)).rejects.toMatchObject(refused);
});
