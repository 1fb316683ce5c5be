import type { ReactNode } from "react";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { words } from "../../words/words.ts";

export function PipelinePage(): ReactNode {
  return <PageHeader title={words.pipeline} />;
}
