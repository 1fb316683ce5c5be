import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
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

it("keeps nothing that the disk has no room for, rather than the beginning of it", async () => {
  const script = `
    import { openStorage } from ${JSON.stringify(join(import.meta.dirname, "storage.ts"))};
    await openStorage(${JSON.stringify(folder)}).put("full/one.pdf", Buffer.alloc(300_000)).catch(({ code }) => console.log(code));`;
  // A limit for files stands for a full disk: it, too, takes as much of a write as fits.
  const limited = ["-c", 'ulimit -f 100; exec "$0" --input-type=module-typescript -e "$1"', process.execPath, script];
  expect((await promisify(execFile)("bash", limited)).stdout.trim()).toBe("EFBIG");
  expect(await readdir(join(folder, "full"))).toEqual([]);
});

it("refuses a key that leads out of its folder", async () => {
  await expect(storage.put("../outside.pdf", Buffer.from("x"))).rejects.toThrow("leads out");
});

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

it("keeps a stream under the hash of its bytes, the same bytes once", async () => {
  const [first, again] = [
    await storage.keep("firm/uploads", chunks("a,b\n", "1,2\n"), { bytesMax: 100 }),
    await storage.keep("firm/uploads", chunks("a,b\n1,2\n"), { bytesMax: 100 }),
  ];
  expect(again).toEqual(first);
  expect(await readdir(join(folder, "firm/uploads"))).toEqual([first.hash]);
  expect((await storage.read(first.storageKey).toArray()).join("")).toBe("a,b\n1,2\n");
});

it("leaves nothing behind of a stream that is too long or breaks off", async () => {
  await expect(storage.keep("firm/broken", chunks("too", "long"), { bytesMax: 5 })).rejects.toThrow("At most 5 bytes");
  const breaking = (async function* () {
    yield Buffer.from("some");
    throw new Error("the caller hung up");
  })();
  await expect(storage.keep("firm/broken", breaking, { bytesMax: 5 })).rejects.toThrow("hung up");
  expect(await readdir(join(folder, "firm/broken"))).toEqual([]);
});
