import { beforeAll, describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { type IssuedInvoice, issuedFirm } from "@plumbline/testing/issued-firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();
const eur = (amount: string) => ({ amount, currency: "EUR" });
let firm: Firm;
let first: IssuedInvoice;
let legalEntityId: LegalEntityId;

/** Two clients owe since 3 November; on the 10th the first pays its older invoice, short by a bank's fee, and too much after. */
beforeAll(async () => {
  let now = new Date("2026-11-03T10:00:00Z");
  const issued = await issuedFirm(api.database.current.pool, { clients: 2, more: 1, clock: () => now });
  firm = issued.firm;
  first = issued.invoices[0] as IssuedInvoice;
  const { rows } = await api.database.current.admin.query("select id from legal_entities where tenant_id = $1", [
    firm.tenantId,
  ]);
  legalEntityId = rows[0].id;
  now = new Date("2026-11-10T10:00:00Z");
  const collector = await firm.as("collector");
  const payment = { clientId: first.client, legalEntityId, receivedOn: "2026-11-10" as LocalDate };
  const residual = { kind: "bank_fee", amount: money(300n, "EUR") } as const;
  const to = [{ invoiceId: first.id, amount: money(23_500n, "EUR"), residual }];
  await collector((scope) =>
    recordPayment(scope, { ...payment, amount: money(23_500n, "EUR"), reference: "wire 1", to }),
  );
  await collector((scope) => recordPayment(scope, { ...payment, amount: money(1_000n, "EUR"), reference: "wire 2" }));
});

const owedOn = async (search: string, of = firm) =>
  (await api.as(of, "collector").get(`/v1/receivables?${search}`).expect(200)).body.items;

describe("GET /v1/receivables", () => {
  it("says what each client owes on a day, as it was booked by then", async () => {
    const zero = eur("0.00");
    const none = { days0To30: zero, days31To60: zero, days61To90: zero, over90: zero };
    const before = await owedOn("on=2026-11-09");
    expect(before).toMatchObject([
      { client: { name: "Client 1" }, ...none, notDue: eur("476.00"), total: eur("476.00"), unapplied: zero },
      { client: { name: "Client 2" }, ...none, notDue: eur("238.00"), total: eur("238.00"), unapplied: zero },
    ]);
    const after = await owedOn("on=2026-11-10");
    expect(after).toMatchObject([{ notDue: eur("238.00"), total: eur("238.00"), unapplied: eur("10.00") }, {}]);
    expect(await owedOn("on=2026-11-02")).toEqual([]);
  });

  it.each([
    ["2026-12-02", "notDue"],
    ["2026-12-03", "days0To30"],
    ["2027-01-02", "days0To30"],
    ["2027-01-03", "days31To60"],
    ["2027-02-02", "days61To90"],
    ["2027-03-04", "over90"],
  ])("puts on %s what is due on 3 December into %s", async (on, bucket) => {
    const [, second] = await owedOn(`on=${on}`);
    expect(second).toMatchObject({ [bucket]: eur("238.00"), total: eur("238.00") });
  });

  it("comes in pages, of one legal entity where it is asked for, and takes nothing else", async () => {
    const page = await api.as(firm, "auditor").get("/v1/receivables?on=2026-11-10&limit=1").expect(200);
    expect(page.body.items).toHaveLength(1);
    const rest = await owedOn(`on=2026-11-10&limit=1&cursor=${page.body.next}`);
    expect(rest).toMatchObject([{ client: { name: "Client 2" } }]);
    expect(await owedOn(`on=2026-11-10&legalEntityId=${legalEntityId}`)).toHaveLength(2);
    expect(await owedOn(`on=2026-11-10&legalEntityId=${newId()}`)).toEqual([]);
    expect(await owedOn("")).toMatchObject([{ total: eur("238.00") }, { total: eur("238.00") }]);
    await api.as(firm, "auditor").get("/v1/receivables?on=2026-11-10&client=x").expect(422);
    await api.as(firm, "coordinator").get("/v1/receivables?on=2026-11-10").expect(403);
    expect(await owedOn("on=2026-11-10", await newFirm(api.database.current.pool))).toEqual([]);
  });
});

describe("GET /v1/clients/{clientId}/statement", () => {
  const path = (id: string, search: string) => `/v1/clients/${id}/statement?${search}`;

  it("goes from what was owed before to what is owed after, by every step between the two", async () => {
    const whole = await api
      .as(firm, "collector")
      .get(path(first.client, "start=2026-11-01&end=2026-12-01"))
      .expect(200);
    expect(whole.body).toMatchObject({
      client: { name: "Client 1" },
      accounts: [{ entity: { name: "Firm GmbH" }, opening: eur("0.00"), closing: eur("228.00") }],
    });
    const [account] = whole.body.accounts;
    const steps = account.entries as { what: string; reference: string; amount: object; balance: object }[];
    expect(steps.map(({ what, reference, amount, balance }) => [what, reference, amount, balance])).toEqual([
      ["invoice_issued", first.number, eur("238.00"), eur("238.00")],
      ["invoice_issued", expect.stringMatching(/^F-2026-/), eur("238.00"), eur("476.00")],
      ["payment_received", "wire 1", eur("-235.00"), eur("241.00")],
      ["payment_applied", first.number, eur("-3.00"), eur("238.00")],
      ["payment_received", "wire 2", eur("-10.00"), eur("228.00")],
    ]);
    const later = await api
      .as(firm, "collector")
      .get(path(first.client, "start=2026-11-10&end=2026-11-11"))
      .expect(200);
    expect(later.body.accounts).toMatchObject([{ opening: eur("476.00"), closing: eur("228.00") }]);
    const early = await api
      .as(firm, "collector")
      .get(path(first.client, "start=2026-01-01&end=2026-11-01"))
      .expect(200);
    expect(early.body.accounts).toEqual([]);
  });

  it("covers a year at most, and needs the permission", async () => {
    const ask = (who: string, search: string) => api.as(firm, who).get(path(first.client, search));
    expect((await ask("collector", "start=2026-01-01&end=2027-01-03").expect(422)).body.errors[0].field).toBe("end");
    await ask("collector", "start=2026-01-02&end=2026-01-01").expect(422);
    await ask("collector", "start=2026-01-01&end=2026-02-01&full=yes").expect(422);
    await ask("coordinator", "start=2026-01-01&end=2026-02-01").expect(403);
  });

  it("of another firm's client is like that of one who never was", async () => {
    const other = await newFirm(api.database.current.pool);
    for (const id of [first.client, newId()]) {
      const answer = await api.as(other, "collector").get(path(id, "start=2026-11-01&end=2026-12-01"));
      expect([answer.status, answer.body.type]).toEqual([404, "/problems/client-not-found"]);
    }
  });
});

describe("POST /v1/invoices/{id}/retention-releases", () => {
  it("refuses what nobody keeps, asks for the permission, and knows no foreign invoice", async () => {
    const body = { dueOn: "2027-01-31", reason: "Accepted without defects" };
    const release = (who: "controller" | "collector", key: string, id = first.id as string) =>
      api.as(firm, who).post(`/v1/invoices/${id}/retention-releases`).set("Idempotency-Key", key);
    const refused = await release("controller", "kept").send(body).expect(422);
    expect(refused.body).toMatchObject({ detail: "Its client keeps nothing of it." });
    await release("collector", "who").send(body).expect(403);
    await release("controller", "where", newId()).send(body).expect(404);
    await release("controller", "what")
      .send({ ...body, due: "x" })
      .expect(422);
  });
});
