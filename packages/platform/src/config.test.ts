import { expect, it } from "vitest";
import { z } from "zod";
import { portSetting, readConfig } from "./config.ts";

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
