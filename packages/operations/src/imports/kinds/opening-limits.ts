import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import { openingLimitContradictions, type OpeningLimit, saveOpeningLimits } from "../../openings/opening-limits.ts";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { cut, type RowReader } from "../row-reader.ts";
import { projectOf } from "./milestones.ts";
import { readAmountOrNone } from "./read-amount.ts";
import { minutesOfHours } from "./read-hours.ts";

type LimitItem = {
  readonly engagementId: EngagementId | undefined;
  readonly projectId: ProjectId | undefined;
  readonly orderNumber: string | undefined;
  readonly billedMinor: bigint;
  readonly billedMinutes: number;
};

/** What a former system billed under caps and orders. A corrected figure is what was billed; only what is left changes. */
export const openingLimits: ImportKindSpec<LimitItem> = {
  keyField: "engagement_key",
  key: (row) => [row.key("engagement_key"), row.text("project_key"), row.text("po_number")].join("|"),
  read: (row, references) => {
    const engagement = row.lookUp("engagement_key", references.engagements, "engagement");
    const orderNumber = row.optional("po_number", row.key);
    const item = {
      engagementId: engagement?.id,
      projectId: row.optional("project_key", (field) => projectOf(row, field, { references, engagement })),
      orderNumber,
      billedMinor: readAmountOrNone(row, "billed_amount", engagement?.currency ?? "EUR"),
      billedMinutes: row.optional("billed_hours", (field) => readMinutes(row, field)) ?? 0,
    };
    if (orderNumber !== undefined && row.text("project_key") !== "")
      row.refuse("project_key", "an order is of the whole engagement");
    if (orderNumber !== undefined && item.billedMinutes > 0) row.refuse("billed_hours", "an order is of money");
    return item;
  },
  contradictions: (scope, items) => openingLimitContradictions(scope, items.map(toOpening)),
  add: (scope, items) => saveOpeningLimits(scope, items.map(toOpening)),
  change: (scope, items) => saveOpeningLimits(scope, items.map(toOpening)),
};

const readMinutes = (row: RowReader, field: string): number | undefined =>
  minutesOfHours(row.key(field)) ?? row.refuse(field, `“${cut(row.key(field))}” is not a number of hours`);

const toOpening = ({ id, item }: Keyed<LimitItem>): OpeningLimit => ({
  ...item,
  id,
  engagementId: item.engagementId as EngagementId, // Faults are never handed on.
});
