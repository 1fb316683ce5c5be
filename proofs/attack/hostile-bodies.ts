import { gzipSync } from "node:zlib";
import { type Path, type Schema, withValue } from "./request-shape.ts";

/** Members that no request may bring, whatever else is known: what is ours to decide, and what JavaScript gives a meaning. */
export const fixedStrangers = [
  "tenantId",
  "tenant_id",
  "tenant",
  "id",
  "stage",
  "version",
  "role",
  "roles",
  "isAdmin",
  "permissions",
  "actorId",
  "createdBy",
  "$where",
  "",
  "a.b",
  "toString",
  "hasOwnProperty",
  "constructor",
  "prototype",
  "__proto__",
] as const;

/** Each object in a value, by its path: every one must refuse what it does not know. */
export function objectsIn(schema: Schema, value: unknown, path: Path = []): { path: Path; known: readonly string[] }[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => objectsIn(schema.items ?? {}, item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  // A record takes any member: its values are what is checked.
  if (schema.properties === undefined && typeof schema.additionalProperties === "object") return [];
  // Where a shape has variants, the members of each of them are known.
  const known = [schema, ...(schema.anyOf ?? [])].flatMap(({ properties }) => Object.keys(properties ?? {}));
  return [
    { path, known },
    ...Object.entries(value).flatMap(([name, of]) => objectsIn(schema.properties?.[name] ?? {}, of, [...path, name])),
  ];
}

/** JSON text of an object at a path with more members; text, because an object cannot hold every name. */
export function jsonWith(value: unknown, path: Path, members: readonly string[]): string {
  const more = members.map((name) => `${JSON.stringify(name)}:"planted"`).join(",");
  if (path.length === 0) {
    const text = JSON.stringify(value ?? {});
    return text === "{}" ? `{${more}}` : `${text.slice(0, -1)},${more}}`;
  }
  const mark = "\u0001here\u0001";
  const inner = path.reduce<unknown>((at, part) => (at as Record<string, unknown>)[part as string], value);
  return JSON.stringify(withValue(value, path, mark)).replace(JSON.stringify(mark), () => jsonWith(inner, [], members));
}

/** `["approvals", 0]` and `tenantId` → `approvals[0].tenantId`, as a fault names it. */
export const fieldName = (path: Path, member: string): string =>
  [...path, member]
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${part}`))
    .join("");

const deep = 20_000;
/** JSON texts of values that a member may be given in place of what it takes. */
const wrongValues: readonly string[] = [
  "null",
  "true",
  "[]",
  "{}",
  "0",
  "-1",
  "1.5",
  "1e308",
  "1e400",
  "-0",
  "9007199254740993",
  "123456789012345678901234567890",
  `""`,
  `"\\u0000"`,
  `"\\ud800"`,
  `"${"x".repeat(100_000)}"`,
  `"'; drop table invoices; --"`,
  `"__proto__"`,
  `{"$ne":null}`,
  `{"toString":null,"valueOf":null}`,
  `[[[[[[[[[[[]]]]]]]]]]]`,
];

/** The same request with one member after another made something else, as JSON text with the value it stands for. */
export function wrongMembers(value: unknown, path: Path = []): { path: Path; text: string; parsed: unknown }[] {
  const at = (parts: Path): unknown =>
    parts.reduce<unknown>((of, part) => (of as Record<string, unknown>)[part as string], value);
  const inner = at(path);
  const below = Array.isArray(inner)
    ? inner.map((_, index) => [...path, index])
    : typeof inner === "object" && inner !== null
      ? Object.keys(inner).map((name) => [...path, name])
      : [];
  const here = wrongValues.map((wrong) => {
    const mark = "\u0001here\u0001";
    const text = JSON.stringify(withValue(value, path, mark)).replace(JSON.stringify(mark), () => wrong);
    return { path, text, parsed: JSON.parse(text) as unknown };
  });
  return [...here, ...below.flatMap((part) => wrongMembers(value, part))];
}

/** The same request with a member said twice: the last one counts, whoever reads it. */
export const membersTwice = (schema: Schema, value: unknown): ReturnType<typeof wrongMembers> =>
  objectsIn(schema, value).flatMap(({ path, known }) =>
    known.map((name) => {
      const text = jsonWith(value, path, [name]);
      return { path: [...path, name], text, parsed: JSON.parse(text) as unknown };
    }),
  );

/** Whole bodies that are no request of anybody, whatever the route takes. */
export const unreadableBodies: readonly { name: string; body: string | Buffer; headers?: Record<string, string> }[] = [
  { name: "half an object", body: `{"a":` },
  { name: "no JSON", body: "hello" },
  { name: "a deep nest", body: "[".repeat(deep) + "]".repeat(deep) },
  { name: "a deep nest of objects", body: `${`{"a":`.repeat(deep)}1${"}".repeat(deep)}` },
  { name: "a nest that does not end", body: "[".repeat(deep) },
  { name: "more than a megabyte", body: `{"a":"${"x".repeat(2 ** 20)}"}` },
  { name: "a gzip bomb", body: gzipSync(Buffer.alloc(2 ** 25, " ")), headers: { "content-encoding": "gzip" } },
  { name: "an unknown encoding", body: "{}", headers: { "content-encoding": "zstd" } },
  { name: "a form", body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } },
  { name: "plain text", body: "{}", headers: { "content-type": "text/plain" } },
  { name: "no media type", body: "{}", headers: { "content-type": "" } },
  {
    name: "UTF-16",
    body: Buffer.from("{}", "utf16le"),
    headers: { "content-type": "application/json; charset=utf-16" },
  },
  { name: "an array", body: "[]" },
  { name: "a text", body: `"a"` },
  { name: "a number", body: "1" },
  { name: "null", body: "null" },
];
