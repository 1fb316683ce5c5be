import { parentPort } from "node:worker_threads";
import type { PdfReply, PdfRequest } from "./open-pdf-renderer.ts";
import { openInvoiceCompiler } from "./open-invoice-compiler.ts";
import { PdfError } from "./pdf-error.ts";

// The program of one thread: a request in, a document or the reason for none out, one at a time.
const compiler = openInvoiceCompiler();

parentPort?.on("message", ({ view, createdAt }: PdfRequest) => {
  try {
    const pdf = compiler.compile(view, createdAt);
    parentPort?.postMessage({ pdf } satisfies PdfReply, [pdf.buffer]);
  } catch (error) {
    const code = error instanceof PdfError ? error.code : "crashed";
    const message = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ error: { code, message } } satisfies PdfReply);
  }
});
