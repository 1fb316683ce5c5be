import type { Firm } from "@plumbline/testing/firm";
import type { QueueAddress } from "@plumbline/platform/queue";
import type { Failpoint } from "./failpoints.ts";

/** How an acting process is started: where its database is, and the module whose `operations` it knows. */
export type ActorSettings = {
  readonly appUrl: string;
  readonly contextKey: { readonly id: number; readonly secret: string };
  readonly operations: string;
};

/** How a worker is started that may die: as an acting process is, and where its queue and its documents are. */
export type WorkerSettings = Omit<ActorSettings, "operations"> & {
  readonly relayUrl: string;
  readonly queue: QueueAddress;
  readonly documentsFolder: string;
};

/** Where in its work a worker is to die. */
export type Doom = { readonly failpoint: Failpoint };

/** One thing to do, by one firm. The same seed makes the same choices. */
export type Asked = {
  readonly n: number;
  readonly firm: Pick<Firm, "slug" | "tenantId">;
  readonly operation: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly failpoint?: Failpoint;
};

/** An action and its subject, as the audit must remember them. */
export type Fact = readonly [action: string, subjectId: string];

export type Outcome = "ready" | "done" | "nothing to do" | "refused" | "bug";

export type Answer = {
  readonly n: number;
  readonly outcome: Outcome;
  readonly why?: string;
  readonly facts: readonly Fact[];
};

export type Operations = Readonly<
  Record<
    string,
    (call: {
      readonly firm: Firm;
      readonly random: () => number;
      readonly args: Readonly<Record<string, unknown>>;
    }) => Promise<"done" | "nothing to do" | "refused">
  >
>;
