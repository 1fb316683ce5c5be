import type { Draft } from "./assemble-drafts.ts";

/** Where an invoice stands among those of its client. */
export type Place = {
  readonly entity: string;
  readonly payer: string;
  readonly profile: string;
  readonly currency: string;
  readonly engagement: string | null;
  readonly project: string | null;
  /** Number of the purchase order, where invoices are made by it: empty for what has none. */
  readonly order?: string | null;
};

/**
 * Whether a draft stands where the invoice stands. Tax treatment and order may differ, that may be why it is revised; only
 * where invoices are made by order does its number say which one it is.
 */
export const isAt = ({ engagement, projectId }: Draft, place: Place): boolean =>
  engagement.entityId === place.entity &&
  engagement.payerId === place.payer &&
  engagement.profileId === place.profile &&
  engagement.currency === place.currency &&
  (place.engagement === null || engagement.id === place.engagement) &&
  (projectId ?? null) === place.project &&
  (typeof place.order !== "string" || (engagement.order?.number ?? "") === place.order);
