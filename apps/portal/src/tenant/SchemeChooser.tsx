import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { SegmentedControl, VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import { type SchemeChoice, schemeChoices, useScheme } from "./scheme.tsx";
import { words } from "./words/words.ts";

const icons = { light: IconSun, dark: IconMoon, system: IconDeviceDesktop } as const satisfies Record<
  SchemeChoice,
  typeof IconSun
>;

/** Light, dark, or whatever the system says. */
export function SchemeChooser(): ReactNode {
  const { choice, choose } = useScheme();
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label={words.scheme}
      value={choice}
      onChange={choose}
      data={schemeChoices.map((value) => {
        const Icon = icons[value];
        return {
          value,
          label: (
            <span className="scheme-label" title={words.schemes[value]}>
              <Icon size={15} stroke={1.7} aria-hidden />
              <VisuallyHidden>{words.schemes[value]}</VisuallyHidden>
            </span>
          ),
        };
      })}
    />
  );
}
