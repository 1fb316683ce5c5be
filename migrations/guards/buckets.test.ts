import { beforeEach, describe, expect, it } from "vitest";
import { newId } from "@plumbline/platform/new-id";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { advance, type Draft, draftInvoice, refusal, workFor } from "@plumbline/testing/ledger-invoices";
import { type Ledger, openLedger, say } from "@plumbline/testing/ledger";
import { useTestDatabase } from "@plumbline/testing/test-database";

const database = useTestDatabase();
let ledger: Ledger;
let bucket: string;

beforeEach(async () => {
  ledger = await openLedger(database.current.pool);
  bucket = await bucketFrom("2026-01-01", "2026-02-01");
});

/** Two hours, one of which may be carried over. */
async function bucketFrom(starts: string, ends: string): Promise<string> {
  const id = newId();
  await ledger.run(
    "coordinator",
    `insert into hour_buckets (id, engagement_id, starts_on, ends_on, minutes, carry_max)
     values (:id, :engagement, :starts, :ends, 120, 60)`,
    { ...ledger.ids, id, starts, ends },
  );
  return id;
}

type Said = { readonly minutes?: number; readonly carried?: boolean; readonly outcome?: string; readonly of?: Draft };

/** An hour of 5 January, covered by the bucket. */
async function drawOn(tx: TenantTx, work: string, { minutes = 60, carried = false, outcome = "covered", of }: Said) {
  const claim = newId();
  const values = { ...ledger.ids, claim, work, bucket, minutes, carried, outcome, id: of?.id ?? null };
  await say(
    tx,
    `insert into claims (id, work_item_id, work_item_version, minutes, outcome, reason, billing_run_id)
     values (:claim, :work, 1, 60, :outcome, 'bought', :run)`,
    values,
  );
  await say(
    tx,
    `insert into bucket_draws (claim_id, bucket_id, minutes, carried, invoice_id, content_version, state)
     select :claim, :bucket, :minutes, :carried, :id::uuid, case when :id::uuid is not null then 1 end,
            case when :id::uuid is null then 'consumed' else 'reserved' end`,
    values,
  );
  return claim;
}

const draw = async (said: Said = {}) => {
  const work = await workFor(ledger);
  return ledger.as("coordinator", (tx) => drawOn(tx, work, said));
};

describe("an hour bucket", () => {
  it("covers no more than was bought, whoever asks at once", async () => {
    const tries = [1, 2, 3, 4].map(() => refusal(draw()));
    expect((await Promise.all(tries)).toSorted()).toEqual(["23514", "23514", "allowed", "allowed"]);
  });

  it("covers nothing after its period beyond what may be carried over", async () => {
    bucket = await bucketFrom("2025-12-01", "2026-01-01");
    expect(await refusal(draw())).toBe("PL142");
    expect(await refusal(draw({ carried: true }))).toBe("allowed");
    expect(await refusal(draw({ carried: true }))).toBe("23514");
  });

  it.each(["used = 0", "carried = 0", "minutes = 30"])("is counted and not written: %s", async (set) => {
    bucket = await bucketFrom("2025-12-01", "2026-01-01");
    await draw({ carried: true });
    const code = set.startsWith("minutes") ? "23514" : "PL141";
    expect(
      await refusal(ledger.run("coordinator", `update hour_buckets set ${set} where id = :bucket`, { bucket })),
    ).toBe(code);
  });

  it("covers only time that is claimed as covered, in its days and no more than it draws", async () => {
    expect(await refusal(draw({ outcome: "no_charge" }))).toBe("PL142");
    expect(await refusal(draw({ minutes: 59 }))).toBe("PL142");
    expect(await refusal(draw({ carried: true }))).toBe("PL142");
    bucket = await bucketFrom("2026-01-06", "2026-02-06");
    expect(await refusal(draw())).toBe("PL142");
  });
});

describe("a draw", () => {
  const settle = (claim: string, state: string, released: string) =>
    refusal(
      ledger.as("coordinator", async (tx) => {
        if (state !== "")
          await say(tx, "update bucket_draws set state = :state where claim_id = :claim", { claim, state });
        if (released !== "") await say(tx, "update claims set released_at = now() where id = :claim", { claim });
      }),
    );

  it("is given back with its claim, once", async () => {
    const claim = await draw({ of: await draftInvoice(ledger) });
    expect(await settle(claim, "released", "")).toBe("PL142");
    expect(await settle(claim, "", "released")).toBe("PL142");
    expect(await settle(claim, "released", "released")).toBe("allowed");
    expect(await settle(claim, "released", "")).toBe("PL140");
  });

  it("is final when its invoice is issued, and not before", async () => {
    const claim = await draw({ of: await draftInvoice(ledger) });
    expect(await settle(claim, "consumed", "")).toBe("PL143");
    const shown = await draftInvoice(ledger);
    await draw({ of: shown });
    expect(await refusal(advance(ledger, shown, "issued"))).toBe("PL143");
    expect(await refusal(advance(ledger, shown, "discarded"))).toBe("PL143");
  });

  it("that no invoice shows is final at once", async () => {
    const claim = await draw();
    expect(await settle(claim, "released", "released")).toBe("PL140");
  });

  it("goes back, final as it is, once the time it covers was edited", async () => {
    const claim = await draw();
    await ledger.as("coordinator", async (tx) => {
      const work = "(select work_item_id from claims where id = :claim)";
      await say(tx, `update work_items set current = false where id = ${work}`, { claim });
      await say(
        tx,
        `insert into work_items (id, version, kind, engagement_id, project_id, worked_on, minutes, status)
         select id, 2, kind, engagement_id, project_id, worked_on, 90, status from work_items where id = ${work}`,
        { claim },
      );
    });
    expect(await settle(claim, "released", "")).toBe("PL142");
    expect(await settle(claim, "released", "released")).toBe("allowed");
    expect(await settle(claim, "released", "")).toBe("PL140");
  });
});
