import { type SystemActor, systemActors } from "@plumbline/domain/access/roles";
import type { TenantId } from "@plumbline/domain/id";
import { creditNumberPrefix, numberFormatIssues } from "@plumbline/domain/numbering/invoice-number";
import { Problem } from "@plumbline/domain/problem";
import { sha256 } from "@plumbline/platform/hash";
import { newId } from "@plumbline/platform/new-id";
import { demand, type Scope, scopesFor } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { findTenant, type TenantPool } from "@plumbline/platform/tenancy";
import { provisionPolicies } from "../policies/provision-policies.ts";
import { findMember } from "./enter-tenant.ts";
import type { TenantFolder } from "./read-tenant-folder.ts";

/**
 * Creates a tenant, or brings an existing one to what its folder says: entities, org units, people, brand, policies.
 * Idempotent: people and entities are matched by key, and nothing is removed. Who left keeps a name in the records and no
 * role, which lets nobody in.
 *
 * @throws Problem `tenant-configuration-invalid`
 */
export async function provisionTenant(pool: TenantPool, folder: TenantFolder): Promise<TenantId> {
  const { tenant } = folder;
  refuseBadNumberFormats(folder);
  const tenantId = (await findTenant(pool, tenant.slug)) ?? newId<"tenant">();
  const known = await findMember(pool, tenantId, "system", "tenant-provisioner" satisfies SystemActor);
  const inScope = scopesFor(pool, {
    tenantId,
    actor: {
      id: known?.id ?? newId<"actor">(),
      kind: "system",
      name: "tenant-provisioner",
      permissions: new Set(systemActors["tenant-provisioner"]),
    },
  });
  await inScope((scope) => saveTenant(scope, folder));
  return tenantId;
}

async function saveTenant(scope: Scope, { tenant, brand, bundle }: TenantFolder): Promise<void> {
  const { partner, slug, name } = tenant;
  demand(scope, "tenant.configure");
  await query(scope.tx, "select app.provision_tenant(?, ?, ?, ?, ?, ?)", [
    partner.slug,
    partner.name,
    scope.newId(),
    slug,
    name,
    tenant.organization ?? null,
  ]);
  await saveMembers(scope, tenant.people);
  await saveLegalEntities(scope, tenant.legalEntities);
  await saveOrgUnits(scope, tenant.orgUnits);
  await saveBrand(scope, brand);
  await scope.audit([
    { action: "tenant.configured", subjectId: scope.tenantId, afterHash: sha256(JSON.stringify({ tenant, brand })) },
  ]);
  await provisionPolicies(scope, bundle);
}

/** The last one saved is the firm's look. */
async function saveBrand(scope: Scope, brand: TenantFolder["brand"]): Promise<void> {
  const hash = sha256(JSON.stringify(brand));
  const [latest] = await query<{ hash: string }>(
    scope.tx,
    "select hash from brandings order by created_at desc, id desc limit 1",
  );
  if (latest?.hash === hash) return;
  await insertRows(scope.tx, "brandings", [brand], {
    id: ["uuid", () => scope.newId()],
    hash: ["text", () => hash],
    brand: ["jsonb", (row) => row],
  });
}

async function saveMembers(scope: Scope, people: TenantFolder["tenant"]["people"]): Promise<void> {
  const systems = Object.keys(systemActors).map((name) => ({
    kind: "system",
    key: name,
    name,
    email: null,
    roles: [],
  }));
  const persons = people.map((person) => ({ ...person, kind: "person", key: person.email }));
  await insertRows(
    scope.tx,
    "memberships",
    [...systems, ...persons],
    {
      // The provisioner's own row must carry the id it acts under.
      id: ["uuid", (row) => (row.key === scope.actor.name ? scope.actor.id : scope.newId())],
      kind: ["text", (row) => row.kind],
      key: ["text", (row) => row.key],
      name: ["text", (row) => row.name],
      email: ["text", (row) => row.email],
      roles: ["text[]", (row) => row.roles],
    },
    { suffix: "on conflict (tenant_id, kind, key) do update set name = excluded.name, roles = excluded.roles" },
  );
  await query(scope.tx, "update memberships set roles = '{}' where kind = 'person' and not key = any(?)", [
    people.map(({ email }) => email),
  ]);
}

async function saveLegalEntities(scope: Scope, entities: TenantFolder["tenant"]["legalEntities"]): Promise<void> {
  await insertRows(
    scope.tx,
    "legal_entities",
    entities,
    {
      id: ["uuid", () => scope.newId()],
      key: ["text", (row) => row.key],
      legal_name: ["text", (row) => row.legalName],
      country: ["text", (row) => row.country],
      address: ["text[]", (row) => row.address],
      currency: ["text", (row) => row.currency],
      time_zone: ["text", (row) => row.timeZone],
      tax_id: ["text", (row) => row.taxId],
      bank: ["jsonb", (row) => row.bank],
      fiscal_year_starts: ["int", (row) => row.fiscalYearStarts],
      number_format: ["text", (row) => row.invoiceNumbers],
      tax_jurisdictions: ["text[]", (row) => row.taxJurisdictions ?? []],
      tax_point_rule: ["text", (row) => row.taxPoint?.rule ?? "service_end"],
      tax_point_days: ["int", ({ taxPoint }) => (taxPoint?.rule === "issue" ? taxPoint.withinDays : undefined)],
      tax_rounding: ["text", (row) => row.taxRounding ?? "document"],
      credit_number_format: ["text", (row) => row.creditNoteNumbers],
      fx_fixed_at: ["text", (row) => row.fx?.fixedAt],
      fx_source: ["text", (row) => row.fx?.source],
      deposit_number_format: ["text", (row) => row.depositNumbers],
    },
    {
      suffix: `on conflict (tenant_id, key) do update set legal_name = excluded.legal_name, address = excluded.address,
        tax_id = excluded.tax_id, bank = excluded.bank, number_format = excluded.number_format,
        tax_jurisdictions = excluded.tax_jurisdictions, tax_rounding = excluded.tax_rounding,
        tax_point_rule = excluded.tax_point_rule, tax_point_days = excluded.tax_point_days,
        credit_number_format = excluded.credit_number_format, deposit_number_format = excluded.deposit_number_format,
        fx_fixed_at = excluded.fx_fixed_at, fx_source = excluded.fx_source`,
    },
  );
}

async function saveOrgUnits(scope: Scope, units: TenantFolder["tenant"]["orgUnits"]): Promise<void> {
  await insertRows(
    scope.tx,
    "org_units",
    units,
    {
      id: ["uuid", () => scope.newId()],
      key: ["text", (row) => row.key],
      name: ["text", (row) => row.name],
    },
    { suffix: "on conflict (tenant_id, key) do update set name = excluded.name" },
  );
  const children = units.filter((unit) => unit.parent !== undefined);
  await query(
    scope.tx,
    `update org_units o set parent_id = p.id
       from unnest(?::text[], ?::text[]) u (key, parent) join org_units p on p.key = u.parent
      where o.key = u.key and o.parent_id is distinct from p.id`,
    [children.map((unit) => unit.key), children.map((unit) => unit.parent as string)],
  );
}

function refuseBadNumberFormats({ tenant }: TenantFolder): void {
  const faults = tenant.legalEntities.flatMap(({ key, invoiceNumbers, creditNoteNumbers }) => {
    const formats = { invoiceNumbers, creditNoteNumbers: creditNoteNumbers ?? creditNumberPrefix + invoiceNumbers };
    const issues = Object.entries(formats).flatMap(([field, format]) =>
      numberFormatIssues({ format, restartsByYear: true }).map(
        ({ message }) => `legalEntities.${key}.${field}: ${message}`,
      ),
    );
    // One number names one document.
    if (creditNoteNumbers === invoiceNumbers)
      issues.push(`legalEntities.${key}.creditNoteNumbers: Credit notes need another format than invoices.`);
    return issues;
  });
  if (faults.length > 0) {
    throw new Problem("tenant-configuration-invalid", { detail: faults.join("; "), extra: { faults } });
  }
}
