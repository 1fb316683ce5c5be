import { afterEach, describe, expect, it } from "vitest";
import type { InvoiceView } from "../invoice/invoice-view.ts";
import { openPdfRenderer, type PdfRenderer, type PdfRendererOptions } from "./open-pdf-renderer.ts";

const createdAt = new Date("2026-11-07T00:00:00Z");
const named = (number: string) => ({ number }) as InvoiceView;

let renderer: PdfRenderer;
const open = (options: Partial<PdfRendererOptions> = {}): PdfRenderer => {
  const program = new URL("./misbehaving-worker.ts", import.meta.url);
  renderer = openPdfRenderer({ threads: 1, program, timeoutMs: 20_000, ...options });
  return renderer;
};
const render = (number: string) => renderer.render(named(number), { createdAt });
/** The fake thread answers with how many documents it has seen. */
const seen = async (number = "fine") => (await render(number))[0];

afterEach(() => renderer.close());

describe("the pool of PDF threads", () => {
  it("ends a thread after its share of documents", async () => {
    open({ documentsPerThread: 2 });
    expect([await seen(), await seen(), await seen(), await seen(), await seen()]).toEqual([1, 2, 1, 2, 1]);
  });

  it("answers every document when many wait for few threads", async () => {
    open({ threads: 2, documentsPerThread: 7 });
    const all = await Promise.all(Array.from({ length: 50 }, () => render("fine")));
    expect(all).toHaveLength(50);
  });

  it.each([
    ["throw", "crashed", "planted"],
    ["exit", "crashed", "code 7"],
    ["eat", "crashed", "memory limit"],
  ])("fails only the document whose thread does %s", async (number, code, message) => {
    open();
    const [before, failed, after] = await Promise.allSettled([render("fine"), render(number), render("fine")]);
    expect([before.status, after.status]).toEqual(["fulfilled", "fulfilled"]);
    expect(failed).toMatchObject({ status: "rejected", reason: { name: "PdfError", code } });
    expect(String((failed as PromiseRejectedResult).reason)).toContain(message);
  });

  it("gives up on a document that takes too long and goes on with the next", async () => {
    open({ timeoutMs: 700 });
    const [hung, next] = await Promise.allSettled([render("hang"), render("fine")]);
    expect(hung).toMatchObject({ status: "rejected", reason: { code: "timed_out" } });
    expect(next.status).toBe("fulfilled");
  });

  it("refuses at once when too many wait", async () => {
    open({ queueMax: 2 });
    const waiting = [render("fine"), render("fine"), render("fine")];
    await expect(render("fine")).rejects.toMatchObject({ code: "queue_full" });
    await expect(Promise.all(waiting)).resolves.toHaveLength(3);
  });

  it("finishes what runs and refuses the rest when it closes", async () => {
    open();
    const [running, waiting] = [render("fine"), render("fine")];
    const outcome = Promise.allSettled([running, waiting]);
    await renderer.close();
    expect(await outcome).toMatchObject([{ status: "fulfilled" }, { status: "rejected", reason: { code: "closed" } }]);
    await expect(render("fine")).rejects.toMatchObject({ code: "closed" });
  });

  it("needs at least one thread", () => {
    expect(() => openPdfRenderer({ threads: 0 })).toThrow(RangeError);
  });
});
