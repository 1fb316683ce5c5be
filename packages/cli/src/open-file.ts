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

/** A file as what a request carries, streamed from the disk. */
export const fileBody = (file: Blob) => ({
  body: file as unknown as string, // The document says "binary", and its types have no better word for it.
  bodySerializer: () => file,
  headers: { "content-type": file.type, "content-length": String(file.size) },
});
