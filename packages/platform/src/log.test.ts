import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createLog, type LogFields } from "./log.ts";

function logged(fields: LogFields, options: { readonly isTTY?: boolean } = {}): string {
  let text = "";
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  createLog({ fields: { app: "api" }, destination: Object.assign(destination, options) }).info("issued", fields);
  return text;
}

it("writes one JSON line with time, level and the fields", () => {
  const text = logged({ tenant: "t1", actor: "a1", subject: "i1", trace: "r1", totalMinor: 5n });
  expect(text.endsWith("}\n")).toBe(true);
  expect(JSON.parse(text)).toMatchObject({
    level: "info",
    message: "issued",
    app: "api",
    tenant: "t1",
    actor: "a1",
    subject: "i1",
    trace: "r1",
    totalMinor: "5",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});

it.each(["password", "adminPassword", "client_secret", "accessToken", "Authorization", "set-cookie", "apiKey"])(
  "hides what is called %s, at any depth",
  (name) => {
    expect(logged({ [name]: "hunter2", deep: [{ [name]: { value: "hunter2" } }] })).not.toContain("hunter2");
  },
);

it("hides passwords inside addresses, also in an error's message and cause", () => {
  const address = "postgres://ada:hunter2@db/plumb";
  const error = new Error(`cannot reach ${address}`, { cause: new Error(address) });
  const text = logged({ address, error });
  expect(text).not.toContain("hunter2");
  expect(text).toContain("cannot reach postgres://ada:[redacted]@db/plumb");
});

it("takes no longer for text made to keep it busy, such as the path of somebody's request", () => {
  const began = performance.now();
  logged({ path: `/${"a.".repeat(8_000)}` });
  expect(performance.now() - began).toBeLessThan(100);
});

it("survives cycles, and fields that pretend to be the line's own", () => {
  const cycle: Record<string, unknown> = { level: "fake", message: "fake" };
  cycle["self"] = cycle;
  const line = JSON.parse(logged({ ...cycle, cycle }));
  expect(line).toMatchObject({ level: "info", message: "issued" });
});

it("speaks plainly to a person at a terminal", () => {
  expect(logged({ tenant: "t1", minutes: 90 }, { isTTY: true })).toMatch(
    /^\d\d:\d\d:\d\d info {2}issued app=api tenant=t1 minutes=90\n$/,
  );
});
