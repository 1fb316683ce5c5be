import { outbound } from "@plumbline/platform/outbound";

export type Page = { readonly url: string; readonly text: string; readonly response: Response };

/**
 * A browser with cookies and without scripts.
 *
 * @param options.within what addresses begin with; it stops, without asking, where it is sent elsewhere
 */
export function testBrowser(options: { readonly within?: () => string } = {}) {
  const cookies = new Map<string, string>();
  const visit = async (address: string, form?: Readonly<Record<string, string>>): Promise<Page> => {
    const response = await outbound(address, {
      method: form === undefined ? "GET" : "POST",
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form && { body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) return { url: address, text: await response.text(), response };
    const next = new URL(location, address).href;
    return next.startsWith(options.within?.() ?? "") ? visit(next) : { url: next, text: "", response };
  };
  return { visit };
}

/** What a form sends without anybody typing. */
export const hidden = ({ text }: Page): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );

/** What the button of a person sends on the local issuer's page. */
export const accountOf = ({ text }: Page, name: string): { readonly account: string } => ({
  account: new RegExp(`name="account" value="([^"]+)"><strong>${name}<`).exec(text)?.[1] ?? "",
});
