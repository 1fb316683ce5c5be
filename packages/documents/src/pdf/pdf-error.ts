export type PdfErrorCode = "compile_failed" | "timed_out" | "crashed" | "queue_full" | "closed";

/** Why one document has no PDF. The others are not affected. */
export class PdfError extends Error {
  override readonly name = "PdfError";
  readonly code: PdfErrorCode;

  constructor(code: PdfErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
