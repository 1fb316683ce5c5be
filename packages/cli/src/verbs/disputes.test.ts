import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { disputeCodes as known, rootCauses as causes } from "@plumbline/domain/receivable/dispute";
import { issuedFirm } from "@plumbline/testing/issued-firm";
import { useProduct } from "../test-kit.ts";
import { rootCauses } from "./disputes-decide.ts";
import { disputeCodes } from "./disputes-open.ts";

const product = useProduct();

it("opens a dispute of a line, keeps what both sides say, and credits what was wrong", async () => {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-dispute-"));
  const { firm, invoices } = await issuedFirm(product.database.current.pool);
  const number = invoices[0]?.number ?? "";
  const cleo = await product.terminalOf(firm, "collector");
  expect((await cleo.plumb("disputes")).out).toContain("There is no dispute.");
  expect(await cleo.plumb("disputes", "open", number, "hours", "x", "--lines", "two")).toMatchObject({ code: 2 });
  const opened = await cleo.plumb("disputes", "open", number, "hours", "It was shorter", "--lines", "1", "--by", "Ada");
  expect(opened.out).toContain(`${number}, Client 1: 238.00 EUR in dispute since`);
  const { id } = JSON.parse((await cleo.plumb("disputes", "--json")).out).items[0] as { id: string };
  expect((await cleo.plumb("disputes", "--state", "open")).out).toMatch(/238\.00 EUR +hours: It was shorter +open/);
  expect((await cleo.plumb("show", number)).out).toContain("disputed");
  expect((await cleo.plumb("disputes", "acknowledge", id)).out).toContain("acknowledged");
  const file = join(folder, "minutes.pdf");
  await writeFile(file, "signed");
  await cleo.plumb("disputes", "say", id, "firm", "Until eleven", "--evidence", file);
  expect((await cleo.plumb("disputes", "show", id)).out).toContain("Cleo Collector: Until eleven [minutes.pdf]");
  const decide = ["disputes", "decide", id, "compromise", "time_recording", "Half of it", "1:60"];
  expect(await cleo.plumb(...decide, "--as", "concession")).toMatchObject({ code: 2 });
  const decided = await cleo.plumb(...decide, "--as", "concession", "--code", "wrong_quantity");
  expect(decided.out).toMatch(/Compromise on .* by Cleo Collector: Half of it \(cause: time recording\)/i);
  expect(decided.out).toMatch(/credit note .* of 119\.00 EUR, draft/);
  expect((await cleo.plumb("show", number, "--timeline")).out).toMatch(/dispute/);
  await rm(folder, { recursive: true });
});

it("knows the codes that the API knows", () => {
  expect([disputeCodes, rootCauses]).toEqual([known, causes]);
});
