/** The program that shows an address in a browser, with what stands before the address. */
export type Opener = readonly [program: string, ...before: readonly string[]];

/** How a browser is opened for whoever sits at this terminal; undefined where nobody would see it. */
export function findOpener(at: {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}): Opener | undefined {
  const has = (...names: readonly string[]) => names.some((name) => Boolean(at.environment[name]));
  if (!at.isTerminal || has("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")) return undefined;
  if (at.platform === "darwin") return ["open"];
  // Not `start`, which is a shell's and would read the address as a command.
  if (at.platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  // Without a screen it would open a browser of letters in the middle of the terminal.
  return has("DISPLAY", "WAYLAND_DISPLAY") ? ["xdg-open"] : undefined;
}
