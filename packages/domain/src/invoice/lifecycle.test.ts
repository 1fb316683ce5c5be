import { describe, expect, it } from "vitest";
import { can, invoiceStages, moves, movesFrom, nextMove, stagePairs } from "./lifecycle.ts";
import { stages } from "./stages.ts";

describe("invoice lifecycle", () => {
  // The whole matrix, refusals included, so that a new arrow is always a reviewed diff.
  it("allows exactly these moves", () => {
    const matrix = invoiceStages.map((stage) => `${stage}: ${movesFrom(stage).join(", ") || "(end)"}`);
    expect(matrix).toEqual([
      "draft: submit, discard",
      "validation_pending: revise, send_back, approve_manager, discard",
      "manager_approved: revise, send_back, approve_finance, discard",
      "finance_approved: revise, send_back, issue, discard",
      "issued: post",
      "posted: (end)",
      "discarded: (end)",
    ]);
  });

  it("never takes an issued invoice back to draft, because a credit note is the lawful way back", () => {
    expect(can("issued", "send_back")).toBe(false);
  });

  it("leads from each stage to the next by one move", () => {
    expect(invoiceStages.map(nextMove)).toEqual([
      "submit",
      "approve_manager",
      "approve_finance",
      "issue",
      "post",
      undefined,
      undefined,
    ]);
  });

  it("feeds the database guard with each pair once", () => {
    const pairs = stagePairs().map(({ from, to }) => `${from}>${to}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    for (const { from, to } of Object.values(moves)) {
      for (const stage of from) expect(pairs).toContain(`${stage}>${to}`);
    }
  });

  it("gives every stage that waits an owner and a clock", () => {
    for (const stage of invoiceStages) expect(stages[stage].waitsFor.length > 0).toBe(movesFrom(stage).length > 0);
  });
});
