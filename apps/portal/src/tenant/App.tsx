import { createTheme, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { nonce } from "./boot.ts";
import { queries } from "./queries.ts";
import { router } from "./router.tsx";
import { SchemeProvider, useScheme } from "./scheme.tsx";
import { words } from "./words/words.ts";

/** The kit computes no colour: its variables are mapped to the brand's in kit.css. */
const theme = createTheme({
  fontFamily: "var(--font)",
  primaryColor: "dark",
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // Said outright, because kit.css tells buttons apart by it.
    Button: { defaultProps: { variant: "filled" } },
    Modal: {
      defaultProps: {
        closeButtonProps: { "aria-label": words.close },
        transitionProps: { duration: 0 },
        overlayProps: { backgroundOpacity: 0.35 },
      },
    },
    Menu: { defaultProps: { transitionProps: { duration: 0 } } },
    Tooltip: { defaultProps: { transitionProps: { duration: 100 }, openDelay: 250, multiline: true } },
  },
});

export function App(): ReactNode {
  return (
    <SchemeProvider>
      <Kit />
    </SchemeProvider>
  );
}

function Kit(): ReactNode {
  const { shown } = useScheme();
  return (
    <MantineProvider theme={theme} getStyleNonce={() => nonce} forceColorScheme={shown}>
      <Notifications position="bottom-right" limit={3} transitionDuration={120} />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
