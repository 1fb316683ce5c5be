import { describe, expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { importFile } from "./import-file.ts";

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

describe("bytes", () => {
  const take = async (text: string | Uint8Array) => {
    const firm = await newFirm(database.current.pool);
    const summary = await importFile(await firm.as("importer"), {
      kind: "workers",
      system: "test",
      fileName: "workers.csv",
      source: (async function* () {
        yield typeof text === "string" ? Buffer.from(text) : text;
      })(),
    });
    const { rows } = await database.current.admin.query<{ line: number; issues: { field: string; reason: string }[] }>(
      "select line, issues from quarantined_rows where import_id = $1 order by line",
      [summary.importId],
    );
    return { summary, quarantined: rows };
  };

  it("takes a file with a byte order mark, without optional columns and with mixed line ends", async () => {
    const { summary, quarantined } = await take("\uFEFFworker_key,name\r\nw2,Bo\nw3,Cy\rw4\r\n\r\nw5,Eve,x\nw6,Flo");
    expect(summary).toMatchObject({ read: 5, added: 3, quarantined: 2 });
    expect(quarantined.map(({ line, issues }) => [line, issues[0]])).toEqual([
      [4, { field: "row", reason: "has 1 cells where the header has 2" }],
      [6, { field: "row", reason: "has 3 cells where the header has 2" }],
    ]);
  });

  it("quarantines broken UTF-8 only where it is", async () => {
    const { summary, quarantined } = await take(Buffer.from("worker_key,name\nw2,M\xfcller\nw3,Bo\n", "latin1"));
    expect(summary).toMatchObject({ read: 2, added: 1, quarantined: 1 });
    expect(quarantined).toMatchObject([
      { line: 2, issues: [{ field: "name", reason: expect.stringMatching(/not UTF-8/) }] },
    ]);
  });

  it.each([
    ["an empty file", "", /no header line/],
    ["a header that lacks a column", "worker_key\nw2", /needs the columns name/],
    ["a header that names a column twice", "worker_key,name,Name\nw2,Bo,By", /names name more than once/],
    ["a quote that never ends", 'worker_key,name\nw2,"Bo\nw3,Cy', /opening quote at line/],
    ["another encoding", Buffer.from("worker_key,name\nw2,Bo", "utf16le"), /needs the columns/],
  ])("refuses %s as a whole, in words", async (_name, text, words) => {
    await expect(take(text)).rejects.toMatchObject({
      kind: "import-file-unreadable",
      detail: expect.stringMatching(words),
    });
  });
});
