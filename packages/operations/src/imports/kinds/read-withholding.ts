import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import {
  type WithholdingExemption,
  withholdingIssues,
  type WithholdingTerms,
} from "@plumbline/domain/engagement/withholding";
import { type LocalDate, parseLocalDate } from "@plumbline/domain/calendar/local-date";
import { parsePercent } from "@plumbline/domain/money/percent";
import type { RowReader } from "../row-reader.ts";
import { readParts } from "./read-parts.ts";

/** What the client keeps of its payments for its authority, and what frees it of that; nothing when the row says nothing. */
export function readWithholding(row: RowReader): Pick<EngagementTerms, "withholding"> {
  const periods = readParts(
    row,
    "withholding",
    readPeriod,
    "“10% of net from 2026-01-01 to 2026-12-31 under Section 194J”",
  );
  const exemptions = readParts(row, "withholding_exemptions", readExemption, "“CERT-1 from 2026-01-01 to 2026-12-31”");
  if (exemptions.length > 0 && periods.length === 0)
    row.refuse("withholding_exemptions", "free of nothing: no withholding was agreed");
  for (const issue of withholdingIssues({ periods })) row.refuse("withholding", issue);
  for (const issue of withholdingIssues({ periods: [], exemptions })) row.refuse("withholding_exemptions", issue);
  return periods.length === 0 ? {} : { withholding: { periods, ...(exemptions.length > 0 && { exemptions }) } };
}

const days = String.raw`from (?<from>\d{4}-\d{2}-\d{2})(?: to (?<to>\d{4}-\d{2}-\d{2}))?`;
const periodForm = new RegExp(
  String.raw`^(?<share>[\d.]+\s?%) of (?<of>net|gross) ${days} under (?<reference>.{1,100})$`,
);
const exemptionForm = new RegExp(String.raw`^(?<certificate>.{1,60}) ${days}$`);

function readPeriod(part: string): WithholdingTerms | undefined {
  const { share = "", of, from = "", to, reference } = periodForm.exec(part)?.groups ?? {};
  const [basisPoints, first, last] = [parsePercent(share), dayOf(from), to === undefined ? undefined : dayOf(to)];
  if (basisPoints === undefined || first === undefined || reference === undefined) return undefined;
  if (to !== undefined && last === undefined) return undefined;
  return {
    basisPoints,
    of: of === "gross" ? "gross" : "net",
    reference,
    from: first,
    ...(last !== undefined && { to: last }),
  };
}

function readExemption(part: string): WithholdingExemption | undefined {
  const { certificate, from = "", to = "" } = exemptionForm.exec(part)?.groups ?? {};
  const [first, last] = [dayOf(from), dayOf(to)];
  return certificate === undefined || first === undefined || last === undefined
    ? undefined
    : { certificate, from: first, to: last };
}

const dayOf = (text: string): LocalDate | undefined => parseLocalDate(text);
