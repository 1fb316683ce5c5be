import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { outbound } from "@plumbline/platform/outbound";
import { newFirm } from "@plumbline/testing/firm";
import { useProduct } from "../test-kit.ts";

const product = useProduct();
const plumbScript = join(import.meta.dirname, "../../../../scripts/plumb.ts");

/** A browser with cookies and without scripts. */
function browser() {
  const cookies = new Map<string, string>();
  const visit = async (
    address: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ url: string; text: string }> => {
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
    return location === null ? { url: address, text: await response.text() } : visit(new URL(location, address).href);
  };
  return { visit };
}

const hidden = ({ text }: { readonly text: string }): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );

it(
  "signs a terminal in through a browser: it shows an address and a code, and waits",
  { timeout: 30_000 },
  async () => {
    const firm = await newFirm(product.database.current.pool);
    const { environment } = await product.terminalOf(firm, "auditor");
    const terminal = spawn(process.execPath, [plumbScript, "login"], { env: environment, stdio: "pipe" });
    let [said, out] = ["", ""];
    terminal.stderr.on("data", (text: Buffer) => (said += text.toString()));
    terminal.stdout.on("data", (text: Buffer) => (out += text.toString()));
    const ended = new Promise((resolve) => terminal.on("exit", resolve));
    await expect.poll(() => said, { timeout: 10_000 }).toMatch(/Open \S+\nand confirm the code \S+\n/);
    const [, url = "", userCode = ""] = /Open (\S+)\nand confirm the code (\S+)\n/.exec(said) ?? [];

    const { visit } = browser();
    const address = url.replace(/\?.*$/, "");
    const confirm = await visit(address, { ...hidden(await visit(address)), user_code: userCode });
    expect(confirm.text).toContain(userCode);
    const people = await visit(address, hidden(confirm));
    const account = /name="account" value="([^"]+)"><strong>Cora/.exec(people.text)?.[1] ?? "";
    expect((await visit(people.url, { account })).text).toContain("Your terminal is signed in");

    expect({ code: await ended, out }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^You are Cora Coordinator at Firm .*: billing coordinator\n$/) as string,
    });
    expect(await product.terminalWith(environment).json("whoami")).toMatchObject({
      document: { actor: { email: "coordinator@firm.example" } },
    });
  },
);
