import { type Client, createClient } from "@plumbline/client/client";
import { Failure } from "../failure.ts";
import { type Answered, asProblem, toRefusal } from "./refusal.ts";
import { send } from "./send.ts";

/** Who a command acts as. */
export type Credentials = {
  readonly authorization: () => Promise<string>;
  /** Gets a newer token after a refusal; false when there is none to be had. */
  readonly renew: () => Promise<boolean>;
};

/** The API of one firm, asked as one caller. */
export type Connection = {
  readonly apiUrl: URL;
  readonly tenant: string;
  /** Asks until there is an answer: what was only busy or lost is asked again, under the same Idempotency-Key. */
  readonly ask: <T>(perform: (client: Client) => Promise<Answered<T>>) => Promise<T>;
};

type Timing = {
  /** How long an API that was there may be away before we give up. */
  readonly patienceMs: number;
  readonly firstWaitMs: number;
};
const usual: Timing = { patienceMs: 30_000, firstWaitMs: 250 };
const waitMsMax = 5_000;

export function connect(
  address: { readonly apiUrl: URL; readonly tenant: string },
  credentials: Credentials,
  options: { readonly clean: <T>(told: T) => T; readonly timing?: Timing },
): Connection {
  const { patienceMs, firstWaitMs } = options.timing ?? usual;
  const client = createClient({
    baseUrl: firmUrl(address),
    fetch: async (request) => {
      request.headers.set("authorization", await credentials.authorization());
      return send(request);
    },
  });
  let wasHeard = false;
  let wasRenewed = false;
  const ask: Connection["ask"] = async (perform) => {
    const began = Date.now();
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, waitMsMax)) {
      const isPatient = Date.now() - began < patienceMs;
      const answered = await perform(client).catch((error: unknown) => {
        if (error instanceof Failure) throw error;
        // Nobody wants to wait for an address that never answered.
        if (!wasHeard || !isPatient) throw unreachable(address.apiUrl, error);
        return undefined;
      });
      if (answered !== undefined) {
        wasHeard = true;
        const { response } = answered;
        if (response.ok) {
          wasRenewed = false;
          return options.clean(answered.data as typeof answered.data & {}); // 2xx carries data.
        }
        if (response.status === 401 && !wasRenewed) {
          wasRenewed = true;
          if (await credentials.renew()) continue;
        }
        if (!isPatient || !isBusy(answered)) throw toRefusal(options.clean(answered.error), response, address.apiUrl);
        waitMs = Math.max(waitMs, retryAfterMs(response));
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };
  return { ...address, ask };
}

/** A firm's own address: its slug before the API's host. */
export function firmUrl({ apiUrl, tenant }: { readonly apiUrl: URL; readonly tenant: string }): string {
  const url = new URL(apiUrl);
  url.hostname = `${tenant}.${apiUrl.hostname}`;
  return url.origin;
}

/** Refusals that mean "later": nothing happened, or the first request with this key is still at work. */
const isBusy = ({ response, error }: Answered<unknown>): boolean =>
  response.status === 429 ||
  response.status === 503 ||
  (response.status === 409 && asProblem(error)?.type.endsWith("/idempotency-key-in-use") === true);

const retryAfterMs = (response: Response): number => {
  const seconds = Number(response.headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, waitMsMax) : 0;
};

export const unreachable = (apiUrl: URL, cause: unknown): Failure => {
  const why = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(cause);
  return new Failure("unreachable", `The API at ${apiUrl.origin} cannot be reached (${why}). Is it running?`, {
    cause,
  });
};
