// The board: calls at the left, people at the right, and one grammar of keys for both.
import { LayoutGrid, List, SlidersHorizontal, Tv, UsersRound } from "lucide-react";
import { memo, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearch } from "wouter";
import type { CallId, PersonId } from "../../bindings/api";
import {
  Button,
  EmptyState,
  IconButton,
  Popover,
  RadioGroup,
  SearchField,
  Select,
  Switch,
} from "../../design";
import { nameOf } from "../../live/names";
import { prefer, usePreferences } from "../../live/preferences";
import { useLiveValue } from "../../live/select";
import { ownPerson, useMay } from "../../live/session";
import { useLive } from "../../live/store";
import { isLetterKey, isTyping } from "../../shell/keys";
import { callPerson, handOver, hangUp, park, takeOver } from "./actions";
import { CallsColumn } from "./calls-column";
import { Ghost } from "./drag";
import { beginsSearch, type Deed, deedOf } from "./grammar";
import { PeopleList } from "./people-list";
import { PeopleTiles } from "./people-tiles";
import { openPersonMenu, PersonOverlays } from "./person-menu";
import { presenceWord } from "./presence-words";
import {
  allCalls,
  currentCall,
  resetBoard,
  setBoard,
  useBoard,
  useCurrentCall,
  useShownPeople,
  useTeams,
} from "./state";
import "./board.css";

export default function Board() {
  const { t } = useTranslation("board");
  const people = useShownPeople();
  const current = useCurrentCall();
  const { view, compact } = usePreferences((preferences) => preferences.board);
  const grouped = useBoard((board) => board.query.trim() === "" && board.team === null);
  const isEmpty = useLiveValue((live) => live.people.size === 0);
  const search = useRef<HTMLInputElement>(null);
  const listId = useId();
  useAddress();
  useBoardKeys(people, search);

  const Shown = view === "tiles" ? PeopleTiles : PeopleList;
  return (
    <div className="board">
      <h1 className="unseen">{t("title")}</h1>
      <CallsColumn current={current} />
      <section className="board-people" aria-label={t("people")} data-region="">
        {!isEmpty && <Tools listId={listId} search={search} />}
        {isEmpty && <Nobody />}
        {!isEmpty && people.length === 0 && <NoMatch />}
        {people.length > 0 && (
          <Shown id={listId} people={people} grouped={grouped} compact={compact} call={current} />
        )}
      </section>
      <PersonOverlays call={current} />
      <Ghost />
      <Spoken people={people} current={current} />
    </div>
  );
}

function Tools({ listId, search }: { listId: string; search: React.RefObject<HTMLInputElement | null> }) {
  return (
    <div className="board-tools">
      <Find listId={listId} search={search} />
      <Filters />
    </div>
  );
}

function Find({ listId, search }: { listId: string; search: React.RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation("board");
  const query = useBoard((board) => board.query);
  const chosen = useBoard((board) => board.person);
  const view = usePreferences((preferences) => preferences.board.view);
  return (
    <div className="board-search">
      <SearchField
        label={t("find")}
        placeholder={t("findHint")}
        value={query}
        onChange={find}
        inputRef={search}
        inputProps={{
          role: "combobox",
          "aria-expanded": true,
          "aria-haspopup": view === "tiles" ? "listbox" : "grid",
          "aria-controls": listId,
          "aria-autocomplete": "list",
          ...(chosen !== null ? { "aria-activedescendant": `person-${chosen}` } : {}),
        }}
      />
    </div>
  );
}

const Filters = memo(function Filters() {
  const { t } = useTranslation("board");
  const team = useBoard((board) => board.team);
  const freeOnly = useBoard((board) => board.freeOnly);
  const teams = useTeams();
  const board = usePreferences((preferences) => preferences.board);
  const [, navigate] = useLocation();
  return (
    <>
      {teams.length > 1 && (
        <Select
          bare
          label={t("team")}
          options={[
            { id: "every", label: t("everyTeam") },
            ...teams.map((name) => ({ id: `team ${name}`, label: name || t("noTeam") })),
          ]}
          value={team === null ? "every" : `team ${team}`}
          onChange={(id) => setBoard({ team: id === "every" ? null : id.slice("team ".length) })}
        />
      )}
      <Switch isSelected={freeOnly} onChange={(on) => setBoard({ freeOnly: on })}>
        {t("freeOnly")}
      </Switch>
      <span className="board-views">
        <IconButton
          icon={List}
          label={t("view.list")}
          aria-pressed={board.view === "list"}
          onPress={() => prefer({ board: { ...board, view: "list" } })}
        />
        <IconButton
          icon={LayoutGrid}
          label={t("view.tiles")}
          aria-pressed={board.view === "tiles"}
          onPress={() => prefer({ board: { ...board, view: "tiles" } })}
        />
        <Popover label={t("options")} trigger={<IconButton icon={SlidersHorizontal} label={t("options")} />}>
          <div className="board-options">
            <RadioGroup
              segments
              label={t("view.label")}
              options={[
                { id: "list", label: t("view.list") },
                { id: "tiles", label: t("view.tiles") },
              ]}
              value={board.view}
              onChange={(view) => prefer({ board: { ...board, view } })}
            />
            <Switch
              isSelected={board.compact}
              onChange={(compact) => prefer({ board: { ...board, compact } })}
            >
              {t("compact")}
            </Switch>
            <Button icon={Tv} onPress={() => navigate("/wall")}>
              {t("wall")}
            </Button>
          </div>
        </Popover>
      </span>
    </>
  );
});

/** What is typed chooses the best match at once. */
function find(query: string): void {
  setBoard({ query, person: null });
}

function Nobody() {
  const { t } = useTranslation("board");
  const [, navigate] = useLocation();
  const mayManage = useMay("admin");
  const action = mayManage && (
    <Button tone="accent" onPress={() => navigate("/people?add=list")}>
      {t("empty.action")}
    </Button>
  );
  return (
    <EmptyState icon={UsersRound} title={t("empty.title")} action={action}>
      {t("empty.body")}
    </EmptyState>
  );
}

function NoMatch() {
  const { t } = useTranslation("board");
  const showAll = () => setBoard({ query: "", team: null, freeOnly: false });
  return (
    <EmptyState title={t("empty.noMatch")} action={<Button onPress={showAll}>{t("empty.showAll")}</Button>}>
      {t("empty.noMatchBody")}
    </EmptyState>
  );
}

/** Says what is chosen to those who do not see it. */
function Spoken({ people, current }: { people: readonly PersonId[]; current: CallId | null }) {
  const { t } = useTranslation("board");
  const chosen = useBoard((board) => board.person);
  const words = useLive((live) => {
    const person = chosen === null ? undefined : live.people.get(chosen);
    if (!person) return "";
    const state = t(presenceWord(person));
    const place = people.indexOf(person.id) + 1;
    const name = [person.name, person.extension, person.team].filter(Boolean).join(", ");
    return t("spoken", { name, state, place, count: people.length });
  });
  const call = useLive((live) => (current === null ? undefined : live.calls.get(current)?.from));
  const [spokenCall, setSpokenCall] = useState("");
  const caller = call && nameOf(call);
  useEffect(() => setSpokenCall(caller ? t("spokenCall", { caller }) : ""), [caller, t]);
  return (
    <>
      <p className="unseen" aria-live="polite">
        {words}
      </p>
      <p className="unseen" aria-live="polite">
        {spokenCall}
      </p>
    </>
  );
}

/** `?person=` and `?call=`, as the palette gives them. */
function useAddress(): void {
  const search = useSearch();
  useEffect(() => {
    const asked = new URLSearchParams(search);
    const person = asked.get("person");
    const call = asked.get("call");
    if (person) setBoard({ query: "", team: null, freeOnly: false, person: Number(person) });
    if (call) setBoard({ call: Number(call) });
  }, [search]);
  useEffect(() => resetBoard, []);
}

function useBoardKeys(people: readonly PersonId[], search: React.RefObject<HTMLInputElement | null>): void {
  const shown = useRef(people);
  shown.current = people;
  const query = useBoard((board) => board.query);

  // The best match is the one that Enter means.
  useEffect(() => {
    if (query.trim()) setBoard({ person: shown.current[0] ?? null });
  }, [query]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isElsewhere(event.target, search.current)) return;
      if (beginsSearch(event.key) && isLetterKey(event)) {
        // The field gets the focus before the letter is typed into it.
        search.current?.focus();
        return;
      }
      const { query, call } = useBoard.getState();
      const current = currentCall(useLive.getState(), call, ownPerson());
      const deed = amongCalls(event.target, deedOf(event, { query, hasCall: current !== null }));
      // A button that has the focus is pressed by Enter.
      const onButton =
        event.target instanceof HTMLElement && event.target.closest("button, a, [role=switch]");
      if (!deed || (deed.do === "act" && onButton)) return;
      event.preventDefault();
      event.stopPropagation();
      run(deed, shown.current, current);
    };
    // Before the search field, which would take Esc for itself.
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  }, [search]);
}

/** Among the calls, up and down lead from call to call. */
function amongCalls(target: EventTarget | null, deed: Deed | null): Deed | null {
  const there = target instanceof HTMLElement && target.closest(".call-choose");
  return there && deed?.do === "move" ? { do: "switchCall", by: deed.by > 0 ? 1 : -1 } : deed;
}

/** Whether the keys go to something that is open above the board, or to another field. */
function isElsewhere(target: EventTarget | null, search: HTMLInputElement | null): boolean {
  if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu], .options")) return true;
  return isTyping(target) && target !== search;
}

function run(deed: Deed, people: readonly PersonId[], current: CallId | null): void {
  const { person } = useBoard.getState();
  switch (deed.do) {
    case "move":
      choose(people, person, deed.by);
      break;
    case "moveTo":
      setBoard({ person: (deed.end === "first" ? people[0] : people.at(-1)) ?? null });
      break;
    case "switchCall":
      switchCall(current, deed.by);
      break;
    case "act":
      act(person, current);
      break;
    case "menu":
      openMenuOf(person);
      break;
    case "takeOver":
      void takeOver();
      break;
    case "hangUp":
      void hangUp(current);
      break;
    case "park":
      void park(current);
      break;
    case "clearQuery":
      setBoard({ query: "", person: null });
      break;
    case "letGo":
      setBoard({ call: "none" });
      break;
  }
}

function openMenuOf(person: PersonId | null): void {
  const row = person === null ? null : document.getElementById(`person-${person}`);
  const beside = row?.querySelector<HTMLElement>("[data-name]") ?? row;
  if (person !== null && beside) openPersonMenu(person, beside);
}

function choose(people: readonly PersonId[], from: PersonId | null, by: number): void {
  const place = from === null ? -1 : people.indexOf(from);
  const columns = usePreferences.getState().board.view === "tiles" ? tilesInRow() : 1;
  const next = place < 0 ? (by > 0 ? 0 : people.length - 1) : place + by * columns;
  setBoard({ person: people[Math.max(0, Math.min(people.length - 1, next))] ?? null });
}

/** How many tiles stand beside each other. */
function tilesInRow(): number {
  const tiles = document.querySelector(".tiles");
  return tiles ? getComputedStyle(tiles).gridTemplateColumns.split(" ").length : 1;
}

function switchCall(current: CallId | null, by: 1 | -1): void {
  const live = useLive.getState();
  const calls = allCalls(live);
  const place = current === null ? (by > 0 ? -1 : calls.length) : calls.indexOf(current);
  const next = calls[(place + by + calls.length) % calls.length];
  if (next !== undefined) setBoard({ call: next });
}

function act(id: PersonId | null, current: CallId | null): void {
  const person = id === null ? undefined : useLive.getState().people.get(id);
  if (!person) return;
  if (current !== null) void handOver(current, person);
  else if (id !== ownPerson()) {
    setBoard({ query: "" });
    void callPerson(person);
  }
}
