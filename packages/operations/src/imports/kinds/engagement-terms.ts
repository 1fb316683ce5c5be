import { parseLocalDate } from "@plumbline/domain/calendar/local-date";
import {
  billedBeforeIssue,
  feeIssues,
  type FeeShare,
  type FixedFee,
  instalmentsOf,
} from "@plumbline/domain/engagement/fixed-fee";
import { type EngagementTerms, incrementScopes, isHoldback } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import { parsePercent } from "@plumbline/domain/money/percent";
import { agreedCategories, agreedIssues } from "@plumbline/domain/tax/exemption";
import { cut, type RowReader } from "../row-reader.ts";
import { readHourTerms } from "./hour-terms.ts";
import { readPaymentTerms } from "./read-payment-terms.ts";
import { readWithholding } from "./read-withholding.ts";
import { readAdjustments } from "./read-adjustments.ts";
import { amountOf, readAmount } from "./read-amount.ts";
import { readService } from "./us-tax-rates.ts";

const instalmentsMax = 120;
/** Basis points; what is more is a typing error. */
const markupMax = 10_000;
const capHoursMax = 1_000_000;

/** Reads what was agreed. Terms that contradict themselves are refused here, with the column that has to change. */
export function readTerms(row: RowReader, currency: Currency): EngagementTerms {
  const billable = row.yesNo("billable", true);
  const flatRate = row.yesNo("flat_rate", false);
  const fee = row.optional("fee_amount", () => readFee(row, currency));
  const holdbackBasisPoints = row.optional("holdback_percent", () => readHoldback(row));
  if (fee !== undefined && !billable) row.refuse("fee_amount", "is a fee for an engagement that is not billable");
  if (fee === undefined && row.text("fee_amount") === "" && row.text("fee_instalments") !== "") {
    row.refuse("fee_instalments", "are instalments of a fee that has no fee_amount");
  }
  if (fee === undefined && row.text("fee_amount") === "" && row.text("fee_billed_before") !== "")
    row.refuse("fee_billed_before", "was billed of a fee that has no fee_amount");
  const service = row.optional("service_kind", (field) => readService(row, field));
  return {
    time: {
      basis: billable ? (flatRate ? "fixed_fee" : "time_and_materials") : "non_billable",
      increment: {
        minutes: row.integer("increment_minutes", { min: 1, max: 480 }, 1),
        per: row.oneOf("increment_per", incrementScopes, "entry"),
      },
      ...readHourTerms(row, { currency, byTheHour: billable && !flatRate }),
    },
    ...readPaymentTerms(row),
    ...(fee !== undefined && { fee }),
    ...(holdbackBasisPoints !== undefined && { holdbackBasisPoints }),
    ...readExpenseTerms(row, currency),
    ...readCap(row, currency),
    ...readTaxTerms(row),
    ...(service !== undefined && { service }),
    ...readAdjustments(row, currency),
    ...readWithholding(row),
  };
}

/** A treatment that a person confirmed; nothing when the row leaves it to the rules. */
function readTaxTerms(row: RowReader): Pick<EngagementTerms, "tax"> {
  const fields = ["tax_exemption_code", "tax_reason", "tax_rule"] as const;
  const category = row.optional(
    "tax_category",
    (field) =>
      agreedCategories.find((known) => known === row.key(field).toUpperCase()) ??
      row.refuse(
        field,
        `“${cut(row.key(field))}” is none of ${agreedCategories.join(", ")}; the rules decide the others`,
      ),
  );
  if (category === undefined) {
    const stray = row.text("tax_category") === "" ? fields.find((field) => row.text(field) !== "") : undefined;
    if (stray !== undefined) row.refuse(stray, "belongs to a tax_category, which is empty");
    return {};
  }
  const code = row.optional("tax_exemption_code", row.key);
  const tax = {
    category,
    ...(code !== undefined && { code }),
    reason: row.text("tax_reason", 300),
    rule: row.text("tax_rule", 200),
  };
  for (const { field, reason } of agreedIssues(tax)) row.refuse(field, reason);
  return { tax };
}

/** A ceiling on money, on hours, or on both; nothing when the row says nothing. */
export function readCap(row: RowReader, currency: Currency): Pick<EngagementTerms, "cap"> {
  const amountMinor = row.optional("cap_amount", (field) => readAmount(row, field, currency));
  const hours = row.optional("cap_hours", (field) => row.integer(field, { min: 1, max: capHoursMax }, 1));
  const includesExpenses = row.yesNo("cap_includes_expenses", false);
  if (includesExpenses && amountMinor === undefined && row.text("cap_amount") === "")
    row.refuse("cap_includes_expenses", "is about a cap on money, and there is none");
  if (amountMinor === undefined && hours === undefined) return {};
  return {
    cap: {
      ...(amountMinor !== undefined && { amountMinor: String(amountMinor) }),
      ...(hours !== undefined && { minutes: hours * 60 }),
      ...(includesExpenses && { includesExpenses }),
    },
  };
}

/** Nothing at all when the row says nothing: expenses are then charged on at cost, each with its receipt. */
function readExpenseTerms(row: RowReader, currency: Currency): Pick<EngagementTerms, "expenses"> {
  const included = row.yesNo("expenses_included", false);
  const markupBasisPoints = row.optional("expense_markup_percent", (field) => {
    const text = row.key(field);
    const basisPoints = parsePercent(text);
    if (basisPoints !== undefined && basisPoints <= markupMax) return basisPoints;
    return row.refuse(field, `“${cut(text)}” is not a share from 0 % to 100 %`);
  });
  const categories = row.optional("expense_categories", (field) =>
    row
      .text(field)
      .split("|")
      .map((category) => category.trim())
      .filter((category) => category !== ""),
  );
  const receiptAboveMinor = row.optional("receipt_required_above", (field) => readAmount(row, field, currency));
  if (included && (markupBasisPoints ?? 0) > 0) {
    row.refuse("expense_markup_percent", "is a markup on expenses that the fee covers");
  }
  const expenses = {
    ...(included && { included }),
    ...(markupBasisPoints !== undefined && markupBasisPoints > 0 && { markupBasisPoints }),
    ...(categories !== undefined && { categories }),
    ...(receiptAboveMinor !== undefined && { receiptAboveMinor: String(receiptAboveMinor) }),
  };
  return Object.keys(expenses).length === 0 ? {} : { expenses };
}

function readFee(row: RowReader, currency: Currency): FixedFee | undefined {
  const amount = readAmount(row, "fee_amount", currency);
  const parts = row
    .needed("fee_instalments")
    .split("|")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (amount === undefined || parts.length === 0) return undefined;
  if (parts.length > instalmentsMax) {
    return row.refuse("fee_instalments", `are ${parts.length} instalments; ${instalmentsMax} are allowed`);
  }
  const instalments = parts.flatMap((part) => readShare(row, part, currency) ?? []);
  if (instalments.length < parts.length) return undefined;
  const fee = { amountMinor: String(amount), instalments };
  const issues = feeIssues(fee);
  if (issues.length === 0 && instalmentsOf(fee, currency).some(({ amountMinor }) => amountMinor <= 0n)) {
    issues.push("an instalment comes to nothing");
  }
  for (const issue of issues) row.refuse("fee_instalments", issue);
  return issues.length === 0 ? readBilledBefore(row, fee, currency) : undefined;
}

function readBilledBefore(row: RowReader, fee: FixedFee, currency: Currency): FixedFee {
  const billed = row.optional("fee_billed_before", (field) => readAmount(row, field, currency));
  if (billed === undefined) return fee;
  const begun = { ...fee, billedBeforeMinor: String(billed) };
  const issue = billedBeforeIssue(begun, currency);
  if (issue !== undefined) row.refuse("fee_billed_before", issue);
  return begun;
}

function readShare(row: RowReader, part: string, currency: Currency): FeeShare | undefined {
  const [size = "", day = "", ...rest] = part.split(/\s+on\s+/);
  const dueOn = parseLocalDate(day);
  const basisPoints = size.endsWith("%") ? parsePercent(size) : undefined;
  const amountMinor = size.endsWith("%") ? undefined : amountOf(size, currency);
  if (dueOn !== undefined && rest.length === 0) {
    if (basisPoints !== undefined && basisPoints > 0) return { dueOn, basisPoints };
    if (amountMinor !== undefined) return { dueOn, amountMinor: String(amountMinor) };
  }
  return row.refuse(
    "fee_instalments",
    `“${cut(part)}” is not an instalment such as “30% on 2026-10-31” or “12000.00 on 2026-10-31”`,
  );
}

function readHoldback(row: RowReader): number | undefined {
  const text = row.key("holdback_percent");
  const basisPoints = parsePercent(text);
  if (basisPoints !== undefined && isHoldback(basisPoints)) return basisPoints;
  return row.refuse("holdback_percent", `“${cut(text)}” is not a share above 0 % and below 100 %`);
}
