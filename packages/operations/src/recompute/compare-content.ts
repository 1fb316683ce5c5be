import { type PolicyBundle, evaluate } from "@plumbline/domain/policy/evaluate";
import {
  adjustmentColumns,
  adjustmentsOf,
  claimColumns,
  headerColumns,
  lineColumns,
  linesOf,
  taxColumns,
  taxesOf,
  useColumns,
} from "../drafts/content-columns.ts";
import { usesOf } from "../drafts/fit-drafts.ts";
import { contentHashOf } from "../drafts/save-drafts.ts";
import { drawColumns } from "../hour-buckets/save-draws.ts";
import { conversionColumns } from "../fx/stored-conversions.ts";
import { fromStoredFacts, storedFacts, storedRulings } from "../policies/stored-decision.ts";
import { conversionAnew } from "./conversion-anew.ts";
import {
  compareMembers,
  compareRows,
  type Difference,
  difference,
  nameOfTax,
  rowsText,
  rowText,
  textOf,
} from "./difference.ts";
import type { StoredDecision, StoredInvoice } from "./load-stored-invoices.ts";
import type { Redrafted } from "./redraft-invoices.ts";

/** Holds the stored content of an invoice against the same made anew: its head, lines, taxes, claims and uses of limits. */
export function compareContent(stored: StoredInvoice, { draft, book }: Redrafted): Difference[] {
  const claims = draft.lines.flatMap((line) =>
    line.claims.map((claim, index) => ({ line: String(line.position), ...rowText(claimColumns, claim, index) })),
  );
  const textHash = contentHashOf({ period: stored.period }, draft);
  return [
    ...compareMembers("invoice", stored.header, rowText(headerColumns, draft, 0)),
    ...compareRows(stored.lines, rowsText(lineColumns, linesOf(draft)), (line) => `line ${line["position"]}`),
    ...compareRows(
      stored.adjustments,
      rowsText(adjustmentColumns, adjustmentsOf(draft)),
      (adjustment) => `adjustment ${adjustment["position"]}`,
    ),
    ...compareRows(stored.taxes, rowsText(taxColumns, taxesOf(draft)), nameOfTax),
    ...compareRows(
      stored.conversions,
      rowsText(conversionColumns, [conversionAnew(stored, draft) ?? []].flat()),
      () => "tax conversion",
    ),
    ...compareRows(
      stored.claims,
      claims,
      (claim) => `work ${claim["work_item_id"]} share ${claim["share"]} on line ${claim["line"]}`,
    ),
    ...compareRows(stored.uses, rowsText(useColumns, usesOf(book, draft)), (use) => `use of limit ${use["limit_id"]}`),
    ...compareRows(
      stored.draws,
      drawsOf(draft),
      (draw) => `hours drawn by work ${draw["work"]} share ${draw["share"]}`,
    ),
    ...(textHash === stored.contentHash
      ? []
      : [difference({ where: "invoice", member: "content_hash" }, stored.contentHash, textHash)]),
  ];
}

const drawsOf = ({ draws }: Redrafted["draft"]) =>
  draws.map((draw, index) => ({
    work: draw.work.id,
    share: String(draw.work.share),
    ...rowText(drawColumns, { draw }, index),
  }));

/** Lets the rules rule again on the facts that they ruled on, and holds those facts that the content says against it. */
export function compareDecision(decision: StoredDecision, { draft }: Redrafted, bundle: PolicyBundle): Difference[] {
  const where = `decision under ${decision.bundleHash.slice(0, hashDigitsShown)}`;
  const { netMinor, totalMinor, minutes, lines, engagement } = draft;
  const said = {
    ...decision.facts,
    invoice: {
      ...decision.facts["invoice"],
      netMinor: String(netMinor),
      totalMinor: String(totalMinor),
      minutes: String(minutes),
      lines: String(lines.length),
      currency: engagement.currency,
    },
  };
  const facts = fromStoredFacts(said);
  const rulings = JSON.stringify(storedRulings(evaluate(bundle, "invoice", facts)));
  const ruled = JSON.stringify(decision.rulings.map(({ rule, outcome }) => ({ rule, outcome })));
  return [
    ...compareMembers(where, flat(decision.facts), flat(storedFacts(facts) as StoredDecision["facts"])),
    ...(rulings === ruled ? [] : [difference({ where, member: "rulings" }, ruled, rulings)]),
  ];
}

const hashDigitsShown = 12;

const flat = (facts: StoredDecision["facts"]) =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([group, members]) =>
      Object.entries(members)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [`${group}.${name}`, textOf(value)]),
    ),
  );
