import { outbound } from "@plumbline/platform/outbound";

export type Page = { readonly url: string; readonly status: number; readonly text: string };

/** A browser with cookies and without scripts. */
export function testBrowser() {
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
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location !== null) return visit(new URL(location, address).href);
    return { url: address, status: response.status, text: await response.text() };
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

/** What the button of a person sends. */
export const accountOf = ({ text }: Page, name: string): { readonly account: string } => ({
  account: new RegExp(`name="account" value="([^"]+)"><strong>${name}`).exec(text)?.[1] ?? "",
});
