import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Lays a `.gz` and a `.br` beside every text asset, so that the server compresses nothing while somebody waits. */
const compressed = (): Plugin => ({
  name: "compressed",
  apply: "build",
  generateBundle(_options, bundle) {
    for (const [fileName, file] of Object.entries(bundle)) {
      if (!/\.(js|css|svg)$/.test(fileName)) continue;
      const text = Buffer.from(file.type === "chunk" ? file.code : file.source);
      this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzipSync(text, { level: 9 }) });
      const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
      this.emitFile({
        type: "asset",
        fileName: `${fileName}.br`,
        source: brotliCompressSync(text, { params: quality }),
      });
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
