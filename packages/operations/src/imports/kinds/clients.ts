import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { placesIssue } from "@plumbline/domain/tax/us-state";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import type { RowReader } from "../row-reader.ts";
import { type Delivery, readDelivery, saveProfiles, standardProfile } from "./delivery-profiles.ts";

type ClientItem = {
  readonly name: string;
  readonly legalName: string | undefined;
  readonly country: string | undefined;
  readonly address: readonly string[];
  readonly taxId: string | undefined;
  readonly isBusiness: boolean;
  readonly invoiceEmail: string | undefined;
  readonly poRequired: boolean | undefined;
  readonly delivery: Delivery;
  readonly taxJurisdictions: readonly string[];
  readonly vatIdCheck: { readonly taxId: string; readonly checkedAt: LocalDate; readonly valid: boolean } | undefined;
};

const addressLinesMax = 6;

export const clients: ImportKindSpec<ClientItem> = {
  keyField: "client_key",
  key: (row) => row.key("client_key"),
  read: (row) => {
    const country = row.optional("country", row.key);
    if (country !== undefined && !/^[A-Z]{2}$/.test(country))
      row.refuse("country", "is not a country code of two capitals");
    const invoiceEmail = row.optional("invoice_email", row.key);
    if (invoiceEmail !== undefined && !/^[^\s@]+@[^\s@]+$/.test(invoiceEmail)) {
      row.refuse("invoice_email", "is not an address");
    }
    const address = row
      .text("address")
      .split("|")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    if (address.length > addressLinesMax) row.refuse("address", `has more than ${addressLinesMax} lines`);
    const taxId = row.optional("tax_id", row.key);
    const checkedAt = row.optional("vat_id_checked_on", row.date);
    if (checkedAt !== undefined && taxId === undefined)
      row.refuse("vat_id_checked_on", "there is no tax_id to have checked");
    return {
      name: row.needed("name", 200),
      legalName: row.optional("legal_name", row.key),
      country,
      address,
      taxId,
      isBusiness: row.yesNo("is_business", true),
      invoiceEmail,
      poRequired: row.optional("po_required", (field) => row.yesNo(field, false)),
      delivery: readDelivery(row),
      taxJurisdictions: readPlaces(row),
      vatIdCheck:
        checkedAt === undefined || taxId === undefined
          ? undefined
          : { taxId, checkedAt, valid: row.yesNo("vat_id_valid", false) },
    };
  },
  add: saveClients,
  change: saveClients,
};

function readPlaces(row: RowReader): string[] {
  const places = row
    .text("tax_jurisdictions")
    .split("|")
    .map((place) => place.trim().toUpperCase())
    .filter((place) => place !== "");
  const issue = placesIssue(places);
  if (issue !== undefined) row.refuse("tax_jurisdictions", issue);
  return places;
}

async function saveClients(scope: Scope, items: readonly Keyed<ClientItem>[]): Promise<void> {
  await insertRows(
    scope.tx,
    "clients",
    items,
    {
      id: ["uuid", ({ id }) => id],
      name: ["text", ({ item }) => item.name],
      legal_name: ["text", ({ item }) => item.legalName],
      country: ["text", ({ item }) => item.country],
      address: ["text[]", ({ item }) => item.address],
      tax_id: ["text", ({ item }) => item.taxId],
      is_business: ["boolean", ({ item }) => item.isBusiness],
      invoice_email: ["text", ({ item }) => item.invoiceEmail],
      po_required: ["boolean", ({ item }) => item.poRequired],
      tax_jurisdictions: ["text[]", ({ item }) => item.taxJurisdictions],
    },
    {
      suffix: `on conflict (tenant_id, id) do update set name = excluded.name, legal_name = excluded.legal_name,
        country = excluded.country, address = excluded.address, tax_id = excluded.tax_id,
        is_business = excluded.is_business, invoice_email = excluded.invoice_email, po_required = excluded.po_required,
        tax_jurisdictions = excluded.tax_jurisdictions`,
    },
  );
  await saveProfiles(
    scope,
    items.map(({ id, item }) => ({ ...item.delivery, id: scope.newId(), clientId: id, name: standardProfile })),
  );
  await saveVatIdChecks(scope, items);
}

async function saveVatIdChecks(scope: Scope, items: readonly Keyed<ClientItem>[]): Promise<void> {
  const checks = items.flatMap(({ id, item: { vatIdCheck } }) =>
    vatIdCheck === undefined
      ? []
      : [{ id, facts: { ...vatIdCheck, checkedAt: `${vatIdCheck.checkedAt}T00:00:00Z`, source: "client file" } }],
  );
  await insertRows(
    scope.tx,
    "evidence",
    checks,
    {
      id: ["uuid", () => scope.newId()],
      kind: ["text", () => "vat_id_check"],
      subject_id: ["uuid", ({ id }) => id],
      facts: ["jsonb", ({ facts }) => facts],
      hash: ["text", ({ facts }) => sha256(JSON.stringify(facts))],
    },
    { suffix: "on conflict (tenant_id, subject_id, hash) do nothing" },
  );
}
