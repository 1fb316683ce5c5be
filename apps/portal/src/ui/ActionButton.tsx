import { Button, Tooltip } from "@mantine/core";
import { type ReactNode, useId } from "react";

type Props = {
  readonly children: ReactNode;
  /** Why it cannot be used; it then stays where it is and says so. */
  readonly disabledReason?: string | undefined;
  readonly busy?: boolean;
  readonly primary?: boolean;
  readonly keys?: string;
  readonly onPress: () => void;
};

/** Shown even when unusable: a disabled button with a reason teaches, a hidden one puzzles. It can be reached by keyboard. */
export function ActionButton({
  children,
  disabledReason,
  busy = false,
  primary = false,
  keys,
  onPress,
}: Props): ReactNode {
  const reasonId = useId();
  const disabled = disabledReason !== undefined;
  const button = (
    <Button
      variant={primary ? "filled" : "default"}
      loading={busy}
      aria-keyshortcuts={keys}
      rightSection={keys !== undefined && !disabled ? <kbd className="key">{keys}</kbd> : undefined}
      {...(disabled && { "data-disabled": true, "aria-disabled": true, "aria-describedby": reasonId })}
      onClick={(event) => (disabled ? event.preventDefault() : onPress())}
    >
      {children}
    </Button>
  );
  if (!disabled) return button;
  return (
    <>
      <Tooltip label={disabledReason}>{button}</Tooltip>
      <span id={reasonId} hidden>
        {disabledReason}
      </span>
    </>
  );
}
