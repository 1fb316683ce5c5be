import { afterAll, describe, expect, it } from "vitest";
import { openTemplateSandbox, type TenantTemplate, templateLimits } from "./open-template-sandbox.ts";

const sandbox = openTemplateSandbox({ processes: 2 });
const data = {
  title: "Invoice 1 <b>&</b>",
  buyer: { name: "Ärger & Co" },
  lines: [{ net: "€1.00" }, { net: "€2.00" }],
  many: Array.from({ length: 100 }, (_, index) => index),
  text: "x".repeat(10_000),
};
const render = (source: unknown, more: Partial<TenantTemplate> = {}) =>
  sandbox.render({ source: source as string, data, ...more });

afterAll(() => sandbox.close());

describe("a template written by a tenant", () => {
  it("may loop, choose, descend and use its own partials, and is escaped", async () => {
    const source =
      "{{title}}{{#each lines}}[{{@index}} {{net}}{{#if @last}}.{{else}},{{/if}} {{../title}}]{{/each}}" +
      "{{#with buyer as |who|}}{{who.name}}{{/with}}{{#unless nothing}}{{> foot buyer}}{{/unless}}{{! quiet }}";
    expect(await render(source, { partials: { foot: "<i>{{name}}</i>" } })).toEqual({
      ok: true,
      html:
        "Invoice 1 &lt;b&gt;&amp;&lt;/b&gt;[0 €1.00, Invoice 1 &lt;b&gt;&amp;&lt;/b&gt;]" +
        "[1 €2.00. Invoice 1 &lt;b&gt;&amp;&lt;/b&gt;]Ärger &amp; Co<i>Ärger &amp; Co</i>",
    });
  });

  it("prints nothing for a value that is not there", async () => {
    expect(await render("[{{nothing.here}}]")).toEqual({ ok: true, html: "[]" });
  });

  // Each breaks one rule, on the second line.
  it.each([
    ["{{{title}}}", "unescaped output"],
    ["{{&title}}", "unescaped output"],
    ["{{log title}}", 'helper "log"'],
    ["{{lookup this 'constructor'}}", 'helper "lookup"'],
    ["{{helperMissing}}", '"helperMissing"'],
    ["{{#helperMissing}}x{{/helperMissing}}", '"helperMissing"'],
    ["{{blockHelperMissing title}}", '"blockHelperMissing"'],
    ["{{#blockHelperMissing title}}x{{/blockHelperMissing}}", '"blockHelperMissing"'],
    ["{{#title}}x{{/title}}", 'block "title"'],
    ["{{constructor.constructor}}", '"constructor"'],
    ["{{title.constructor.name}}", '"constructor"'],
    ["{{this.__proto__.polluted}}", '"__proto__"'],
    ["{{#with __proto__}}{{polluted}}{{/with}}", '"__proto__"'],
    ["{{[constructor]}}", '"constructor"'],
    ["{{title.[__defineGetter__]}}", '"__defineGetter__"'],
    ["{{#each lines as |constructor|}}{{constructor}}{{/each}}", '"constructor"'],
    ["{{toString}}", '"toString"'],
    ["{{lines.valueOf}}", '"valueOf"'],
    ["{{@partial-block}}", '"@partial-block"'],
    ["{{@level}}", '"@level"'],
    ["{{#*inline 'a'}}x{{/inline}}", "decorators"],
    ["{{* decorator}}", "decorators"],
    ["{{#> foot}}x{{/foot}}", "partial blocks"],
    ["{{> (lookup . 'title')}}", "plain name"],
    ["{{> (title)}}", "plain name"],
    ["{{> elsewhere}}", 'no partial "elsewhere"'],
    ["{{> ../../etc/passwd}}", "no partial"],
    ["{{#if (title)}}x{{/if}}", "no expressions"],
    ["{{#each lines limit=3}}x{{/each}}", "takes one value"],
    ["{{#if}}x{{/if}}", "takes one value"],
    ["{{'text'}}", "no literals"],
    ["{{#with 'text' as |s|}}{{#with 'e'}}{{#with split as |c|}}{{c.pop}}{{/with}}{{/with}}{{/with}}", "no literals"],
    ["{{title.(constructor)}}", ""],
    ["{{#each lines}}", ""],
    ["{{", ""],
  ])("is refused with line and reason: %s", async (source, reason) => {
    const outcome = await render(`first\n${source}`);
    const [issue] = outcome.ok ? [] : outcome.issues;
    expect(issue).toMatchObject({ code: expect.stringMatching(/rule|syntax/), line: 2 });
    expect(issue?.message).toContain(reason);
  });

  it("is told which partial is at fault", async () => {
    expect(await render("{{> foot}}", { partials: { foot: "\n\n{{{title}}}" } })).toMatchObject({
      ok: false,
      issues: [{ code: "template_rule", partial: "foot", line: 3 }],
    });
  });

  it.each([[{ type: "Program", body: [] }], [null], [42], [["{{title}}"]]])(
    "is refused when it is not text: %j",
    async (source) => expect(await render(source)).toMatchObject({ ok: false, issues: [{ code: "template_rule" }] }),
  );
});

describe("the sandbox", () => {
  const loops = (depth: number, inner: string) =>
    "{{#each @root.many}}".repeat(depth) + inner + "{{/each}}".repeat(depth);

  it("stops a template that never ends, within its time", async () => {
    const startedAt = performance.now();
    expect(await render(loops(12, ""))).toMatchObject({ ok: false, issues: [{ code: "template_too_slow" }] });
    expect(performance.now() - startedAt).toBeLessThan(5_000 + templateLimits.renderMsMax);
  });

  it.each([
    ["a page without end", loops(3, "{{@root.text}}")],
    ["a page one byte too long", "x".repeat(100_000) + "{{> more}}".repeat(90) + "y"],
    ["a partial that calls itself", "{{> self}}"],
    ["a partial that doubles itself", "{{> twice}}"],
    ["deep nesting", loops(200, "x")],
    ["brackets without end", "{{#if a}}".repeat(20_000)],
    ["a long path", `{{${"a.".repeat(50_000)}a}}`],
    ["too much text", "x".repeat(templateLimits.sourceCharactersMax + 1)],
    ["a group printed as text", "{{buyer}}"],
  ])("contains %s", async (_, source) => {
    const partials = { self: "{{> self}}", twice: "x{{> twice}}{{> twice}}", more: "z".repeat(10_000) };
    expect(await render(source, { partials })).toMatchObject({ ok: false, issues: [{ message: expect.anything() }] });
  });

  it("lets a page through that is exactly as long as allowed", async () => {
    const outcome = await render("{{#each parts}}{{this}}{{/each}}", {
      data: { parts: Array(10).fill("x".repeat(templateLimits.outputBytesMax / 10)) },
    });
    expect(outcome.ok && outcome.html.length).toBe(templateLimits.outputBytesMax);
  });

  it("hands over plain values: nothing inherited, no functions, no accessors", async () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": "yes"}, "constructor": {"name": "yes"}, "a": "fine"}');
    const outcome = await render("{{polluted}}{{a}}{{f}}{{#each this}}({{@key}}){{/each}}", {
      data: Object.assign(hostile, { f: () => "yes" }),
    });
    expect(outcome).toEqual({ ok: true, html: "fine(__proto__)(constructor)(a)" });
  });

  it("keeps one tenant's trouble away from the others", async () => {
    const outcomes = await Promise.all([
      render(loops(12, "")),
      render("{{title}}"),
      render(loops(3, "{{@root.text}}")),
      render("{{buyer.name}}"),
    ]);
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([false, true, false, true]);
  });

  it("refuses work after closing", async () => {
    const closing = openTemplateSandbox({ processes: 1 });
    const running = closing.render({ source: "{{title}}", data });
    const waiting = closing.render({ source: "{{title}}", data });
    const outcome = Promise.allSettled([running, waiting]);
    await closing.close();
    expect((await outcome).map((settled) => settled.status)).toEqual(["fulfilled", "rejected"]);
    await expect(closing.render({ source: "", data })).rejects.toThrow("closed");
  });
});
