import { beforeAll, describe, expect, it } from "vitest";
import { runImport } from "@plumbline/operations/imports/run-import";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
beforeAll(async () => {
  firm = await newFirm(api.database.current.pool);
});

const send = (search: string, csv: string, options: { who?: string; key?: string; type?: string } = {}) =>
  api
    .as(firm, options.who ?? "coordinator")
    .raw("post", `/v1/imports${search}`)
    .set("idempotency-key", options.key ?? newId())
    .type(options.type ?? "text/csv")
    .send(csv);
const workersCsv = "worker_key,name\nw1,Ann\nw2,\n";

describe("POST /v1/imports", () => {
  it("keeps the file, queues its import, and answers where to follow it", async () => {
    const sent = await send("?kind=workers&fileName=staff%20list.csv", workersCsv).expect(202);
    expect(sent.headers["location"]).toBe(`/v1/imports/${sent.body.id}`);
    expect(sent.body).toMatchObject({
      kind: "workers",
      system: "csv",
      fileName: "staff list.csv",
      state: "queued",
      rowsRead: 0,
      startedBy: "Cora Coordinator",
    });
    const kept = await api.storage.get(`${firm.slug}/uploads/${sent.body.fileHash}`);
    expect(Buffer.from(kept).toString()).toBe(workersCsv);

    const importer = await firm.as("importer");
    await runImport(importer, { importId: sent.body.id, open: api.storage.read });
    const found = await api.as(firm, "admin").get(`/v1/imports/${sent.body.id}`).expect(200);
    expect(found.body).toMatchObject({ state: "done", rowsRead: 2, rowsAdded: 1, rowsQuarantined: 1 });
  });

  it("answers the same key with the same import", async () => {
    const key = newId();
    const [first, second] = [
      await send("?kind=clients", "client_key,name\n", { key }),
      await send("?kind=clients", "client_key,name\n", { key }),
    ];
    expect(second.headers["idempotent-replayed"]).toBe("true");
    expect(second.body).toEqual(first.body);
    await send("?kind=clients", "client_key,name\nother,Other\n", { key }).expect(422);
  });

  it("refuses who may not import, what is no CSV, and what it does not know", async () => {
    const refused = await send("?kind=workers", workersCsv, { who: "auditor" });
    expect([refused.status, refused.body.type]).toEqual([403, "/problems/permission-missing"]);
    await send("?kind=workers", "{}", { type: "application/json" }).expect(415);
    for (const search of ["", "?kind=invoices", "?kind=workers&state=done", "?kind=workers&system=No Such"]) {
      await send(search, workersCsv).expect(422);
    }
  });
});

describe("GET /v1/imports", () => {
  it("lists newest first, page by page and filtered", async () => {
    const own = await newFirm(api.database.current.pool);
    await own.take("clients", [{ client_key: "c1", name: "Bright" }]);
    await own.take("workers", [{ worker_key: "w1", name: "Ann" }]);
    const get = async (search: string) =>
      (await api.as(own, "coordinator").get(`/v1/imports${search}`).expect(200)).body;
    const first = await get("?limit=1");
    expect(first.items).toMatchObject([{ kind: "workers", state: "done", rowsAdded: 1 }]);
    const second = await get(`?limit=1&cursor=${first.next}`);
    expect(second.items).toMatchObject([{ kind: "clients" }]);
    expect(second).not.toHaveProperty("next");
    expect((await get("?kind=clients&state=done")).items).toHaveLength(1);
    expect((await get("?state=failed")).items).toEqual([]);
  });

  it("answers another firm's import like one that does not exist", async () => {
    const sent = await send("?kind=workers", workersCsv);
    const other = await newFirm(api.database.current.pool);
    const ask = (importId: string) => api.as(other, "coordinator").get(`/v1/imports/${importId}`).expect(404);
    const [foreign, random] = [await ask(sent.body.id), await ask(newId())];
    expect(foreign.body).toMatchObject({ type: "/problems/import-not-found" });
    expect({ ...foreign.body, instance: "", requestId: "" }).toEqual({ ...random.body, instance: "", requestId: "" });
    expect((await api.as(other, "coordinator").get("/v1/imports")).body).toEqual({ items: [] });
  });

  it("refuses who may not import, and what it does not know", async () => {
    const refused = await api.as(firm, "auditor").get("/v1/imports");
    expect([refused.status, refused.body.type]).toEqual([403, "/problems/permission-missing"]);
    await api.as(firm, "auditor").get(`/v1/imports/${newId()}`).expect(403);
    await api.as(firm, "coordinator").get("/v1/imports?system=csv").expect(422);
    await api.as(firm, "coordinator").get(`/v1/imports/${newId()}?rows=1`).expect(422);
    await api.as(firm, "coordinator").get("/v1/imports/none").expect(422);
  });
});
