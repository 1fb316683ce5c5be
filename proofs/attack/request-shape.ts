import { z } from "zod";
import type { Route } from "../../apps/api/src/route.ts";

/** The part of JSON Schema that our shapes come out as. */
export type Schema = {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
};

/** What a caller can say to a route, as data. */
export type Said = { readonly params: unknown; readonly query: unknown; readonly body: unknown };
export const places = ["params", "query", "body"] as const;
export type Place = (typeof places)[number];
export type Path = readonly (string | number)[];
export type Leaf = { readonly place: Place; readonly path: Path; readonly schema: Schema };

/** The shape of one place of a route, its references followed. */
export function schemaOf(route: Route, place: Place): Schema | undefined {
  const shape = route[place];
  if (shape === undefined) return undefined;
  const whole = z.toJSONSchema(shape, { io: "input", unrepresentable: "any" }) as Schema & {
    $defs?: Record<string, Schema>;
  };
  const follow = (schema: Schema): Schema => {
    const found =
      schema.$ref === undefined ? schema : { ...whole.$defs?.[schema.$ref.replace("#/$defs/", "")], ...schema };
    const { $ref: _followed, properties, items, anyOf, oneOf, allOf, ...rest } = found;
    return {
      ...rest,
      ...(properties && {
        properties: Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, follow(of)])),
      }),
      ...(items && { items: follow(items) }),
      ...(anyOf && { anyOf: anyOf.map(follow) }),
      ...(oneOf && { oneOf: oneOf.map(follow) }),
      ...(allOf && { allOf: allOf.map(follow) }),
    };
  };
  return follow(whole);
}

/** Every place that names a thing by its id. */
export function idLeaves(route: Route): Leaf[] {
  const leaves: Leaf[] = [];
  for (const place of places) {
    const walk = (schema: Schema, path: Path): void => {
      if (schema.format === "uuid") leaves.push({ place, path, schema });
      for (const [name, of] of Object.entries(schema.properties ?? {})) walk(of, [...path, name]);
      if (schema.items !== undefined) walk(schema.items, [...path, 0]);
      for (const of of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) walk(of, path);
    };
    const schema = schemaOf(route, place);
    if (schema !== undefined) walk(schema, []);
  }
  return leaves;
}

/**
 * A value of a shape: what is required, and every member on the way to `towards`; all of them when it says "everything".
 *
 * @param valueOf gives the value of a member that its shape does not tell, by its name; undefined for any
 */
export function sampleOf(
  schema: Schema,
  towards: Path | "everything",
  valueOf: (name: string, schema: Schema) => unknown,
  name = "",
): unknown {
  const known = valueOf(name, schema);
  if (known !== undefined) return known;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.example ?? schema.enum[0];
  const [variant] = schema.oneOf ?? schema.anyOf ?? [];
  if (variant !== undefined) return sampleOf(variant, towards, valueOf, name);
  if (schema.properties !== undefined || schema.type === "object") {
    const members = Object.entries(schema.properties ?? {}).filter(
      ([member]) => schema.required?.includes(member) || towards === "everything" || towards[0] === member,
    );
    return Object.fromEntries(
      members.map(([member, of]) => {
        const onward = towards === "everything" ? towards : towards[0] === member ? towards.slice(1) : [];
        // An example of the whole says more than those of its parts: a period ends after it starts.
        const example = (schema.example as Readonly<Record<string, unknown>> | undefined)?.[member] ?? of.example;
        return [member, sampleOf({ ...of, example }, onward, valueOf, member)];
      }),
    );
  }
  if (schema.type === "array") {
    const onward = towards === "everything" ? towards : towards.slice(1);
    const wanted = schema.minItems !== undefined || towards === "everything" || towards.length > 0;
    return wanted ? [sampleOf(schema.items ?? {}, onward, valueOf, name)] : [];
  }
  if (schema.example !== undefined) return schema.example;
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 1;
  if (schema.type === "boolean") return true;
  return "x".repeat(Math.max(1, schema.minLength ?? 1));
}

/** The same value with another at one path. */
export function withValue(value: unknown, path: Path, next: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return next;
  if (Array.isArray(value)) return value.with(Number(head), withValue(value[Number(head)], rest, next));
  const record = (value ?? {}) as Record<string, unknown>;
  return { ...record, [head]: withValue(record[head], rest, next) };
}

/** Path and query string of what is said to a route. */
export function addressOf(route: Route, { params, query }: Pick<Said, "params" | "query">): string {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  );
  const search = new URLSearchParams(
    Object.entries((query ?? {}) as Record<string, unknown>).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]),
  ).toString();
  return search === "" ? path : `${path}?${search}`;
}
