import { createHash } from "node:crypto";
import type { Client, ErrorOut, KoaContextWithOIDC } from "oidc-provider";
import type { Account, SignInFirm } from "./account.ts";

type Context = Pick<KoaContextWithOIDC, "type" | "body" | "status" | "set">;

/** Who may sign in, one button each; no script is needed. */
export function signInPage(
  context: Context,
  {
    firms,
    action,
    returnsTo,
  }: { readonly firms: readonly Firm[]; readonly action: string; readonly returnsTo: string },
): void {
  const [only] = firms.length === 1 ? firms : [];
  const title = only === undefined ? "Sign in" : `Sign in to ${only.firm.name}`;
  const forms = firms.map(
    ({ firm, accounts }) => `${only === undefined ? `<h2>${escaped(firm.name)}</h2>` : ""}
      <form method="post" action="${escaped(action)}"><ul>${accounts.map(personButton).join("")}</ul></form>`,
  );
  send(context, {
    title,
    formTargets: [returnsTo],
    content: `<p>This is the local identity provider: it asks for no password and runs on this machine only.
      Choose whom you want to be.</p>
      ${forms.join("") || "<p>Nobody can sign in here: the organisation is unknown, or has no people.</p>"}`,
  });
}

type Firm = { readonly firm: SignInFirm; readonly accounts: readonly Account[] };

const personButton = ({ id, person }: Account): string =>
  `<li><button name="account" value="${escaped(id)}"><strong>${escaped(person.name)}</strong>
    <span>${escaped(person.roles.map((role) => role.replaceAll("_", " ")).join(", "))}</span>
    <span>${escaped(person.email)}</span></button></li>`;

export function expiredPage(context: Context): void {
  const content = "<p>It was finished already, or took too long. Go back to where you came from and start again.</p>";
  send(context, { title: "This sign-in has expired", content, status: 400 });
}

export function deviceInputPage(context: KoaContextWithOIDC, form: string, _out?: ErrorOut, error?: Error): void {
  const secret = /name="xsrf" value="([^"]+)"/.exec(form)?.[1] ?? "";
  send(context, {
    title: "Enter the code",
    content: `${error === undefined ? "" : `<p role="alert">${faultOf(error)}</p>`}
      <form method="post" action="${escaped(context.oidc.urlFor("code_verification"))}">
      <input type="hidden" name="xsrf" value="${secret}">
      <label for="code">The code that your terminal shows</label>
      <input id="code" name="user_code" autocomplete="off" required>
      <button>Continue</button></form>`,
  });
}

const faultOf = ({ name }: Error): string =>
  name === "AbortedError" ? "Your terminal was not signed in." : "That code is not known, was used or has expired.";

export function deviceConfirmPage(
  context: KoaContextWithOIDC,
  form: string,
  client: Client,
  _deviceInfo: unknown,
  userCode: string,
): void {
  send(context, {
    title: "Sign in your terminal?",
    content: `<p>${escaped(client.clientName ?? client.clientId)} shows a code. Is it this one?</p>
      <p class="code">${escaped(userCode)}</p>${form}
      <p><button form="op.deviceConfirmForm">Yes, sign it in</button>
      <button form="op.deviceConfirmForm" name="abort" value="yes">No, stop</button></p>`,
  });
}

export function deviceDonePage(context: KoaContextWithOIDC): void {
  send(context, { title: "Your terminal is signed in", content: "<p>You can close this page.</p>" });
}

export function signOutPage(context: KoaContextWithOIDC, form: string): void {
  const returnsTo = context.oidc.params?.["post_logout_redirect_uri"];
  send(context, {
    title: "Sign out?",
    formTargets: typeof returnsTo === "string" ? [returnsTo] : [],
    content: `${form}<p><button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button></p>`,
  });
}

export function signedOutPage(context: KoaContextWithOIDC): void {
  send(context, { title: "You are signed out", content: "<p>You can close this page.</p>" });
}

export function failurePage(context: KoaContextWithOIDC, { error, error_description }: ErrorOut): void {
  const content = `<p>${escaped(error_description ?? error)}</p><p>Go back to where you came from and start again.</p>`;
  send(context, { title: "This cannot be done", content, status: context.status });
}

const style = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{max-width:34rem;margin:3rem auto;padding:0 1rem}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
ul{list-style:none;padding:0;display:grid;gap:.5rem}
button{font:inherit;padding:.6rem .9rem;min-height:44px;border:1px solid GrayText;border-radius:.4rem;
background:Canvas;color:CanvasText;cursor:pointer}li button{display:grid;width:100%;text-align:left}
button:hover,button:focus-visible{outline:3px solid Highlight;outline-offset:1px}
label{display:block}input{font:inherit;padding:.5rem;margin:.25rem 0 1rem}.code{font:700 1.6rem ui-monospace,monospace}`;
const styleHash = createHash("sha256").update(style).digest("base64");

type Page = {
  readonly title: string;
  readonly content: string;
  readonly status?: number;
  /** Where the form's answer leads in the end: browsers hold redirects to the same rule as forms. */
  readonly formTargets?: readonly string[];
};

function send(context: Context, { title, content, status = 200, formTargets = [] }: Page): void {
  const targets = ["'self'", ...formTargets.map((target) => new URL(target).origin)].join(" ");
  context.set({
    "cache-control": "no-store",
    "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; form-action ${targets}; frame-ancestors 'none'; base-uri 'none'`,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  context.status = status;
  context.type = "html";
  context.body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)} – Plumbline</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head>
    <body><main><p>Plumbline</p><h1>${escaped(title)}</h1>${content}</main></body></html>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
