// Ctrl+K: everything that can be found or done, by typing.
import { Search } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { create } from "zustand";
import { KeyHint } from "../design";
import { mayAct, useSession } from "../live/session";
import { useLive } from "../live/store";
import { basicCommands } from "./basic-commands";
import { type Command, type CommandSection, featureCommands } from "./commands";
import { matches } from "./match";
import "./palette.css";

const SECTIONS: readonly CommandSection[] = ["people", "calls", "actions", "settings", "screens"];
const MOST_PER_SECTION = 6;

const usePalette = create(() => ({ isOpen: false, times: 0 }));
export const showPalette = () =>
  usePalette.setState(({ isOpen, times }) => ({ isOpen: true, times: isOpen ? times : times + 1 }));
const hidePalette = () => usePalette.setState({ isOpen: false });

export function Palette() {
  const { t } = useTranslation("shell");
  const { isOpen, times } = usePalette();
  return (
    <ModalOverlay
      className="scrim"
      isOpen={isOpen}
      onOpenChange={(open) => !open && hidePalette()}
      isDismissable
    >
      <Modal className="modal palette">
        <Dialog aria-label={t("palette.label")} className="dialog">
          {/* Each time it begins anew, also while the one before still fades away. */}
          <Finder key={times} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Finder() {
  const { t } = useTranslation("shell");
  const [query, setQuery] = useState("");
  const [place, setPlace] = useState(0);
  const found = useFound(query);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const flat = found.flatMap((section) => section.commands);
  const current = flat[Math.min(place, flat.length - 1)];

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });

  const run = (command: Command | undefined) => {
    if (!command) return;
    hidePalette();
    command.run();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setPlace(Math.max(0, Math.min(flat.length - 1, place + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(current);
    }
  };

  return (
    <>
      <div className="palette-field">
        <Search size={16} strokeWidth={1.75} aria-hidden="true" />
        <input
          // The palette is opened to type into it.
          // biome-ignore lint/a11y/noAutofocus: this is the one field of the dialog
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={current ? `${listId}-${current.id}` : undefined}
          aria-label={t("palette.label")}
          placeholder={t("palette.placeholder")}
          value={query}
          spellCheck="false"
          onChange={(event) => {
            setQuery(event.target.value);
            setPlace(0);
          }}
          onKeyDown={onKeyDown}
        />
        <KeyHint keys="Esc" />
      </div>
      <div className="palette-list" id={listId} role="listbox" aria-label={t("palette.label")} ref={list}>
        {flat.length === 0 && <p className="palette-none">{t("palette.none", { query })}</p>}
        {found.map(({ section, commands }) => (
          <div key={section} role="group" aria-label={t(`palette.sections.${section}`)}>
            <div className="palette-section" aria-hidden="true">
              {t(`palette.sections.${section}`)}
            </div>
            {commands.map((command) => (
              <Item
                key={command.id}
                id={`${listId}-${command.id}`}
                command={command}
                isCurrent={command === current}
                onPoint={() => setPlace(flat.indexOf(command))}
                onRun={() => run(command)}
              />
            ))}
          </div>
        ))}
      </div>
    </>
  );
}

function Item(props: {
  id: string;
  command: Command;
  isCurrent: boolean;
  onPoint: () => void;
  onRun: () => void;
}) {
  const { icon: Icon, title, note, keys } = props.command;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled in the field, which keeps the focus
    <div
      role="option"
      id={props.id}
      aria-selected={props.isCurrent}
      className="palette-item"
      onPointerMove={() => !props.isCurrent && props.onPoint()}
      onClick={props.onRun}
    >
      {Icon ? <Icon size={16} strokeWidth={1.75} aria-hidden="true" /> : <span />}
      <span className="cut">{title}</span>
      {note && <span className="palette-note cut">{note}</span>}
      {keys && <KeyHint keys={keys} />}
    </div>
  );
}

function useFound(query: string): { section: CommandSection; commands: Command[] }[] {
  const { t } = useTranslation([
    "shell",
    "common",
    "board",
    "calls",
    "people",
    "settings",
    "health",
    "setup",
    "now",
  ]);
  const [, navigate] = useLocation();
  const people = useLive((live) => live.people);
  return useMemo(() => {
    // The people are read from the store; naming them here renews the list when they change.
    void people;
    const now = useSession.getState();
    const role = now.state === "signedIn" ? now.session.role : "staff";
    const context = { t, navigate, query };
    const all = [...basicCommands(context), ...featureCommands(context)]
      .filter((command) => !command.least || mayAct(role, command.least))
      .map((command) => ({ command, rank: rank(query, command) }))
      .filter((found) => found.rank > 0)
      .sort((a, b) => b.rank - a.rank);
    const best = new Map<CommandSection, number>();
    for (const found of all) {
      const { section } = found.command;
      best.set(section, Math.max(found.rank, best.get(section) ?? 0));
    }
    // With something typed, the section with the best find comes first.
    const order = query ? [...SECTIONS].sort((a, b) => (best.get(b) ?? 0) - (best.get(a) ?? 0)) : SECTIONS;
    return order
      .map((section) => ({
        section,
        commands: all
          .filter(({ command }) => command.section === section)
          .slice(0, MOST_PER_SECTION)
          .map(({ command }) => command),
      }))
      .filter(({ commands }) => commands.length > 0);
  }, [query, t, navigate, people]);
}

function rank(query: string, command: Command): number {
  if (!query.trim()) return command.hidden ? 0 : 1;
  if (command.comesLast) return Number.EPSILON;
  return matches(query, command.title, `${command.note ?? ""} ${command.synonyms ?? ""}`);
}
