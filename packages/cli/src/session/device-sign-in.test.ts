import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { accountOf, hidden, testBrowser } from "@plumbline/testing/test-browser";
import { useProduct } from "../test-kit.ts";

const product = useProduct();
const plumbScript = join(import.meta.dirname, "../../../../scripts/plumb.ts");

it(
  "signs a terminal in through a browser elsewhere: it shows an address and a code, and waits",
  { timeout: 30_000 },
  async () => {
    const firm = await newFirm(product.database.current.pool);
    const { environment } = await product.terminalOf(firm, "auditor");
    const terminal = spawn(process.execPath, [plumbScript, "login", "--device"], { env: environment, stdio: "pipe" });
    let [said, out] = ["", ""];
    terminal.stderr.on("data", (text: Buffer) => (said += text.toString()));
    terminal.stdout.on("data", (text: Buffer) => (out += text.toString()));
    const ended = new Promise((resolve) => terminal.on("exit", resolve));
    await expect.poll(() => said, { timeout: 10_000 }).toMatch(/Open \S+\nand confirm the code \S+\n/);
    const [, url = "", userCode = ""] = /Open (\S+)\nand confirm the code (\S+)\n/.exec(said) ?? [];

    const { visit } = testBrowser();
    const address = url.replace(/\?.*$/, "");
    const confirm = await visit(address, { ...hidden(await visit(address)), user_code: userCode });
    expect(confirm.text).toContain(userCode);
    const people = await visit(address, hidden(confirm));
    expect((await visit(people.url, accountOf(people, "Cora Coordinator"))).text).toContain(
      "Your terminal is signed in",
    );

    expect({ code: await ended, out }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^You are Cora Coordinator at Firm .*: billing coordinator\n$/) as string,
    });
    expect(await product.terminalWith(environment).json("whoami")).toMatchObject({
      document: { actor: { email: "coordinator@firm.example" } },
    });
  },
);
