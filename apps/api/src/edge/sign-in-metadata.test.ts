import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useApi } from "../test-kit.ts";

const api = useApi({ routes: [] });

it("tells anybody where people of this API sign in, and as which client the command line does", async () => {
  const firm = await newFirm(api.database.current.pool);
  const answer = await api.anybody(firm).get("/.well-known/oauth-protected-resource");
  expect(answer.status).toBe(200);
  expect(answer.headers["content-type"]).toMatch(/^application\/json/);
  expect(answer.body).toEqual({
    resource: "https://api.example",
    authorization_servers: ["https://sign-in.example/"],
    bearer_methods_supported: ["header"],
    plumbline_cli_client_id: "cli",
  });
});
