import type { SlaPolicyWire } from "@plumbline/contract/clock";
import { platformTerms, waitNames } from "@plumbline/domain/clock/waits";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { PolicyRow } from "./clock-planner.ts";

type Row = PolicyRow & { readonly by_name: string };

/**
 * How long each thing may wait, as it holds for what starts to wait now: what the firm said last, or the platform's terms.
 *
 * @throws Problem `permission-missing`
 */
export async function listSlaPolicies(scope: Scope): Promise<readonly SlaPolicyWire[]> {
  demand(scope, "invoice.read");
  const rows = await query<Row>(
    scope.tx,
    `select distinct on (p.wait) p.id, p.wait, p.owner, p.hours, p.steps, p.recorded_at, m.name as by_name
       from sla_policies p join memberships m on m.tenant_id = p.tenant_id and m.id = p.recorded_by
      order by p.wait, p.recorded_at desc, p.id desc`,
  );
  const said = new Map(rows.map((row) => [row.wait, row]));
  return [...new Set([...waitNames, ...said.keys()])].map((wait) => toWire(wait, said.get(wait)));
}

function toWire(wait: string, said: Row | undefined): SlaPolicyWire {
  const { what, ...platform } = platformTerms(wait);
  const owner = said?.owner ?? platform.owner;
  return {
    wait,
    waitsFor: what,
    hours: said?.hours ?? platform.hours,
    steps: [...(said?.steps ?? platform.steps)],
    ...(owner !== undefined && { owner }),
    ...(said !== undefined && { recorded: { at: said.recorded_at.toISOString(), by: said.by_name } }),
  };
}

/** One of them, for whoever recorded it. */
export const findSlaPolicy = async (scope: Scope, { wait }: { readonly wait: string }): Promise<SlaPolicyWire> =>
  // It was recorded a moment ago, so it is there.
  (await listSlaPolicies(scope)).find((policy) => policy.wait === wait) as SlaPolicyWire;
