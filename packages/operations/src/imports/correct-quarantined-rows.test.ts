import { expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { correctQuarantinedRows } from "./correct-quarantined-rows.ts";

const database = useTestDatabase();

it("takes corrected rows in, keeps the others with their new reasons, and the import's counts add up", async () => {
  const { pool, admin } = database.current;
  const firm = await newFirm(pool);
  await firm.take("clients", [{ client_key: "c1", name: "Bright" }]);
  await firm.take("engagements", [
    { engagement_key: "e1", client_key: "c2", code: "E-1" },
    { engagement_key: "e2", client_key: "c1", code: "" },
    { engagement_key: "e3", client_key: "c1", code: "E-3", name: "x".repeat(5_000) },
  ]);
  const rows = await admin.query<{ id: string }>("select id from quarantined_rows order by line");
  const [unknown, empty, cut] = rows.rows.map(({ id }) => id) as [string, string, string];
  await firm.take("clients", [{ client_key: "c2", name: "Moor" }]);

  const nobodys = newId();
  const coordinator = await firm.as("coordinator");
  const result = await coordinator((scope) =>
    correctQuarantinedRows(scope, {
      corrections: [
        { rowId: unknown },
        { rowId: empty, fields: { currency: "XYZ" } },
        { rowId: cut },
        { rowId: nobodys },
      ],
    }),
  );
  expect(result.items).toMatchObject([
    { rowId: unknown, state: "corrected", issues: [] },
    { rowId: empty, state: "open", issues: [{ field: "currency" }, { field: "code" }] },
    { rowId: cut, state: "open", issues: [{ field: "name" }] },
    { rowId: nobodys, state: "not-found" },
  ]);
  const after = await admin.query("select state, issues from quarantined_rows order by line");
  expect(after.rows).toMatchObject([
    { state: "corrected" },
    { state: "open", issues: [{ field: "currency" }, { field: "code", reason: "is empty" }] },
    { state: "open", issues: [{ field: "name", reason: "was kept only in part (500 characters); give it anew" }] },
  ]);
  const again = await coordinator((scope) =>
    correctQuarantinedRows(scope, {
      corrections: [
        { rowId: empty, fields: { code: "E-2" } },
        { rowId: cut, fields: { name: "Short" } },
      ],
    }),
  );
  expect(again.items.map(({ state }) => state)).toEqual(["corrected", "corrected"]);
  const counts = await admin.query(
    "select rows_read, rows_added, rows_quarantined from imports where kind = 'engagements'",
  );
  expect(counts.rows).toEqual([{ rows_read: 3, rows_added: 3, rows_quarantined: 0 }]);
});
