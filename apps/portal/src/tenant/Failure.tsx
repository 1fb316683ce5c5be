import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiProblem } from "./api.ts";
import { Blank } from "../ui/Blank.tsx";
import { words } from "./words/words.ts";

type Props = { readonly error: unknown; readonly retry: () => void };

/** Why something could not be loaded, what to name when asking for help, and the way to try again. */
export function Failure({ error, retry }: Props): ReactNode {
  const requestId = error instanceof ApiProblem ? error.document.requestId : undefined;
  return (
    <div role="alert">
      <Blank heading="h1" title={words.failed} text={error instanceof Error ? error.message : String(error)}>
        <Button onClick={retry}>{words.retry}</Button>
        {requestId !== undefined && <p className="request">{words.failedHere(requestId)}</p>}
      </Blank>
    </div>
  );
}
