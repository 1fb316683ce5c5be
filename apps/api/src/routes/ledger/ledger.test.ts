import { beforeAll, describe, expect, it } from "vitest";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
let firm: Firm;
beforeAll(async () => {
  ({ firm } = await issuedFirm(api.database.current.pool));
});

describe("GET /v1/ledger-balances", () => {
  it("says what stands on each account up to a day", async () => {
    const { body } = await api.as(firm, "collector").get("/v1/ledger-balances").expect(200);
    expect(body.items).toMatchObject([
      { entity: { name: "Firm GmbH" }, account: "receivable", side: "debit", balance: { amount: "238.00" } },
      { account: "revenue", side: "credit", balance: { amount: "200.00", currency: "EUR" } },
      { account: "tax_payable", side: "credit", balance: { amount: "38.00" } },
    ]);
    const early = await api.as(firm, "collector").get("/v1/ledger-balances?on=2026-01-01").expect(200);
    expect(early.body.items).toEqual([]);
  });

  it("shows a firm its own books, takes no unknown member, and asks for the permission", async () => {
    const other = await newFirm(api.database.current.pool);
    expect((await api.as(other, "auditor").get("/v1/ledger-balances").expect(200)).body.items).toEqual([]);
    await api.as(firm, "collector").get("/v1/ledger-balances?day=2026-01-01").expect(422);
    await api.as(firm, "coordinator").get("/v1/ledger-balances").expect(403);
  });
});

describe("POST /v1/revenue-releases", () => {
  it("releases what is due and says how much that was, to those who may", async () => {
    const body = { through: "2026-10-31" };
    const release = (who: "controller" | "coordinator") =>
      api.as(firm, who).post("/v1/revenue-releases").set("Idempotency-Key", `${who}-release`);
    expect((await release("controller").send(body).expect(201)).body).toEqual({ releases: 0 });
    await release("coordinator").send(body).expect(403);
    await release("controller")
      .set("Idempotency-Key", "other")
      .send({ ...body, month: "x" })
      .expect(422);
  });
});

describe("GET /v1/ledger-faults", () => {
  it("finds nothing where nobody got past the database", async () => {
    expect((await api.as(firm, "auditor").get("/v1/ledger-faults").expect(200)).body).toEqual({ items: [] });
    await api.as(firm, "coordinator").get("/v1/ledger-faults").expect(403);
  });
});
