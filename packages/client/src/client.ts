import createFetchClient, { type Client as FetchClient } from "openapi-fetch";
import type { components, paths } from "./paths.d.ts";

/** Every operation of the API, by method and path, with the types of what goes in and what comes out. */
export type Client = FetchClient<paths>;

/** What the API takes and gives, by the names its document uses. */
export type Schemas = components["schemas"];

/**
 * Opens a client. It sends and reads; retries, tokens and keys are its caller's.
 *
 * @param options.fetch how requests leave; the platform's own when absent
 * @param options.headers sent with every request, such as `authorization`
 */
export const createClient = (options: {
  readonly baseUrl: string;
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly headers?: Readonly<Record<string, string>>;
}): Client => createFetchClient<paths>(options);
