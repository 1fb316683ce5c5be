import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Cap } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import type { EngagementId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { readCap } from "./engagement-terms.ts";
import { limitContradictions, limitsOfCap, saveLimits } from "../../limits/save-limits.ts";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";

type ProjectItem = {
  readonly engagementId: EngagementId | undefined;
  readonly name: string;
  readonly billable: boolean;
  readonly active: boolean;
  readonly startsOn: LocalDate | undefined;
  readonly endsOn: LocalDate | undefined;
  readonly currency: Currency;
  readonly cap: Cap | undefined;
};

export const projects: ImportKindSpec<ProjectItem> = {
  keyField: "project_key",
  key: (row) => row.key("project_key"),
  read: (row, references) => {
    const startsOn = row.optional("start_date", row.date);
    const endsOn = row.optional("end_date", row.date);
    if (startsOn !== undefined && endsOn !== undefined && endsOn < startsOn)
      row.refuse("end_date", "is before start_date");
    const engagement = row.lookUp("engagement_key", references.engagements, "engagement");
    const currency = engagement?.currency ?? "EUR";
    return {
      engagementId: engagement?.id,
      currency,
      cap: readCap(row, currency).cap,
      name: row.needed("name", 200),
      billable: row.yesNo("billable", true),
      active: row.yesNo("active", true),
      startsOn,
      endsOn,
    };
  },
  contradictions: async (scope, items) => {
    const contradictions = await limitContradictions(scope, items.flatMap(limitsOf));
    return new Map(
      [...contradictions].flatMap(([{ projectId, measure }, reason]) =>
        projectId === undefined
          ? []
          : [[projectId, { field: measure === "money" ? "cap_amount" : "cap_hours", reason }]],
      ),
    );
  },
  add: saveProjects,
  change: saveProjects,
};

const limitsOf = ({ id, item: { engagementId, currency, cap } }: Keyed<ProjectItem>) =>
  engagementId === undefined ? [] : limitsOfCap(cap, { engagementId, projectId: id, currency });

async function saveProjects(scope: Scope, items: readonly Keyed<ProjectItem>[]): Promise<void> {
  await insertRows(
    scope.tx,
    "projects",
    items,
    {
      id: ["uuid", ({ id }) => id],
      engagement_id: ["uuid", ({ item }) => item.engagementId],
      name: ["text", ({ item }) => item.name],
      billable: ["boolean", ({ item }) => item.billable],
      active: ["boolean", ({ item }) => item.active],
      starts_on: ["date", ({ item }) => item.startsOn],
      ends_on: ["date", ({ item }) => item.endsOn],
    },
    {
      suffix: `on conflict (tenant_id, id) do update set engagement_id = excluded.engagement_id, name = excluded.name,
        billable = excluded.billable, active = excluded.active, starts_on = excluded.starts_on, ends_on = excluded.ends_on`,
    },
  );
  await saveLimits(scope, items.flatMap(limitsOf));
}
