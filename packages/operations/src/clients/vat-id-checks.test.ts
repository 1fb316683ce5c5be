import { beforeEach, describe, expect, it } from "vitest";
import type { ClientId, InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import { billedFirm } from "@plumbline/testing/billed-firm";
import type { Firm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { approveAsManager } from "../invoices/approve-invoices.ts";
import { settleTax } from "../invoices/settle-tax.ts";
import { submitInvoices } from "../invoices/submit-invoices.ts";
import { recordVatIdCheck } from "./record-vat-id-check.ts";

const database = useTestDatabase();
const taxId = "FR40303265045";
const checkedAt = "2026-11-02T09:00:00.000Z";
const clock = () => new Date("2026-11-03T10:00:00Z");

let firm: Firm;
let invoiceId: InvoiceId;
let clientId: ClientId;
beforeEach(async () => {
  const billed = await billedFirm(database.current.pool, { clock, client: { country: "FR", tax_id: taxId } });
  firm = billed.firm;
  invoiceId = billed.ids[0] as InvoiceId;
  [{ clientId }] = (await rows('select client_id as "clientId" from invoices')) as [{ clientId: ClientId }];
});

const rows = async (sql: string) => (await firm.as("coordinator"))((scope) => query(scope.tx, sql));
const answered = async (valid: boolean | "pending", at = checkedAt) =>
  (await firm.as("controller"))((scope) =>
    recordVatIdCheck(scope, { clientId, taxId, answer: { valid, checkedAt: at, source: "VIES", reference: "W1" } }),
  );
const settle = async () =>
  (await firm.as("billing-runner"))((scope) => settleTax(scope, { payerId: clientId, reason: "answered" }));
const submit = async () =>
  (await firm.as("coordinator"))((scope) => submitInvoices(scope, { invoiceIds: [invoiceId] }));
const approve = async () => {
  const [seen] = await rows('select id as "invoiceId", content_hash as "contentHash" from invoices');
  return (await firm.as("manager"))((scope) =>
    approveAsManager(scope, { approvals: [seen as { invoiceId: InvoiceId; contentHash: string }] }),
  );
};
const open = async () =>
  (await rows("select code from exceptions where state = 'open' and severity = 'block'")).map(
    (row) => (row as { code: string }).code,
  );
const taxes = async () =>
  (
    await rows(`select t.category || ' ' || t.tax_minor || coalesce(' ' || t.exemption_code, '') ||
                       case when e.facts ->> 'valid' = 'true' then ' proven' else '' end as tax
                  from invoices i
                  join tax_determinations t on t.invoice_id = i.id and t.content_version = i.content_version
                  left join evidence e on e.id = t.evidence_id`)
  ).map((row) => (row as { tax: string }).tax);

describe("a register that does not answer", () => {
  it("holds the invoice from approval at the seller's rate, and its answer lets it go on without tax", async () => {
    await answered("pending");
    await submit();
    expect(await open()).toEqual(["tax-not-settled"]);
    expect(await taxes()).toEqual(["S 3800"]);
    expect((await approve()).refused).toMatchObject([{ problem: { kind: "exceptions-open" } }]);

    await answered(true, "2026-11-03T08:00:00.000Z");
    expect(await settle()).toEqual({ revised: [invoiceId] });
    expect(await taxes()).toEqual(["AE 0 VATEX-EU-AE proven"]);
    expect(await open()).toEqual([]);
    expect((await approve()).refused).toEqual([]);
    expect(await settle(), "told again, it finds nothing to do").toEqual({ revised: [] });
  });

  it("may answer while the invoice is a draft: handing it over brings the tax it bears", async () => {
    await answered(true);
    expect(await settle()).toEqual({ revised: [] });
    await submit();
    expect(await taxes()).toEqual(["AE 0 VATEX-EU-AE proven"]);
    expect(await open()).toEqual([]);
  });

  it("takes the proof away again with a later answer, and the invoice waits", async () => {
    await answered(true);
    await submit();
    await approve();
    await answered(false, "2026-11-03T09:00:00.000Z");
    expect(await settle()).toEqual({ revised: [] });
    expect(await open()).toEqual(["tax-not-settled"]);
  });
});

describe("an answer", () => {
  it.each([
    ["about another id", { taxId: "FR00000000000" }, /on file is FR40303265045, not FR00000000000/],
    ["from the future", { checkedAt: "2026-11-04T00:00:00.000Z" }, /lies ahead/],
  ])("%s is refused", async (_, change, sentence) => {
    const said = { taxId, checkedAt, ...change };
    const record = (await firm.as("controller"))((scope) =>
      recordVatIdCheck(scope, {
        clientId,
        taxId: said.taxId,
        answer: { valid: true, checkedAt: said.checkedAt, source: "VIES" },
      }),
    );
    await expect(record).rejects.toMatchObject({
      kind: "vat-id-check-refused",
      detail: expect.stringMatching(sentence),
    });
  });

  it("is recorded by those who may", async () => {
    const record = (await firm.as("manager"))((scope) =>
      recordVatIdCheck(scope, { clientId, taxId, answer: { valid: true, checkedAt, source: "VIES" } }),
    );
    await expect(record).rejects.toMatchObject({ kind: "permission-missing" });
  });
});

it("is demanded by the database: no reverse charge without a valid check of this payer", async () => {
  await answered("pending");
  const insert = (await firm.as("billing-runner"))((scope) =>
    query(
      scope.tx,
      `insert into tax_determinations (id, invoice_id, content_version, category, basis_points, base_minor, tax_minor, because, evidence_id)
       select gen_random_uuid(), i.id, i.content_version, 'AE', 0, 0, 0, 'said so', e.id from invoices i, evidence e`,
    ),
  );
  await expect(insert).rejects.toMatchObject({ code: "PL170" });
});
