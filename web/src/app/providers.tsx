import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { configureClient } from "@/lib/http";
import { type Language, LanguageProvider } from "@/lib/i18n";
import { ThemeProvider } from "@/lib/theme";
import { ToastProvider } from "@/ui/toast";
import { TooltipProvider } from "@/ui/tooltip";

configureClient();

export function Providers({ queryClient, language, children }: {
  readonly queryClient: QueryClient;
  readonly language?: Language;
  readonly children: ReactNode;
}) {
  return (
    <QueryClientProvider client={queryClient}>
      <LanguageProvider initial={language}>
        <ThemeProvider>
          <TooltipProvider delayDuration={400}>
            <ToastProvider>{children}</ToastProvider>
          </TooltipProvider>
        </ThemeProvider>
      </LanguageProvider>
    </QueryClientProvider>
  );
}
