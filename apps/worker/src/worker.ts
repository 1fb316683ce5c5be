import { setTimeout as sleep } from "node:timers/promises";
import { hasOpenWork } from "@plumbline/platform/jobs/has-open-work";
import type { EventRoute } from "@plumbline/platform/jobs/publish-outbox";
import type { Log } from "@plumbline/platform/log";
import { openQueue, type QueueAddress } from "@plumbline/platform/queue";
import { openRelayPool } from "@plumbline/platform/relay-pool";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { startClockKeeper } from "./clock-keeper.ts";
import type { Job } from "./job.ts";
import { createJobRunner } from "./job-runner.ts";
import { lanes as allLanes, type LaneSettings } from "./lanes.ts";
import { startRelay } from "./relay.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { workerTiming, type WorkerTiming } from "./timing.ts";

export type Worker = {
  /** Resolves when no event is unpublished and no job is open, anywhere. Rejects once the worker is stopped. */
  readonly idle: () => Promise<void>;
  /** Takes no more work, waits for what runs up to a limit, then lets leases expire. Resolves in bounded time. */
  readonly stop: () => Promise<void>;
};

const relayConnectionsMax = 2;
const idlePollMs = 50;
const queueNewsMs = 30_000;

/**
 * Starts a relay, a keeper of clocks and the consumers of every lane in this process. Start more processes to go faster: they share the
 * work by claiming it in PostgreSQL.
 *
 * @param input.queue must be of the same kind and address for all of them, or hints go unheard
 * @throws Error when a subscription names a job that is not given
 */
export function startWorker(input: {
  readonly pool: TenantPool;
  readonly relayUrl: string;
  readonly queue: QueueAddress;
  readonly log: Log;
  readonly jobs: readonly Job[];
  readonly subscriptions: Subscriptions;
  readonly lanes?: Readonly<Record<string, LaneSettings>>;
  readonly timing?: Partial<WorkerTiming>;
}): Worker {
  const { pool, log, jobs, lanes = allLanes } = input;
  const timing = { ...workerTiming, ...input.timing };
  const routes = routesOf(input.subscriptions, jobs);
  const relayPool = openRelayPool(input.relayUrl, { connectionsMax: relayConnectionsMax });
  const queue = openQueue(input.queue, { report: seldom((error) => log.warn("queue", { error: nameOf(error) })) });
  const relay = startRelay({ relay: relayPool, queue, routes, lanes, log, timing });
  const keeper = startClockKeeper({ pool, relay: relayPool, log });
  const runner = createJobRunner({ pool, jobs, log, timing, finished: relay.wake });
  const consumers = Object.entries(lanes).map(([lane, { concurrency }]) =>
    queue.consume(lane, concurrency, runner.take),
  );

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await Promise.all([relay.stop(), keeper.stop(), ...consumers.map((consumer) => consumer.pause())]);
    const left = await runner.stop();
    if (left > 0) log.warn("stopped with jobs that did not let go", { jobs: left });
    await Promise.all(consumers.map((consumer) => consumer.close({ force: left > 0 })));
    await queue.close();
    await relayPool.close();
  };
  return {
    async idle() {
      while (stopped === undefined) {
        if (!(await hasOpenWork(relayPool))) return;
        await sleep(idlePollMs);
      }
      throw new Error("the worker was stopped before it was idle");
    },
    stop: () => (stopped ??= stop()),
  };
}

/** A queue that is away says so on every connection at every try; once in a while is news enough. */
function seldom(tell: (error: Error) => void): (error: Error) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = performance.now();
    if (now - toldAt < queueNewsMs) return;
    toldAt = now;
    tell(error);
  };
}

/** A refused connection to a host of several addresses has a code and no message. */
const nameOf = (error: Error) => error.message || ("code" in error ? String(error.code) : error.name);

function routesOf(subscriptions: Subscriptions, jobs: readonly Job[]): EventRoute[] {
  const laneOf = new Map(jobs.map((job) => [job.name, job.lane]));
  return Object.entries(subscriptions).flatMap(([event, names]) =>
    names.map((name) => {
      const lane = laneOf.get(name);
      if (lane === undefined) throw new Error(`${event} leads to ${name}, which is not among the jobs`);
      return { event, job: name, lane };
    }),
  );
}
