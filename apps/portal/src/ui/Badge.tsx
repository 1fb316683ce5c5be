import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconInfoCircle,
  IconAlertOctagon,
  type Icon as IconType,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

export type Tone = "plain" | "brand" | "ok" | "warn" | "bad" | "info" | "late" | "wait";

const icons: Readonly<Record<Tone, IconType | undefined>> = {
  plain: undefined,
  brand: undefined,
  ok: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconAlertOctagon,
  info: IconInfoCircle,
  late: IconClock,
  wait: IconClock,
};

type Props = { readonly tone?: Tone; readonly title?: string; readonly children: ReactNode };

/** A status in a word: tint, icon and text, so that colour alone says nothing. */
export function Badge({ tone = "plain", title, children }: Props): ReactNode {
  const Icon = icons[tone];
  return (
    <span className="badge" data-tone={tone} title={title}>
      {Icon !== undefined && <Icon size={13} stroke={1.9} aria-hidden />}
      <span className="badge-text">{children}</span>
    </span>
  );
}
