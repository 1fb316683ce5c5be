import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import type { Readable } from "node:stream";
import { Problem } from "@plumbline/domain/problem";
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
  /** As `get`, for what may be large. Fails at the first read when nothing is kept there. */
  readonly read: (key: string) => Readable;
  /**
   * Keeps a stream whose content is not known before, in a folder under the hash of its bytes: the same bytes always
   * lie at the same place. What breaks off or grows beyond `bytesMax` leaves nothing behind.
   *
   * @throws Problem `request-too-large`
   */
  readonly keep: (
    folder: string,
    source: AsyncIterable<Uint8Array>,
    limit: { readonly bytesMax: number },
  ) => Promise<{ readonly storageKey: string; readonly hash: string; readonly bytes: number }>;
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
      const unfinished = await unfinishedBeside(path);
      await writeDurably(unfinished, [bytes], bytes.length);
      const isNew = await settle(unfinished, path);
      if (!isNew && sha256(await readFile(path)) !== sha256(bytes)) {
        throw new Error(`${key} is already kept with other content`);
      }
    },
    get: (key) => readFile(pathOf(key)),
    read: (key) => createReadStream(pathOf(key)),
    async keep(within, source, { bytesMax }) {
      const unfinished = await unfinishedBeside(pathOf(`${within}/upload`));
      const { hash, bytes } = await writeDurably(unfinished, source, bytesMax);
      const storageKey = `${within}/${hash}`;
      await settle(unfinished, pathOf(storageKey));
      return { storageKey, hash, bytes };
    },
  };
}

async function unfinishedBeside(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  return `${path}.${randomBytes(6).toString("hex")}.part`;
}

/** Gives a finished file its name; false when the name was taken. A hard link appears whole or not at all. */
async function settle(unfinished: string, path: string): Promise<boolean> {
  try {
    await link(unfinished, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await unlink(unfinished);
  }
}

async function writeDurably(
  path: string,
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<{ readonly hash: string; readonly bytes: number }> {
  const file = await open(path, "wx", readOnly);
  const digest = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw new Problem("request-too-large", { detail: `At most ${bytesMax} bytes are taken.` });
      digest.update(chunk);
      // Not `write`, which on a full disk writes what fits and says so to nobody who does not ask.
      await file.writeFile(chunk);
    }
    await file.sync();
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await file.close();
  }
  return { hash: digest.digest("hex"), bytes };
}
