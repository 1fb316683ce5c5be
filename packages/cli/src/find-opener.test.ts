import { expect, it } from "vitest";
import { findOpener } from "./find-opener.ts";

const screen = { DISPLAY: ":0" };

it.each([
  { platform: "darwin", environment: {}, isTerminal: true, opener: ["open"] },
  { platform: "win32", environment: {}, isTerminal: true, opener: ["rundll32", "url.dll,FileProtocolHandler"] },
  { platform: "linux", environment: screen, isTerminal: true, opener: ["xdg-open"] },
  { platform: "linux", environment: { WAYLAND_DISPLAY: "wayland-0" }, isTerminal: true, opener: ["xdg-open"] },
  { platform: "linux", environment: {}, isTerminal: true, opener: undefined },
  { platform: "linux", environment: screen, isTerminal: false, opener: undefined },
  { platform: "darwin", environment: { SSH_CONNECTION: "a b c d" }, isTerminal: true, opener: undefined },
  { platform: "linux", environment: { ...screen, SSH_TTY: "/dev/pts/0" }, isTerminal: true, opener: undefined },
] as const)("opens a browser only where somebody sees it: %j", ({ opener, ...at }) => {
  expect(findOpener(at)).toEqual(opener);
});
