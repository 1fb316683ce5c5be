import { useEffect } from "react";
import { boot } from "./boot.ts";
import { words } from "./words/words.ts";

/** The window is named after its page and the firm, so that one among many can be found. */
export function useTitle(page: string | undefined): void {
  useEffect(() => {
    document.title = page === undefined ? boot.brand.name : words.pageTitle(page, boot.brand.name);
  }, [page]);
}
