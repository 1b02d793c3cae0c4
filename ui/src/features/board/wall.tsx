// The board for a screen on the wall: large, without controls and without numbers. Esc leaves it.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { PersonId } from "../../bindings/api";
import { Duration, PresenceMark } from "../../design";
import { useNow } from "../../live/clock";
import { type Presence, presenceOf } from "../../live/presence";
import { useConnection, useLiveValue, useOffice, usePerson } from "../../live/select";
import { useLive } from "../../live/store";
import { clockTime } from "../../text/format";
import { callsIn, longestWait, shownPeople, waitingIn } from "./state";
import "./wall.css";

const FAMILIES: readonly Presence[] = ["ringing", "busy", "free", "notNow"];

export default function Wall() {
  const { t } = useTranslation(["board", "shell"]);
  const [, navigate] = useLocation();
  const office = useOffice()?.name;
  const { state } = useConnection();
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) navigate("/board");
    };
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [navigate]);

  return (
    <div className="wall">
      <header className="wall-header">
        <h1>{office || t("wall")}</h1>
        {state === "reconnecting" && <p role="status">{t("shell:status.engineReconnecting")}</p>}
        <Clock />
      </header>
      <Figures />
      <div className="wall-families">
        {FAMILIES.map((family) => (
          <Family key={family} family={family} />
        ))}
      </div>
    </div>
  );
}

function Clock() {
  const now = useNow(60_000);
  return <time>{clockTime(now)}</time>;
}

function Figures() {
  const { t } = useTranslation("board");
  const facts = useLiveValue((live) => {
    const waiting = [...callsIn(live, "ringing"), ...waitingIn(live)];
    return {
      waiting: waiting.length,
      longest: longestWait(live, waiting),
      talking: live.calls.size - waiting.length,
      free: [...live.people.values()].filter((person) => presenceOf(person) === "free").length,
    };
  });
  return (
    <dl className="wall-figures">
      <div data-alarm={facts.waiting > 0 || undefined}>
        <dd>{facts.waiting}</dd>
        <dt>{t("wallBoard.waiting")}</dt>
      </div>
      <div data-alarm={facts.longest !== null || undefined}>
        <dd>{facts.longest === null ? "–" : <Duration since={facts.longest} />}</dd>
        <dt>{t("wallBoard.longest")}</dt>
      </div>
      <div>
        <dd>{facts.talking}</dd>
        <dt>{t("wallBoard.talking", { count: facts.talking })}</dt>
      </div>
      <div>
        <dd>{facts.free}</dd>
        <dt>{t("wallBoard.free")}</dt>
      </div>
    </dl>
  );
}

function Family({ family }: { family: Presence }) {
  const { t } = useTranslation("board");
  const list = useRef<HTMLUListElement>(null);
  const room = useRoom(list);
  const people = useLiveValue((live) =>
    shownPeople(
      [...live.people.values()].filter((person) => presenceOf(person) === family),
      { query: "", team: null, freeOnly: false },
    ),
  );
  const shown = people.length <= room ? people : people.slice(0, Math.max(0, room - 1));
  return (
    <section className="wall-family">
      <h2>
        <PresenceMark presence={family} size={20} />
        {t(`wallBoard.families.${family}`)} <span className="quiet">{people.length}</span>
      </h2>
      <ul ref={list}>
        {shown.map((id) => (
          <WallPerson key={id} id={id} />
        ))}
        {people.length > shown.length && (
          <li className="quiet">{t("wallBoard.more", { count: people.length - shown.length })}</li>
        )}
      </ul>
    </section>
  );
}

function WallPerson({ id }: { id: PersonId }) {
  const person = usePerson(id);
  const since = useLive((live) => {
    const call = live.calls.get(live.callsOf.get(id)?.[0] ?? -1);
    return call ? (call.answeredAt ?? call.startedAt) : null;
  });
  if (!person) return null;
  return (
    <li>
      <span className="cut">{person.name}</span>
      {person.doing !== "idle" && since !== null && <Duration since={since} />}
      {person.doing === "idle" && person.wants.note && <span className="quiet cut">{person.wants.note}</span>}
    </li>
  );
}

/** How many lines fit into a list: a wall has no scroll bar. */
function useRoom(list: React.RefObject<HTMLUListElement | null>): number {
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = () => {
      const line = Number.parseFloat(getComputedStyle(element).lineHeight) || 1;
      setRoom(Math.floor(element.clientHeight / line));
    };
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [list]);
  return room;
}
