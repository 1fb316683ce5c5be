import type { Scheme } from "@plumbline/domain/brand/palette";
import { createContext, type ReactNode, use, useEffect, useMemo, useState, useSyncExternalStore } from "react";

export const schemeChoices = ["light", "dark", "system"] as const;
export type SchemeChoice = (typeof schemeChoices)[number];

type SchemeState = {
  readonly choice: SchemeChoice;
  readonly shown: Scheme;
  readonly choose: (choice: SchemeChoice) => void;
};

/** The page's head reads the same name before anything is painted. */
const storageKey = "scheme";

const SchemeContext = createContext<SchemeState | undefined>(undefined);

/** Keeps which scheme this person chose in this browser; without a choice the system's is shown. */
export function SchemeProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [choice, setChoice] = useState<SchemeChoice>(readChoice);
  const system = useSyncExternalStore(onSystemChange, systemScheme);
  const shown = choice === "system" ? system : choice;

  useEffect(() => {
    if (choice === "system") delete document.documentElement.dataset["scheme"];
    else document.documentElement.dataset["scheme"] = choice;
  }, [choice]);

  const state = useMemo<SchemeState>(
    () => ({
      choice,
      shown,
      choose: (next) => {
        keepChoice(next);
        setChoice(next);
      },
    }),
    [choice, shown],
  );
  return <SchemeContext value={state}>{children}</SchemeContext>;
}

export function useScheme(): SchemeState {
  const state = use(SchemeContext);
  if (state === undefined) throw new Error("useScheme needs a SchemeProvider above it");
  return state;
}

const systemDark = matchMedia("(prefers-color-scheme: dark)");

const systemScheme = (): Scheme => (systemDark.matches ? "dark" : "light");

function onSystemChange(tell: () => void): () => void {
  systemDark.addEventListener("change", tell);
  return () => systemDark.removeEventListener("change", tell);
}

// A browser that forbids storage shows the system's scheme and forgets a choice with the page.
function readChoice(): SchemeChoice {
  try {
    return schemeChoices.find((choice) => choice === localStorage.getItem(storageKey)) ?? "system";
  } catch {
    return "system";
  }
}

function keepChoice(choice: SchemeChoice): void {
  try {
    localStorage.setItem(storageKey, choice);
  } catch {
    return;
  }
}
