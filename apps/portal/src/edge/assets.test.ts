import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import express from "express";
import request from "supertest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isAdvice } from "@plumbline/platform/advice";
import { loadAssets } from "./assets.ts";

const script = "export const answer = 42;";
let folder = "";
let app: express.Express;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-assets-"));
  await mkdir(join(folder, "assets"));
  const write = (name: string, content: string | Buffer) => writeFile(join(folder, "assets", name), content);
  await write("main-1.js", script);
  await write("main-1.js.gz", gzipSync(script));
  await write("main-1.js.br", brotliCompressSync(script));
  await write("inter-1.woff2", "letters");
  await write("notes.txt", "not for anybody");
  const manifest = {
    "src/tenant/main.tsx": { file: "assets/main-1.js", css: ["assets/main-1.css"], isEntry: true },
    "files/inter-latin-wght-normal.woff2": { file: "assets/inter-1.woff2" },
  };
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  app = express().use(loadAssets(folder).serve);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("knows what a page needs first", () => {
  const { script: entry, styles, fontOf } = loadAssets(folder);
  expect([entry, styles, fontOf("Inter")]).toEqual([
    "/assets/main-1.js",
    ["/assets/main-1.css"],
    "/assets/inter-1.woff2",
  ]);
});

it.each([
  ["br, gzip", "br"],
  ["gzip", "gzip"],
  ["gzip, br;q=0", "gzip"],
])("sends what the browser can unpack: %s", async (accepts, encoding) => {
  const answer = await request(app).get("/assets/main-1.js").set("accept-encoding", accepts).expect(200);
  expect(answer.headers).toMatchObject({
    "content-encoding": encoding,
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
  });
});

it("sends it plain to whoever can unpack nothing, and a font to everybody as it is", async () => {
  const plain = await request(app).get("/assets/main-1.js").set("accept-encoding", "identity").expect(200);
  expect([plain.text, plain.headers["content-encoding"]]).toEqual([script, undefined]);
  const font = await request(app).get("/assets/inter-1.woff2").set("accept-encoding", "br").expect(200);
  expect([font.headers["content-type"], font.headers["content-encoding"]]).toEqual(["font/woff2", undefined]);
});

it.each(["/assets/notes.txt", "/assets/../manifest.json", "/assets/main-1.js.gz", "/manifest.json", "/assets/"])(
  "has nothing else to give: %s",
  async (path) => {
    expect((await request(app).get(path)).status).toBe(404);
  },
);

it("says what to do when nothing was built", () => {
  const load = () => loadAssets(join(folder, "nowhere"));
  expect(load).toThrow("Run `npm run build`");
  expect(load).toThrow(expect.toSatisfy(isAdvice));
});
