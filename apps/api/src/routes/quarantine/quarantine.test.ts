import { beforeEach, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let importId: string;
beforeEach(async () => {
  firm = await newFirm(api.database.current.pool);
  await firm.take("clients", [{ client_key: "c1", name: "" }]);
  ({ importId } = await firm.take("workers", [
    { worker_key: "w1", name: "" },
    { worker_key: "w2", name: "Bo" },
    { worker_key: "w3", name: "=Cy" },
  ]));
});

type Row = { readonly id: string; readonly line: number };
const list = async (search = "", of = firm): Promise<{ items: Row[]; next?: string }> =>
  (await api.as(of, "coordinator").get(`/v1/quarantined-rows${search}`).expect(200)).body;
const correct = (corrections: readonly object[], who = "coordinator", of = firm) =>
  api.as(of, who).post("/v1/quarantine-corrections", { corrections });

describe("GET /v1/quarantined-rows", () => {
  it("lists what is open with its cells and what is wrong, page by page and filtered", async () => {
    const { items } = await list(`?importId=${importId}`);
    expect(items).toMatchObject([
      {
        importId,
        kind: "workers",
        line: 2,
        fields: { worker_key: "w1", name: "" },
        issues: [{ field: "name", reason: "is empty" }],
        state: "open",
      },
      { line: 4, issues: [{ field: "name", reason: expect.stringContaining("like a formula") }] },
    ]);
    expect((await list("?kind=clients")).items).toHaveLength(1);
    const first = await list("?limit=2");
    const second = await list(`?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items]).toEqual((await list()).items);
    expect((await list("?state=corrected")).items).toEqual([]);
  });

  it("refuses who may not correct, and what it does not know; another firm sees nothing", async () => {
    await api.as(firm, "auditor").get("/v1/quarantined-rows").expect(403);
    await api.as(firm, "coordinator").get("/v1/quarantined-rows?line=2").expect(422);
    await api.as(firm, "coordinator").get("/v1/quarantined-rows?importId=x").expect(422);
    const other = await newFirm(api.database.current.pool);
    const [foreign, random] = [await list(`?importId=${importId}`, other), await list(`?importId=${newId()}`, other)];
    expect([foreign, random]).toEqual([{ items: [] }, { items: [] }]);
  });
});

describe("POST /v1/quarantine-corrections", () => {
  it("tells of each row what became of it, in the order asked for", async () => {
    const { items } = await list(`?importId=${importId}`);
    const [empty, formula] = items.map(({ id }) => id);
    const nobodys = newId();
    const answer = await correct([
      { rowId: nobodys },
      { rowId: formula, fields: { name: "@Cy" } },
      { rowId: empty, fields: { name: "Ann" } },
    ]).expect(200);
    expect(answer.body.items).toMatchObject([
      { rowId: nobodys, state: "not-found", issues: [] },
      { rowId: formula, state: "open", issues: [{ field: "name", reason: expect.stringContaining("“@”") }] },
      { rowId: empty, state: "corrected", issues: [] },
    ]);
    expect((await list(`?importId=${importId}&state=corrected`)).items).toMatchObject([{ id: empty }]);
    const found = await api.as(firm, "coordinator").get(`/v1/imports/${importId}`).expect(200);
    expect(found.body).toMatchObject({ rowsRead: 3, rowsAdded: 2, rowsQuarantined: 1 });
  });

  it("names a column that its kind does not have", async () => {
    const { items } = await list(`?importId=${importId}`);
    const fields = { name: "Ann", hours: "3", half: "x" };
    const answer = await correct([{ rowId: items[0]?.id, fields }]).expect(200);
    const reason = "is no column of workers";
    expect(answer.body.items).toMatchObject([
      {
        state: "open",
        issues: [
          { field: "hours", reason },
          { field: "half", reason },
        ],
      },
    ]);
  });

  it("refuses who may not correct, and what it does not know", async () => {
    const refused = await correct([{ rowId: newId() }], "auditor");
    expect([refused.status, refused.body.type]).toEqual([403, "/problems/permission-missing"]);
    await correct([{ rowId: newId(), line: 3 }]).expect(422);
    await correct([{ rowId: newId(), fields: { name: "a\u0000b" } }]).expect(422);
    await correct([]).expect(422);
  });

  it("answers another firm's row like one that does not exist", async () => {
    const other = await newFirm(api.database.current.pool);
    const { items } = await list();
    const foreign = await correct([{ rowId: items[0]?.id }], "coordinator", other).expect(200);
    expect(foreign.body.items).toEqual([{ rowId: items[0]?.id, state: "not-found", issues: [] }]);
    expect((await list()).items).toHaveLength(3);
  });
});
