import type { Ruling } from "@plumbline/domain/policy/evaluate";
import { type Facts, factTypesOf } from "@plumbline/domain/policy/facts";

/** Facts as they are kept: group → name → value. What was not known is absent. */
export type KeptFacts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Facts as JSON can hold them: whole numbers as text, since they may be larger than JSON is exact for. */
export const storedFacts = (facts: Facts<"invoice">): unknown =>
  JSON.parse(JSON.stringify(facts, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)));

/** A fact that was not known then is not known now. */
export const fromStoredFacts = (stored: KeptFacts): Facts<"invoice"> =>
  Object.fromEntries(
    Object.entries(factTypesOf("invoice")).map(([group, types]) => [
      group,
      Object.fromEntries(
        Object.entries(types).map(([name, type]) => {
          const value = stored[group]?.[name];
          return [name, type === "int" && typeof value === "string" ? BigInt(value) : value];
        }),
      ),
    ]),
    // Groups and names are those of the table that the type is made of.
  ) as unknown as Facts<"invoice">;

export const storedRulings = (rulings: readonly Ruling[]): unknown =>
  rulings.map(({ ruleId, outcome }) => ({ rule: ruleId, outcome }));
