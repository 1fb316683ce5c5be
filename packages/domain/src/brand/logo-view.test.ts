import { describe, expect, it } from "vitest";
import { logoView } from "./logo-view.ts";

describe("a logo", () => {
  it("becomes an address that holds the whole picture", () => {
    const logo = logoView('<svg viewBox="0 0 26 26"><rect width="26" height="26" fill="#0b5c78"/></svg>');
    expect(decodeURIComponent(logo?.uri ?? "")).toBe(`data:image/svg+xml,${logo?.svg}`);
    expect(logo?.svg).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(logo?.uri).not.toMatch(/["'<>\s]/);
  });

  it("is taken for the spelled-out name when it is wide", () => {
    const spells = (opening: string) => logoView(`${opening}</svg>`)?.spellsName;
    expect(spells('<svg viewBox="0 0 240 64">')).toBe(true);
    expect(spells('<svg width="240" height="64">')).toBe(true);
    expect(spells('<svg viewBox="0 0 64 64">')).toBe(false);
    expect(spells("<svg>")).toBe(false);
  });

  it.each(["", "<p>no</p>", "<svg", "<svg>", `<svg>${"x".repeat(200_000)}</svg>`, "<script>1</script><svg></svg>"])(
    "is left out when it is no picture (%#)",
    (svg) => expect(logoView(svg)).toBeUndefined(),
  );
});
