import { describe, expect, it } from "vitest";
import { compileBundle } from "@plumbline/domain/policy/compile-bundle";
import type { PolicyPack } from "@plumbline/domain/policy/policy-pack";
import { sha256 } from "@plumbline/platform/hash";
import { firmFolder, newFirm } from "@plumbline/testing/firm";
import { putInForce } from "@plumbline/testing/put-in-force";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { provisionTenant } from "../tenants/provision-tenant.ts";
import { currentBundle, loadBundle } from "./policy-bundles.ts";

const database = useTestDatabase();

const strict: PolicyPack = {
  pack: "strict",
  rules: [
    {
      id: "small",
      on: "invoice",
      require: "invoice.minutes < 100",
      severity: "block",
      category: "business",
      owner: "project_manager",
      message: "Too long.",
      cases: [
        { given: { invoice: { minutes: 1 } }, expect: "pass" },
        { given: { invoice: { minutes: 100 } }, expect: "block" },
      ],
    },
  ],
};
const bundle = compileBundle([strict], { digest: sha256 });

async function hashesIn(table: "policy_publications" | "policy_proposals", tenantId: string): Promise<string[]> {
  const { rows } = await database.current.admin.query<{ hash: string }>(
    `select bundle_hash as hash from ${table} where tenant_id = $1 order by id`,
    [tenantId],
  );
  return rows.map(({ hash }) => hash);
}

describe("a firm's policies", () => {
  it("are in force when the firm is provisioned; others that come later are proposed, once", async () => {
    const { pool } = database.current;
    const firm = await newFirm(pool);
    const folder = await firmFolder(firm.slug);
    await provisionTenant(pool, folder);
    expect(await hashesIn("policy_proposals", firm.tenantId)).toEqual([]);

    await provisionTenant(pool, { ...folder, bundle });
    await provisionTenant(pool, { ...folder, bundle });
    expect(await hashesIn("policy_publications", firm.tenantId)).toEqual([folder.bundle.hash]);
    expect(await hashesIn("policy_proposals", firm.tenantId)).toEqual([bundle.hash]);
    expect(await (await firm.as("admin"))(currentBundle)).toBe(folder.bundle.hash);
  });

  it("are kept under their hash, for this firm alone, and published in its audit", async () => {
    const [firm, other] = [await newFirm(database.current.pool), await newFirm(database.current.pool)];
    await putInForce(firm, bundle);
    const admin = await firm.as("admin");
    expect(await admin(async (scope) => loadBundle(scope.tx, await currentBundle(scope)))).toMatchObject({
      hash: bundle.hash,
      packs: [strict],
    });
    const theirs = await other.as("admin");
    expect(await theirs(currentBundle)).not.toBe(bundle.hash);
    await expect(theirs((scope) => loadBundle(scope.tx, bundle.hash))).rejects.toThrow("is not stored");
    const { rows } = await database.current.admin.query(
      "select bundle_hash from audit_entries where tenant_id = $1 and action = 'policy.published' order by id",
      [firm.tenantId],
    );
    expect(rows).toMatchObject([{}, { bundle_hash: bundle.hash }]);
  });

  it("are missed, in words, where none were published", async () => {
    const firm = await newFirm(database.current.pool);
    await database.current.admin.query("delete from policy_publications where tenant_id = $1", [firm.tenantId]);
    await expect((await firm.as("admin"))(currentBundle)).rejects.toMatchObject({ kind: "policy-missing" });
  });
});
