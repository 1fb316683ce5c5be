import { randomUUID } from "node:crypto";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "../failure.ts";

/** Writes a file that only its owner can read, whole or not at all, and not before the disk has it. */
export async function keepFile(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replace(path, text);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException; // Nothing but the file system was asked.
    throw new Failure("failed", `${path} cannot be written (${code}). XDG_CONFIG_HOME names another folder.`, {
      cause,
    });
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
