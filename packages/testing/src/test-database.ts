import { afterAll, beforeAll, inject } from "vitest";
import type {} from "./provided-context.ts";
import { openTestDatabase, type TestDatabase } from "./database.ts";

/** A database for the tests of one file: open before the first, dropped after the last. */
export function useTestDatabase(): { readonly current: TestDatabase } {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await openTestDatabase(inject("testServer"));
  });
  afterAll(() => database?.close());
  return {
    get current() {
      if (database === undefined) throw new Error("the test database opens before the first test, not at import");
      return database;
    },
  };
}
