import type { Seen } from "../chaos/chaos-runner.ts";
import type { Failpoint } from "../chaos/failpoints.ts";
import type { Doing } from "./random-month.ts";

/** How often each thing came of each operation. */
export class Tally {
  readonly crashes = new Map<Failpoint, number>();
  readonly bugs: string[] = [];
  readonly #counts = new Map<string, Map<string, number>>();

  count(doing: Doing, { outcome, why }: Seen, failpoint: Failpoint | undefined): void {
    if (outcome === "crashed" && failpoint !== undefined)
      this.crashes.set(failpoint, (this.crashes.get(failpoint) ?? 0) + 1);
    else if (outcome === "crashed") this.bugs.push(`${doing}: the process died by itself`);
    if (outcome === "bug") this.bugs.push(`${doing}: ${why ?? ""}`);
    const table = this.#counts.get(outcome) ?? new Map<string, number>();
    const key = why === undefined || outcome === "bug" ? doing : `${doing}: ${why}`;
    table.set(key, (table.get(key) ?? 0) + 1);
    this.#counts.set(outcome, table);
  }

  table(outcome: Seen["outcome"]): Record<string, number> {
    return Object.fromEntries(
      [...(this.#counts.get(outcome) ?? [])].toSorted(([left], [right]) => (left < right ? -1 : 1)),
    );
  }
}
