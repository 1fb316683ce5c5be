import { expect, it } from "vitest";
import { correctionCodes as known } from "@plumbline/domain/credit/correction";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useProduct } from "../test-kit.ts";
import { correctionCodes } from "./credit.ts";

const product = useProduct();

it("drafts a credit note for a part of a line, shows both, and refuses what is not left", async () => {
  const { firm, invoices } = await issuedFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  const number = invoices[0]?.number ?? "";
  const why = ["--as", "concession", "--code", "quality", "--reason", "Half of it"];
  const drafted = await cora.json("credit", number, "1:60", ...why);
  expect(drafted).toMatchObject({ code: 0, document: { stage: "draft", total: { amount: "-119.00" } } });
  const { id } = drafted.document as { readonly id: string };
  expect((await cora.plumb("show", id)).out).toContain(`credit note for ${number}`);
  expect((await cora.plumb("show", number)).out).toMatch(/credited .*-119\.00 EUR/);

  expect(await cora.plumb("credit", number, "1:61", ...why)).toMatchObject({
    code: 1,
    err: expect.stringContaining("/problems/credit-refused") as string,
  });
  expect(await cora.plumb("credit", number, "1:ten", ...why)).toMatchObject({ code: 2 });
  expect(await cora.plumb("credit", number)).toMatchObject({ code: 2 });
});

it("says what its work comes to when it is billed anew, before it is issued", async () => {
  const { firm, invoices } = await issuedFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  const why = ["--as", "rebillable", "--code", "wrong_rate", "--reason", "Last year's rates", "--rebill"];
  const drafted = await cora.json("credit", invoices[0]?.number ?? "", ...why);
  expect(drafted).toMatchObject({
    code: 0,
    document: { stage: "draft", rebill: { expected: true, total: { difference: { amount: "0.00" } } } },
  });
  const { id } = drafted.document as { readonly id: string };
  expect((await cora.plumb("rebill", id)).out).toMatch(/total +238\.00 EUR +238\.00 EUR +0\.00 EUR/);
  expect((await cora.plumb("rebill", invoices[0]?.number ?? "")).out).toContain("billed anew, today");
});

it("knows the codes that the API knows", () => {
  expect(correctionCodes).toEqual(known);
});
