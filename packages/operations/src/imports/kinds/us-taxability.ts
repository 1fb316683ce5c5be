import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ServiceKind } from "@plumbline/domain/tax/service-kind";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { replaceKnown } from "../known-rows.ts";
import { readService } from "./us-tax-rates.ts";
import { readState } from "./us-tax-nexus.ts";

type TaxabilityItem = {
  readonly state: string;
  readonly service: ServiceKind | undefined;
  readonly taxable: boolean;
  readonly source: string;
  readonly from: LocalDate | undefined;
};

export const usTaxability: ImportKindSpec<TaxabilityItem> = {
  keyField: "state",
  key: (row) => [row.key("state").toUpperCase(), row.key("service_kind").toLowerCase(), row.key("from_date")].join("|"),
  read: (row) => {
    const said = row.needed("taxable");
    return {
      state: readState(row, "state"),
      service: readService(row, "service_kind"),
      taxable: said !== "" && row.yesNo("taxable", false),
      source: row.needed("source", 300),
      from: row.date("from_date"),
    };
  },
  add: save,
  change: (scope, items) => replaceKnown(scope, { kind: "us_taxability", table: "us_taxability", items, add: save }),
};

async function save(scope: Scope, items: readonly Keyed<TaxabilityItem>[]): Promise<void> {
  await insertRows(scope.tx, "us_taxability", items, {
    id: ["uuid", ({ id }) => id],
    state: ["text", ({ item }) => item.state],
    service: ["text", ({ item }) => item.service],
    taxable: ["boolean", ({ item }) => item.taxable],
    source: ["text", ({ item }) => item.source],
    effective_from: ["date", ({ item }) => item.from],
  });
}
