import { describe, expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();

describe("GET /v1/tenants", () => {
  it("lists the firms of the person who asks, with roles and address, and no others", async () => {
    const { pool } = api.database.current;
    const own = await newFirm(pool, { folder: { name: "A own" } });
    const second = await newFirm(pool, {
      folder: {
        name: "B second",
        people: [{ email: "coordinator@firm.example", name: "Cora", roles: ["auditor", "executive"] }],
      },
    });
    const foreign = await newFirm(pool, {
      folder: { name: "C foreign", people: [{ email: "x@firm.example", name: "X", roles: ["controller"] }] },
    });
    const answer = await api.as(own, "coordinator").get("/v1/tenants").expect(200);
    expect(answer.body).toEqual({
      items: [
        { slug: own.slug, name: "A own", roles: ["billing_coordinator"], host: `${own.slug}.plumb.test` },
        { slug: second.slug, name: "B second", roles: ["auditor", "executive"], host: `${second.slug}.plumb.test` },
      ],
    });
    expect(answer.text).not.toContain(foreign.slug);
  });

  it("refuses who does not say who they are, and who is no member here", async () => {
    const { pool } = api.database.current;
    const firm = await newFirm(pool);
    const [unknown, stranger] = [
      await api.anybody(firm).get("/v1/tenants"),
      await api.as(firm, "stranger").get("/v1/tenants"),
    ];
    expect([unknown.status, stranger.status]).toEqual([401, 403]);
  });

  it("refuses a member of the query that it does not know", async () => {
    const firm = await newFirm(api.database.current.pool);
    const refused = await api.as(firm, "coordinator").get("/v1/tenants?email=admin@firm.example").expect(422);
    expect(refused.body).toMatchObject({ errors: [{ in: "query", field: "email" }] });
  });
});
