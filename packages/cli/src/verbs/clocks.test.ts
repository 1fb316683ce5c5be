import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { letWait, waitingFirm } from "@plumbline/testing/waiting-firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();

it("shows what waits on whom and how late, pauses it, and lets it run on", async () => {
  const { firm } = await waitingFirm(product.database.current.pool);
  const coordinator = await product.terminalOf(firm, "coordinator");
  expect((await coordinator.plumb("clocks", "--late")).out).toContain("Nothing waits longer than it may.");
  expect((await coordinator.plumb("stuck")).out).not.toContain("waits for");
  await letWait(product.database.current.admin, firm, "11 hours");
  const late = (await coordinator.plumb("stuck")).out;
  expect(late).toMatch(/238\.00 EUR\s+submission\s+(billing coordinator|project manager)\s+\S.*11 h\s+3 h/);
  const { items } = JSON.parse((await coordinator.plumb("clocks", "--json")).out) as { items: { id: string }[] };
  const [{ id } = { id: "" }] = items;
  expect((await coordinator.plumb("clocks", "pause", id)).code).toBe(2);
  const paused = await coordinator.plumb("clocks", "pause", id, "--reason", "Ms Roth checks");
  expect([paused.code, paused.out]).toEqual([0, expect.stringContaining("paused")]);
  expect((await coordinator.plumb("clocks")).out).toContain("paused: Ms Roth checks");
  expect((await coordinator.plumb("clocks", "resume", id)).out).toContain("runs on");
  const unknown = await coordinator.plumb("clocks", "resume", newId());
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining("/problems/clock-not-found")]);
});

it("shows how long things may wait, and records what the firm says", async () => {
  const { firm } = await waitingFirm(product.database.current.pool);
  const controller = await product.terminalOf(firm, "controller");
  expect((await controller.plumb("sla")).out).toMatch(
    /validation_pending\.decision\s+project manager\s+16\s+50: remind, 100: delegate, 150: escalate to practice lead\s+the platform/,
  );
  const file = join(tmpdir(), `plumbline-sla-${newId()}.json`);
  await writeFile(
    file,
    JSON.stringify({ wait: "exception.technical", hours: 3, steps: [{ does: "remind", percent: 10 }] }),
  );
  expect((await controller.plumb("sla", "set", file)).out).toMatch(
    /exception\.technical\s+its owner\s+3\s+10: remind\s+Carl/,
  );
  await writeFile(file, JSON.stringify({ wait: "exception.technical", hours: 0, steps: [] }));
  const refused = await controller.plumb("sla", "set", file);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("hours is not a whole number")]);
});
