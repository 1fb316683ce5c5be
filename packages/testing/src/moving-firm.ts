import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { Problem } from "@plumbline/domain/problem";
import { listLedgerBalances } from "@plumbline/operations/ledger/list-ledger-balances";
import { listLedgerFaults } from "@plumbline/operations/ledger/list-ledger-faults";
import { findStatement } from "@plumbline/operations/receivables/find-statement";
import { listReceivables } from "@plumbline/operations/receivables/list-receivables";
import { query } from "@plumbline/platform/sql";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { type Given, takeTerms } from "./credit-scenario-firm.ts";
import { type Firm, firmFolder, newFirm } from "./firm.ts";
import { whatDiffers } from "./what-differs.ts";
import { accountOf, agree, play, type Row, type Step } from "./moving-steps.ts";

export type MovingScenario = {
  readonly title: string;
  readonly rule: string;
  readonly given?: Given & { readonly number_format?: string };
  readonly do: readonly Step[];
  readonly expect: {
    readonly accounts?: Readonly<Record<string, string>>;
    readonly ageing?: Row;
    readonly statement?: readonly string[];
    readonly limits?: readonly string[];
    /** What is left of money that was taken over, in minor units. */
    readonly held?: readonly string[];
  };
};

/** A firm that moves in with one client and one engagement; what is done tells what comes of it. */
export async function playMoving(pool: TenantPool, { given = {}, do: steps }: MovingScenario) {
  const clock = { now: new Date(`${steps[0]?.on}T08:00:00Z`) };
  const { tenant } = await firmFolder("moving");
  const [entity] = tenant.legalEntities;
  if (entity === undefined) throw new Error("the folder has no legal entity");
  const own = { ...entity, ...(given.number_format !== undefined && { invoiceNumbers: given.number_format }) };
  const firm = await newFirm(pool, { clock: () => clock.now, folder: { legalEntities: [own] } });
  await takeTerms(firm, given, "DE");
  await agree(firm);
  const said: (string | readonly string[])[] = [];
  for (const [index, step] of steps.entries()) {
    clock.now = new Date(`${step.on}T10:00:00Z`);
    said.push(await play(firm, step, index).catch(toRefusal));
  }
  return { said, state: await stateOf(firm) };
}

const toRefusal = (cause: unknown): string => {
  if (cause instanceof Problem) return `${cause.kind}: ${cause.detail ?? ""}`;
  throw cause;
};

async function stateOf(firm: Firm) {
  const auditor = await firm.as("controller");
  return auditor(async (scope) => {
    const { clientId } = await accountOf(scope);
    const { accounts } = await findStatement(scope, {
      clientId,
      start: "2026-01-01" as LocalDate,
      end: "2028-01-01" as LocalDate,
    });
    const [owed] = (await listReceivables(scope, { limit: 10 })).items;
    return {
      accounts: Object.fromEntries(
        (await listLedgerBalances(scope, {})).map(({ account, side, balance }) => [
          account,
          `${side} ${balance.amount}`,
        ]),
      ),
      ageing: Object.fromEntries(
        Object.entries(owed ?? {}).flatMap(([name, value]) =>
          "amount" in value && value.amount !== "0.00" ? [[name, value.amount]] : [],
        ),
      ),
      statement: accounts.flatMap(({ entries }) =>
        entries.map(({ bookedOn, what, reference, balance }) => `${bookedOn} ${what} ${reference}: ${balance.amount}`),
      ),
      limits: (await query<{ limit: string }>(scope.tx, limitsSql)).map(({ limit }) => limit),
      held: (await query<{ held: string }>(scope.tx, heldSql)).map(({ held }) => held),
      faults: await listLedgerFaults(scope),
      differs: await whatDiffers(auditor),
    };
  });
}

const limitsSql = `
  select kind || ' ' || measure || ': ' || used || ' of ' || total as limit from limits where total is not null order by 1`;

const heldSql = `
  select y.reference || ': ' || -sum(p.amount_minor) as held
    from payments y join ledger_entries e on e.tenant_id = y.tenant_id and e.payment_id = y.id
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account in ('unapplied_cash', 'retainer_liability')
   where y.opening group by y.id, y.reference having sum(p.amount_minor) <> 0 order by 1`;
