// Who is asking decides what is shown: the office, or the way in.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { I18nProvider, RouterProvider } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { Toasts } from "./design/toasts";
import { Refused } from "./live/api";
import { feedUrl, startFeed } from "./live/feed";
import { askSession, endSession, useSession } from "./live/session";
import { useLive } from "./live/store";
import { Connecting } from "./shell/connecting";
import { Shell } from "./shell/shell";
import { SignIn } from "./shell/sign-in";
import { locale } from "./text";

const ASK_AGAIN_MS = 2000;

export function App() {
  useTranslation();
  const [, navigate] = useLocation();
  const queries = useMemo(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 10_000,
            // What was refused stays refused; what did not arrive is asked again.
            retry: (times, error) => times < 2 && !(error instanceof Refused && error.status >= 400),
          },
        },
      }),
    [],
  );
  return (
    <I18nProvider locale={locale()}>
      <RouterProvider navigate={navigate}>
        <QueryClientProvider client={queries}>
          <Door />
          <Toasts />
        </QueryClientProvider>
      </RouterProvider>
    </I18nProvider>
  );
}

function Door() {
  const session = useSession();
  const isKnown = useLive((live) => live.epoch !== null);
  const { state } = session;

  useEffect(() => {
    if (state === "asking") void askSession();
    if (state !== "unreachable") return;
    const again = setInterval(() => void askSession(), ASK_AGAIN_MS);
    return () => clearInterval(again);
  }, [state]);

  useEffect(() => {
    if (state !== "signedIn") return;
    return startFeed({ url: feedUrl(), onSignedOut: endSession, isSignedIn: askSession });
  }, [state]);

  if (state === "signedOut") return <SignIn />;
  return state === "signedIn" && isKnown ? <Shell /> : <Connecting />;
}
