import { Worker } from "node:worker_threads";
import type { InvoiceView } from "../invoice/invoice-view.ts";
import { PdfError, type PdfErrorCode } from "./pdf-error.ts";

export type PdfRenderer = {
  /**
   * Renders one invoice as a tagged PDF/A-3b. The same view and instant give the same bytes.
   *
   * @param createdAt  printed into the file's metadata; take it from the issue date, never from the clock
   * @throws PdfError  `queue_full` at once; `compile_failed`, `timed_out`, `crashed` or `closed` for this document only
   */
  readonly render: (view: InvoiceView, options: { readonly createdAt: Date }) => Promise<Uint8Array>;
  /** Refuses what waits, finishes what runs, ends the threads. */
  readonly close: () => Promise<void>;
};

export type PdfRendererOptions = {
  readonly threads: number;
  /** Documents that may wait for a thread. */
  readonly queueMax?: number;
  readonly timeoutMs?: number;
  /** A thread ends after this many, and with it whatever native memory the typesetter did not give back. */
  readonly documentsPerThread?: number;
  /** The program of a thread; tests give one that misbehaves. */
  readonly program?: URL;
};

export type PdfRequest = { readonly view: InvoiceView; readonly createdAt: Date };
export type PdfReply =
  | { readonly pdf: Uint8Array }
  | { readonly error: { readonly code: PdfErrorCode; readonly message: string } };

const defaults = { queueMax: 1_000, timeoutMs: 30_000, documentsPerThread: 100 };
const heapMaxMb = 256;

type Job = PdfRequest & {
  readonly resolve: (pdf: Uint8Array) => void;
  readonly reject: (error: PdfError) => void;
};

/** One place in the pool: its thread, when one is up, and what it is doing, when it is not idle. */
type Slot = { worker?: Worker | undefined; rendered: number; busy?: Promise<void> | undefined };

/** Threads start with the first document that needs them, and keep no process alive while they are idle. */
export function openPdfRenderer(options: PdfRendererOptions): PdfRenderer {
  const { threads, queueMax, timeoutMs, documentsPerThread } = { ...defaults, ...options };
  if (!(threads >= 1)) throw new RangeError("a renderer needs at least one thread");
  const program = options.program ?? new URL("./pdf-worker.ts", import.meta.url);
  const slots: Slot[] = Array.from({ length: threads }, () => ({ rendered: 0 }));
  const queue: Job[] = [];
  let closed = false;

  const serve = async (slot: Slot): Promise<void> => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const worker = (slot.worker ??= startWorker(program));
      const { reply, usable } = await converse(worker, job, timeoutMs);
      if ("pdf" in reply) job.resolve(reply.pdf);
      else job.reject(new PdfError(reply.error.code, reply.error.message));
      slot.rendered += 1;
      if (usable && slot.rendered < documentsPerThread) continue;

      const ended = worker.terminate();
      slot.worker = undefined;
      slot.rendered = 0;
      // The memory of a spent thread comes back before its successor takes as much. A stuck one may take seconds to
      // leave native code; nobody waits for it.
      if (usable) await ended;
    }
    slot.busy = undefined;
  };

  return {
    render: (view, { createdAt }) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new PdfError("closed", "the renderer is closed"));
        if (queue.length >= queueMax) return reject(new PdfError("queue_full", `${queueMax} documents wait already`));
        queue.push({ view, createdAt, resolve, reject });
        const idle = slots.find((slot) => !slot.busy);
        if (idle) idle.busy = serve(idle);
      }),
    close: async () => {
      closed = true;
      for (const job of queue.splice(0)) job.reject(new PdfError("closed", "the renderer is closing"));
      await Promise.all(slots.flatMap((slot) => slot.busy ?? []));
      await Promise.all(slots.flatMap((slot) => slot.worker?.terminate() ?? []));
    },
  };
}

/** No environment: a document needs no setting and no secret. */
const startWorker = (program: URL): Worker =>
  new Worker(program, { env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: heapMaxMb } });

/** Asks a thread for one document. Whatever happens to the thread becomes the reply, and whether it can go on. */
function converse(
  worker: Worker,
  { view, createdAt }: PdfRequest,
  timeoutMs: number,
): Promise<{ reply: PdfReply; usable: boolean }> {
  return new Promise((resolve) => {
    const settle = (reply: PdfReply, usable: boolean): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      // A thread that was given up may still complain; nobody listens.
      worker.on("error", () => undefined);
      worker.unref();
      resolve({ reply, usable });
    };
    const fail = (code: PdfErrorCode, message: string) => settle({ error: { code, message } }, false);
    const timer = setTimeout(() => fail("timed_out", `no document after ${timeoutMs} ms`), timeoutMs);
    worker.removeAllListeners();
    worker.on("message", (reply: PdfReply) => settle(reply, true));
    worker.on("error", (error) => fail("crashed", `the thread failed: ${String(error)}`));
    worker.on("exit", (exitCode) => fail("crashed", `the thread ended with code ${exitCode}`));
    worker.ref();
    worker.postMessage({ view, createdAt } satisfies PdfRequest);
  });
}
