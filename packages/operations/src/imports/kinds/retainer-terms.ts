import { addDays } from "@plumbline/domain/calendar/local-date";
import { retainerIssues, type RetainerTerms, unusedRetainers } from "@plumbline/domain/engagement/retainer";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import type { RowReader } from "../row-reader.ts";
import { readAmount } from "./read-amount.ts";

const columnOf = {
  minimumMinor: "retainer_minimum",
  targetMinor: "retainer_target",
  topUp: "retainer_top_up",
  expiresOn: "retainer_use_by",
  unused: "retainer_unused",
} as const satisfies Record<keyof RetainerTerms, string>;

/** What holds for money that is paid ahead; nothing when the row says nothing. */
export function readRetainer(row: RowReader, currency: Currency): Pick<EngagementTerms, "retainer"> {
  const amount = (field: string) => row.optional(field, () => readAmount(row, field, currency));
  const [minimum, target] = [amount(columnOf.minimumMinor), amount(columnOf.targetMinor)];
  const topUp = row.oneOf(columnOf.topUp, ["asked", "invoiced"], "asked");
  const lastOn = row.optional(columnOf.expiresOn, row.date);
  const unused = row.optional(columnOf.unused, (field) => row.oneOf(field, unusedRetainers, "refunded"));
  const retainer: RetainerTerms = {
    ...(minimum !== undefined && { minimumMinor: String(minimum) }),
    ...(target !== undefined && { targetMinor: String(target) }),
    ...(topUp === "invoiced" && { topUp }),
    ...(lastOn !== undefined && { expiresOn: addDays(lastOn, 1) }),
    ...(unused !== undefined && { unused }),
  };
  for (const { member, reason } of retainerIssues(retainer)) row.refuse(columnOf[member], reason);
  return Object.keys(retainer).length === 0 ? {} : { retainer };
}
