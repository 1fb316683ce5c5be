import { randomUUID } from "node:crypto";
import type { Schemas } from "@plumbline/client/client";
import { secretAnswer } from "../secret-answer.ts";
import { readDays } from "../days.ts";
import { verb } from "../verb.ts";

export const keysCreate = verb({
  name: "keys create",
  summary: "Make an API key; its secret is shown once",
  arguments: {
    NAME: { what: "what it is for" },
    SCOPE: { what: "what it may do, such as import.run; no more than you may", many: true },
  },
  options: { days: { value: "DAYS", what: "how long it lives; 90" } },
  examples: ['keys create "Nightly time import" import.run'],
  run: async ({ connect, arguments: { NAME: name, SCOPE }, options }) => {
    const { ask } = await connect();
    const header = { "Idempotency-Key": randomUUID() };
    const scopes = [...SCOPE] as Schemas["ApiKey"]["scopes"]; // The API refuses others by name.
    const body = { name, scopes, ...readDays(options.days) };
    return secretAnswer(await ask((client) => client.POST("/v1/api-keys", { params: { header }, body })));
  },
});
