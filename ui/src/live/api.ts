// What the engine tells about itself, asked again every two seconds.
import { useEffect, useState } from "react";

export interface Listener {
  transport: string;
  address: string;
}

export interface Status {
  office: string;
  version: string;
  uptime_seconds: number;
  registered_devices: number;
  active_calls: number;
  sip: Listener[];
}

export interface Person {
  name: string;
  extension: string;
}

/** `locked`: the engine answers, but not to us. `unreachable`: it does not answer. */
export type Answer<T> =
  | { state: "asking" }
  | { state: "told"; value: T }
  | { state: "locked" }
  | { state: "unreachable" };

const INTERVAL_MS = 2000;

export function useStatus(): Answer<Status> {
  return useAnswer<Status>("/api/status");
}

export function usePeople(): Answer<Person[]> {
  return useAnswer<Person[]>("/api/people");
}

function useAnswer<T>(path: string): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ state: "asking" });
  useEffect(() => {
    const leaving = new AbortController();
    let next: ReturnType<typeof setTimeout>;
    const again = async () => {
      const told = await ask<T>(path, leaving.signal);
      if (leaving.signal.aborted) return;
      setAnswer(told);
      next = setTimeout(again, INTERVAL_MS);
    };
    again();
    return () => {
      leaving.abort();
      clearTimeout(next);
    };
  }, [path]);
  return answer;
}

async function ask<T>(path: string, signal: AbortSignal): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { signal, headers: { accept: "application/json" } });
    if (response.status === 401 || response.status === 403) return { state: "locked" };
    if (!response.ok) return { state: "unreachable" };
    return { state: "told", value: (await response.json()) as T };
  } catch {
    return { state: "unreachable" };
  }
}
