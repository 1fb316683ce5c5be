import type { PolicyError } from "./policy-error.ts";
import {
  layerOf,
  layers,
  type PolicyAdjustment,
  type PolicyPack,
  type PolicyRule,
  severities,
  type Severity,
} from "./policy-pack.ts";

/** How a rule holds: as it was written, or as layers below it said. */
export type RuleSettings = {
  readonly severity: Severity;
  readonly off: boolean;
  readonly parameters: Readonly<Record<string, bigint>>;
};

/** A rule once every layer has had its say. */
export type LayeredRule = {
  readonly pack: PolicyPack;
  readonly rule: PolicyRule;
  readonly settings: RuleSettings;
  /** Where it holds otherwise for a client. */
  readonly byClient: ReadonlyMap<string, RuleSettings>;
};

/** Settings on their way down, with what a layer has set already: those below may only raise the severity. */
type Standing = RuleSettings & { readonly set: ReadonlySet<string> };
type Refuse = (field: string, reason: string) => void;

/**
 * Lets each layer adjust the rules of those above it: raise a severity, or loosen what the rule marks as adjustable.
 *
 * @returns the rules in the order of the packs, and everything that no layer may say
 */
export function applyLayers(packs: readonly PolicyPack[]): {
  readonly rules: readonly LayeredRule[];
  readonly errors: readonly PolicyError[];
} {
  const errors: PolicyError[] = [];
  const rules = packs.flatMap((pack) => pack.rules.map((rule) => ({ pack, rule })));
  const written = new Map(rules.map((each) => [each.rule.id, each]));
  const standing = new Map<string, Standing>();
  const clients = new Map<string, Map<string, Standing>>();
  for (const pack of packs.toSorted((left, right) => rankOf(left) - rankOf(right))) {
    for (const [index, adjustment] of (pack.adjust ?? []).entries()) {
      const refuse: Refuse = (field, reason) =>
        errors.push({ pack: pack.pack, rule: "", field: `adjust[${index}]${field}`, reason });
      const of = written.get(adjustment.rule);
      const refusal = of === undefined ? `there is no rule ${adjustment.rule}` : misplaced(pack, of);
      if (of === undefined || refusal !== undefined) {
        refuse(".rule", refusal ?? "");
        continue;
      }
      const { id } = of.rule;
      const byClient = clients.get(id) ?? new Map<string, Standing>();
      const before = byClient.get(pack.client ?? "") ?? standing.get(id) ?? asWritten(of.rule);
      const after = adjusted(before, { rule: of.rule, adjustment, refuse });
      if (pack.client === undefined) standing.set(id, after);
      else clients.set(id, byClient.set(pack.client, after));
    }
  }
  return {
    errors,
    rules: rules.map(({ pack, rule }) => ({
      pack,
      rule,
      settings: standing.get(rule.id) ?? asWritten(rule),
      byClient: clients.get(rule.id) ?? new Map<string, Standing>(),
    })),
  };
}

const rankOf = (pack: PolicyPack): number => layers.indexOf(layerOf(pack));

export const parametersOf = ({ parameters = {} }: PolicyRule): Readonly<Record<string, bigint>> =>
  Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, BigInt(value)]));

const asWritten = (rule: PolicyRule): Standing => ({
  severity: rule.severity,
  off: false,
  parameters: parametersOf(rule),
  set: new Set(),
});

function misplaced(pack: PolicyPack, of: { readonly pack: PolicyPack; readonly rule: PolicyRule }): string | undefined {
  if (rankOf(pack) <= rankOf(of.pack))
    return `${of.rule.id} is a rule of the layer ${layerOf(of.pack)}, which is not above ${layerOf(pack)}`;
  if (pack.client !== undefined && of.rule.on === "worker_week")
    return "a week is worked for several clients, so no client has a rule about it";
  return undefined;
}

function adjusted(
  before: Standing,
  {
    rule,
    adjustment,
    refuse,
  }: { readonly rule: PolicyRule; readonly adjustment: PolicyAdjustment; readonly refuse: Refuse },
): Standing {
  const { severity, off = false, parameters = {} } = adjustment;
  if (severity === undefined && !off && Object.keys(parameters).length === 0) refuse("", "it adjusts nothing");
  if (severity !== undefined) refuseSeverity(before, { rule, severity, refuse });
  if (off && !(rule.adjustable?.off ?? false)) refuse(".off", `${rule.id} does not say that it may be turned off`);
  else if (off && before.set.has("severity")) refuse(".off", "a layer above set its severity");
  for (const [name, value] of Object.entries(parameters)) refuseParameter(before, { rule, name, value, refuse });
  return {
    severity: severity ?? before.severity,
    off: before.off || off,
    parameters: {
      ...before.parameters,
      ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, BigInt(value)])),
    },
    set: new Set([...before.set, ...(severity === undefined ? [] : ["severity"]), ...Object.keys(parameters)]),
  };
}

/** `severities` begins with the strictest. */
const isLooser = (severity: Severity, than: Severity): boolean =>
  severities.indexOf(severity) > severities.indexOf(than);

function refuseSeverity(
  before: Standing,
  { rule, severity, refuse }: { readonly rule: PolicyRule; readonly severity: Severity; readonly refuse: Refuse },
): void {
  if (!isLooser(severity, before.severity)) return;
  const lowest = rule.adjustable?.severity;
  if (lowest === undefined) refuse(".severity", `${rule.id} does not say that it may be less than ${before.severity}`);
  else if (isLooser(severity, lowest)) refuse(".severity", `${rule.id} may not be less than ${lowest}`);
  else if (before.set.has("severity")) refuse(".severity", `a layer above set it to ${before.severity}`);
}

function refuseParameter(
  before: Standing,
  asked: { readonly rule: PolicyRule; readonly name: string; readonly value: number; readonly refuse: Refuse },
): void {
  const { rule, name, value, refuse } = asked;
  const at = `.parameters.${name}`;
  const parameter = rule.parameters && Object.hasOwn(rule.parameters, name) ? rule.parameters[name] : undefined;
  if (parameter === undefined) return refuse(at, `${rule.id} has no parameter ${name}`);
  const { from, to } = parameter;
  if (from === undefined && to === undefined) return refuse(at, `${rule.id} does not say that ${name} may be adjusted`);
  if (value < (from ?? parameter.value) || value > (to ?? parameter.value))
    return refuse(at, `it must lie between ${from ?? parameter.value} and ${to ?? parameter.value}`);
  if (before.set.has(name)) refuse(at, "a layer above set it");
}
