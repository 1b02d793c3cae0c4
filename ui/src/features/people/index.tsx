// People and their phones: a list to find somebody in, and beside it everything about them.
import { ClipboardPaste, UserRoundPlus, UsersRound } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useRoute, useSearch } from "wouter";
import type { PersonId } from "../../bindings/api";
import { Button, EmptyState, Page, SearchField, Select } from "../../design";
import { useLiveValue } from "../../live/select";
import { useLive } from "../../live/store";
import { isLetterKey } from "../../shell/keys";
import { AddPhoneDialog } from "../phones/add-phone";
import { AddPersonDialog } from "./add-person";
import { ConflictDialog } from "./conflict-dialog";
import { removePerson } from "./deeds";
import { PasteDialog } from "./paste-dialog";
import { PeopleTable } from "./people-table";
import { PersonPanel } from "./person-panel";
import { type Shown, shownPeople, useTeams } from "./shown";
import { Strangers } from "./strangers";
import "./people.css";

export default function People() {
  const { t } = useTranslation("people");
  const [, navigate] = useLocation();
  const [, params] = useRoute("/people/:id");
  const chosen = params && /^\d+$/.test(params.id) ? Number(params.id) : null;
  const [shown, setShown] = useState<Shown>({ query: "", filter: "everyone", sort: "name" });
  const [focus, setFocus] = useState(0);
  const people = useLiveValue((live) => shownPeople(live, shown));
  const facts = useLiveValue((live) => ({
    people: live.people.size,
    phones: live.devices.size,
    online: [...live.devices.values()].filter((device) => device.online).length,
  }));
  const search = useRef<HTMLInputElement>(null);
  useSearchKeys(search);

  // Whoever is walked past in the list stays there; whoever comes from elsewhere to see somebody is led to them.
  const walkedTo = useRef<PersonId | null>(null);
  useEffect(() => {
    if (chosen !== null && chosen !== walkedTo.current) setFocus((before) => before + 1);
    walkedTo.current = chosen;
  }, [chosen]);

  const choose = useCallback(
    (id: PersonId) => {
      walkedTo.current = id;
      navigate(`/people/${id}`, { replace: location.pathname.startsWith("/people/") });
    },
    [navigate],
  );
  const open = useCallback(
    (id: PersonId) => {
      choose(id);
      setFocus((before) => before + 1);
    },
    [choose],
  );
  const close = useCallback(() => {
    navigate("/people");
    document.querySelector<HTMLElement>(".people-table")?.focus();
  }, [navigate]);
  const ask = (add: "person" | "list") => navigate(`${location.pathname}?add=${add}`);

  return (
    <Page
      title={t("title")}
      subtitle={
        facts.people > 0 &&
        `${t("count", { count: facts.people })} · ${t("reachable", { count: facts.phones, online: facts.online })}`
      }
      tools={
        facts.people > 0 && (
          <>
            <Button icon={ClipboardPaste} onPress={() => ask("list")}>
              {t("paste.open")}
            </Button>
            <Button icon={UserRoundPlus} tone="accent" onPress={() => ask("person")}>
              {t("add.open")}
            </Button>
          </>
        )
      }
    >
      <div className="people" data-panel={chosen !== null || undefined}>
        <div className="people-main">
          {facts.people > 0 && (
            <Tools shown={shown} onShown={setShown} search={search} found={people.length} />
          )}
          <Strangers onAddAs={(user) => navigate(`/people?add=phone&user=${encodeURIComponent(user)}`)} />
          {facts.people === 0 && <Nobody onAsk={ask} />}
          {facts.people > 0 && people.length === 0 && (
            <EmptyState
              title={t("empty.noMatch")}
              action={
                <Button onPress={() => setShown({ ...shown, query: "", filter: "everyone" })}>
                  {t("empty.showAll")}
                </Button>
              }
            >
              {t("empty.noMatchBody")}
            </EmptyState>
          )}
          {people.length > 0 && (
            <PeopleTable
              people={people}
              chosen={chosen}
              sort={shown.sort}
              onSort={(sort) => setShown({ ...shown, sort })}
              onChoose={choose}
              onOpen={open}
              onRemove={(id) => {
                const person = useLive.getState().people.get(id);
                if (person) void removePerson(person);
              }}
            />
          )}
        </div>
        {chosen !== null && (
          <PersonPanel
            id={chosen}
            focus={focus}
            onClose={close}
            onAddPhone={() => navigate(`/people/${chosen}?add=phone`)}
          />
        )}
      </div>
      <Asked chosen={chosen} onOpen={open} />
      <ConflictDialog />
    </Page>
  );
}

function Tools({
  shown,
  onShown,
  search,
  found,
}: {
  shown: Shown;
  onShown: (shown: Shown) => void;
  search: React.RefObject<HTMLInputElement | null>;
  found: number;
}) {
  const { t } = useTranslation("people");
  const teams = useTeams().filter(Boolean);
  return (
    <div className="people-tools">
      <SearchField
        label={t("find")}
        placeholder={t("findHint")}
        value={shown.query}
        onChange={(query) => onShown({ ...shown, query })}
        inputRef={search}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "Enter") return;
          event.preventDefault();
          const rows = document.querySelector<HTMLElement>(".people-table");
          rows?.focus();
          rows?.dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true }));
        }}
      />
      <Select
        bare
        label={t("filter.label")}
        options={[
          ...(["everyone", "attention", "offline", "noPhone"] as const).map((id) => ({
            id,
            label: t(`filter.${id}`),
          })),
          ...teams.map((team) => ({ id: `team ${team}` as const, label: t("filter.team", { team }) })),
        ]}
        value={shown.filter}
        onChange={(filter) => onShown({ ...shown, filter })}
      />
      <span className="unseen" role="status">
        {shown.query.trim() ? t("found", { count: found }) : ""}
      </span>
    </div>
  );
}

function Nobody({ onAsk }: { onAsk: (add: "person" | "list") => void }) {
  const { t } = useTranslation("people");
  return (
    <EmptyState
      icon={UsersRound}
      title={t("empty.title")}
      action={
        <span className="empty-acts">
          <Button tone="accent" icon={ClipboardPaste} onPress={() => onAsk("list")}>
            {t("paste.open")}
          </Button>
          <Button icon={UserRoundPlus} onPress={() => onAsk("person")}>
            {t("add.open")}
          </Button>
        </span>
      }
    >
      {t("empty.body")}
    </EmptyState>
  );
}

/** What the address asks for: `?add=person`, `?add=list`, `?add=phone`. */
function Asked({ chosen, onOpen }: { chosen: PersonId | null; onOpen: (id: PersonId) => void }) {
  const [path, navigate] = useLocation();
  const asked = new URLSearchParams(useSearch());
  const close = () => navigate(path, { replace: true });
  switch (asked.get("add")) {
    case "person":
      return (
        <AddPersonDialog
          onClose={close}
          onAdded={({ id }) => onOpen(id)}
          onPaste={() => navigate(`${path}?add=list`, { replace: true })}
        />
      );
    case "list":
      return <PasteDialog onClose={close} />;
    case "phone":
      return <AddPhoneDialog person={chosen} user={asked.get("user") ?? undefined} onClose={close} />;
    default:
      return null;
  }
}

/** A letter typed anywhere on the screen begins a search. */
function useSearchKeys(search: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || !isLetterKey(event)) return;
      if (/^[\p{L}\d]$/u.test(event.key)) search.current?.focus();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [search]);
}
