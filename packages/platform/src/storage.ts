import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { sha256 } from "./hash.ts";

/** Where documents are kept: written once, never changed. A folder now; an object store has the same two verbs. */
export type Storage = {
  /**
   * Keeps bytes under a key. Putting the same bytes again is fine; other bytes under a taken key are refused.
   *
   * @throws Error when the key is taken by something else
   */
  readonly put: (key: string, bytes: Uint8Array) => Promise<void>;
  readonly get: (key: string) => Promise<Uint8Array>;
};

const readOnly = 0o440;

export function openStorage(folder: string): Storage {
  const pathOf = (key: string) => {
    const path = normalize(join(folder, key));
    if (!path.startsWith(normalize(folder) + sep)) throw new Error(`the key ${key} leads out of the storage`);
    return path;
  };
  return {
    async put(key, bytes) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      const unfinished = `${path}.${randomBytes(6).toString("hex")}.part`;
      await writeDurably(unfinished, bytes);
      try {
        // A hard link fails when the name is taken, and appears whole or not at all.
        await link(unfinished, path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        if (sha256(await readFile(path)) !== sha256(bytes)) {
          throw new Error(`${key} is already kept with other content`, { cause: error });
        }
      } finally {
        await unlink(unfinished);
      }
    },
    get: (key) => readFile(pathOf(key)),
  };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", readOnly);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
