import type { Log } from "@plumbline/platform/log";

/** What the composition root hands to the server. */
export type ServerDeps = {
  readonly log: Log;
  /** Resolves when the database answers as the runtime role, and rejects when it does not. */
  readonly checkDatabase: () => Promise<void>;
};
