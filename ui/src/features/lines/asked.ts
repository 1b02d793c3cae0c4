// What a link asks for, as `?add` does: done once, when the screen is there.
import { useEffect, useRef } from "react";

export function useAsked(what: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const look = () => {
      if (!new URLSearchParams(window.location.search).has(what)) return;
      // Going back does not ask again.
      history.replaceState(history.state, "", window.location.pathname);
      latest.current();
    };
    look();
    // The palette leads here while the screen is open already.
    window.addEventListener("pushState", look);
    return () => window.removeEventListener("pushState", look);
  }, [what]);
}
