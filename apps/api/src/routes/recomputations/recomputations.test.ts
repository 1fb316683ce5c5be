import { beforeAll, describe, expect, it } from "vitest";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { newId } from "@plumbline/platform/new-id";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
let ids: readonly string[];
beforeAll(async () => {
  ({ firm, ids } = await billedFirm(api.database.current.pool, { clients: 3 }));
});

const get = async (path: string, status = 200, of: Firm = firm) =>
  (await api.as(of, "auditor").get(path).expect(status)).body;

describe("GET /v1/invoices/{invoiceId}/recomputation", () => {
  it("says that an invoice is what its inputs make it, or what differs", async () => {
    expect(await get(`/v1/invoices/${ids[0]}/recomputation`)).toMatchObject({
      invoiceId: ids[0],
      matches: true,
      differences: [],
    });
    const { admin } = api.database.current;
    await admin.query("update invoice_lines set because = 'no reason' where invoice_id = $1", [ids[1]]);
    expect(await get(`/v1/invoices/${ids[1]}/recomputation`)).toMatchObject({
      matches: false,
      differences: [{ where: "line 1", member: "because", stored: "no reason" }],
    });
  });

  it("answers for another firm's like for one that is not there, and not without the permission", async () => {
    const other = await newFirm(api.database.current.pool);
    for (const id of [ids[0], newId()]) {
      expect(await get(`/v1/invoices/${id}/recomputation`, 404, other)).toMatchObject({
        type: "/problems/invoice-not-found",
      });
    }
    await api.database.current.admin.query(
      "update memberships set roles = '{consultant}' where tenant_id = $1 and key like 'othermanager%'",
      [firm.tenantId],
    );
    for (const path of [`/v1/invoices/${ids[0]}/recomputation`, "/v1/recomputations"])
      await api.as(firm, "otherManager").get(path).expect(403);
  });
});

describe("GET /v1/recomputations", () => {
  it("goes through all invoices, page by page, each once", async () => {
    const first = await get("/v1/recomputations?limit=2");
    const second = await get(`/v1/recomputations?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ invoiceId }) => invoiceId)).toEqual(ids);
    expect(second.next).toBeUndefined();
    expect(await get("/v1/recomputations", 200, await newFirm(api.database.current.pool))).toEqual({ items: [] });
  });
});
