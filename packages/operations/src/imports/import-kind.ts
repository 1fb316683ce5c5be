import type { Scope } from "@plumbline/platform/scope";
import type { References } from "./references.ts";
import type { RowIssue, RowReader } from "./row-reader.ts";

/** A parsed row with the id it has or will have. */
export type Keyed<Item> = { readonly id: string; readonly item: Item };

/** How one kind of row is understood and saved. Everything around it (streaming, quarantine, versions) is shared. */
export type ImportKindSpec<Item> = {
  /** The column that a second row of the same key is refused under. */
  readonly keyField: string;
  /** What identifies the row in its source; an edited row keeps it. */
  readonly key: (row: RowReader) => string;
  /** Reads and checks; faults go to `row.issues`, and an item with faults is never saved. */
  readonly read: (row: RowReader, references: References) => Item;
  /** Finds rows, by id, that contradict one before them in the batch or what is in the tables. The others are saved. */
  readonly contradictions?: (scope: Scope, items: readonly Keyed<Item>[]) => Promise<ReadonlyMap<string, RowIssue>>;
  readonly add: (scope: Scope, items: readonly Keyed<Item>[]) => Promise<void>;
  /** Saves edited rows. Gives a reason for each id it must refuse. */
  readonly change: (scope: Scope, items: readonly Keyed<Item>[]) => Promise<ReadonlyMap<string, string> | void>;
};
