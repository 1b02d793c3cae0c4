// The screen of calls: the history with what goes on above it, and the story of one call beside it.
import { PhoneIncoming } from "lucide-react";
import { useCallback, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useRoute, useSearch } from "wouter";
import type { CallId } from "../../bindings/api";
import { Button, EmptyState, Notice, Waiting } from "../../design";
import { useCalls } from "../../live/select";
import { sentence } from "../../text/refusal";
import { CallsList } from "./calls-list";
import { Filters } from "./filters";
import { useHistory } from "./history";
import { Recordings } from "./recordings";
import { asRow, EVERYTHING, isEverything, isShown, useShown } from "./search";
import { Story } from "./story";
import "./calls.css";

export default function Screen() {
  const { t } = useTranslation("calls");
  const [isRecordings] = useRoute("/calls/recordings");
  if (!isRecordings) return <History />;
  return (
    <>
      <h1 className="unseen">{t("title")}</h1>
      <Recordings />
    </>
  );
}

function History() {
  const { t } = useTranslation(["calls", "common"]);
  const [, navigate] = useLocation();
  const query = useSearch();
  const [, route] = useRoute("/calls/:id");
  const chosen = Number(route?.id) || null;
  const [shown, show] = useShown();
  const key = JSON.stringify(shown);
  // One object for equal filters, so that the same list is not asked for twice.
  const wish = useMemo(() => JSON.parse(key) as typeof shown, [key]);
  const history = useHistory(wish);
  const calls = useCalls();
  const live = useMemo(
    () =>
      [...calls.values()]
        .filter((call) => isShown(call, wish))
        .sort((a, b) => b.startedAt - a.startedAt)
        .map(asRow),
    [calls, wish],
  );
  // A call that has just ended stands in the history, and for a moment in both.
  const past = useMemo(() => history.rows.filter((call) => !calls.has(call.id)), [history.rows, calls]);
  const [place, setPlace] = useState<CallId | null>(null);
  const list = useId();
  const search = useRef<HTMLInputElement>(null);

  const open = useCallback(
    (id: CallId | null) => {
      if (id !== null) setPlace(id);
      navigate(`/calls${id === null ? "" : `/${id}`}${query ? `?${query}` : ""}`);
    },
    [navigate, query],
  );
  const focusList = () => document.getElementById(list)?.focus();
  const beside = (step: 1 | -1) => {
    const ids = [...live, ...past].map((call) => call.id);
    const at = chosen === null ? -1 : ids.indexOf(chosen);
    const next = at < 0 ? undefined : ids[at + step];
    return next === undefined ? undefined : () => open(next);
  };
  const { fetchNextPage, isFetchingNextPage } = history;
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const isEmpty = live.length === 0 && past.length === 0;

  return (
    <div className="calls" data-story={chosen !== null || undefined}>
      <h1 className="unseen">{t("title")}</h1>
      <div className="calls-side">
        <Filters shown={shown} show={show} searchRef={search} onDown={focusList} />
        {!isEmpty ? (
          <CallsList
            id={list}
            live={live}
            past={past}
            chosen={chosen}
            place={place}
            onPlace={setPlace}
            onOpen={open}
            hasMore={history.hasNextPage}
            onMore={more}
          />
        ) : history.error ? (
          <div className="calls-notice">
            <Notice
              severity="problem"
              title={t("refused.title")}
              actions={<Button onPress={() => void history.refetch()}>{t("common:retry")}</Button>}
            >
              {sentence(history.error)}
            </Notice>
          </div>
        ) : history.isPending ? (
          <Waiting />
        ) : isEverything(shown) ? (
          <EmptyState
            icon={PhoneIncoming}
            title={t("empty.title")}
            action={<Button onPress={() => navigate("/board")}>{t("empty.action")}</Button>}
          >
            {t("empty.body")}
          </EmptyState>
        ) : (
          <EmptyState
            title={t("empty.noMatch")}
            action={<Button onPress={() => show(EVERYTHING)}>{t("filters.clear")}</Button>}
          >
            {t("empty.noMatchBody")}
          </EmptyState>
        )}
      </div>
      {chosen !== null && (
        <Story
          id={chosen}
          onNewer={beside(-1)}
          onOlder={beside(1)}
          onClose={() => {
            open(null);
            setPlace(chosen);
            requestAnimationFrame(focusList);
          }}
        />
      )}
    </div>
  );
}
