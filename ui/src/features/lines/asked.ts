// What a link to a screen asks for, as `/lines?add` does: done once, when the screen is there.
import { useEffect, useRef } from "react";

/** What is asked of another screen, while this one is about to go, is not for this one. */
export function useAsked(path: string, what: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const look = () => {
      const { pathname, search } = window.location;
      if (pathname !== path || !new URLSearchParams(search).has(what)) return;
      // Going back does not ask again.
      history.replaceState(history.state, "", pathname);
      latest.current();
    };
    look();
    // The palette leads here while the screen is open already.
    window.addEventListener("pushState", look);
    return () => window.removeEventListener("pushState", look);
  }, [path, what]);
}
