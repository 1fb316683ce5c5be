import type { Role } from "@plumbline/domain/access/roles";
import type { Subject } from "./facts.ts";

/** What happens when a rule does not hold: `block` stops the subject, `warn` shows, `inform` is only recorded. */
export const severities = ["block", "warn", "inform"] as const;
export type Severity = (typeof severities)[number];

/** The lane a broken rule goes to: finance and project people, or the platform and administrators. */
export const policyCategories = ["business", "technical"] as const;
export type PolicyCategory = (typeof policyCategories)[number];

export const outcomes = ["pass", "inform", "warn", "block", "unknown"] as const;
export type Outcome = (typeof outcomes)[number];

/** An example that the rule must decide as it says, checked whenever the rule is loaded. */
export type PolicyCase = {
  /** Group → fact → value; what it leaves out is unknown. Integers are plain numbers here. */
  readonly given: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly expect: Outcome;
};

/** A rule as its author wrote it. */
export type PolicyRule = {
  readonly id: string;
  readonly on: Subject;
  /** CEL. Where it is false the rule passes; without it the rule always applies. */
  readonly when?: string;
  /** CEL. What must hold. */
  readonly require: string;
  readonly severity: Severity;
  readonly category: PolicyCategory;
  /** Who has to cure it. */
  readonly owner: Role;
  /** One sentence for the owner. */
  readonly message: string;
  /** Name of the action that cures it. */
  readonly fix?: string;
  readonly cases: readonly PolicyCase[];
  /** Whole numbers that the expressions call `parameter.<name>`; layers below may set them within `from` and `to`. */
  readonly parameters?: Readonly<Record<string, PolicyParameter>>;
  /** What layers below may loosen: the severity down to this one, or all of it. */
  readonly adjustable?: { readonly severity?: Severity; readonly off?: boolean };
  /** Whether a person may let what it says about an invoice pass for a time. They may when it says nothing. */
  readonly waivable?: boolean;
};

/** Without `from` and `to` nobody below may set it. */
export type PolicyParameter = { readonly value: number; readonly from?: number; readonly to?: number };

/** What a pack says otherwise about a rule of a layer above its own. */
export type PolicyAdjustment = {
  readonly rule: string;
  readonly severity?: Severity;
  readonly off?: boolean;
  readonly parameters?: Readonly<Record<string, number>>;
  /** One sentence for whoever reads it next. */
  readonly because: string;
};

/** Whose rules a pack holds, the highest first. */
export const layers = ["platform", "partner", "tenant", "client"] as const;
export type Layer = (typeof layers)[number];

/** Rules that are published together. */
export type PolicyPack = {
  readonly pack: string;
  /** A pack that says none is the firm's own. */
  readonly layer?: Layer;
  /** The id of the client it is about; of layer `client` only. */
  readonly client?: string;
  readonly adjust?: readonly PolicyAdjustment[];
  readonly rules: readonly PolicyRule[];
};

export const layerOf = ({ layer = "tenant" }: Pick<PolicyPack, "layer">): Layer => layer;

/** Whether a firm may write it: what stands above comes with the service. */
export const isOwn = (pack: PolicyPack): boolean => layerOf(pack) === "tenant" || layerOf(pack) === "client";
