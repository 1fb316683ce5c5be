import { importUploadQuery, importWire } from "@plumbline/contract/import";
import { findImport } from "@plumbline/operations/imports/find-import";
import { receiveImport } from "@plumbline/operations/imports/receive-import";
import { upload } from "../../route.ts";

/** Some two million rows of time; more comes as several files. */
const bytesMax = 256 * 1024 ** 2;

export const createImport = upload({
  path: "/v1/imports",
  summary: "Send a CSV file to be taken in",
  needs: "import.run",
  query: importUploadQuery,
  upload: { mediaType: "text/csv", bytesMax },
  answers: { status: 202, body: importWire },
  location: ({ id }) => `/v1/imports/${id}`,
  problems: [],
  handle: async ({ scope, query }, { storageKey, hash }) => {
    const importId = await receiveImport(scope, { ...query, kept: { storageKey, fileHash: hash } });
    return findImport(scope, { importId });
  },
});
