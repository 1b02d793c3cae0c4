// Who is signed in, and what they may see and do.
import { create } from "zustand";
import type { PersonId, Role, Session } from "../bindings/api";
import { api, Refused } from "./api";
import { usePreferences } from "./preferences";
import { forget } from "./store";

export type SessionState =
  | { state: "asking" }
  | { state: "signedOut" }
  | { state: "unreachable" }
  | { state: "signedIn"; session: Session };

/** Said on `window` when a session has lapsed: the desktop's window comes back with a new ticket, a browser does nothing. */
const LAPSED = "cordboard:signed-out";

export const useSession = create<SessionState>(() => ({ state: "asking" }));

/** Asks the engine who is signed in. `true` unless it says that nobody is. */
export async function askSession(): Promise<boolean> {
  try {
    const session = await api.session();
    useSession.setState({ state: "signedIn", session }, true);
    return true;
  } catch (error) {
    const signedOut = error instanceof Refused && (error.status === 401 || error.status === 403);
    if (signedOut) {
      endSession();
      window.dispatchEvent(new Event(LAPSED));
      return false;
    }
    if (useSession.getState().state !== "signedIn") useSession.setState({ state: "unreachable" }, true);
    return true;
  }
}

export async function signIn(login: string, password: string): Promise<void> {
  const session = await api.signIn({ login, password });
  useSession.setState({ state: "signedIn", session }, true);
}

export async function signOut(): Promise<void> {
  await api.signOut();
  endSession();
}

export function endSession(): void {
  forget();
  useSession.setState({ state: "signedOut" }, true);
}

/** From least to most; each may what those before it may. */
const RANKS: readonly Role[] = ["staff", "receptionist", "admin", "owner"];

export function mayAct(role: Role, least: Role): boolean {
  return RANKS.indexOf(role) >= RANKS.indexOf(least);
}

/** Whether who is signed in has at least the given role. */
export function useMay(least: Role): boolean {
  return useSession((now) => now.state === "signedIn" && mayAct(now.session.role, least));
}

/** The person one is in this office: by login, or as chosen for this window. */
export function useOwnPerson(): PersonId | null {
  const own = useSession((now) => (now.state === "signedIn" ? now.session.person : null));
  const chosen = usePreferences((preferences) => preferences.person);
  return own ?? chosen;
}

/** The same outside of components. */
export function ownPerson(): PersonId | null {
  const now = useSession.getState();
  const own = now.state === "signedIn" ? now.session.person : null;
  return own ?? usePreferences.getState().person;
}
