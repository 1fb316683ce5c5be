import { join } from "node:path";
import type { ImportKind } from "@plumbline/contract/import-row";
import type { TenantId } from "@plumbline/domain/id";
import { importFile } from "@plumbline/operations/imports/import-file";
import { type Entrant, enterTenant } from "@plumbline/operations/tenants/enter-tenant";
import { readBundle } from "@plumbline/operations/policies/policy-bundles";
import { provisionTenant } from "@plumbline/operations/tenants/provision-tenant";
import type { TenantFolder } from "@plumbline/operations/tenants/read-tenant-folder";
import { newId } from "@plumbline/platform/new-id";
import type { InScope } from "@plumbline/platform/scope";
import type { TenantPool } from "@plumbline/platform/tenancy";

/** A small firm to test with: one German entity and one person per duty. */
export type Firm = {
  readonly slug: string;
  readonly tenantId: TenantId;
  readonly as: (who: keyof typeof people | Extract<Entrant, { kind: "system" }>["name"]) => Promise<InScope>;
  /** Imports rows given as objects, through the same path a file takes. */
  readonly take: (kind: ImportKind, rows: readonly Readonly<Record<string, string>>[]) => ReturnType<typeof importFile>;
};

const people = {
  coordinator: ["Cora Coordinator", "billing_coordinator"],
  manager: ["Mara Manager", "project_manager"],
  otherManager: ["Otto Manager", "project_manager"],
  lead: ["Lena Lead", "practice_lead"],
  finance: ["Finn Finance", "finance_approver"],
  controller: ["Carl Controller", "controller"],
  collector: ["Cleo Collector", "ar_specialist"],
  admin: ["Ada Admin", "automation_admin"],
  auditor: ["Aud Auditor", "auditor"],
} as const;

export async function newFirm(
  pool: TenantPool,
  options: { clock?: () => Date; folder?: Partial<TenantFolder["tenant"]> } = {},
): Promise<Firm> {
  const slug = `firm-${newId().slice(-12)}`;
  const folder = await firmFolder(slug);
  const tenantId = await provisionTenant(pool, { ...folder, tenant: { ...folder.tenant, ...options.folder } });
  return openFirm(pool, { slug, tenantId }, options.clock);
}

/** A firm that is there already, also in another process than the one that made it. */
export function openFirm(pool: TenantPool, firm: Pick<Firm, "slug" | "tenantId">, clock?: () => Date): Firm {
  const as: Firm["as"] = (who) =>
    enterTenant(
      pool,
      firm.slug,
      who in people ? { kind: "person", email: emailOf(who) } : { kind: "system", name: who as "importer" },
      clock,
    );
  return {
    ...firm,
    as,
    take: async (kind, rows) =>
      importFile(await as("importer"), { kind, system: "test", fileName: `${kind}.csv`, source: toCsv(rows) }),
  };
}

const emailOf = (who: string) => `${who.toLowerCase()}@firm.example`;

/** What a small firm's folder says. Its policies are the platform's, compiled once for all firms of a process. */
export const firmFolder = async (slug: string): Promise<TenantFolder> => ({
  tenant: {
    slug,
    name: `Firm ${slug}`,
    partner: { slug: "keystone", name: "Keystone" },
    orgUnits: [],
    legalEntities: [
      {
        key: "de",
        legalName: "Firm GmbH",
        country: "DE",
        currency: "EUR",
        timeZone: "Europe/Berlin",
        address: ["Hauptstraße 1", "10115 Berlin"],
        taxId: "DE123456789",
        bank: { bank: "Testbank", iban: "DE02120300000000202051", bic: "BYLADEM1001" },
        fiscalYearStarts: 1,
        invoiceNumbers: "F-{year}-{number:5}",
      },
    ],
    people: Object.entries(people).map(([who, [name, role]]) => ({ email: emailOf(who), name, roles: [role] })),
  },
  brand: { name: "Firm", colour: "#0f6e6e", font: "Inter", logoSvg: "<svg xmlns='http://www.w3.org/2000/svg'/>" },
  bundle: await (platformBundle ??= readBundle([platformPolicies])),
});

const platformPolicies = join(import.meta.dirname, "../../../tenants/_platform/policies");
let platformBundle: ReturnType<typeof readBundle> | undefined;

async function* toCsv(rows: readonly Readonly<Record<string, string>>[]): AsyncGenerator<string> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  yield `${columns.join(",")}\n`;
  for (const row of rows)
    yield `${columns.map((column) => `"${(row[column] ?? "").replaceAll('"', '""')}"`).join(",")}\n`;
}
