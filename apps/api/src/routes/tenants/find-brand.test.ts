import { describe, expect, it } from "vitest";
import { provisionTenant } from "@plumbline/operations/tenants/provision-tenant";
import { newId } from "@plumbline/platform/new-id";
import { firmFolder, newFirm } from "@plumbline/testing/firm";
import { useApi } from "../../test-kit.ts";

const api = useApi();

describe("GET /v1/brand", () => {
  it("shows a firm's look to anybody who knows its address, and nothing else of it", async () => {
    const firm = await newFirm(api.database.current.pool);
    const answer = await api.anybody(firm).get("/v1/brand").expect(200);
    expect(answer.body).toEqual({
      slug: firm.slug,
      name: "Firm",
      colour: "#0f6e6e",
      font: "Inter",
      logoSvg: "<svg xmlns='http://www.w3.org/2000/svg'/>",
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      organization: `org_${firm.tenantId.replaceAll("-", "")}`,
    });
  });

  it("is asked again with its tag and answers only when it changed", async () => {
    const { pool } = api.database.current;
    const firm = await newFirm(pool);
    const first = await api.anybody(firm).get("/v1/brand").expect(200);
    const tag = first.headers["etag"] as string;
    const again = () => api.anybody(firm).get("/v1/brand").set("if-none-match", tag);
    await again().expect(304);
    const folder = await firmFolder(firm.slug);
    await provisionTenant(pool, {
      ...folder,
      brand: { ...folder.brand, colour: "#a31621", website: "https://a.example" },
    });
    const changed = await again().expect(200);
    expect(changed.body).toMatchObject({ colour: "#a31621", website: "https://a.example" });
    expect(changed.headers["etag"]).not.toBe(tag);
  });

  it("is the one that came last, also when a firm returns to a former look", async () => {
    const { pool } = api.database.current;
    const firm = await newFirm(pool);
    const folder = await firmFolder(firm.slug);
    await provisionTenant(pool, { ...folder, brand: { ...folder.brand, colour: "#a31621" } });
    await provisionTenant(pool, folder);
    expect((await api.anybody(firm).get("/v1/brand")).body).toMatchObject({ colour: folder.brand.colour });
  });

  it("shows each firm its own", async () => {
    const { pool } = api.database.current;
    const [ours, theirs] = [await newFirm(pool), await newFirm(pool)];
    expect((await api.anybody(ours).get("/v1/brand")).body).toMatchObject({ slug: ours.slug });
    expect((await api.anybody(theirs).get("/v1/brand")).body).toMatchObject({ slug: theirs.slug });
  });

  it("answers an unknown address as if nothing were there", async () => {
    const nowhere = { slug: `firm-${newId().slice(-12)}` };
    const [brand, nonsense] = [
      await api.anybody(nowhere).get("/v1/brand").expect(404),
      await api.anybody(nowhere).get("/v1/nonsense").expect(404),
    ];
    expect(brand.body).toMatchObject({ type: "/problems/address-unknown" });
    const { instance: _instance, requestId: _requestId, ...said } = brand.body as Record<string, unknown>;
    expect(nonsense.body).toMatchObject(said);
  });

  it("refuses a member of the query that it does not know", async () => {
    const firm = await newFirm(api.database.current.pool);
    const refused = await api.anybody(firm).get("/v1/brand?tenant=other").expect(422);
    expect(refused.body).toMatchObject({ errors: [{ in: "query", field: "tenant" }] });
  });
});
