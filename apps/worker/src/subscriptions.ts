import type { EventName } from "@plumbline/contract/events";
import type { JobName } from "./jobs.ts";

/** Which jobs an event leads to. An event that is not listed leads to none. */
export type Subscriptions<Name extends string = string> = Readonly<Partial<Record<EventName, readonly Name[]>>>;

/** Operations state facts; this table says who cares. */
export const subscriptions = {
  "import.received": ["run-import"],
  "import.done": ["revise-overtaken"],
  "time.approved": ["revise-overtaken"],
  "client.vat_id_checked": ["settle-tax"],
  "billing_run.started": ["run-billing"],
  "invoice.issued": ["render-invoice"],
  "notice.written": ["send-notice"],
} as const satisfies Subscriptions<JobName>;
