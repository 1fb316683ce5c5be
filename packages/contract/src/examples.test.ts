import { readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { z } from "zod";

/** Every shape of the contract that says what it looks like, by name. */
async function shapes(): Promise<ReadonlyMap<string, z.ZodType>> {
  const files = (await readdir(import.meta.dirname)).filter((file) => !file.endsWith(".test.ts"));
  const modules = await Promise.all(
    files.map((file): Promise<Record<string, unknown>> => import(/* @vite-ignore */ `./${file}`)),
  );
  const found = modules.flatMap((module) => Object.entries(module));
  return new Map(found.filter((entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType));
}

it("shows examples that are what their shapes take", async () => {
  const wrong: string[] = [];
  let examples = 0;
  for (const [name, shape] of await shapes()) {
    const example = shape.meta()?.["example"];
    if (example === undefined) continue;
    examples += 1;
    const { error } = shape.safeParse(example);
    if (error !== undefined) wrong.push(`${name}: ${z.prettifyError(error)}`);
  }
  expect(wrong).toEqual([]);
  expect(examples).toBeGreaterThan(20);
});

it("gives what it shows of invoices and billing runs an example each", async () => {
  const without: string[] = [];
  for (const [name, shape] of await shapes()) {
    const { id, example } = (shape.meta() ?? {}) as { id?: string; example?: unknown };
    if (
      /^(Invoice|LineEntry|Timeline|Bulk|BillingRun|Pipeline|MinuteBalance|TimeApproval)/.test(id ?? "") &&
      !example
    ) {
      without.push(name);
    }
  }
  expect(without).toEqual([]);
});
