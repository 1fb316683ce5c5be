import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { fileURLToPath } from "node:url";
import type { InvoiceView } from "../invoice/invoice-view.ts";
import { PdfError } from "./pdf-error.ts";
import { printableJson } from "./printable-text.ts";
import { loadShippedFonts } from "./shipped-fonts.ts";

export type InvoiceCompiler = {
  /** @throws PdfError `compile_failed` with what the typesetter says */
  readonly compile: (view: InvoiceView, createdAt: Date) => Uint8Array<ArrayBuffer>;
};

const workspace = fileURLToPath(new URL("../../../../templates/invoice", import.meta.url));
const main = `${workspace}/invoice.typ`;
const data = `${workspace}/view.json`;

/** Documents for which a memoised result is kept unused: enough to reuse the template, little enough to stay small. */
const cacheAgeMax = 5;

/**
 * A typesetter for invoices in this thread. It can read the template folder and nothing else. Its native memory is freed
 * late (about 1.4 MB a document wait for the event loop and the garbage collector): keep it in a thread that ends.
 */
export function openInvoiceCompiler(): InvoiceCompiler {
  const fonts = loadShippedFonts();
  const coverages = fonts.map((font) => font.covers);
  const typst = NodeCompiler.create({ workspace, fontArgs: [{ fontBlobs: fonts.map((font) => font.bytes) }] });

  return {
    compile: (view, createdAt) => {
      const { logo, ...brand } = view.brand;
      const bare = printableJson({ ...view, brand }, coverages) as InvoiceView;
      try {
        if (!logo) return typeset(typst, bare, createdAt);
        try {
          return typeset(typst, { ...bare, brand: { ...bare.brand, logo } }, createdAt);
        } catch {
          // A picture that cannot be drawn must not hold back a frozen invoice: the name stands for it.
          return typeset(typst, bare, createdAt);
        }
      } finally {
        typst.evictCache(cacheAgeMax);
      }
    },
  };
}

function typeset(typst: NodeCompiler, view: InvoiceView, createdAt: Date): Uint8Array<ArrayBuffer> {
  typst.mapShadow(data, Buffer.from(JSON.stringify(view)));
  const compiled = typst.compile({ mainFilePath: main });
  if (!compiled.result) {
    const diagnostics = compiled.takeDiagnostics();
    const reason = diagnostics ? JSON.stringify(typst.fetchDiagnostics(diagnostics)) : "no reason given";
    throw new PdfError("compile_failed", `the invoice could not be typeset: ${reason.slice(0, reasonLengthMax)}`);
  }
  try {
    const pdf = typst.pdf(compiled.result, {
      pdfStandard: "a-3b",
      creationTimestamp: Math.floor(createdAt.getTime() / 1000),
    });
    // A copy on its own, so that it can be handed to another thread without copying again.
    return new Uint8Array(pdf);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PdfError("compile_failed", `the invoice could not become PDF/A: ${reason.slice(0, reasonLengthMax)}`, {
      cause,
    });
  }
}

/** Characters of the typesetter's reason that reach a log. */
const reasonLengthMax = 2_000;
