import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();
type Secret = { readonly id: string; readonly secret: string };

it("makes a key that works at once, gives it a new secret, and ends it", async () => {
  const firm = await newFirm(product.database.current.pool);
  const ada = await product.terminalOf(firm, "admin");
  const made = await ada.json("keys", "create", "Nightly import", "import.run", "--days", "7");
  expect(made.code).toBe(0);
  const { id, secret } = made.document as Secret;
  const as = (key: string) =>
    product.terminalWith({ PLUMB_API_URL: product.apiUrl, PLUMB_TENANT: firm.slug, PLUMB_API_KEY: key });
  expect(await as(secret).json("whoami")).toMatchObject({ code: 0, document: { permissions: ["import.run"] } });

  const listed = await ada.plumb("keys");
  expect(listed.out).toContain("Nightly import");
  expect(listed.out).not.toContain(secret);
  const rotated = await ada.json("keys", "rotate", id, "--overlap", "0");
  expect(rotated.code).toBe(0);
  expect(await as(secret).plumb("whoami")).toMatchObject({ code: 4 });
  expect(await as((rotated.document as Secret).secret).plumb("whoami")).toMatchObject({ code: 0 });
  expect((await ada.plumb("keys", "revoke", id)).code).toBe(0);
  expect(await as((rotated.document as Secret).secret).plumb("whoami")).toMatchObject({ code: 4 });
});

it("refuses what the maker does not hold, naming the remedy", async () => {
  const firm = await newFirm(product.database.current.pool);
  const ada = await product.terminalOf(firm, "admin");
  expect(await ada.plumb("keys", "create", "Too much", "invoice.issue")).toMatchObject({
    code: 1,
    err: expect.stringContaining("/problems/api-key-scope-refused") as string,
  });
  expect(await ada.plumb("keys", "create", "Nonsense", "everything")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/scopes\[0\] \(body\)/) as string,
  });
});
