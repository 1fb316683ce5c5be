import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import { type InvoiceKind, invoiceKinds } from "@plumbline/domain/invoice/kind";
import { numberFormatIssues } from "@plumbline/domain/numbering/invoice-number";
import { adoptionContradictions, type AdoptedSeries, adoptSeries } from "../../openings/adopt-series.ts";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { cut, type RowReader } from "../row-reader.ts";
import { entityOf } from "./engagements.ts";

type SeriesItem = {
  readonly entityId: LegalEntityId | undefined;
  readonly kind: InvoiceKind;
  readonly fiscalYear: string;
  readonly format: string;
  readonly lastNumber: number;
  readonly lastIssuedOn: LocalDate | undefined;
};

/** Series of a former system that ours go on after; they may be set right until the first number is given. */
export const numberSeries: ImportKindSpec<SeriesItem> = {
  keyField: "fiscal_year",
  key: (row) =>
    [row.text("entity_key"), row.text("document") || "invoice", row.key("fiscal_year")]
      .filter((part) => part !== "")
      .join("|"),
  read: (row, references) => ({
    entityId: entityOf(row, references)?.id,
    kind: row.oneOf("document", invoiceKinds, "invoice"),
    fiscalYear: readFiscalYear(row),
    format: readFormat(row),
    lastNumber: readLastNumber(row),
    lastIssuedOn: row.optional("last_issued_on", row.date),
  }),
  contradictions: (scope, items) => adoptionContradictions(scope, items.map(toSeries)),
  add: (scope, items) => adoptSeries(scope, items.map(toSeries)),
  change: (scope, items) => adoptSeries(scope, items.map(toSeries)),
};

function readFiscalYear(row: RowReader): string {
  const year = row.key("fiscal_year");
  if (year !== "" && !/^\d{4}(-\d{2})?$/.test(year))
    row.refuse("fiscal_year", `“${cut(year)}” is not a fiscal year such as 2026 or 2026-27`);
  return year;
}

function readFormat(row: RowReader): string {
  const format = row.key("format");
  const issues = format === "" ? [] : numberFormatIssues({ format, restartsByYear: false });
  for (const { message } of issues) row.refuse("format", message);
  return format;
}

const lastNumberMax = 999_999_999;

function readLastNumber(row: RowReader): number {
  row.needed("last_number");
  return row.integer("last_number", { min: 1, max: lastNumberMax }, 1);
}

const toSeries = ({ id, item: { entityId, ...item } }: Keyed<SeriesItem>): AdoptedSeries => ({
  ...item,
  id,
  legalEntityId: entityId as LegalEntityId, // Faults are never handed on.
});
