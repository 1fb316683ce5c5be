import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { RequestHandler } from "express";
import { advice } from "@plumbline/platform/advice";
import { type Family } from "@plumbline/domain/brand/family";

type Asset = { readonly type: string; readonly bytes: Buffer; readonly br?: Buffer; readonly gzip?: Buffer };

export type Assets = {
  readonly serve: RequestHandler;
  /** Addresses of what a page needs first. */
  readonly script: string;
  readonly styles: readonly string[];
  readonly fontOf: (family: Family) => string;
};

type Manifest = Readonly<
  Record<string, { readonly file: string; readonly css?: readonly string[]; readonly isEntry?: boolean }>
>;

const mediaTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The file that holds a family's Latin letters, which every page needs at once. */
const fontFiles = {
  Inter: "inter-latin-wght-normal.woff2",
  "Source Sans 3": "source-sans-3-latin-wght-normal.woff2",
} as const satisfies Record<Family, string>;

/** Reads everything that was built, once: nothing is looked up on disk while somebody waits. @throws advice without a build */
export function loadAssets(folder: string): Assets {
  const manifest = readManifest(folder);
  const entry = Object.values(manifest).find(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error(`${folder}/manifest.json names no entry`);
  const files = readFiles(folder);
  return {
    serve: serveFrom(files),
    script: `/${entry.file}`,
    styles: (entry.css ?? []).map((file) => `/${file}`),
    fontOf: (family) => {
      const found = Object.entries(manifest).find(([source]) => source.endsWith(fontFiles[family]));
      if (found === undefined) throw new Error(`${folder}/manifest.json has no ${fontFiles[family]}`);
      return `/${found[1].file}`;
    },
  };
}

function readManifest(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
  } catch (cause) {
    throw advice("The portal's pages are not built yet. Run `npm run build`, then start again.", cause);
  }
}

function readFiles(folder: string): ReadonlyMap<string, Asset> {
  const read = (name: string) => readFileSync(join(folder, "assets", name));
  const names = new Set(readdirSync(join(folder, "assets")));
  const sources = [...names].filter((name) => Object.hasOwn(mediaTypes, extname(name)));
  return new Map(
    sources.map((name) => [
      `/assets/${name}`,
      {
        type: mediaTypes[extname(name)] ?? "application/octet-stream",
        bytes: read(name),
        ...(names.has(`${name}.br`) && { br: read(`${name}.br`) }),
        ...(names.has(`${name}.gz`) && { gzip: read(`${name}.gz`) }),
      },
    ]),
  );
}

/** Names carry a hash of what is in them, so what was fetched once is never asked for again. */
const serveFrom =
  (files: ReadonlyMap<string, Asset>): RequestHandler =>
  (request, response, next) => {
    const asset = files.get(request.path);
    if (asset === undefined || (request.method !== "GET" && request.method !== "HEAD")) return next();
    const encoding = (["br", "gzip"] as const).find((name) => asset[name] && request.acceptsEncodings(name) === name);
    if (encoding !== undefined) response.setHeader("content-encoding", encoding);
    response
      .vary("Accept-Encoding")
      .set("cache-control", "public, max-age=31536000, immutable")
      .set("cross-origin-resource-policy", "same-origin")
      .set("content-type", asset.type)
      .send(encoding === undefined ? asset.bytes : asset[encoding]);
  };
