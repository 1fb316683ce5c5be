import pg from "pg";

/** Where in its work an acting process is ended, by the statement that it is about to send. */
const statements = {
  "work is recorded, and not all of it": /insert into work_items/i,
  "a draft has its lines, and not its claims": /insert into claims/i,
  "what a draft was made from is not kept yet": /insert into drafted_contents/i,
  "claims are released, and nothing is drafted anew": /insert into invoice_lines/i,
  "a limit is to be counted": /insert into limit_uses/i,
  "a number is taken, and the invoice not frozen": /insert into invoice_snapshots/i,
  "an entry of the ledger has no postings": /insert into ledger_postings/i,
  "a fact is done, and its event not stated": /insert into outbox/i,
} as const;

const commits = ["before the commit", "after the commit, before the answer"] as const;

export type Failpoint = keyof typeof statements | (typeof commits)[number];
export const failpoints = [...Object.keys(statements), ...commits] as readonly Failpoint[];

type Query = (this: object, ...args: unknown[]) => unknown;
const wrote = new WeakSet<object>();
let armed: Failpoint | undefined;

/** Ends this process with SIGKILL when it next gets to that point; without a point, never. */
export function arm(point: Failpoint | undefined): void {
  armed = point;
}

/** Puts the points into this process: it is one that acts and dies, and nothing else. */
export function installFailpoints(): void {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const send = prototype.query;
  prototype.query = function query(...args) {
    const text = textOf(args[0]);
    const isCommit = /^\s*commit/i.test(text);
    if (/^\s*begin/i.test(text)) wrote.delete(this);
    if (/^\s*(insert|update|with)\b/i.test(text) && /\b(insert into|update)\b/i.test(text)) wrote.add(this);
    const isWrite = isCommit && wrote.has(this);
    if (armed !== undefined && armed in statements && statements[armed as keyof typeof statements].test(text)) die();
    if (armed === "before the commit" && isWrite) die();
    if (armed !== "after the commit, before the answer" || !isWrite) return send.apply(this, args);
    const [config, ...rest] = args;
    const last = rest.at(-1);
    if (typeof last === "function") return send.apply(this, [config, ...rest.slice(0, -1), die]);
    return (send.apply(this, args) as Promise<unknown>).then(die);
  };
}

const textOf = (query: unknown): string =>
  typeof query === "string" ? query : ((query as { readonly text?: string } | undefined)?.text ?? "");

/** As a power failure does: nothing is closed, flushed or told. */
function die(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal may take a moment; until then nothing more is sent.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
}
