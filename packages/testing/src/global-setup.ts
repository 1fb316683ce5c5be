import type { TestProject } from "vitest/node";
import type {} from "./provided-context.ts";
import { startTestServer } from "./test-server.ts";

/** One throw-away server for the whole run; each test file clones its own database from the template. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await startTestServer();
  project.provide("testServer", server);
  return stop;
}
