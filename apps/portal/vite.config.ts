import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Lays a `.gz` and a `.br` beside every text asset, so that the server compresses nothing while somebody waits. */
const compressed = (): Plugin => ({
  name: "compressed",
  apply: "build",
  // Last, when nothing is written into the files any more.
  writeBundle(options, bundle) {
    for (const fileName of Object.keys(bundle)) {
      if (!/\.(js|css|svg)$/.test(fileName)) continue;
      const path = join(options.dir ?? "", fileName);
      const text = readFileSync(path);
      const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
      writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
      writeFileSync(`${path}.br`, brotliCompressSync(text, { params: quality }));
    }
  },
});

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    target: "es2022",
    manifest: "manifest.json",
    // An inlined asset would need `data:` in the page's policy.
    assetsInlineLimit: 0,
    // Preloading is the server's business: it knows the nonce.
    modulePreload: false,
    rolldownOptions: { input: "src/tenant/main.tsx" },
  },
});
