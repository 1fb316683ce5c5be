import { createPostgresBackend, type PgPool, Queue as Lane, Worker, type WorkerOptions } from "bullmq";
import pg from "pg";
import type { DueHint, Hint } from "./jobs/hint.ts";

/** Where hints travel: a Redis, or a PostgreSQL database made for them by `prepareQueueDatabase`. */
export type QueueAddress = { readonly kind: "redis" | "postgres"; readonly url: string };

/**
 * Carries hints from relays to workers. It holds nothing that PostgreSQL does not know: whoever uses it must stay right
 * when hints are lost, repeated or late.
 */
export type Queue = {
  /** @throws when the queue does not answer in time; the sweep then hints again */
  readonly hint: (lane: string, hints: readonly DueHint[]) => Promise<void>;
  /** Calls `take` for every hint of a lane, at most `concurrency` at once. `take` must not throw. */
  readonly consume: (lane: string, concurrency: number, take: (hint: Hint) => Promise<void>) => Consumer;
  /** Resolves in bounded time, also when the queue is away. */
  readonly close: () => Promise<void>;
};

export type Consumer = {
  /** Takes no more hints. Does not wait for those taken. */
  readonly pause: () => Promise<void>;
  /** Closes the connections, waiting for hints taken unless `force`. */
  readonly close: (options: { readonly force: boolean }) => Promise<void>;
};

export const queueAddress = (url: string): QueueAddress => ({
  kind: /^rediss?:/.test(url) ? "redis" : "postgres",
  url,
});

const hintTimeoutMs = 2_000;
const closeTimeoutMs = 1_000;
/** A listening connection per lane, and a few for everybody. */
const postgresConnectionsMax = 16;
/** How long a hint may look delivered though it is stuck: after that it goes out under a new id. */
const hintLifetimeMs = 30_000;
/** Between two tries to fetch, when the queue has failed. */
const retryFetchMs = 1_000;

/** @param options.report told about broken connections; they mend themselves */
export function openQueue(
  address: QueueAddress,
  options: { readonly report: (error: Error) => void; readonly prefix?: string },
): Queue {
  const { report, prefix = "plumbline" } = options;
  const backend = address.kind === "redis" ? redisBackend(address.url) : postgresBackend(address.url, report);
  const lanes = new Map<string, Lane>();
  const laneOf = (name: string): Lane => {
    const lane = lanes.get(name) ?? backend.openLane(name, prefix);
    if (!lanes.has(name)) lane.on("error", report);
    lanes.set(name, lane);
    return lane;
  };
  return {
    async hint(lane, hints) {
      if (hints.length === 0) return;
      await within(hintTimeoutMs, laneOf(lane).addBulk(hints.map(toBullJob)));
    },
    consume(lane, concurrency, take) {
      const worker = backend.openWorker(lane, async (job) => take(job.data), {
        prefix,
        concurrency,
        runRetryDelay: retryFetchMs,
      });
      worker.on("error", report);
      return {
        pause: () => worker.pause(true),
        async close({ force }) {
          backend.giveUp();
          // Said goodbye to, a Redis that is away leaves timers behind that keep the process alive.
          const away = await within(closeTimeoutMs, laneOf(lane).getWaitingCount()).then(
            () => false,
            () => true,
          );
          await closed(worker, force || away);
        },
      };
    },
    async close() {
      backend.giveUp();
      await Promise.all([...lanes.values()].map((lane) => closed(lane)));
      await backend.close();
    },
  };
}

/** Says goodbye, or hangs up: a Redis that is away would be waited for until it comes back. */
async function closed(party: Lane | Worker, force = false): Promise<void> {
  const goodbye = party instanceof Worker ? party.close(force) : party.close();
  await within(closeTimeoutMs, goodbye).catch(() => within(closeTimeoutMs, party.disconnect()).catch(() => undefined));
}

type Processor = (job: { readonly data: Hint }) => Promise<void>;
type LaneWorkerOptions = Omit<WorkerOptions, "connection">;

/** Nobody listens to the queue's own events. */
const streams = { events: { maxLen: 100 } };

function redisBackend(url: string) {
  let closing = false;
  // Soon, for as long as it takes: BullMQ's own pace would add 20 s to every outage. But a client that is to close must
  // not wait for a Redis that is away.
  const retryStrategy = (times: number) => (closing ? null : Math.min(times * 100, 2_000));
  return {
    openLane: (name: string, prefix: string) =>
      // Fails at once without a connection: a hint that waits for one is as good as lost, and holds up the relay.
      new Lane(name, {
        prefix,
        connection: { url, enableOfflineQueue: false, maxRetriesPerRequest: 1, retryStrategy },
      }),
    openWorker: (name: string, processor: Processor, options: LaneWorkerOptions) =>
      new Worker(name, processor, { ...options, connection: { url, maxRetriesPerRequest: null, retryStrategy } }),
    giveUp: () => void (closing = true),
    close: async () => undefined,
  };
}

function postgresBackend(url: string, report: (error: Error) => void) {
  const pool = new pg.Pool({
    connectionString: url,
    max: postgresConnectionsMax,
    application_name: "plumbline-queue",
    // A listening connection that was cut silently would otherwise wait for ever.
    keepAlive: true,
    options: "-c search_path=bullmq",
  });
  pool.on("error", report);
  // BullMQ describes the same pool in words of its own, and types a queue by its backend, which nobody here looks at.
  const connection = pool as unknown as PgPool;
  return {
    openLane: (name: string, prefix: string) =>
      new Lane(name, { prefix, streams, connection }, createPostgresBackend) as unknown as Lane,
    openWorker: (name: string, processor: Processor, options: LaneWorkerOptions) =>
      new Worker(name, processor, { ...options, connection }, createPostgresBackend) as unknown as Worker,
    giveUp: () => undefined,
    close: () => pool.end(),
  };
}

/**
 * The id keeps the sweep from piling up copies of a hint that still waits in line. It is no guarantee: claiming in
 * PostgreSQL is what makes a job run once.
 */
function toBullJob({ tenantId, eventId, job, attempts }: DueHint) {
  const epoch = Math.floor(Date.now() / hintLifetimeMs);
  return {
    name: job,
    data: { tenantId, eventId, job } satisfies Hint,
    opts: {
      jobId: `${eventId}.${job}.${attempts}.${epoch}`,
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
