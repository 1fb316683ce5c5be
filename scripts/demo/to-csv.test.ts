import { buffer } from "node:stream/consumers";
import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { demoMonths, demoSeed, demoTimeEntries } from "./time-entries.ts";
import { demoTimeEntriesCsv, toCsv } from "./to-csv.ts";

const isUtf8 = (bytes: Uint8Array) => !new TextDecoder().decode(bytes).includes("\uFFFD");

it("quotes what RFC 4180 says must be quoted, and nothing else", async () => {
  const rows = [
    { key: "1", text: 'a "quoted", word' },
    { key: "2", text: "two\nlines" },
    { key: "3", text: "" },
  ];
  const text = (await buffer(toCsv(["key", "text"], rows))).toString();
  expect(text).toBe('key,text\r\n1,"a ""quoted"", word"\r\n2,"two\nlines"\r\n3,\r\n');
  expect(parse(text, { columns: true })).toEqual(rows);
});

it("writes a header even when there are no rows", async () => {
  expect((await buffer(toCsv(["key"], []))).toString()).toBe("key\r\n");
});

it("writes a firm's entries in chunks that read back as they were", async () => {
  const request = { firm: "harbor", months: demoMonths, seed: demoSeed } as const;
  const chunks: Buffer[] = [];
  for await (const chunk of demoTimeEntriesCsv(request)) chunks.push(chunk);
  expect(chunks.length).toBeGreaterThan(5);
  const bytes = Buffer.concat(chunks);
  expect(isUtf8(bytes)).toBe(true);
  expect(parse(bytes, { columns: true })).toEqual([...demoTimeEntries(request)]);
});

it("writes two rows of Castell's October in another encoding, and only those", async () => {
  const bytes = await buffer(demoTimeEntriesCsv({ firm: "castell", months: ["2026-10"], seed: demoSeed }));
  const text = new TextDecoder().decode(bytes);
  expect(text.split("\r\n").filter((line) => line.includes("\uFFFD")).length).toBe(2);
});
