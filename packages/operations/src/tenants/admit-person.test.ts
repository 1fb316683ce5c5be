import { describe, expect, it } from "vitest";
import { firmFolder, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { admitPerson } from "./admit-person.ts";
import { findSignInFirm } from "./find-sign-in-firm.ts";
import { listOwnTenants } from "./list-own-tenants.ts";
import { provisionTenant } from "./provision-tenant.ts";

const database = useTestDatabase();

describe("somebody who left the firm", () => {
  it("is let in no longer and listed nowhere, and is let in again when they come back", async () => {
    const { pool } = database.current;
    const { slug, tenantId } = await newFirm(pool);
    const organization = `org_${tenantId.replaceAll("-", "")}`;
    const folder = await firmFolder(slug);
    const email = "manager@firm.example";
    const provision = (people: typeof folder.tenant.people) =>
      provisionTenant(pool, { ...folder, tenant: { ...folder.tenant, people } });
    const admit = () => admitPerson(pool, { tenantId, organization, email });
    const listed = async () => (await findSignInFirm(pool, slug))?.people.some((person) => person.email === email);

    const { inScope } = await admit();
    expect(await inScope(listOwnTenants)).toMatchObject([{ slug, roles: ["project_manager"] }]);

    await provision(folder.tenant.people.filter((person) => person.email !== email));
    await expect(admit()).rejects.toMatchObject({ kind: "membership-missing" });
    expect(await listed()).toBe(false);
    expect(await inScope(listOwnTenants)).toEqual([]);

    await provision(folder.tenant.people);
    expect((await admit()).roles).toEqual(["project_manager"]);
    expect(await listed()).toBe(true);
  });
});
