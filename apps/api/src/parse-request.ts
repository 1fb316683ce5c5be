import type { Request } from "express";
import type { z } from "zod";
import type { requestFault } from "@plumbline/contract/problem";
import { Problem } from "@plumbline/domain/problem";
import type { Route } from "./route.ts";

export type RequestFault = z.infer<typeof requestFault>;

/** What a request says, checked against its route. */
export type ParsedRequest = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

/**
 * Checks everything a request says and collects every fault, so that a caller sees them all at once. Members that no
 * shape knows are faults too: ignoring them would hide a typing error, or let something in that nobody looked at.
 *
 * @throws Problem `request-invalid` with `errors`
 */
export function parseRequest(route: Route, request: Request): ParsedRequest {
  const faults: RequestFault[] = [];
  const parse = (where: RequestFault["in"], shape: z.ZodType | undefined, value: unknown): unknown => {
    if (shape === undefined) return undefined;
    const parsed = shape.safeParse(value);
    if (!parsed.success) return void faults.push(...parsed.error.issues.flatMap((issue) => toFaults(where, issue)));
    // Only now: a shape bounds how deep a value goes.
    const unkeepable = unkeepableIn(value);
    if (unkeepable.length === 0) return parsed.data;
    faults.push(...unkeepable.map(({ path, reason }) => ({ in: where, field: pathText(path), reason })));
    return undefined;
  };
  const params = parse("params", route.params, request.params);
  const query = parse("query", route.query, request.query);
  const body = parse("body", route.body, request.body);
  if (faults.length > 0) throw requestInvalid(faults);
  return { params, query, body };
}

export const requestInvalid = (faults: readonly RequestFault[]): Problem => {
  const [first] = faults;
  const words = first && `${first.field || "the whole"} (${first.in}): ${first.reason}`;
  return new Problem("request-invalid", {
    detail: faults.length > 1 ? `${words}, and ${faults.length - 1} more` : `${words}`,
    extra: { errors: faults },
  });
};

function toFaults(where: RequestFault["in"], issue: z.core.$ZodIssue): RequestFault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ in: where, field: pathText([...issue.path, key]), reason: "is not known here" }));
  }
  return [{ in: where, field: pathText(issue.path), reason: issue.message }];
}

type Unkeepable = { readonly path: readonly PropertyKey[]; readonly reason: string };

/** Where text, or the name of a member, has what PostgreSQL cannot keep. */
function unkeepableIn(value: unknown, path: readonly PropertyKey[] = []): Unkeepable[] {
  if (typeof value === "string") {
    if (value.includes("\0")) return [{ path, reason: "holds a null character" }];
    return value.isWellFormed() ? [] : [{ path, reason: "holds half of a character: a surrogate without its pair" }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return [...unkeepableIn(key, at), ...unkeepableIn(member, at)];
  });
}

/** `["approvals", 0, "contentHash"]` → `approvals[0].contentHash` */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`))
    .join("");
