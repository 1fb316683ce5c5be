import { z } from "zod";
import type { Permission } from "@plumbline/domain/access/permissions";
import type { ProblemKind } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import type { Storage } from "@plumbline/platform/storage";
import type { Caller } from "./caller.ts";

/** Who may ask: holders of a permission, every member of the firm, or anybody who knows its address. */
export type Needs = Permission | "member" | "anybody";

/** What a route is handed: everything parsed, one transaction open, and proof of who asks. */
export type Call<Params, Query, Body> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly scope: Scope;
  /** Absent where anybody may ask. */
  readonly caller: Caller | undefined;
  /** The version the caller saw, when they said so with `If-Match`. */
  readonly ifMatch: number | undefined;
  readonly storage: Storage;
  /** Firms live at `<slug>.<domain>`. */
  readonly domain: string;
};

/** A file that an answer carries. */
export type Download = {
  readonly mediaType: string;
  readonly fileName: string;
  readonly hash: string;
  readonly bytes: Uint8Array;
};

/** A file that came with a request: kept already, and known by its hash. */
export type Upload = { readonly storageKey: string; readonly hash: string; readonly bytes: number };

/** What an entity tag is made of: a count of changes, or a hash. */
export type Version = number | string;

/** What `handle` may give: what the shape takes, read-only allowed. */
type Told<T> = unknown extends T
  ? T
  : T extends string | number | boolean | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Told<Item>[]
      : { readonly [Name in keyof T]: Told<T[Name]> };

type Common = {
  readonly path: `/v1/${string}`;
  /** One line, in the imperative: what a caller gets done. */
  readonly summary: string;
  readonly needs: Needs;
  readonly problems: readonly ProblemKind[];
};

type AnyShape = z.ZodObject;
const nothing = z.strictObject({});
type Nothing = typeof nothing;

type Shapes<Params extends AnyShape, Query extends AnyShape> = { readonly params?: Params; readonly query?: Query };

type JsonAnswer<Answer extends z.ZodType> = { readonly status: 200 | 201 | 202; readonly body: Answer };

/** A route as the server, the OpenAPI document and the coverage tests see it: its own types forgotten. */
export type Route = Common & {
  readonly method: "get" | "post";
  readonly params: AnyShape;
  readonly query: AnyShape;
  readonly body: z.ZodType | undefined;
  readonly upload: { readonly mediaType: string; readonly bytesMax: number } | undefined;
  readonly answers:
    | { readonly kind: "json"; readonly status: 200 | 201 | 202; readonly body: z.ZodType }
    | { readonly kind: "file"; readonly mediaTypes: readonly string[] };
  /** How long the answer to a write is remembered. Money is remembered for ever. */
  readonly keep: "month" | "forever";
  /** The answer shows a secret once, and is never kept. */
  readonly answerIsSecret: boolean;
  /** Takes `If-Match`. */
  readonly conditional: boolean;
  readonly etag: ((answer: unknown) => Version) | undefined;
  /** The tag is for `If-Match` alone: what is answered changes without a new version, too. */
  readonly tagOnly: boolean;
  readonly location: ((answer: unknown) => string) | undefined;
  readonly handle: (call: Call<unknown, unknown, unknown>, upload?: Upload) => Promise<unknown>;
};

const defaults = {
  body: undefined,
  upload: undefined,
  keep: "month",
  answerIsSecret: false,
  conditional: false,
  etag: undefined,
  tagOnly: false,
  location: undefined,
} as const;

/**
 * A read. It runs in one snapshot, in which writing fails.
 *
 * @param definition.etag the version of what is answered, where it has one
 */
export function read<Answer extends z.ZodType, Params extends AnyShape = Nothing, Query extends AnyShape = Nothing>(
  definition: Common &
    Shapes<Params, Query> & {
      readonly answers: Answer;
      readonly etag?: (answer: Told<z.input<Answer>>) => Version;
      readonly tagOnly?: true;
      readonly handle: (call: Call<z.output<Params>, z.output<Query>, undefined>) => Promise<Told<z.input<Answer>>>;
    },
): Route {
  const { answers, ...rest } = definition;
  return forget({ ...rest, method: "get", answers: { kind: "json", status: 200, body: answers } });
}

/**
 * A write: one transaction, in which the answer is remembered under the caller's Idempotency-Key. What is refused leaves
 * nothing behind, the key included.
 */
export function write<
  Answer extends z.ZodType,
  Params extends AnyShape = Nothing,
  Query extends AnyShape = Nothing,
  Body extends z.ZodType = Nothing,
>(
  definition: Common &
    Shapes<Params, Query> & {
      readonly body?: Body;
      readonly answers: JsonAnswer<Answer>;
      readonly keep?: "forever";
      readonly answerIsSecret?: true;
      readonly conditional?: true;
      readonly etag?: (answer: Told<z.input<Answer>>) => Version;
      readonly location?: (answer: Told<z.input<Answer>>) => string;
      readonly handle: (
        call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
      ) => Promise<Told<z.input<Answer>>>;
    },
): Route {
  const { answers, ...rest } = definition;
  return forget({ body: nothing, ...rest, method: "post", answers: { kind: "json", ...answers } });
}

/** A read whose answer is a file. */
export function download<Params extends AnyShape = Nothing, Query extends AnyShape = Nothing>(
  definition: Common &
    Shapes<Params, Query> & {
      readonly mediaTypes: readonly string[];
      readonly handle: (call: Call<z.output<Params>, z.output<Query>, undefined>) => Promise<Download>;
    },
): Route {
  const { mediaTypes, ...rest } = definition;
  return forget({ ...rest, method: "get", answers: { kind: "file", mediaTypes } });
}

/** A write whose body is a file: kept first, streaming and bounded, then told to `handle` by where it lies and its hash. */
export function upload<Answer extends z.ZodType, Query extends AnyShape = Nothing>(
  definition: Common & {
    readonly query?: Query;
    readonly upload: { readonly mediaType: string; readonly bytesMax: number };
    readonly answers: JsonAnswer<Answer>;
    readonly location?: (answer: Told<z.input<Answer>>) => string;
    readonly handle: (
      call: Call<z.output<Nothing>, z.output<Query>, undefined>,
      file: Upload,
    ) => Promise<Told<z.input<Answer>>>;
  },
): Route {
  const { answers, ...rest } = definition;
  return forget({ ...rest, method: "post", answers: { kind: "json", ...answers } });
}

/** Each route is handed only what its own shapes parsed, so forgetting its types here is safe. */
const forget = (route: object): Route =>
  ({ params: nothing, query: nothing, ...defaults, ...route }) as unknown as Route;
