import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { paletteFor } from "@plumbline/domain/brand/palette";
import { sendBackInvoices } from "@plumbline/operations/invoices/send-back-invoices";
import type { InvoiceId } from "@plumbline/domain/id";
import type { House } from "./open-house.ts";
import { settled, visit, type Visitor } from "./visitor.ts";

const slug = "meridian";
const reason = "The purchase order is last year's.";
const renderedWithinMs = 30_000;

type Checks = Record<string, boolean>;
type Journey = { readonly checks: Checks; readonly visitors: readonly Visitor[] };

/** The board says what the database says, and its keys lead from card to card and into an invoice. */
export async function boardJourney(browser: Browser, house: House): Promise<Journey> {
  const visitor = await visit(browser, { origin: house.originOf(slug), person: "Ines Hartwig" });
  const { page } = visitor;
  await settled(visitor);
  const shown = await page.evaluate<readonly Column[]>(readBoard);
  const expected = await boardOf(house);
  await page.getByText("Late", { exact: true }).last().click();
  await page.waitForURL(/show=late/);
  await settled(visitor);
  const late = await page.evaluate<readonly (readonly [number, number])[]>(readLate);
  await page.getByText("All", { exact: true }).click();
  await settled(visitor);
  await page.keyboard.press("j");
  await page.keyboard.press("l");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/invoices/*");
  return {
    checks: {
      boardShowsEveryStage: shown.length === expected.filter(({ count }) => count > 0).length,
      boardEqualsDatabase: shown.every(({ stage, count, totals }) => {
        const known = expected.find((each) => each.stage === stage);
        return known?.count === count && known.totals.join() === totals.join();
      }),
      lateShowsTheLate: late.some(([shown]) => shown > 0) && late.every(([shown, counted]) => shown === counted),
      keysOpenAnInvoice: true,
    },
    visitors: [visitor],
  };
}

type Column = { readonly stage: string; readonly count: number; readonly totals: readonly string[] };

const readBoard = `[...document.querySelectorAll("[data-stage]")].map((column) => ({
  stage: column.dataset.stage,
  count: Number(column.querySelector(".column-count").textContent),
  totals: [...column.querySelectorAll(".column-figures .amounts span")].map((amount) => amount.textContent),
}))`;

/** Cards of each column, and how many its head says are late. */
const readLate = `[...document.querySelectorAll("[data-stage]")].map((column) => [
  column.querySelectorAll("[data-card]").length,
  Number(/\\d+/.exec(column.querySelector(".column-age [data-tone=late]")?.textContent ?? "0")),
])`;

async function boardOf(house: House): Promise<Column[]> {
  const { rows } = await house.database.admin.query<{ stage: string; currency: string; count: string; total: string }>(
    `select stage, currency, count(*), (sum(total_minor) / 100.0)::numeric(20, 2)::text as total
       from invoices where tenant_id = (select id from tenants where slug = $1) group by stage, currency order by currency`,
    [slug],
  );
  return [...Map.groupBy(rows, ({ stage }) => stage)].map(([stage, ofStage]) => ({
    stage,
    count: ofStage.reduce((sum, { count }) => sum + Number(count), 0),
    totals: ofStage.map(({ currency, total }) =>
      new Intl.NumberFormat("en-GB", { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(
        total as Intl.StringNumericLiteral,
      ),
    ),
  }));
}

/** A manager approves, returns with a reason, and decides on all clean ones at once; the database has all of it. */
export async function decisionJourney(browser: Browser, house: House): Promise<Journey> {
  const visitor = await visit(browser, { origin: house.originOf(slug), person: "Katharina Voss", path: "/approvals" });
  const { page } = visitor;
  await settled(visitor);
  const approved = await currentRow(page);
  await page.getByRole("button", { name: "Approve" }).first().waitFor();
  await page.keyboard.press("a");
  await page.getByText(/^Approved: /).waitFor();
  await page.locator(`[data-row="${approved}"]`).waitFor({ state: "detached" });

  await settled(visitor);
  const returned = await currentRow(page);
  await page.getByRole("button", { name: "Return" }).first().waitFor();
  await page.keyboard.press("r");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Return" }).click();
  const reasonAsked = await dialog.getByText("Say why in a sentence.").isVisible();
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: "Return" }).click();
  await page.getByText(/^Returned: /).waitFor();
  await page.locator(`[data-row="${returned}"]`).waitFor({ state: "detached" });

  await settled(visitor);
  await page.getByRole("checkbox", { name: /clean$/ }).check();
  const bulk = page.getByRole("button", { name: /^Approve \d+ invoices?$/ });
  const count = Number(/\d+/.exec((await bulk.textContent()) ?? "")?.[0]);
  await bulk.click();
  await dialog.getByRole("button", { name: /^Approve \d+/ }).click();
  await page.getByText(`${count} of ${count} done.`).waitFor();
  const stages = await stagesOf(house, [approved, returned]);
  const [signed] = await rowsOf(house, "select count(*) from approvals where invoice_id = $1 and step = 'manager'", [
    approved,
  ]);
  const [told] = await rowsOf(
    house,
    "select data->>'reason' as reason from outbox where subject_id = $1 and name = 'invoice.sent_back'",
    [returned],
  );
  return {
    checks: {
      approvedInDatabase: stages[approved] === "manager_approved" && signed?.["count"] === "1",
      reasonAsked,
      returnedInDatabase: stages[returned] === "draft" && told?.["reason"] === reason,
      bulkDecided: count > 0,
    },
    visitors: [visitor],
  };
}

const currentRow = async (page: Page): Promise<string> =>
  (await page.locator("[data-row][data-current]").getAttribute("data-row")) ?? "";

const rowsOf = async (house: House, sql: string, values: readonly unknown[]): Promise<Record<string, unknown>[]> =>
  (await house.database.admin.query<Record<string, unknown>>(sql, [...values])).rows;

async function stagesOf(house: House, ids: readonly string[]): Promise<Record<string, unknown>> {
  const rows = await rowsOf(house, "select id, stage from invoices where id = any($1)", [ids]);
  return Object.fromEntries(rows.map(({ id, stage }) => [String(id), stage]));
}

/** Somebody is faster: the page says who, what and why, and nothing is done. */
export async function staleJourney(browser: Browser, house: House): Promise<Journey> {
  const [row] = await rowsOf(
    house,
    `select id from invoices where stage = 'manager_approved' and tenant_id = (select id from tenants where slug = $1) limit 1`,
    [slug],
  );
  const invoiceId = String(row?.["id"]) as InvoiceId;
  const path = `/invoices/${invoiceId}`;
  const visitor = await visit(browser, { origin: house.originOf(slug), person: "Miriam Adeyemi", path });
  const { page } = visitor;
  await settled(visitor);
  const lead = await house.firms.get(slug)?.as("practice_lead");
  await lead?.((scope) => sendBackInvoices(scope, { invoiceIds: [invoiceId], reason }));
  await page.getByRole("button", { name: "Approve for finance" }).click();
  const notice = page.getByRole("alert").filter({ hasText: "changed while you looked" });
  await notice.filter({ hasText: "Stefan Brandl" }).filter({ hasText: reason }).waitFor();
  const stages = await stagesOf(house, [invoiceId]);
  // The refusal is what this journey is about; the browser logs it as an error.
  visitor.faults.splice(
    0,
    visitor.faults.length,
    ...visitor.faults.filter((fault) => !/status of 4(09|12)/.test(fault)),
  );
  return { checks: { staleToldAndNotDone: stages[invoiceId] === "draft" }, visitors: [visitor] };
}

/** The PDF is shown in the page, and is the very bytes that were kept. */
export async function documentJourney(browser: Browser, house: House): Promise<Journey> {
  const { id, hash } = await renderedInvoice(house);
  const path = `/invoices/${id}`;
  const visitor = await visit(browser, { origin: house.originOf(slug), person: "Miriam Adeyemi", path });
  await settled(visitor);
  const shown = await visitor.page.evaluate<{ readonly disposition: string; readonly hash: string }>(readDocument);
  return {
    checks: { pdfShownInPlace: shown.disposition === "inline", pdfIsWhatWasKept: shown.hash === hash },
    visitors: [visitor],
  };
}

const readDocument = `(async () => {
  const answer = await fetch(document.querySelector("iframe.document").src);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.arrayBuffer()));
  const hash = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { disposition: answer.headers.get("content-disposition"), hash };
})()`;

async function renderedInvoice(house: House): Promise<{ readonly id: string; readonly hash: string }> {
  const until = Date.now() + renderedWithinMs;
  while (Date.now() < until) {
    const [row] = await rowsOf(
      house,
      `select i.id, d.hash from invoices i join documents d on d.invoice_id = i.id and d.format = 'pdf'
        where i.tenant_id = (select id from tenants where slug = $1) limit 1`,
      [slug],
    );
    if (row !== undefined) return { id: String(row["id"]), hash: String(row["hash"]) };
    await sleep(200);
  }
  throw new Error(`no PDF was made within ${renderedWithinMs / 1000} s`);
}

/** A month is billed from the board, and its progress is followed to the end. */
export async function billingJourney(browser: Browser, house: House): Promise<Journey> {
  const visitor = await visit(browser, { origin: house.originOf(slug), person: "Ines Hartwig" });
  const { page } = visitor;
  await page.getByRole("button", { name: "Start billing run" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("It was billed before").waitFor();
  await dialog.getByRole("button", { name: "Bill October 2026" }).click();
  await dialog.getByText("October 2026 is billed.").waitFor();
  const [run] = await rowsOf(house, "select state from billing_runs order by created_at desc limit 1", []);
  return { checks: { runFollowedToItsEnd: run?.["state"] === "done" }, visitors: [visitor] };
}

/** Signing out ends it at the issuer as well: the next to come is asked who they are. */
export async function signOutJourney(browser: Browser, house: House): Promise<Journey> {
  const visitor = await visit(browser, { origin: house.originOf(slug), person: "Ines Hartwig" });
  const { page } = visitor;
  await page.getByRole("button", { name: "Ines Hartwig" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/oidc\/logout/);
  await page.getByRole("button", { name: "Yes, sign me out" }).click();
  const asked = page.getByRole("button", { name: "Katharina Voss" });
  await asked.waitFor();
  return { checks: { signedOutIsAskedAgain: await asked.isVisible() }, visitors: [visitor] };
}

/** Each firm's pages have one colour from the first frame on, and it is theirs. */
export async function brandJourney(browser: Browser, house: House): Promise<Journey> {
  const looks = [
    { slug: "meridian", person: "Ines Hartwig" },
    { slug: "northwind", person: "Aoife Brennan" },
  ];
  const checks: Checks = {};
  const visitors: Visitor[] = [];
  const seen = new Set<string>();
  for (const { slug: firm, person } of looks) {
    const visitor = await visit(browser, { origin: house.originOf(firm), person });
    visitors.push(visitor);
    await visitor.page.addInitScript({ content: noteBrandFrames });
    await visitor.page.reload();
    await settled(visitor);
    const frames = await visitor.page.evaluate<string[]>("[...brandFrames]");
    const colour = house.firms.get(firm)?.folder.brand.colour ?? "";
    checks[`${firm}HasOneColour`] = frames.length === 1 && frames[0] === paletteFor(colour, "light").solid;
    for (const frame of frames) seen.add(frame);
  }
  return { checks: { ...checks, twoBrandsTwoColours: seen.size === looks.length }, visitors };
}

/** Which brand colour each frame is drawn with, from the first on. */
const noteBrandFrames = `globalThis.brandFrames = new Set();
  (function look() {
    if (document.body) brandFrames.add(getComputedStyle(document.documentElement).getPropertyValue("--solid"));
    requestAnimationFrame(look);
  })()`;

/** A style in the markup, which the policy must stop and the listener must hear. */
export async function plantedViolation(browser: Browser, house: House): Promise<boolean> {
  const visitor = await visit(browser, { origin: house.originOf(slug), person: "Ines Hartwig" });
  await visitor.page.evaluate(`document.body.insertAdjacentHTML("beforeend", '<p style="color:red">planted</p>')`);
  await sleep(200);
  await visitor.leave();
  return visitor.violations.length > 0;
}
