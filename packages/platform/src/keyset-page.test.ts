import { describe, expect, it } from "vitest";
import { Problem } from "@plumbline/domain/problem";
import { openLedger } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { keysetPage } from "./keyset-page.ts";
import { newId } from "./new-id.ts";
import { query } from "./sql.ts";

const database = useTestDatabase();
const byTime = { sort: { "e.occurred_at": "timestamptz", "e.id": "uuid" }, direction: "desc" } as const;
type Row = { readonly id: string; readonly page_keys: string[] };

describe("a list in pages", () => {
  it("shows every row once, in order, also where many share a moment", async () => {
    const ledger = await openLedger(database.current.pool);
    const subject = newId();
    for (const rows of [3, 2]) {
      await ledger.as("coordinator", async (tx) => {
        for (let row = 0; row < rows; row += 1) {
          await query(tx, "insert into audit_entries (id, action, subject_id) values (?, 'looked', ?)", [
            newId(),
            subject,
          ]);
        }
      });
    }
    const pageAt = (cursor: string | undefined) =>
      ledger.as("coordinator", async (tx) => {
        const page = keysetPage({ limit: 2, cursor }, byTime);
        const sql = `select e.id, ${page.keys} from audit_entries e where e.subject_id = ? and ${page.after} ${page.tail}`;
        return page.of(await query<Row>(tx, sql, [subject, ...page.values]), ({ id }) => id);
      });
    const seen: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const { items, next } = await pageAt(cursor);
      seen.push(...items);
      cursor = next;
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
  });

  it("refuses a cursor that no page of this order gave, and names it", () => {
    const key = (at: string, id: string) => [
      ["e.occurred_at", at],
      ["e.id", id],
    ];
    const [at, id] = ["2026-11-03 10:15:00.123456+00", newId()];
    const cursors = [
      "?",
      "",
      encoded(null),
      encoded([]),
      encoded([["e.id", id]]),
      encoded(key("2026-02-31 10:15:00+00", id)),
      encoded(key("2026-02-03 10:15:00+99", id)),
      encoded(key(at, "1")),
      encoded([...key(at, id), ["e.id", id]]),
      encoded([
        ["e.occurred_at", 5],
        ["e.id", id],
      ]),
    ];
    const refusalOf = (cursor: string) => {
      try {
        keysetPage({ limit: 2, cursor }, byTime);
        return "taken";
      } catch (error) {
        return error instanceof Problem ? (error.extra["errors"] as [{ field: string }])[0].field : "a bug";
      }
    };
    expect(cursors.map(refusalOf)).toEqual(cursors.map(() => "cursor"));
    expect(refusalOf(encoded(key(at, id)))).toBe("taken");
  });
});

const encoded = (said: unknown): string => Buffer.from(JSON.stringify(said)).toString("base64url");
