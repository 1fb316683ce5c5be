import { setTimeout as sleep } from "node:timers/promises";
import type { TenantId } from "@plumbline/domain/id";
import { keepClocks } from "@plumbline/operations/clocks/keep-clocks";
import { enterTenantById } from "@plumbline/operations/tenants/enter-tenant";
import { firmsToLookAt } from "@plumbline/platform/jobs/firms-to-look-at";
import type { Log } from "@plumbline/platform/log";
import type { RelayPool } from "@plumbline/platform/relay-pool";
import type { TenantPool } from "@plumbline/platform/tenancy";

type KeeperDeps = { readonly pool: TenantPool; readonly relay: RelayPool; readonly log: Log };

/** Firms whose clocks could not be kept and of which that was told. */
type Told = Set<string>;

/** Between looks. Steps are hours apart; a second late is in time. */
const pauseMs = 1_000;

/**
 * Looks after the clocks of all firms, round after round. Several may run side by side, in as many processes as there are. When
 * something is due is asked of the database: what the clock of this machine says changes only how often it is asked.
 */
export function startClockKeeper(deps: KeeperDeps): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const told: Told = new Set();
  let broken = false;

  const round = async (): Promise<boolean> => {
    try {
      const kept = await keepOnce(deps, told);
      if (broken) deps.log.info("clocks are kept again");
      broken = false;
      return kept > 0;
    } catch (error) {
      // Told once: PostgreSQL being away for a minute is one piece of news.
      if (!broken) deps.log.error("clocks cannot be kept", { error: (error as Error).message });
      broken = true;
      return false;
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const isBusy = await round();
      if (!isBusy) await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const done = loop();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** One look after each firm that has something due, so that a flood of one delays no other. @returns clocks looked after */
export async function keepOnce({ pool, relay, log }: KeeperDeps, told: Told = new Set()): Promise<number> {
  let kept = 0;
  for (const tenantId of await firmsToLookAt(relay)) {
    try {
      // Written by ourselves.
      const inScope = await enterTenantById(pool, tenantId as TenantId, { kind: "system", name: "clock-keeper" });
      kept += await inScope(keepClocks);
      told.delete(tenantId);
    } catch (error) {
      if (told.has(tenantId)) continue;
      told.add(tenantId);
      log.error("clocks of a firm not kept", { tenant: tenantId, error: (error as Error).message });
    }
  }
  return kept;
}
