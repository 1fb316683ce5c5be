import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

type Keys = Readonly<Record<string, () => void>>;

/**
 * Single keys of a page. They rest while somebody types or a dialog is open, and for whoever switched them off (WCAG
 * 2.1.4), because a voice or a trembling hand presses them by mistake.
 */
export function useKeys(keys: Keys): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (!areKeysOn() || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector('[role="dialog"]') !== null) return;
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

const typed = new Set(["text", "search", "date", "month", "number", "email", "password"]);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && typed.has(target.type)) ||
  (target instanceof HTMLElement && target.isContentEditable);

const storageKey = "single-keys";
const listeners = new Set<() => void>();
let on = readChoice();

const areKeysOn = (): boolean => on;

export function useKeysSwitch(): readonly [on: boolean, toggle: () => void] {
  const value = useSyncExternalStore(subscribe, areKeysOn);
  return [value, toggle];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function toggle(): void {
  on = !on;
  try {
    localStorage.setItem(storageKey, on ? "on" : "off");
  } finally {
    for (const listener of listeners) listener();
  }
}

function readChoice(): boolean {
  try {
    return localStorage.getItem(storageKey) !== "off";
  } catch {
    return true;
  }
}
