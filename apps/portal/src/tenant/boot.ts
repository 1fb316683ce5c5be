import type { Boot } from "../boot.ts";

/** What the server told this page: whose it is. */
export const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "") as Boot; // Written by page.ts.

export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
