import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { camt, entry } from "@plumbline/testing/camt";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { todayInFirm } from "@plumbline/testing/today";
import { useProduct } from "../test-kit.ts";

const product = useProduct();
const on = todayInFirm();
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-bank-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function openFirm() {
  const { firm, invoices } = await issuedFirm(product.database.current.pool, { more: 1 });
  const [first, second] = invoices;
  if (first === undefined || second === undefined) throw new Error("too few invoices are issued");
  return { first, second, collector: await product.terminalOf(firm, "collector") };
}

const fileOf = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};
const one = (amount: string, more: object) => entry({ version: "02", amount, on, ...more });

it("takes a statement in, shows what waits and why, and settles, returns and sets aside", async () => {
  const { first, second, collector } = await openFirm();
  expect((await collector.plumb("bank")).out).toContain("No bank statement was taken in yet");
  const entries = [
    one("238.00", { reference: "a", text: first.number, endToEndId: "E-1" }),
    one("238.00", { reference: "b", text: "October", name: "Client 1" }),
    one("3.00", { reference: "c", text: "interest" }),
    one("238.00", { reference: "d", side: "DBIT", reversal: true }),
  ];
  const file = await fileOf("s1.xml", camt({ version: "02", on, opening: "0.00", closing: "241.00", entries }));
  const taken = await collector.plumb("bank", "import", file);
  expect(taken.out).toContain("1 settled, 0 returned, 0 none of the clients', 3 waiting");
  expect(taken.out).toContain("See them with: plumb bank waiting");
  expect((await collector.plumb("bank", "import", file)).out).toContain("known already, nothing changed");

  const waiting = await collector.plumb("bank", "waiting");
  expect(waiting.out).toContain(`35  ${second.number}  238.00 EUR`);
  expect(waiting.out).toContain("is what is owed on it; the payer's name is this client's");
  const { items } = JSON.parse((await collector.plumb("bank", "waiting", "--json")).out) as {
    items: { id: string; text: string; amount: { amount: string } }[];
  };
  const idOf = (amount: string) => items.find((item) => item.amount.amount === amount)?.id ?? "";

  const settled = await collector.plumb("bank", "settle", idOf("238.00"), second.client);
  expect([settled.code, settled.out]).toEqual([0, expect.stringContaining("settled. A person said whose it is.")]);
  const [, payment = ""] = /Payment (\S+)/.exec(settled.out) ?? [];
  expect((await collector.plumb("bank", "return", idOf("-238.00"), payment)).out).toContain("returned.");
  expect((await collector.plumb("bank", "aside", idOf("3.00"), "Interest")).out).toContain("aside. Interest");
  expect((await collector.plumb("bank", "waiting")).out).toContain("Nothing waits.");
  expect((await collector.plumb("bank")).out).toMatch(/S-1 +DE02120300000000202051 +241\.00 EUR +2 +1 +0/);
});

it("settles to the invoice that is proposed, and to none of another client", async () => {
  const { first, second, collector } = await openFirm();
  expect(second.client).toBe(first.client);
  const entries = [first, second].map(({ number }) => one("208.00", { reference: number, text: number }));
  const file = await fileOf("s1.xml", camt({ version: "02", on, opening: "0.00", closing: "416.00", entries }));
  await collector.plumb("bank", "import", file);
  const idOf = async (number: string) => {
    const { items } = JSON.parse((await collector.plumb("bank", "waiting", "--json")).out) as {
      items: { id: string; text: string }[];
    };
    return items.find(({ text }) => text === number)?.id ?? "";
  };
  // Nobody knows yet that this client keeps tax: all of it goes to the invoice, and the rest stays owed.
  const plain = await collector.plumb("bank", "settle", await idOf(first.number), first.client, "--as-proposed");
  const [, payment = ""] = /Payment (\S+)/.exec(plain.out) ?? [];
  expect([plain.code, payment]).toEqual([0, expect.any(String)]);
  const nobody = await collector.plumb("bank", "settle", await idOf(second.number), payment, "--as-proposed");
  expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining("No invoice of this client is proposed")]);
  const settled = await collector.plumb("bank", "settle", await idOf(second.number), second.client, "--as-proposed");
  expect(settled.out).toContain("settled. A person said whose it is.");
});

it("says which line and element of a file is wrong, and which file cannot be read", async () => {
  const { collector } = await openFirm();
  const wrong = camt({ version: "02", on, opening: "0.00", closing: "9.00", entries: [] });
  const refused = await collector.plumb("bank", "import", await fileOf("wrong.xml", wrong));
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/Line \d+, Bal: opening balance and entries/)]);
  const missing = await collector.plumb("bank", "import", join(folder, "none.xml"));
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining("cannot be read (ENOENT)")]);
});
