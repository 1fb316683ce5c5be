import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import { draftInvoice, refusal } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger(database.current.pool);
});

const run = (sql: string, values: Readonly<Record<string, unknown>> = {}) =>
  ledger.run("coordinator", sql, { ...ledger.ids, ...values });

/** A clock of a new draft, and a message that steps may be told in. */
async function newClock(): Promise<{ readonly clock: string; readonly notice: string }> {
  const { id } = await draftInvoice(ledger);
  const [row] = await run("select id from clocks where invoice_id = :id", { id });
  const notice = newId();
  await run("insert into notices (id, role) values (:notice, 'billing_coordinator')", { notice });
  return { clock: row?.["id"] as string, notice };
}

const takeStep = (of: Awaited<ReturnType<typeof newClock>>, said: Readonly<Record<string, unknown>> = {}) =>
  refusal(
    run(
      `insert into clock_steps (id, clock_id, ordinal, percent, does, from_owner, to_owner, due_at, taken_at, notice_id)
       values (:id, :clock, :ordinal, 50, 'remind', 'auditor', 'auditor', now() + :in::interval, now() + :taken::interval, :notice)`,
      { id: newId(), ordinal: 0, in: "-1 hour", taken: "0", ...of, ...said },
    ),
  );

describe("a clock", () => {
  it("keeps what it is about and since when, and stays stopped", async () => {
    const { clock } = await newClock();
    const { admin } = database.current;
    await expect(
      admin.query("update clocks set since = since - interval '1 day' where id = $1", [clock]),
    ).rejects.toMatchObject({ code: "PL240" });
    await run("update clocks set stopped_at = now() where id = :clock", { clock });
    expect(await refusal(run("update clocks set stopped_at = null where id = :clock", { clock }))).toBe("PL240");
  });

  it("takes steps when they are due, in order, each once, and only while it runs", async () => {
    const of = await newClock();
    expect(await takeStep(of, { in: "1 minute" })).toBe("PL242");
    expect(await takeStep(of, { taken: "-1 minute" })).toBe("PL242");
    expect(await takeStep(of, { ordinal: 1 })).toBe("PL243");
    expect(await takeStep(of)).toBe("allowed");
    expect(await takeStep(of)).toBe("PL243");
    await run("insert into clock_pauses (id, clock_id, reason) values (:id, :clock, 'asked')", { ...of, id: newId() });
    expect(await takeStep(of, { ordinal: 1 })).toBe("PL241");
    await run("update clock_pauses set resumed_at = now(), resumed_by = app.actor() where clock_id = :clock", of);
    expect(await takeStep(of, { ordinal: 1 })).toBe("allowed");
    await run("update clocks set stopped_at = now() where id = :clock", of);
    expect(await takeStep(of, { ordinal: 2 })).toBe("PL241");
  });

  it("is paused while it runs, and each pause ends once, in the own name", async () => {
    const of = await newClock();
    const pause = "insert into clock_pauses (id, clock_id, reason) values (:id, :clock, 'asked')";
    await run(pause, { ...of, id: newId() });
    expect(await refusal(run(pause, { ...of, id: newId() }))).toBe("23505");
    expect(
      await refusal(
        run("update clock_pauses set resumed_at = now(), resumed_by = paused_by where clock_id = :clock", of),
      ),
    ).toBe("allowed");
    expect(
      await refusal(
        run("update clock_pauses set resumed_at = now(), resumed_by = app.actor() where clock_id = :clock", of),
      ),
    ).toBe("PL245");
    await run("update clocks set stopped_at = now() where id = :clock", of);
    expect(await refusal(run(pause, { ...of, id: newId() }))).toBe("PL244");
  });
});

it("keeps a message as it was sent", async () => {
  const { notice } = await newClock();
  const send = "update notices set sent_at = now(), recipients = '{}' where id = :notice";
  expect(await refusal(run(send, { notice }))).toBe("allowed");
  expect(await refusal(run(send, { notice }))).toBe("PL246");
});
