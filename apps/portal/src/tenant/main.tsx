import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/source-sans-3/wght.css";
import "../brand/tokens.css";
import "../brand/kit.css";
import "../ui/ui.css";
import "./invoices/invoices.css";
import "./shell.css";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { nonce } from "./boot.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
// The dialog's scroll lock adds a style of its own and finds the nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce });
createRoot(root).render(<App />);
