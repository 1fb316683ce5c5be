import type { ClientId } from "@plumbline/domain/id";
import { type InvoiceTemplate, invoiceTemplates } from "@plumbline/domain/invoice/template";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { ImportKindSpec, Keyed } from "../import-kind.ts";
import type { References } from "../references.ts";
import { cut, type RowReader } from "../row-reader.ts";

/** How a client wants its invoices: what stands on one, in which language, by which template, and whether the timesheet comes along. */
export type Delivery = {
  readonly grouping: (typeof groupings)[number];
  readonly language: string;
  readonly annex: boolean;
  readonly template: InvoiceTemplate;
};

type ProfileItem = Delivery & { readonly clientId: ClientId | undefined; readonly name: string };

const groupings = ["engagement", "client", "project", "po"] as const;
const languageTag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const nameMax = 60;

/** What holds for engagements that name no other: it comes with the client itself. */
export const standardProfile = "standard";

/** Further ways of delivery, for engagements that name them. */
export const deliveryProfiles: ImportKindSpec<ProfileItem> = {
  keyField: "profile",
  key: (row) => [row.key("client_key"), row.key("profile")].join("|"),
  read: (row, references) => {
    const name = row.needed("profile", nameMax);
    if (name === standardProfile) row.refuse("profile", `“${cut(name)}” is the one that the client's own row says`);
    return { clientId: row.lookUp("client_key", references.clients, "client"), name, ...readDelivery(row) };
  },
  add: saveItems,
  change: saveItems,
};

export function readDelivery(row: RowReader): Delivery {
  const language = row.optional("language", row.key) ?? "en";
  if (!languageTag.test(language)) row.refuse("language", "is not a language tag such as en or de-AT");
  return {
    grouping: row.oneOf("grouping", groupings, "engagement"),
    language,
    annex: row.yesNo("annex", true),
    template: row.oneOf("template", invoiceTemplates, "invoice"),
  };
}

function saveItems(scope: Scope, items: readonly Keyed<ProfileItem>[]): Promise<void> {
  return saveProfiles(
    scope,
    items.map(({ id, item }) => ({ ...item, id })),
  );
}

/** What an engagement names must be a way of delivery of the client who pays. */
export function profileOf(row: RowReader, field: string, { profiles }: References, payerId: ClientId | undefined) {
  const name = row.key(field);
  const found = profiles.get(`${payerId}|${name}`);
  if (found !== undefined || payerId === undefined) return found;
  return row.refuse(field, `“${cut(name)}” is no delivery profile of the client who pays`);
}

/** A profile keeps its id, which engagements and invoices name. */
export async function saveProfiles(
  scope: Scope,
  profiles: readonly (Delivery & {
    readonly id: string;
    readonly clientId: string | undefined;
    readonly name: string;
  })[],
): Promise<void> {
  await insertRows(
    scope.tx,
    "delivery_profiles",
    profiles,
    {
      id: ["uuid", ({ id }) => id],
      client_id: ["uuid", ({ clientId }) => clientId],
      name: ["text", ({ name }) => name],
      grouping: ["text", ({ grouping }) => grouping],
      language: ["text", ({ language }) => language],
      annex: ["boolean", ({ annex }) => annex],
      template: ["text", ({ template }) => template],
    },
    {
      suffix: `on conflict (tenant_id, client_id, name)
        do update set grouping = excluded.grouping, language = excluded.language, annex = excluded.annex, template = excluded.template`,
    },
  );
}
