import { notifications } from "@mantine/notifications";
import { ApiProblem } from "./api.ts";
import { words } from "./words/words.ts";

/** Tells that something was done, in the words of the button that did it. */
export const tellDone = (message: string): void =>
  void notifications.show({ message, withCloseButton: true, ...close });

/** Tells that something was refused, and why. */
export function tellRefused(title: string, error: unknown): void {
  const requestId = error instanceof ApiProblem ? error.document.requestId : undefined;
  const why = error instanceof Error ? error.message : String(error);
  notifications.show({
    title,
    message: requestId === undefined ? why : `${why} ${words.failedHere(requestId)}`,
    autoClose: 12_000,
    "data-tone": "bad",
    ...close,
  });
}

const close = { closeButtonProps: { "aria-label": words.close } };
