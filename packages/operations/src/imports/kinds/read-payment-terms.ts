import { type EarlyPayment, earlyPaymentIssues, inOrder } from "@plumbline/domain/engagement/early-payment";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import { parsePercent } from "@plumbline/domain/money/percent";
import type { RowReader } from "../row-reader.ts";
import { readParts } from "./read-parts.ts";

const early = "early_payment_discount";

/** When all of an invoice is due, and what the client may keep for paying earlier. */
export function readPaymentTerms(row: RowReader): Pick<EngagementTerms, "paymentTermsDays" | "earlyPayment"> {
  const paymentTermsDays = row.integer("payment_terms_days", { min: 0, max: 365 }, 30);
  const tiers = readParts(row, early, readTier, "“2% within 10 days”");
  for (const issue of earlyPaymentIssues(tiers, paymentTermsDays)) row.refuse(early, issue);
  // What is short could then be either, and nobody could say which.
  if (tiers.length > 0 && row.text("withholding") !== "")
    row.refuse(early, "cannot be agreed together with withholding: nobody could tell why a payment is short");
  return { paymentTermsDays, ...(tiers.length > 0 && { earlyPayment: inOrder(tiers) }) };
}

const form = /^(?<share>[\d.]+\s?%) within (?<days>\d{1,3}) days?$/;

function readTier(part: string): EarlyPayment | undefined {
  const { share = "", days = "" } = form.exec(part)?.groups ?? {};
  const basisPoints = parsePercent(share);
  return basisPoints === undefined || days === "" ? undefined : { days: Number(days), basisPoints };
}
