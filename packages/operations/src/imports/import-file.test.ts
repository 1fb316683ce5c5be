import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();

it("takes good rows in, and quarantines bad ones with line, field and reason", async () => {
  const firm = await newFirm(database.current.pool);
  await firm.take("clients", [{ client_key: "c1", name: "Bright & Moor" }]);
  const summary = await firm.take("engagements", [
    { engagement_key: "e1", client_key: "c1", code: "E-1" },
    { engagement_key: "e2", client_key: "nobody", code: "", increment_minutes: "0" },
  ]);
  expect(summary).toMatchObject({ read: 2, added: 1, quarantined: 1 });
  const { rows } = await database.current.admin.query("select line, issues from quarantined_rows");
  expect(rows).toEqual([
    {
      line: 3,
      issues: [
        { field: "client_key", reason: "there is no client “nobody”" },
        { field: "code", reason: "is empty" },
        { field: "increment_minutes", reason: "“0” is not a whole number from 1 to 480" },
      ],
    },
  ]);
});
