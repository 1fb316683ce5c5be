import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Blank } from "../ui/Blank.tsx";
import { words } from "./words/words.ts";

export function NotFound(): ReactNode {
  return (
    <Blank heading="h1" title={words.notFound} text={words.notFoundHint}>
      <Link to="/">{words.toPipeline}</Link>
    </Blank>
  );
}
