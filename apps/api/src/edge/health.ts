import type { RequestHandler } from "express";
import type { Log } from "@plumbline/platform/log";

/** Whether requests can be served. Asks the database each time: a process without one is not healthy. */
export const health =
  ({ checkDatabase, log }: { readonly checkDatabase: () => Promise<void>; readonly log: Log }): RequestHandler =>
  async (_request, response) => {
    const database = await checkDatabase().then(
      () => "ok",
      (error: unknown) => {
        log.error("the database does not answer", { error });
        return "unavailable";
      },
    );
    response
      .status(database === "ok" ? 200 : 503)
      .set("cache-control", "no-store")
      .json({ status: database, checks: { database } });
  };
