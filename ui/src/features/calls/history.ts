// The calls that were, page by page; what is recorded meanwhile is put on top without asking for everything again.
import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import type { CallPage, CallRow } from "../../bindings/api";
import { api } from "../../live/api";
import { useRecorded } from "../../live/select";
import { engineNow } from "../../live/store";
import { asSearch, type Shown } from "./search";

const PAGE = 100;
/** Calls that end together are asked for together. */
const GATHER_MS = 250;

type Pages = InfiniteData<CallPage, string | undefined>;

export function useHistory(shown: Shown) {
  const queries = useQueryClient();
  const key = useMemo(() => ["calls", shown], [shown]);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) =>
      api.calls({ ...asSearch(shown, engineNow()), limit: PAGE, before: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchOnMount: false,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  });

  const recorded = useRecorded();
  const known = useRef(recorded);
  useEffect(() => {
    if (known.current === recorded) return;
    const timer = setTimeout(async () => {
      known.current = recorded;
      const fresh = await api.calls({ ...asSearch(shown, engineNow()), limit: PAGE }).catch(() => null);
      if (fresh) queries.setQueryData<Pages>(key, (old) => (old ? withNew(old, fresh) : old));
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [recorded, shown, key, queries]);

  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.calls) ?? [], [query.data]);
  return { ...query, rows };
}

/** Puts the calls of a fresh first page before those that are known; begins anew if there is a gap between. */
export function withNew(old: Pages, fresh: CallPage): Pages {
  const [first, ...rest] = old.pages;
  const newest = first?.calls[0];
  if (!first || !newest) return { pages: [fresh], pageParams: [undefined] };
  const place = fresh.calls.findIndex((call) => call.id === newest.id);
  if (place < 0) return { pages: [fresh], pageParams: [undefined] };
  if (place === 0) return old;
  const known = new Set(old.pages.flatMap((page) => page.calls.map((call) => call.id)));
  const added: CallRow[] = fresh.calls.slice(0, place).filter((call) => !known.has(call.id));
  return { ...old, pages: [{ ...first, calls: [...added, ...first.calls] }, ...rest] };
}
