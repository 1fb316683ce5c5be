import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Finding } from "../drafts/finding.ts";

const code = "retainer-refund-due";

/** A retainer that expired, with what is left of it. */
export type Expired = {
  readonly engagementId: EngagementId;
  readonly code: string;
  readonly client: string;
  readonly clientId: ClientId;
  readonly currency: Currency;
  readonly expiresOn: LocalDate;
  readonly left: string;
};

/** Money goes back by a person alone: until then it stands here. */
export const refundDue = ({ engagementId, client, currency, expiresOn, left, ...of }: Expired): Finding => ({
  code,
  lane: "business",
  severity: "warn",
  owner: "controller",
  subjectKind: "engagement",
  subjectId: engagementId,
  message: `${amountText(BigInt(left), currency)} that ${client} paid ahead for ${of.code} were not used by ${addDays(expiresOn, -1)}: pay them back and settle the retainer.`,
  entries: 0,
  minutes: 0,
  amountMinor: BigInt(left),
  currency,
  holds: [],
});

/** What was settled is due no more. */
export const closeRefundsDue = ({ tx }: Scope, engagementIds: readonly EngagementId[]) =>
  query(
    tx,
    "update exceptions set state = 'resolved', closed_at = now() where code = ? and state = 'open' and subject_id = any(?)",
    [code, engagementIds],
  );
