import { setTimeout as sleep } from "node:timers/promises";
import { pickDueJobs } from "@plumbline/platform/jobs/pick-due-jobs";
import { type EventRoute, publishOutbox } from "@plumbline/platform/jobs/publish-outbox";
import type { Log } from "@plumbline/platform/log";
import type { Queue } from "@plumbline/platform/queue";
import type { RelayPool } from "@plumbline/platform/relay-pool";
import type { LaneSettings } from "./lanes.ts";
import type { WorkerTiming } from "./timing.ts";

export type Relay = {
  /** Looks again soon: something has changed that makes more work due. */
  readonly wake: () => void;
  /** Resolves when nothing of it is under way any more. */
  readonly stop: () => Promise<void>;
};

type RelayDeps = {
  readonly relay: RelayPool;
  readonly queue: Pick<Queue, "hint">;
  readonly routes: readonly EventRoute[];
  readonly lanes: Readonly<Record<string, LaneSettings>>;
  readonly log: Log;
  readonly timing: Pick<WorkerTiming, "patienceMs">;
};

const eventsMax = 500;
/** Between rounds while there is work; looking more often would only cost the workers their database. */
const busyPauseMs = 20;
/** Between rounds without work, growing. No NOTIFY: its lock would serialise every commit that emits. */
const idlePauseMs = { first: 50, last: 1_000 } as const;

/**
 * Moves committed events on: outbox → jobs → hints, round after round, fair between tenants. Several may run side by
 * side. Its role sees headers only.
 */
export function startRelay(deps: RelayDeps): Relay {
  let stopped = false;
  let woken = false;
  let broken = false;
  let endIdle = () => {};

  const round = async (): Promise<boolean> => {
    try {
      const busy = await relayOnce(deps);
      if (broken) deps.log.info("relay works again");
      broken = false;
      return busy;
    } catch (error) {
      // Told once: PostgreSQL being away for a minute is one piece of news.
      if (!broken) deps.log.error("relay cannot work", { error: (error as Error).message });
      broken = true;
      return false;
    }
  };

  const idle = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      endIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const loop = async () => {
    let idleMs: number = idlePauseMs.first;
    while (!stopped) {
      woken = false;
      const busy = await round();
      if (!busy && !woken && !stopped) {
        await idle(idleMs);
        idleMs = Math.min(idleMs * 2, idlePauseMs.last);
      }
      if (busy || woken) {
        idleMs = idlePauseMs.first;
        await sleep(busyPauseMs);
      }
    }
  };

  const done = loop();
  return {
    wake() {
      woken = true;
      endIdle();
    },
    async stop() {
      stopped = true;
      endIdle();
      await done;
    },
  };
}

/** @returns whether there may be more to do at once */
export async function relayOnce(deps: RelayDeps): Promise<boolean> {
  const { relay, queue, routes, lanes, log, timing } = deps;
  const published = await publishOutbox(relay, { routes, eventsMax });
  let busy = published > 0;
  for (const [lane, { hintsMax }] of Object.entries(lanes)) {
    const { hints, full } = await pickDueJobs(relay, { lane, hintsMax, patienceMs: timing.patienceMs });
    busy ||= full || hints.length > 0;
    try {
      await queue.hint(lane, hints);
    } catch (error) {
      // The jobs are safe in PostgreSQL and due again after the patience.
      log.warn("hints lost", { lane, hints: hints.length, error: (error as Error).message });
    }
  }
  return busy;
}
