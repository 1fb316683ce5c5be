import { glob, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import { events } from "./events.ts";

const operations = fileURLToPath(new URL("../../operations/src", import.meta.url));

it("has a shape for every event that an operation states", async () => {
  const stated = await statedNames();
  expect(stated.length).toBeGreaterThan(0);
  const names = Object.keys(events);
  const unknown = stated.filter(({ pattern }) => !names.some((name) => pattern.test(name)));
  expect(unknown.map(({ text, file }) => `${text} in ${file}`)).toEqual([]);
});

it("has a shape for every move of an invoice", () => {
  expect(Object.keys(events)).toEqual(expect.arrayContaining(Object.values(moves).map(({ emits }) => emits)));
});

it("names events the way webhooks are named", () => {
  expect(Object.keys(events).filter((name) => !/^[a-z_]+\.[a-z_]+$/.test(name))).toEqual([]);
});

it("refuses unknown fields where a shape is fixed", () => {
  expect(events["billing_run.started"].safeParse({ client: "ACME" }).success).toBe(false);
});

/** `name: "a.b"` and `name: \`a.${c}\`` in files that emit; a placeholder may stand for any word. */
async function statedNames() {
  const found: { text: string; file: string; pattern: RegExp }[] = [];
  for await (const file of glob("**/*.ts", { cwd: operations, exclude: ["**/*.test.ts"] })) {
    const source = await readFile(`${operations}/${file}`, "utf8");
    if (!/\.emit\(/.test(source)) continue;
    for (const [, text = ""] of source.matchAll(/\bname: ["`]([a-z_]+\.[^"`]+)["`]/g)) {
      const pattern = new RegExp(`^${text.replaceAll(".", "\\.").replaceAll(/\$\{[^}]*\}/g, "[a-z_]+")}$`);
      found.push({ text, file, pattern });
    }
  }
  return found;
}
