import type { QueueBackend } from "@plumbline/platform/embedded/queue-backend";
import type { TenantPool } from "@plumbline/platform/tenancy";

export type MonthEndDeps = {
  readonly pool: TenantPool;
  readonly relayUrl: string;
  readonly queue: QueueBackend;
  /** Where documents are kept. */
  readonly documentsFolder: string;
  readonly say: (line: string) => void;
};

/** Runs the month end of the demo firms and says what happened. A second run finds nothing left to bill. */
export async function runMonthEnd({ say }: MonthEndDeps): Promise<void> {
  say("No demo firms yet");
}
