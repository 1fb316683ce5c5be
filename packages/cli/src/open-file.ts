import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { Failure } from "./failure.ts";

/** A file that is read as it is sent. @throws Failure `usage` when it cannot be read */
export async function openFile(path: string, type: string): Promise<Blob> {
  const cannot = (why: string, cause?: unknown) => new Failure("usage", `${path} cannot be read (${why}).`, { cause });
  const { isFile } = await stat(path).then(
    (found) => ({ isFile: found.isFile() }),
    (cause: NodeJS.ErrnoException) => {
      throw cannot(cause.code ?? cause.message, cause);
    },
  );
  if (!isFile) throw cannot("it is not a file");
  try {
    return await openAsBlob(path, { type });
  } catch (cause) {
    throw cannot("permission is missing", cause);
  }
}
