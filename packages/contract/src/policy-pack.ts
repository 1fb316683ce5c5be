import { z } from "zod";
import { roleNames } from "@plumbline/domain/access/roles";
import { subjects } from "@plumbline/domain/policy/facts";
import { type PolicyError, policyInvalid } from "@plumbline/domain/policy/policy-error";
import { layers, outcomes, policyCategories, type PolicyPack, severities } from "@plumbline/domain/policy/policy-pack";

/** Bounds what one file can cost to check. */
const rulesMax = 200;
const casesMax = 50;
const expressionLengthMax = 1_000;

const name = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "must be lower-case words joined by hyphens");
const expression = z.string().trim().min(1).max(expressionLengthMax);
const facts = z.record(z.string(), z.unknown());

const parameterName = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, "must be one word that begins in lower case");
const parameterSchema = z
  .strictObject({ value: z.int(), from: z.int().exactOptional(), to: z.int().exactOptional() })
  .refine(({ value, from = value, to = value }) => from <= value && value <= to, "must lie between from and to");

const adjustmentSchema = z.strictObject({
  rule: name,
  severity: z.enum(severities).exactOptional(),
  off: z.literal(true).exactOptional(),
  parameters: z.record(parameterName, z.int()).exactOptional(),
  because: z.string().min(1).max(300),
});

const ruleSchema = z.strictObject({
  id: name,
  on: z.enum(subjects),
  when: expression.exactOptional(),
  require: expression,
  severity: z.enum(severities),
  category: z.enum(policyCategories),
  owner: z.enum(roleNames),
  message: z.string().min(1).max(300),
  fix: name.exactOptional(),
  parameters: z.record(parameterName, parameterSchema).exactOptional(),
  adjustable: z
    .strictObject({ severity: z.enum(severities).exactOptional(), off: z.boolean().exactOptional() })
    .exactOptional(),
  waivable: z.boolean().exactOptional(),
  cases: z.array(z.strictObject({ given: z.record(z.string(), facts), expect: z.enum(outcomes) })).max(casesMax),
});

/** The shape of `tenants/<slug>/policies/*.yaml`. Whether its rules make sense is `compileBundle`'s question. */
export const policyPackSchema = z
  .strictObject({
    pack: name,
    layer: z.enum(layers).exactOptional(),
    client: z.uuid().exactOptional(),
    adjust: z.array(adjustmentSchema).max(rulesMax).exactOptional(),
    rules: z.array(ruleSchema).max(rulesMax),
  })
  .refine(({ rules, adjust = [] }) => rules.length + adjust.length > 0, {
    message: "there is neither a rule nor an adjustment",
    path: ["rules"],
  })
  .refine(({ layer, client }) => (layer === "client") === (client !== undefined), {
    message: "a pack of the layer client names its client, and no other does",
    path: ["client"],
  });

/**
 * Reads a pack from the value of a parsed file.
 *
 * @param file  named in errors while the pack has no name of its own
 * @throws Problem `policy-invalid` with `extra.errors`, a list of PolicyError naming pack, rule and field
 */
export function parsePolicyPack(value: unknown, file: string): PolicyPack {
  const parsed = policyPackSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw policyInvalid(parsed.error.issues.map((issue) => fromZodIssue(issue, value, file)));
}

function fromZodIssue(issue: z.core.$ZodIssue, value: unknown, file: string): PolicyError {
  const pack = textAt(value, "pack") ?? file;
  const [first, position, ...inRule] = issue.path;
  if (first !== "rules" || position === undefined)
    return { pack, rule: "", field: pathText(issue.path), reason: issue.message };
  const rules: unknown = typeof value === "object" && value !== null && "rules" in value ? value.rules : undefined;
  const rule: unknown = Array.isArray(rules) ? rules[Number(position)] : undefined;
  return {
    pack,
    rule: textAt(rule, "id") ?? `rules[${String(position)}]`,
    field: pathText(inRule),
    reason: issue.message,
  };
}

function textAt(value: unknown, key: "pack" | "id"): string | undefined {
  const member: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof member === "string" && member !== "" ? member : undefined;
}

/** `["cases", 0, "given"]` → `cases[0].given` */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
