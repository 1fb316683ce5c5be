import { adjustmentIssues, type AdjustmentKind, type AgreedAdjustment } from "@plumbline/domain/engagement/adjustment";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import { parsePercent } from "@plumbline/domain/money/percent";
import { cut, type RowReader } from "../row-reader.ts";
import { amountOf } from "./read-amount.ts";

const fields = { discounts: "allowance", surcharges: "surcharge" } as const satisfies Record<string, AdjustmentKind>;
const adjustmentsMax = 20;

/** What is taken off fees and added to them; nothing when the row says nothing. */
export function readAdjustments(row: RowReader, currency: Currency): Pick<EngagementTerms, "adjustments"> {
  const adjustments = Object.entries(fields).flatMap(([field, kind]) => {
    const parts = row
      .text(field)
      .split("|")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    if (parts.length > adjustmentsMax) row.refuse(field, `are ${parts.length}; ${adjustmentsMax} are allowed`);
    const read = parts.slice(0, adjustmentsMax).map((part) => readAdjustment(part, kind, currency));
    if (read.includes(undefined)) {
      const part = parts[read.indexOf(undefined)] ?? "";
      row.refuse(
        field,
        `“${cut(part)}” is none such as “5%”, “8% from 25000.00”, “10% per line” or “250.00 for loyalty”`,
      );
      return [];
    }
    const agreed = read.filter((each) => each !== undefined);
    for (const issue of new Set(adjustmentIssues(agreed))) row.refuse(field, issue);
    return agreed;
  });
  return adjustments.length === 0 ? {} : { adjustments };
}

const form =
  /^(?<size>[\d.]+\s?%?)(?<line> per line)?(?: from (?<from>[\d.]+))?(?: taxed at (?<taxed>[\d.]+\s?%))?(?: code (?<code>[A-Z0-9]{2,3}))?(?: for (?<reason>.{1,100}))?$/;

function readAdjustment(part: string, kind: AdjustmentKind, currency: Currency): AgreedAdjustment | undefined {
  const { size = "", line, from, taxed, code, reason } = form.exec(part)?.groups ?? {};
  const basisPoints = size.endsWith("%") ? parsePercent(size) : undefined;
  const amountMinor = size.endsWith("%") ? undefined : amountOf(size, currency);
  const fromMinor = from === undefined ? undefined : amountOf(from, currency);
  const taxedAt = taxed === undefined ? undefined : parsePercent(taxed);
  if ((basisPoints ?? amountMinor) === undefined) return undefined;
  if ((from !== undefined && fromMinor === undefined) || (taxed !== undefined && taxedAt === undefined))
    return undefined;
  return {
    kind,
    on: line === undefined ? "invoice" : "line",
    ...(basisPoints !== undefined && { basisPoints }),
    ...(amountMinor !== undefined && { amountMinor: String(amountMinor) }),
    ...(fromMinor !== undefined && { fromMinor: String(fromMinor) }),
    ...(taxedAt !== undefined && { taxedAt }),
    ...(reason !== undefined && { reason }),
    ...(code !== undefined && { code }),
  };
}
