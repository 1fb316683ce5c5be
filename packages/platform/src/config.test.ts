import { expect, it } from "vitest";
import { z } from "zod";
import { issuerSetting, portSetting, readConfig } from "./config.ts";

const shape = {
  PORT: portSetting.default(8080),
  DATABASE_URL: z.url(),
  KEY: z.string().length(4, "must have 4 digits"),
};

it("names every missing and wrong setting at once, and never its value", () => {
  const read = () => readConfig(shape, { PORT: "99999", DATABASE_URL: "", KEY: "hunter2" });
  expect(read).toThrow(/PORT: .*65535[^]*DATABASE_URL is missing[^]*KEY: must have 4 digits/);
  expect(read).not.toThrow(/hunter2/);
});

it("takes empty for unset, and reads nothing it was not asked for", () => {
  const config = readConfig(shape, { PORT: "", DATABASE_URL: "postgres://db", KEY: "1234", OTHER: "x" });
  expect(config).toEqual({ PORT: 8080, DATABASE_URL: "postgres://db", KEY: "1234" });
});

it("trusts an issuer over https, and over http on this machine alone", () => {
  const taken = (url: string) => issuerSetting.safeParse(url).success;
  const good = ["https://firm.eu.auth0.com/", "http://127.0.0.1:8082/", "http://localhost:8082/", "http://[::1]:8082/"];
  const bad = [
    "http://firm.eu.auth0.com/",
    "http://127.0.0.1.evil.example/",
    "http://localhost@evil.example/",
    "file:///",
  ];
  expect([...good, ...bad].filter(taken)).toEqual(good);
});
