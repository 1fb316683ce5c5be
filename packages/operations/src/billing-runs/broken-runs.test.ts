import { describe, expect, it } from "vitest";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { billableClient } from "@plumbline/testing/billable-client";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { conserveMinutes } from "../work/conserve-minutes.ts";
import { findBillingRun } from "./find-billing-run.ts";
import { runBilling } from "./run-billing.ts";
import { startBillingRun } from "./start-billing-run.ts";

const database = useTestDatabase();
const october = { start: "2026-10-01" as LocalDate, end: "2026-11-01" as LocalDate };

/** Three clients with two engagements each, an hour on every engagement. */
async function threeClients(): Promise<Firm> {
  const firm = await newFirm(database.current.pool);
  const clients = ["1", "2", "3"];
  const engagements = clients.flatMap((client) => [`${client}a`, `${client}b`]);
  await firm.take(
    "clients",
    clients.map((key) => billableClient(key)),
  );
  await firm.take("rate_cards", [{ card_key: "std", currency: "EUR" }]);
  await firm.take("rates", [{ card_key: "std", role: "Senior", price: "100", effective_from: "2026-01-01" }]);
  await firm.take(
    "engagements",
    engagements.map((key) => ({
      engagement_key: key,
      client_key: key.slice(0, 1),
      code: key,
      card_key: "std",
      approver_email: "manager@firm.example",
    })),
  );
  await firm.take(
    "projects",
    engagements.map((key) => ({ project_key: key, engagement_key: key, name: key })),
  );
  await firm.take("workers", [{ worker_key: "w", name: "Ann" }]);
  await firm.take(
    "time_entries",
    engagements.map((key) => ({
      entry_key: key,
      project_key: key,
      worker_key: "w",
      work_date: "2026-10-05",
      hours: "1",
      role: "Senior",
      status: "approved",
    })),
  );
  return firm;
}

const start = async (firm: Firm) =>
  (await firm.as("billing-runner"))((scope) => startBillingRun(scope, { period: october }));

const drafted = async (firm: Firm): Promise<string[]> => {
  const { rows } = await database.current.admin.query<{ code: string }>(
    "select e.code from invoices i join engagements e on e.id = i.engagement_id where i.tenant_id = $1 order by 1",
    [firm.tenantId],
  );
  return rows.map(({ code }) => code);
};

describe("a billing run that breaks off", () => {
  it("goes on behind the last client that was committed", async () => {
    const firm = await threeClients();
    const billingRunId = await start(firm);
    const { rows } = await database.current.admin.query("select id from clients where tenant_id = $1 order by id", [
      firm.tenantId,
    ]);
    await database.current.admin.query(
      `update billing_runs set state = 'running', lease_until = now() - interval '1 second', done_through = $2, clients_done = 1
        where id = $1`,
      [billingRunId, rows[0].id],
    );
    expect(await runBilling(await firm.as("billing-runner"), { billingRunId })).toBe("done");
    expect(await drafted(firm)).toEqual(["2a", "2b", "3a", "3b"]);
    const auditor = await firm.as("auditor");
    const run = await auditor((scope) => findBillingRun(scope, { billingRunId }));
    expect(run).toMatchObject({ clientsTotal: 3, clientsDone: 3 });
  });

  it("is left alone while another worker holds its lease", async () => {
    const firm = await threeClients();
    const billingRunId = await start(firm);
    await database.current.admin.query(
      "update billing_runs set state = 'running', lease_until = now() + interval '1 minute' where id = $1",
      [billingRunId],
    );
    expect(await runBilling(await firm.as("billing-runner"), { billingRunId })).toBeUndefined();
    expect(await drafted(firm)).toEqual([]);
  });

  it("is left for the next worker at once when its own is told to stop", async () => {
    const firm = await threeClients();
    const billingRunId = await start(firm);
    const runner = await firm.as("billing-runner");
    const stopped = runBilling(runner, { billingRunId, signal: AbortSignal.abort(new Error("stopping")) });
    await expect(stopped).rejects.toThrow("stopping");
    expect(await runBilling(runner, { billingRunId })).toBe("done");
    expect(await drafted(firm)).toEqual(["1a", "1b", "2a", "2b", "3a", "3b"]);
  });

  it("keeps the drafts of finished clients when it is cancelled on its way", async () => {
    const firm = await threeClients();
    const billingRunId = await start(firm);
    await database.current.admin.query("update billing_runs set cancel_requested = true where id = $1", [billingRunId]);
    expect(await runBilling(await firm.as("billing-runner"), { billingRunId })).toBe("cancelled");
    const minutes = await (await firm.as("auditor"))(conserveMinutes);
    expect(minutes.drafted + minutes.unbilled).toBe(360);
  });
});

it("holds the one engagement it cannot draft, names the reason, and bills the rest of the client", async () => {
  const firm = await threeClients();
  // A currency that nobody knows the digits of cannot be written down, so drafting throws.
  await database.current.admin.query(`
    insert into rate_cards (tenant_id, id, key, currency) select tenant_id, id, 'zzz', 'ZZZ' from engagements where code = '2a' and tenant_id = '${firm.tenantId}';
    insert into rates (tenant_id, id, rate_card_id, role, price_minor, effective_from)
      select tenant_id, id, id, 'Senior', 100, '2026-01-01' from engagements where code = '2a' and tenant_id = '${firm.tenantId}';
    update engagements set currency = 'ZZZ', rate_card_id = id where code = '2a' and tenant_id = '${firm.tenantId}'`);
  expect(await runBilling(await firm.as("billing-runner"), { billingRunId: await start(firm) })).toBe("done");
  expect(await drafted(firm)).toEqual(["1a", "1b", "2b", "3a", "3b"]);
  const { rows } = await database.current.admin.query(
    "select code, lane, owner, entries, message from exceptions where tenant_id = $1 and lane = 'technical'",
    [firm.tenantId],
  );
  expect(rows).toMatchObject([{ code: "billing-failed", owner: "automation_admin", entries: 1 }]);
  expect(await (await firm.as("auditor"))(conserveMinutes)).toMatchObject({ drafted: 300, held: 60 });
});

it("takes terms that nobody can read for no terms, and holds that engagement as not ready", async () => {
  const firm = await threeClients();
  await database.current.admin.query(
    `update engagement_terms set terms = '{"paymentTermsDays": 30}'
      where engagement_id = (select id from engagements where tenant_id = $1 and code = '2a')`,
    [firm.tenantId],
  );
  expect(await runBilling(await firm.as("billing-runner"), { billingRunId: await start(firm) })).toBe("done");
  expect(await drafted(firm)).toEqual(["1a", "1b", "2b", "3a", "3b"]);
  const { rows } = await database.current.admin.query(
    "select code, lane from exceptions where tenant_id = $1 and severity = 'block'",
    [firm.tenantId],
  );
  expect(rows).toEqual([{ code: "engagement-not-ready", lane: "business" }]);
});

it("holds only the client whose rows the database refuses", async () => {
  const firm = await threeClients();
  // A fault that only the database sees, such as a full disk, and only for one client.
  await database.current.admin.query(
    `create function refuse_one() returns trigger language plpgsql as $$ begin
       if exists (select 1 from clients c where c.id = new.client_id and c.name = 'Client 2') then raise exception 'no space left'; end if;
       return new; end $$;
     create trigger refuse_one before insert on invoices for each row execute function refuse_one()`,
  );
  try {
    expect(await runBilling(await firm.as("billing-runner"), { billingRunId: await start(firm) })).toBe("done");
  } finally {
    await database.current.admin.query("drop function refuse_one cascade");
  }
  expect(await drafted(firm)).toEqual(["1a", "1b", "3a", "3b"]);
  expect(await (await firm.as("auditor"))(conserveMinutes)).toMatchObject({ drafted: 240, held: 120, unbilled: 0 });
});
