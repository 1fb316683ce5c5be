import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStorage, type Storage } from "./storage.ts";

let folder: string;
let storage: Storage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-storage-"));
  storage = openStorage(folder);
});
afterAll(() => rm(folder, { recursive: true }));

it("keeps what it was given, also when it is given twice", async () => {
  await storage.put("firm/one.pdf", Buffer.from("bytes"));
  await storage.put("firm/one.pdf", Buffer.from("bytes"));
  expect(Buffer.from(await storage.get("firm/one.pdf")).toString()).toBe("bytes");
  expect(await readdir(join(folder, "firm"))).toEqual(["one.pdf"]);
});

it("never puts other bytes under a taken key", async () => {
  await storage.put("firm/two.pdf", Buffer.from("first"));
  await expect(storage.put("firm/two.pdf", Buffer.from("second"))).rejects.toThrow("other content");
  expect(Buffer.from(await storage.get("firm/two.pdf")).toString()).toBe("first");
});

it("refuses a key that leads out of its folder", async () => {
  await expect(storage.put("../outside.pdf", Buffer.from("x"))).rejects.toThrow("leads out");
});
