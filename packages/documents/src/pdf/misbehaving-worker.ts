import { parentPort } from "node:worker_threads";
import type { PdfReply, PdfRequest } from "./open-pdf-renderer.ts";

// A thread for the tests of the pool: the invoice's number says how to misbehave.
let rendered = 0;

parentPort?.on("message", ({ view }: PdfRequest) => {
  rendered += 1;
  if (view.number === "throw") throw new Error("planted");
  if (view.number === "exit") process.exit(7);
  if (view.number === "hang") for (;;);
  if (view.number === "eat") for (const eaten: string[][] = []; ;) eaten.push(Array<string>(1_000_000).fill("x"));
  const pdf = new Uint8Array([rendered]);
  parentPort?.postMessage({ pdf } satisfies PdfReply, [pdf.buffer]);
});
