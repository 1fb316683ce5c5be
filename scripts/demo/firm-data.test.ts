import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { describe, expect, it } from "vitest";
import { type ImportKind, importColumns } from "@plumbline/contract/import-row";
import { parsePolicyPack } from "@plumbline/contract/policy-pack";
import { brandFile, tenantFile } from "@plumbline/contract/tenant";
import { parseLocalDate } from "@plumbline/domain/calendar/local-date";
import { isInEu } from "@plumbline/domain/tax/vat-area";
import { numberFormatIssues } from "@plumbline/domain/numbering/invoice-number";
import { compileBundle } from "@plumbline/domain/policy/compile-bundle";
import { rateLevels } from "@plumbline/domain/rating/rate-level";
import { sha256 } from "@plumbline/platform/hash";
import { cell, type CsvRow, type DemoFirm, demoFirms, readFirmCsv, readFirmYaml, tenantsFolder } from "./firm-data.ts";

const masterKinds = ["clients", "rate_cards", "engagements", "projects", "workers", "worker_grades", "rates"] as const;
type Master = Readonly<Record<(typeof masterKinds)[number], CsvRow[]>>;

const masterOf = (firm: DemoFirm) =>
  Object.fromEntries(masterKinds.map((kind) => [kind, readFirmCsv(firm, kind)])) as unknown as Master;
const keysOf = (rows: readonly CsvRow[], column: string) => new Set(rows.map((row) => cell(row, column)));
const packsIn = (folder: string) =>
  readdirSync(join(tenantsFolder, folder)).map((file) =>
    parsePolicyPack(parseYaml(readFileSync(join(tenantsFolder, folder, file), "utf8")), file),
  );
const packsOf = (firm: string) => packsIn(join(firm, "policies"));

describe.each(demoFirms)("the folder of %s", (firm) => {
  const tenant = tenantFile.parse(readFirmYaml(firm, "tenant.yaml"));
  const brand = brandFile.parse(readFirmYaml(firm, "brand.yaml"));
  const master = masterOf(firm);

  it("says who the firm is, whom it belongs to and who works at which gate", () => {
    expect([tenant.slug, tenant.partner.slug]).toEqual([firm, "keystone"]);
    expect(tenant.people.every((person) => person.email.endsWith(`@${firm}.example`))).toBe(true);
    const held = tenant.people.flatMap((person) => person.roles);
    expect(held).toEqual(
      expect.arrayContaining(["billing_coordinator", "finance_approver", "controller", "automation_admin", "auditor"]),
    );
    expect(held.filter((role) => role === "project_manager").length).toBeGreaterThanOrEqual(2);
    const formats = tenant.legalEntities.map((entity) => ({ format: entity.invoiceNumbers, restartsByYear: true }));
    expect(formats.flatMap(numberFormatIssues)).toEqual([]);
    expect(tenant.legalEntities.filter(({ bank }) => bank && !isIban(bank.iban))).toEqual([]);
  });

  it("has a logo that is one small picture without scripts or references", () => {
    const svg = readFileSync(join(tenantsFolder, firm, brand.logo), "utf8");
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="[\d. ]+"[^]*<\/svg>\s*$/);
    expect(svg).not.toMatch(/<script|<image|<style|<foreignObject|href|url\(|\son\w+=/i);
    expect(svg.length).toBeLessThan(2_000);
  });

  it.each(masterKinds)("has %s with the columns of the import", (kind) => {
    const header = Object.keys(master[kind][0] ?? {});
    const columns = importColumns[kind satisfies ImportKind];
    const required = Object.entries(columns).filter(([, column]) => column.required);
    expect(header).toEqual(expect.arrayContaining(required.map(([name]) => name)));
    // Workers carry what the generator needs besides; an import ignores it.
    const own = kind === "workers" ? ["practice", "country", "weekly_hours", "joined_on"] : [];
    expect(header.filter((name) => !Object.hasOwn(columns, name) && !own.includes(name))).toEqual([]);
    const empty = master[kind].flatMap((row) => required.filter(([name]) => row[name] === ""));
    expect(empty).toEqual([]);
  });

  it("has unique keys", () => {
    const key = (kind: keyof Master, ...columns: string[]) =>
      master[kind].map((row) => columns.map((column) => row[column]).join("|"));
    const selectors = ["card_key", "client_key", "project_key", "worker_key", "role", "task", "effective_from"];
    for (const keys of [
      key("clients", "client_key"),
      key("rate_cards", "card_key"),
      key("engagements", "engagement_key"),
      key("engagements", "code"),
      key("projects", "project_key"),
      key("workers", "worker_key"),
      key("workers", "email"),
      key("worker_grades", "worker_key", "from_date"),
      key("rates", ...selectors),
    ]) {
      expect(keys.filter((each, index) => keys.indexOf(each) !== index)).toEqual([]);
    }
  });

  it("refers only to what exists", () => {
    const known: Readonly<Record<string, ReadonlySet<string>>> = {
      client_key: keysOf(master.clients, "client_key"),
      payer_key: keysOf(master.clients, "client_key"),
      card_key: keysOf(master.rate_cards, "card_key"),
      engagement_key: keysOf(master.engagements, "engagement_key"),
      project_key: keysOf(master.projects, "project_key"),
      worker_key: keysOf(master.workers, "worker_key"),
      entity_key: new Set(tenant.legalEntities.map((entity) => entity.key)),
      org_unit_key: new Set(tenant.orgUnits.map((unit) => unit.key)),
      practice: new Set(tenant.orgUnits.map((unit) => unit.key)),
      parent: new Set(tenant.orgUnits.map((unit) => unit.key)),
      approver_email: new Set(
        tenant.people
          .filter(({ roles }) => roles.some((role) => role === "project_manager" || role === "practice_lead"))
          .map((person) => person.email),
      ),
    };
    const dangling = [...masterKinds.flatMap((kind) => master[kind]), ...tenant.orgUnits].flatMap((row) =>
      Object.entries(row).filter(([column, value]) => value && known[column] && !known[column].has(value)),
    );
    expect(dangling).toEqual([]);
  });

  it("has real dates, decimal amounts and cards in the engagement's currency", () => {
    const cells = masterKinds.flatMap((kind) => master[kind].flatMap((row) => Object.entries(row)));
    const dates = cells.filter(([name, value]) => /(_on|_date|_from|_to)$/.test(name) && value !== "");
    expect(dates.filter(([, value]) => parseLocalDate(value) === undefined)).toEqual([]);
    const amounts = cells.filter(([name, value]) => /^(price|po_amount)$/.test(name) && value !== "");
    expect(amounts.filter(([, value]) => !/^[1-9]\d*\.\d\d$/.test(value))).toEqual([]);
    const currencyOf = new Map(master.rate_cards.map((row) => [row["card_key"], row["currency"]]));
    expect(master.engagements.filter((row) => currencyOf.get(row["card_key"]) !== row["currency"])).toEqual([]);
  });

  it("has rates of the levels that rating knows, and a rise on 1 September 2026", () => {
    const names = {
      client_key: "clientId",
      project_key: "projectId",
      worker_key: "workerId",
      role: "role",
      task: "task",
    };
    const levels = rateLevels.map(({ matches }) => [...matches].sort().join());
    const found = master.rates.map((row) =>
      Object.entries(names)
        .flatMap(([column, name]) => (row[column] ? [name] : []))
        .sort()
        .join(),
    );
    expect(found.filter((level) => !levels.includes(level))).toEqual([]);
    expect(new Set(found).size).toBe(4);
    expect(master.rates.some((row) => row["effective_from"] === "2026-09-01")).toBe(true);
    expect(master.rates.some((row) => row["effective_to"] === "2026-08-31")).toBe(true);
  });

  it("has a brand of its own, and packs that compile on top of the platform's", () => {
    expect(["Inter", "Source Sans 3"]).toContain(brand.font);
    const ofTrade = (tenant.verticals ?? []).flatMap((vertical) => packsIn(join("_verticals", vertical)));
    expect(ofTrade).not.toEqual([]);
    const bundle = compileBundle([...packsOf("_platform"), ...ofTrade, ...packsOf(firm)], { digest: sha256 });
    const ids = packsOf(firm).flatMap((pack) => pack.rules.map((rule) => rule.id));
    expect(ids.every((id) => id.startsWith(`${firm}-`))).toBe(true);
    expect(bundle.packs.map((each) => each.pack)).toEqual(
      expect.arrayContaining(packsOf(firm).map((each) => each.pack)),
    );
  });

  it("has what a month end meets: an unready client, orders and promotions, each at least once", () => {
    const clients = new Map(master.clients.map((row) => [row["client_key"], row]));
    const billable = master.engagements.filter((row) => row["billable"] === "yes");
    const withOrder = billable.filter((row) => clients.get(row["client_key"] ?? "")?.["po_required"] === "yes");
    expect(master.clients.some((row) => row["legal_name"] === "" && row["invoice_email"] === "")).toBe(true);
    expect(withOrder.some((row) => row["po_number"] === "")).toBe(true);
    expect(withOrder.some((row) => Number(row["po_amount"]) > 100_000)).toBe(true);
    expect(withOrder.some((row) => row["po_number"] !== "" && Number(row["po_amount"]) < 15_000)).toBe(true);
    expect(billable.some((row) => row["flat_rate"] === "yes")).toBe(true);
    expect(master.engagements.some((row) => row["billable"] === "no")).toBe(true);
    expect(master.projects.some((row) => row["active"] === "no")).toBe(true);
    const promoted = master.worker_grades.filter((row) => cell(row, "from_date") >= "2026-09-01");
    expect(promoted.length).toBeGreaterThanOrEqual(2);
  });
});

it("covers VAT in all its ways: domestic, reverse charge proven, unproven and refuted, and abroad", () => {
  const kinds = demoFirms.flatMap((firm) => {
    const { legalEntities } = tenantFile.parse(readFirmYaml(firm, "tenant.yaml"));
    const { clients, engagements } = masterOf(firm);
    const clientOf = new Map(clients.map((row) => [row["client_key"], row]));
    return engagements.map((row) => {
      const seller = legalEntities.find((entity) => entity.key === row["entity_key"])?.country ?? "";
      const client = clientOf.get(row["client_key"]) ?? {};
      return taxKind(seller, client);
    });
  });
  expect([...new Set(kinds)].sort()).toEqual(
    ["domestic", "abroad", "reverse charge yes", "reverse charge no", "reverse charge unchecked", "no VAT"].sort(),
  );
});

it("gives Castell milestones that are proven, unproven, waiting and still to come, a fee in instalments, and caps", () => {
  const { engagements } = masterOf("castell");
  const known = keysOf(engagements, "engagement_key");
  const milestones = readFirmCsv("castell", "milestones");
  expect(Object.keys(milestones[0] ?? {})).toEqual(Object.keys(importColumns.milestones));
  expect(milestones.filter((row) => !known.has(cell(row, "engagement_key")))).toEqual([]);
  const states = milestones.map((row) => {
    if (cell(row, "accepted_on") !== "") return cell(row, "evidence_sha256") === "" ? "unproven" : "proven";
    return cell(row, "due_date") > "2026-10-31" ? "to come" : "waiting";
  });
  expect(new Set(states)).toEqual(new Set(["proven", "unproven", "waiting", "to come"]));
  expect(engagements.some((row) => cell(row, "fee_amount") !== "")).toBe(true);
  expect(engagements.some((row) => cell(row, "holdback_percent") !== "")).toBe(true);
  expect(engagements.some((row) => cell(row, "cap_amount") !== "")).toBe(true);
  expect(engagements.some((row) => cell(row, "cap_hours") !== "")).toBe(true);
});

it("gives Northwind subscriptions in advance and in arrears, with a renewal and more seats in its months, and one that ends", () => {
  const { engagements } = masterOf("northwind");
  const known = keysOf(engagements, "engagement_key");
  const subscriptions = readFirmCsv("northwind", "subscriptions");
  expect(Object.keys(subscriptions[0] ?? {}).toSorted()).toEqual(Object.keys(importColumns.subscriptions).toSorted());
  expect(subscriptions.filter((row) => !known.has(cell(row, "engagement_key")))).toEqual([]);
  const having = (column: string, pattern: RegExp) =>
    subscriptions.filter((row) => pattern.test(cell(row, column))).length;
  expect([having("billed", /^in_advance$/), having("billed", /^in_arrears$/)]).toEqual([3, 1]);
  expect(having("renewal_uplift_percent", /./)).toBe(2);
  expect(having("quantity", /from 2026-09/)).toBe(1);
  expect(having("cancelled_from", /./)).toBe(1);
  expect(having("covers_time", /yes/)).toBe(1);
});

it("gives Northwind use in tiers, at the average count and with a minimum, every reading at a meter it has", () => {
  const { engagements } = masterOf("northwind");
  const [meters, readings] = [readFirmCsv("northwind", "meters"), readFirmCsv("northwind", "usage")];
  expect(Object.keys(meters[0] ?? {}).toSorted()).toEqual(Object.keys(importColumns.meters).toSorted());
  expect(Object.keys(readings[0] ?? {}).toSorted()).toEqual(Object.keys(importColumns.usage).toSorted());
  const [agreed, known] = [keysOf(engagements, "engagement_key"), keysOf(meters, "meter_key")];
  expect(meters.filter((row) => !agreed.has(cell(row, "engagement_key")))).toEqual([]);
  expect(readings.filter((row) => !known.has(cell(row, "meter_key")))).toEqual([]);
  expect(new Set(meters.map((row) => cell(row, "measure")))).toEqual(new Set(["sum", "average"]));
  expect(meters.some((row) => cell(row, "price").includes("above"))).toBe(true);
  expect(meters.some((row) => cell(row, "minimum") !== "")).toBe(true);
});

it("gives Meridian expenses that are fine, foreign, unapproved, not allowed and without receipt, and disbursements", () => {
  const { projects, workers } = masterOf("meridian");
  const expenses = readFirmCsv("meridian", "expenses");
  expect(Object.keys(expenses[0] ?? {}).toSorted()).toEqual(Object.keys(importColumns.expenses).toSorted());
  const known = { project_key: keysOf(projects, "project_key"), worker_key: keysOf(workers, "worker_key") };
  const dangling = expenses.filter((row) =>
    Object.entries(known).some(([column, keys]) => !keys.has(cell(row, column))),
  );
  expect(dangling).toEqual([]);
  const kinds = expenses.map((row) => {
    if (cell(row, "status") !== "approved") return "unapproved";
    if (cell(row, "receipt") === "") return "without receipt";
    if (cell(row, "as_agent") === "yes") return "disbursement";
    if (cell(row, "category") === "Entertainment") return "not allowed";
    return cell(row, "exchange_rate") === "" ? "fine" : "foreign";
  });
  expect(new Set(kinds)).toEqual(
    new Set(["fine", "foreign", "unapproved", "not allowed", "without receipt", "disbursement"]),
  );
});

function taxKind(seller: string, client: CsvRow): string {
  const on = parseLocalDate("2026-10-31");
  const buyer = cell(client, "country");
  if (seller === "US" || !on) return "no VAT";
  if (seller === buyer) return "domestic";
  if (!isInEu(seller, on) || !isInEu(buyer, on)) return "abroad";
  return `reverse charge ${cell(client, "vat_id_valid") || "unchecked"}`;
}

function isIban(text: string): boolean {
  const digits = [...`${text.slice(4)}${text.slice(0, 4)}`].map((sign) => Number.parseInt(sign, 36)).join("");
  return BigInt(digits) % 97n === 1n;
}
