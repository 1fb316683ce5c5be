import { randomBytes } from "node:crypto";
import type { RequestHandler, Response } from "express";
import helmet from "helmet";
import { familyFor } from "@plumbline/domain/brand/family";
import { logoView } from "@plumbline/domain/brand/logo-view";
import { paletteFor } from "@plumbline/domain/brand/palette";
import type { Boot } from "../boot.ts";
import type { Assets } from "./assets.ts";
import { type Brand, brandOf } from "./brand.ts";
import { brandCss } from "./brand-css.ts";
import { notFoundPage } from "./plain-page.ts";

type Locals = { nonce?: string };

/** A page may run what carries this answer's nonce, and talk to its own origin. */
export function pagePolicy({ issuerUrl }: { readonly issuerUrl: string }): RequestHandler {
  const nonce = (_request: unknown, response: unknown) => `'nonce-${nonceOf(response as Response)}'`;
  const policy = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: [nonce, "'strict-dynamic'"],
        styleSrc: ["'self'", nonce],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        frameSrc: ["'self'"],
        // Signing out is a form that leads on to the issuer.
        formAction: ["'self'", new URL(issuerUrl).origin],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: "deny" },
    referrerPolicy: { policy: "same-origin" },
  });
  return (request, response, next) => {
    (response.locals as Locals).nonce = randomBytes(16).toString("base64");
    policy(request, response, next);
  };
}

/** The one page of the application: the firm's look is in its head, so that the first thing painted is already theirs. */
export const page =
  (assets: Assets): RequestHandler =>
  (_request, response) => {
    response
      .set("cache-control", "private, no-store")
      .set("x-robots-tag", "noindex")
      .type("html")
      .send(pageHtml({ brand: brandOf(response), assets, nonce: nonceOf(response) }));
  };

/** The firm's logo as a picture of its own: as an image, SVG neither runs scripts nor loads anything. */
export const logo: RequestHandler = (_request, response) => {
  const view = logoView(brandOf(response).logoSvg);
  if (view === undefined) return notFoundPage(response);
  response
    .set("cache-control", "private, max-age=31536000, immutable")
    .set("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
    .type("image/svg+xml")
    .send(view.svg);
};

function nonceOf(response: Response): string {
  const { nonce } = response.locals as Locals;
  if (nonce === undefined) throw new Error("the page has no nonce: its policy did not run");
  return nonce;
}

type PageParts = { readonly brand: Brand; readonly assets: Assets; readonly nonce: string };

function pageHtml({ brand, assets, nonce }: PageParts): string {
  const view = logoView(brand.logoSvg);
  const boot: Boot = {
    brand: {
      name: brand.name,
      ...(view && { logo: `/brand/${brand.hash}.svg` }),
      logoSpellsName: view?.spellsName ?? false,
    },
  };
  const name = escaped(brand.name);
  const picture = boot.brand.logo === undefined ? "" : `<img src="${boot.brand.logo}" alt="" height="28">`;
  const words = boot.brand.logoSpellsName ? "" : `<span>${name}</span>`;
  const styles = assets.styles.map((href) => `<link rel="stylesheet" href="${href}">`).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><style nonce="${nonce}">${brandCss(brand)}</style>
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${name}</title>
<meta name="theme-color" media="(prefers-color-scheme:light)" content="${paletteFor(brand.colour, "light").solid}">
<meta name="theme-color" media="(prefers-color-scheme:dark)" content="${paletteFor(brand.colour, "dark").surface}">
<meta name="csp-nonce" content="${nonce}"><meta name="robots" content="noindex">
${view === undefined ? "" : `<link rel="icon" type="image/svg+xml" href="/brand/${brand.hash}.svg">`}
<link rel="preload" as="font" type="font/woff2" crossorigin href="${assets.fontOf(familyFor(brand.font))}">
${styles}
<script nonce="${nonce}">${chooseScheme}</script>
<script type="module" nonce="${nonce}" src="${assets.script}"></script></head>
<body><div id="root"><div class="shell"><div class="side"><div class="side-brand">${picture}${words}</div></div><main class="main"></main></div></div>
<noscript>${name} needs JavaScript here. Invoices can also be handled through the API.</noscript>
<script type="application/json" id="boot">${JSON.stringify(boot).replaceAll("<", "\\u003c")}</script></body></html>
`;
}

/** Before anything is painted: the scheme that this person chose in this browser, if they chose one. */
const chooseScheme =
  'try{const s=localStorage.getItem("scheme");if(s==="light"||s==="dark")document.documentElement.dataset.scheme=s}catch{}';

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);
