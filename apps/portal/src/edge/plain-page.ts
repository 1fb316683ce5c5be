import { createHash } from "node:crypto";
import type { Response } from "express";

const style =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto 0;padding:0 24px}h1{font-size:20px}p{color:#565e67}a{color:inherit}@media(prefers-color-scheme:dark){body{background:#101214;color:#eceef0}p{color:#a2abb4}}";
const styleHash = createHash("sha256").update(style).digest("base64");

/** A page in nobody's brand, which shows the words and nothing else. */
export function plainPage(
  response: Response,
  { status, title, text, again }: { status: number; title: string; text: string; again?: string },
): void {
  const link = again === undefined ? "" : `<p><a href="${again}">Try again</a></p>`;
  response
    .status(status)
    .set("cache-control", "no-store")
    .set(
      "content-security-policy",
      `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    .type("html")
    .send(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head><body><main><h1>${title}</h1><p>${text}</p>${link}</main></body></html>`,
    );
}

/** Says the same for every address that is nobody's, so that nobody learns which firms there are. */
export const notFoundPage = (response: Response): void =>
  plainPage(response, {
    status: 404,
    title: "Nothing is here",
    text: "This address is not set up. Compare it with the one you were given.",
  });
