// A field that is saved when one is done with it: what is typed is a draft until then.
import { useEffect, useRef, useState } from "react";
import { Refused } from "../../live/api";
import { tellRefused } from "../../live/toasts";
import { fieldError, sentence } from "../../text/refusal";

export type Draft<T> = {
  value: T;
  error: string | undefined;
  change: (value: T) => void;
  /** Saves what was typed, if it differs from what is saved. */
  settle: () => void;
  /** Back to what is saved. */
  drop: () => void;
};

/** `field` is what the engine calls it in a refusal. */
export function useDraft<T>(saved: T, field: string, save: (value: T) => Promise<void>): Draft<T> {
  const [draft, setDraft] = useState<{ value: T } | null>(null);
  const [error, setError] = useState<string>();
  const busy = useRef(false);

  const settle = async (value: T) => {
    if (busy.current) return;
    if (Object.is(value, saved)) {
      setDraft(null);
      setError(undefined);
      return;
    }
    busy.current = true;
    try {
      await save(value);
      setDraft(null);
      setError(undefined);
    } catch (refused) {
      const isField = refused instanceof Refused && (refused.status === 422 || refused.status === 409);
      if (isField) {
        setError(fieldError(refused, field) ?? sentence(refused));
      } else {
        // Somebody else was first, or nobody answers: what is saved is shown again.
        setDraft(null);
        setError(undefined);
        tellRefused(refused);
      }
    } finally {
      busy.current = false;
    }
  };

  return {
    value: draft ? draft.value : saved,
    error,
    change: (value) => {
      setDraft({ value });
      setError(undefined);
    },
    settle: () => draft && void settle(draft.value),
    drop: () => {
      setDraft(null);
      setError(undefined);
    },
  };
}

/** The same for what is chosen rather than typed: saved a moment after the last choice. */
export function useChosen<T>(saved: T, field: string, save: (value: T) => Promise<void>): Draft<T> {
  const draft = useDraft(saved, field, save);
  const { value, settle } = draft;
  const latest = useRef(settle);
  latest.current = settle;
  useEffect(() => {
    if (Object.is(value, saved)) return;
    const timer = setTimeout(() => latest.current(), REST_MS);
    return () => clearTimeout(timer);
  }, [value, saved]);
  return draft;
}

const REST_MS = 500;
