import { createClient } from "@plumbline/client/client";
import type { ProblemWire } from "@plumbline/contract/problem";

/** The API at this page's own address; the portal's server adds who asks. */
export const api = createClient({ baseUrl: location.origin });

/** A refusal of the API, with what a person needs to ask for help. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  /** Such as `content-changed`; undefined when the answer was not one of the API's. */
  readonly kind: string | undefined;
  readonly document: ProblemWire;

  constructor(document: ProblemWire) {
    super(document.detail ?? document.title);
    this.status = document.status;
    this.kind = /^\/problems\/([a-z-]+)$/.exec(document.type)?.[1];
    this.document = document;
  }
}

type Answered<Data> = { readonly data?: Data; readonly error?: unknown; readonly response: Response };

/**
 * What was answered.
 *
 * @throws ApiProblem for a refusal. Somebody whose session ended is sent to sign in and comes back to this page
 */
export async function answered<Data>(asked: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (data !== undefined) return data;
  if (response.status === 401) await signInAgain();
  throw new ApiProblem(toProblem(error, response));
}

/** Leaves the page, so nothing after it is reached. */
function signInAgain(): Promise<never> {
  const here = `${location.pathname}${location.search}`;
  location.assign(`/sign-in?returnTo=${encodeURIComponent(here)}`);
  return new Promise(() => {});
}

const isProblem = (value: unknown): value is ProblemWire =>
  typeof value === "object" && value !== null && "title" in value && "status" in value;

const toProblem = (error: unknown, response: Response): ProblemWire =>
  isProblem(error)
    ? error
    : {
        type: "about:blank",
        title: response.statusText || `HTTP ${response.status}`,
        status: response.status,
        ...(response.headers.has("request-id") && { requestId: response.headers.get("request-id") ?? "" }),
      };

/** Each press of a button is one intention: repeated by the network, it still happens once. */
export const newIdempotencyKey = (): string => crypto.randomUUID();
