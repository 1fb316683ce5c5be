import { expect, it } from "vitest";
import { readConfig } from "./config.ts";

const none = { api: undefined, tenant: undefined };

it("takes options before the environment, and an empty variable for none", () => {
  const environment = { PLUMB_API_URL: "https://api.example", PLUMB_TENANT: "castell", PLUMB_API_KEY: "" };
  expect(readConfig(environment, none)).toMatchObject({ tenant: "castell", apiKey: undefined });
  expect(readConfig(environment, none).apiUrl?.href).toBe("https://api.example/");
  const told = readConfig(environment, { api: "http://localhost:9181", tenant: "harbor" });
  expect(told.apiUrl?.origin).toBe("http://localhost:9181");
  expect(told.tenant).toBe("harbor");
});

it("knows a local API by its name when it is given by its number, because firms live below the name", () => {
  for (const address of ["http://127.0.0.1:8081", "http://[::1]:8081", "http://localhost:8081/"]) {
    expect(readConfig({}, { ...none, api: address }).apiUrl?.origin).toBe("http://localhost:8081");
  }
});

it.each(["localhost:8081", "ftp://api.example", "https://api.example/v1/openapi.json", "http://api.example"])(
  "refuses %s as the address of an API",
  (api) => {
    expect(() => readConfig({}, { ...none, api })).toThrow(/Write/);
  },
);

it.each(["evil.example/", "evil.example#", "evil.example\\", "harbor.evil", "user@evil.example", "-"])(
  "refuses %s as a firm: a key or a sign-in would go to another address",
  (tenant) => {
    expect(() => readConfig({}, { ...none, tenant })).toThrow(/not a firm/);
    expect(() => readConfig({ PLUMB_TENANT: tenant }, none)).toThrow(/not a firm/);
  },
);
