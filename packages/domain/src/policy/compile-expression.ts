import { Environment } from "@marcbachmann/cel-js";
import { calledFunction, type CelNode, childrenOf, factRead } from "./cel-tree.ts";
import { factTypesOf, type Subject } from "./facts.ts";

/** Groups of facts by name, as CEL reads them. */
export type FactGroups = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Decides on facts; `"unknown"` when a fact is missing or the computation fails. Never throws. */
export type Predicate = (facts: FactGroups) => boolean | "unknown";

/** A rule is a sentence. Longer ones are programs, and their cost could no longer be told from their text. */
const limits = { maxAstNodes: 200, maxDepth: 24, maxListElements: 100, maxMapEntries: 0, maxCallArguments: 3 };

/** A list longer than this makes a rule unknown, so that no fact can make a rule slow. */
export const factListLengthMax = 1_000;

const macros: readonly string[] = ["exists", "all", "exists_one", "filter"];

/** Nothing else may be called: conversions, `dyn` and dates would only loosen the types, and no fact needs them. */
const functions: readonly string[] = [
  "has",
  "size",
  "contains",
  "startsWith",
  "endsWith",
  "trim",
  "lowerAscii",
  ...macros,
];

/** Known to CEL authors, so the refusal says why. */
const refusedFunctions: Readonly<Record<string, string>> = {
  matches: "matches is refused: a pattern can be written that runs for ever",
};

/**
 * Compiles a CEL expression over the facts of a subject.
 *
 * It is type-checked against the fact table, then runs over the plain facts without copying them, at more than twice
 * the speed of the checked environment, which wraps every group it touches.
 *
 * @param parameters what `parameter.<name>` stands for
 * @returns the predicate, or the reason why the expression is refused
 */
export function compileExpression(
  subject: Subject,
  expression: string,
  parameters?: Readonly<Record<string, bigint>>,
): Predicate | Refused {
  const { checked, plain } = parameters ? environmentsWith(subject, parameters) : environmentsOf(subject);
  try {
    const program = plain.parse(expression);
    const refused = callRefused(program.ast, false);
    if (refused) return { refused };
    const lists = listFactsIn(program.ast, subject);
    const typed = checked.check(expression);
    // The plain environment knows no facts' types, so only the checked one can tell what comes out.
    const failed = [typed, program.check()].find((check) => !check.valid);
    if (failed) return { refused: failed.error?.summary ?? "it does not type-check", ...placeOf(failed.error) };
    if (typed.type !== "bool") return { refused: `it must say yes or no, but is of type ${typed.type}` };
    return withParameters(guarded(program, lists), parameters);
  } catch (error) {
    // The parser is the only thing here that throws.
    return { refused: error instanceof Error ? summaryOf(error) : String(error), ...placeOf(error) };
  }
}

/** Why an expression is refused, and how many characters into it, where that is known. */
export type Refused = { readonly refused: string; readonly offset?: number };

const withParameters = (predicate: Predicate, parameter: Readonly<Record<string, bigint>> | undefined): Predicate =>
  parameter === undefined ? predicate : (facts) => predicate({ ...facts, parameter });

function environmentsWith(subject: Subject, parameters: Readonly<Record<string, bigint>>) {
  const { checked, plain } = newEnvironments(subject);
  const schema = Object.fromEntries(Object.keys(parameters).map((name) => [name, "int"]));
  checked.registerVariable({ name: "parameter", schema });
  plain.registerVariable("parameter", "map<string, dyn>");
  return { checked, plain };
}

const environments = new Map<Subject, { readonly checked: Environment; readonly plain: Environment }>();

function environmentsOf(subject: Subject) {
  const known = environments.get(subject);
  if (known) return known;
  const pair = newEnvironments(subject);
  environments.set(subject, pair);
  return pair;
}

function newEnvironments(subject: Subject) {
  const checked = new Environment({ limits });
  const plain = new Environment({ limits });
  for (const [group, schema] of Object.entries(factTypesOf(subject))) {
    checked.registerVariable({ name: group, schema: { ...schema } });
    plain.registerVariable(group, "map<string, dyn>");
  }
  return { checked, plain };
}

/** The first call that is not allowed, or a loop inside a loop, whose cost would be the product of two lists. */
function callRefused(node: CelNode, inLoop: boolean): string | undefined {
  const name = calledFunction(node);
  const isLoop = name !== undefined && macros.includes(name);
  if (name !== undefined && !functions.includes(name)) {
    return (Object.hasOwn(refusedFunctions, name) ? refusedFunctions[name] : undefined) ?? `a rule cannot call ${name}`;
  }
  if (isLoop && inLoop) return `${name} stands inside another loop over a list`;
  // The first child is the list, which is computed once before the loop begins.
  for (const [index, child] of childrenOf(node).entries()) {
    const refused = callRefused(child, inLoop || (isLoop && index > 0));
    if (refused) return refused;
  }
  return undefined;
}

function listFactsIn(node: CelNode, subject: Subject): (readonly [group: string, name: string])[] {
  const [group = "", name = ""] = factRead(node)?.split(".") ?? [];
  const isList = factTypesOf(subject)[group]?.[name]?.startsWith("list") ?? false;
  return [
    ...(isList ? [[group, name] as const] : []),
    ...childrenOf(node).flatMap((child) => listFactsIn(child, subject)),
  ];
}

/** Turns whatever goes wrong at run time into `"unknown"`. */
function guarded(program: (facts: FactGroups) => unknown, lists: readonly (readonly [string, string])[]): Predicate {
  const isTooLong = (facts: FactGroups) =>
    lists.some(([group, name]) => {
      const list = facts[group]?.[name];
      return Array.isArray(list) && list.length > factListLengthMax;
    });
  return (facts) => {
    if (lists.length > 0 && isTooLong(facts)) return "unknown";
    try {
      const result = program(facts);
      return typeof result === "boolean" ? result : "unknown";
    } catch {
      return "unknown";
    }
  };
}

/** CEL errors carry a one-line summary beside a message that draws the expression. */
const summaryOf = (error: Error): string =>
  "summary" in error && typeof error.summary === "string" ? error.summary : error.message;

const placeOf = (error: unknown): { readonly offset?: number } => {
  const range: unknown = error instanceof Error && "range" in error ? error.range : undefined;
  const start: unknown = typeof range === "object" && range !== null && "start" in range ? range.start : undefined;
  return typeof start === "number" ? { offset: start } : {};
};
