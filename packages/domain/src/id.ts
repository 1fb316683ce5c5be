declare const kind: unique symbol;

/** A UUIDv7 that remembers what it names. Mixing two kinds is a compile error. */
export type Id<Kind extends string> = string & { readonly [kind]: Kind };

export type TenantId = Id<"tenant">;
export type ActorId = Id<"actor">;
export type LegalEntityId = Id<"legal-entity">;
export type ClientId = Id<"client">;
export type EngagementId = Id<"engagement">;
export type ProjectId = Id<"project">;
export type WorkerId = Id<"worker">;
export type WorkItemId = Id<"work-item">;
export type RateId = Id<"rate">;
export type BillingRunId = Id<"billing-run">;
export type InvoiceId = Id<"invoice">;
export type InvoiceLineId = Id<"invoice-line">;
export type ExceptionId = Id<"exception">;
export type EventId = Id<"event">;
