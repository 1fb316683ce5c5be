import { beforeAll, describe, expect, it, vi } from "vitest";
import { roles } from "@plumbline/domain/access/roles";
import { createLog } from "@plumbline/platform/log";
import { newId } from "@plumbline/platform/new-id";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { authenticate } from "../../edge/authenticate.ts";
import { useApi } from "../../test-kit.ts";

/** Makes and ends keys, as people of the firm. */
const api = useApi();
/** Lets programs in by their keys, on the same database. */
const tokens = { issuerUrl: "http://127.0.0.1:1/", audience: "nobody", claimsNamespace: "https://plumbline.app/" };
const door = useApi({
  database: api.database,
  authenticate: (pool) => authenticate({ pool, log: createLog(), tokens }),
});

let firm: Firm;
beforeAll(async () => {
  firm = await newFirm(api.database.current.pool);
});

type Key = { readonly id: string; readonly prefix: string; readonly secret: string; readonly expiresAt: string };

const input = { name: "Nightly import", scopes: ["import.run", "work.read"] };
const create = async (changes: object = {}): Promise<Key> =>
  (
    await api
      .as(firm, "admin")
      .post("/v1/api-keys", { ...input, ...changes })
      .expect(201)
  ).body;
const rotate = async ({ id }: Key, body: object = {}): Promise<Key> =>
  (await api.as(firm, "admin").post(`/v1/api-keys/${id}/rotation`, body).expect(201)).body;
const come = (secret: string, of: Firm = firm, path = "/v1/session") =>
  door.anybody(of).raw("get", path).set("authorization", `Bearer ${secret}`);
const change = (key: Key, sql: string) =>
  api.database.current.admin.query(`update api_keys set ${sql} where id = $1`, [key.id]);

describe("an API key", () => {
  it("lets a program in as itself, with its scopes and no others", async () => {
    const key = await create();
    expect(key.secret).toMatch(/^plk_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/);
    const { body } = await come(key.secret).expect(200);
    expect(body).toMatchObject({
      tenant: { slug: firm.slug },
      actor: { kind: "key", name: "Nightly import", roles: [] },
      permissions: input.scopes,
    });
    expect(body.actor.email).toBeUndefined();
    const refused = await come(key.secret, firm, "/v1/audit-entries").expect(403);
    expect(refused.body.type).toBe("/problems/permission-missing");
  });

  it("is kept as a hash: what was shown is nowhere in the database, and a retry is not shown it", async () => {
    const idempotencyKey = newId();
    const first = await api.as(firm, "admin").post("/v1/api-keys", input, idempotencyKey).expect(201);
    const again = await api.as(firm, "admin").post("/v1/api-keys", input, idempotencyKey).expect(409);
    expect(again.body.type).toBe("/problems/secret-shown-once");
    const secret = String(first.body.secret).split("_").slice(2).join("_");
    const { rows } = await api.database.current.admin.query(
      "select (select jsonb_agg(k) from api_keys k)::text || (select jsonb_agg(i) from idempotency_keys i)::text as all",
    );
    expect(rows[0].all).toContain(first.body.prefix);
    expect(rows[0].all).not.toContain(secret);
  });

  it("is of one firm: elsewhere it is nothing", async () => {
    const key = await create();
    const answer = await come(key.secret, await newFirm(api.database.current.pool)).expect(401);
    expect(answer.body.type).toBe("/problems/token-refused");
  });

  it("ends with its lifetime", async () => {
    const key = await create({ lifetimeDays: 1 });
    const days = (new Date(key.expiresAt).getTime() - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(1, 2);
    await change(key, "expires_at = now()");
    await come(key.secret).expect(401);
  });

  it("works on after a rotation until the overlap ends, and the new secret works at once", async () => {
    const old = await create();
    const fresh = await rotate(old, { overlapHours: 2 });
    expect([fresh.id, fresh.prefix]).toEqual([old.id, old.prefix]);
    await come(old.secret).expect(200);
    await come(fresh.secret).expect(200);
    await change(old, "overlaps_until = now()");
    await come(old.secret).expect(401);
    await come(fresh.secret).expect(200);
  });

  it("shows its new secret to nobody who may do less than it", async () => {
    const people = [
      { email: "both@firm.example", name: "Bo", roles: ["automation_admin" as const, "billing_coordinator" as const] },
      { email: "admin@firm.example", name: "Ada", roles: ["automation_admin" as const] },
    ];
    const own = await newFirm(api.database.current.pool, { folder: { people } });
    const wide = { ...input, scopes: ["import.run", "invoice.issue"] };
    const { body: key } = await api.as(own, "both").post("/v1/api-keys", wide).expect(201);
    const rotation = `/v1/api-keys/${key.id}/rotation`;
    const { body } = await api.as(own, "admin").post(rotation, { overlapHours: 0 }).expect(403);
    expect([body.type, body.scopes]).toEqual(["/problems/api-key-scope-refused", ["invoice.issue"]]);
    await come(key.secret, own).expect(200);
    await api.as(own, "both").post(rotation, {}).expect(201);
    await api.as(own, "admin").post(`/v1/api-keys/${key.id}/revocation`).expect(201);
  });

  it("has one secret before the present one, and none without an overlap", async () => {
    const first = await create();
    const second = await rotate(first);
    const third = await rotate(first);
    expect([(await come(first.secret)).status, (await come(second.secret)).status]).toEqual([401, 200]);
    const fourth = await rotate(first, { overlapHours: 0 });
    expect([(await come(third.secret)).status, (await come(fourth.secret)).status]).toEqual([401, 200]);
  });

  it("does not outlive its lifetime by being rotated", async () => {
    const key = await create();
    await change(key, "expires_at = now() - interval '1 minute'");
    const fresh = await rotate(key, { overlapHours: 168 });
    expect([(await come(key.secret)).status, (await come(fresh.secret)).status]).toEqual([401, 200]);
  });

  it("ends at once when it is revoked, with every secret it has, and cannot be revived", async () => {
    const old = await create();
    const fresh = await rotate(old);
    const revoke = () => api.as(firm, "admin").post(`/v1/api-keys/${old.id}/revocation`);
    const { body } = await revoke().expect(201);
    expect(body.revokedAt).toBeDefined();
    expect([(await come(old.secret)).status, (await come(fresh.secret)).status]).toEqual([401, 401]);
    expect((await revoke().expect(201)).body.revokedAt).toBe(body.revokedAt);
    const refused = await api.as(firm, "admin").post(`/v1/api-keys/${old.id}/rotation`, {}).expect(409);
    expect(refused.body.type).toBe("/problems/api-key-revoked");
  });

  it("remembers when it was last used, at most once a minute", async () => {
    const key = await create();
    const lastUsed = async () => {
      const { rows } = await api.database.current.admin.query("select last_used_at from api_keys where id = $1", [
        key.id,
      ]);
      return (rows[0].last_used_at as Date | null)?.getTime();
    };
    expect(await lastUsed()).toBeUndefined();
    await Promise.all([come(key.secret).expect(200), come(key.secret).expect(200)]);
    const first = await vi.waitUntil(lastUsed);
    await come(key.secret).expect(200);
    expect(await lastUsed()).toBe(first);
    await change(key, "last_used_at = now() - interval '61 seconds'");
    const aged = await lastUsed();
    await come(key.secret).expect(200);
    await vi.waitUntil(async () => (await lastUsed()) !== aged);
  });

  it("may do no more than whoever makes it, and nothing that a person answers for", async () => {
    const wider = await api
      .as(firm, "admin")
      .post("/v1/api-keys", { ...input, scopes: ["invoice.issue"] })
      .expect(403);
    expect(wider.body).toMatchObject({ type: "/problems/api-key-scope-refused", scopes: ["invoice.issue"] });
    for (const scope of ["api-key.manage", "tenant.configure", "invoice.approve.finance", "everything"]) {
      const { body } = await api
        .as(firm, "admin")
        .post("/v1/api-keys", { ...input, scopes: [scope] })
        .expect(422);
      expect(body).toMatchObject({ errors: [{ in: "body", field: "scopes[0]" }] });
    }
  });

  it("is audited by its id, in the name of who did it", async () => {
    const key = await create();
    await rotate(key);
    await api.as(firm, "admin").post(`/v1/api-keys/${key.id}/revocation`).expect(201);
    const { body } = await api.as(firm, "auditor").get(`/v1/audit-entries?subjectId=${key.id}`).expect(200);
    expect((body.items as { action: string; by: string }[]).map(({ action, by }) => [action, by])).toEqual([
      ["api_key.revoked", "Ada Admin"],
      ["api_key.rotated", "Ada Admin"],
      ["api_key.created", "Ada Admin"],
    ]);
  });
});

describe("GET /v1/api-keys", () => {
  it("lists keys newest first, in pages, without secret or hash", async () => {
    const own = await newFirm(api.database.current.pool);
    const admin = api.as(own, "admin");
    const { body: first } = await admin.post("/v1/api-keys", { ...input, name: "First" }).expect(201);
    await admin.post("/v1/api-keys", { ...input, name: "Second" }).expect(201);
    const page = await admin.get("/v1/api-keys?limit=1").expect(200);
    expect(page.body.items).toMatchObject([{ name: "Second", createdBy: "Ada Admin" }]);
    const { secret, ...shown } = first;
    expect((await admin.get(`/v1/api-keys?limit=1&cursor=${page.body.next}`).expect(200)).body).toEqual({
      items: [shown],
    });
    expect(page.text).not.toContain(secret);
    expect(Object.keys(shown)).toEqual(["id", "name", "prefix", "scopes", "createdBy", "createdAt", "expiresAt"]);
  });

  it("is for those who manage keys", async () => {
    const managing = Object.entries(roles).filter(([, held]) => (held as readonly string[]).includes("api-key.manage"));
    expect(managing.map(([role]) => role)).toEqual(["automation_admin"]);
    for (const who of ["coordinator", "controller", "auditor"]) {
      await api.as(firm, who).get("/v1/api-keys").expect(403);
      await api.as(firm, who).post("/v1/api-keys", input).expect(403);
    }
  });

  it("answers for another firm's key as for one that never was", async () => {
    const key = await create();
    const foreign = api.as(await newFirm(api.database.current.pool), "admin");
    for (const end of ["rotation", "revocation"]) {
      const [real, random] = [
        await foreign.post(`/v1/api-keys/${key.id}/${end}`),
        await foreign.post(`/v1/api-keys/${newId()}/${end}`),
      ];
      expect([real.status, real.body.type, real.body.detail]).toEqual([404, random.body.type, random.body.detail]);
    }
    await come(key.secret).expect(200);
  });
});
