import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { parseSalesTaxRate, type SalesTaxLevel, salesTaxLevels } from "@plumbline/domain/tax/sales-tax-rates";
import { type ServiceKind, serviceKinds } from "@plumbline/domain/tax/service-kind";
import { isJurisdiction, isUsState } from "@plumbline/domain/tax/us-state";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import { replaceKnown } from "../known-rows.ts";
import { cut, type RowIssue, type RowReader } from "../row-reader.ts";
import { findOverlaps, type Held, openEnded, spanInWords } from "../spans.ts";

type RateItem = {
  readonly code: string;
  readonly name: string;
  readonly level: SalesTaxLevel;
  readonly service: ServiceKind | undefined;
  readonly rateMillionths: number;
  readonly from: LocalDate | undefined;
  readonly until: LocalDate | undefined;
};

export const usTaxRates: ImportKindSpec<RateItem> = {
  keyField: "jurisdiction",
  key: (row) => [row.key("jurisdiction").toUpperCase(), row.text("service_kind"), row.key("effective_from")].join("|"),
  read: (row) => {
    const code = readJurisdiction(row);
    const level = row.oneOf("level", salesTaxLevels, "state");
    if (isJurisdiction(code) && (level === "state") !== isUsState(code)) {
      row.refuse(
        "level",
        `${code} is ${isUsState(code) ? "a state" : "a place in a state"}, and the level says ${level}`,
      );
    }
    const text = row.key("rate");
    const rateMillionths = parseSalesTaxRate(text);
    if (rateMillionths === undefined) {
      row.refuse("rate", `“${cut(text)}” is not a rate in percent with up to four decimals, such as 8.875`);
    }
    const from = row.date("effective_from");
    const last = row.optional("effective_to", row.date);
    if (from !== undefined && last !== undefined && last < from) row.refuse("effective_to", "is before effective_from");
    return {
      code,
      name: row.needed("name", 100),
      level,
      service: row.optional("service_kind", (field) => readService(row, field)),
      rateMillionths: rateMillionths ?? 0,
      from,
      until: last === undefined ? undefined : addDays(last, 1),
    };
  },
  contradictions: overlapping,
  add: save,
  change: (scope, items) => replaceKnown(scope, { kind: "us_tax_rates", table: "us_tax_rates", items, add: save }),
};

function readJurisdiction(row: RowReader): string {
  const code = row.key("jurisdiction").toUpperCase();
  if (code !== "" && !isJurisdiction(code)) {
    row.refuse("jurisdiction", `“${cut(code)}” is not a jurisdiction such as NY or NY-KINGS`);
  }
  return code;
}

export function readService(row: RowReader, field: string): ServiceKind | undefined {
  const text = row.key(field).toLowerCase();
  return (
    serviceKinds.find((kind) => kind === text) ??
    row.refuse(field, `“${cut(text)}” is none of ${serviceKinds.join(", ")}`)
  );
}

async function overlapping(scope: Scope, items: readonly Keyed<RateItem>[]) {
  const known = await query<Held>(
    scope.tx,
    `select code || '|' || coalesce(service, '') as selector, effective_from as "from", effective_to as until
       from us_tax_rates where known_to is null and code = any(?) and id <> all(?)`,
    [items.map(({ item }) => item.code), items.map(({ id }) => id)],
  );
  const held = items.flatMap(({ id, item: { code, service = "", from, until } }) =>
    from === undefined ? [] : [{ id, from, until, selector: `${code}|${service}` }],
  );
  return new Map(
    [...findOverlaps(known.map(openEnded), held)].map(([id, span]): [string, RowIssue] => [
      id,
      { field: "effective_from", reason: `overlaps the rate of this place ${spanInWords(span)}` },
    ]),
  );
}

async function save(scope: Scope, items: readonly Keyed<RateItem>[]): Promise<void> {
  await insertRows(scope.tx, "us_tax_rates", items, {
    id: ["uuid", ({ id }) => id],
    code: ["text", ({ item }) => item.code],
    name: ["text", ({ item }) => item.name],
    level: ["text", ({ item }) => item.level],
    service: ["text", ({ item }) => item.service],
    rate_millionths: ["int", ({ item }) => item.rateMillionths],
    effective_from: ["date", ({ item }) => item.from],
    effective_to: ["date", ({ item }) => item.until],
  });
}
