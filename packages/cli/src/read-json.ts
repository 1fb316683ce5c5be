import { readFile } from "node:fs/promises";
import { Failure } from "./failure.ts";

/** A body from a file. The API says what is wrong with its members; here it has to be JSON. */
export async function readJson<Body>(path: string): Promise<Body> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new Failure("usage", `${path} cannot be read (${cause.code ?? cause.message}).`, { cause });
  });
  try {
    return JSON.parse(text) as Body;
  } catch (cause) {
    throw new Failure("usage", `${path} is not JSON (${(cause as Error).message}).`, { cause });
  }
}
