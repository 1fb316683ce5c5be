import { expect, it } from "vitest";
import { Failure } from "./failure.ts";
import { readOrder } from "./program.ts";
import { verbs } from "./verbs.ts";

it("helps with every verb: what it does, what it takes, and the three options all share", () => {
  for (const verb of verbs) {
    const order = readOrder([...verb.name.split(" "), "--help"], 80);
    const help = "help" in order ? order.help.replaceAll(/\s+/g, " ") : "";
    expect(help).toContain(verb.summary);
    for (const name of [...Object.keys(verb.options), "json", "tenant", "api"]) expect(help).toContain(`--${name}`);
    for (const name of Object.keys(verb.arguments)) expect(help).toContain(name);
  }
});

it("names every verb in its own help, and what each exit code means", () => {
  const order = readOrder([], 100);
  const help = "help" in order ? order.help : "";
  for (const { name } of verbs) expect(help).toContain(name);
  expect(help).toContain("4  not signed in");
});

it.each([
  [["whomi"], /Unknown command 'whomi'.*whoami/s],
  [["whoami", "--jsn"], /Unknown option '--jsn'.*--json/s],
  [["whoami", "now"], /Too many arguments/],
])("refuses %j as badly said, and says what was meant", (line, message) => {
  const refused = (() => {
    try {
      return readOrder(line, 80);
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(Failure);
  expect(refused).toMatchObject({ exit: "usage", message: expect.stringMatching(message) as string });
});
