// Search and filters above the calls.
import { FileDown, X } from "lucide-react";
import { useEffect, useState } from "react";
import { ToggleButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, ComboBox, Menu, Popover, SearchField, Tooltip } from "../../design";
import { api } from "../../live/api";
import { useLines, usePeople } from "../../live/select";
import { engineNow } from "../../live/store";
import { DIRECTIONS } from "./edge";
import { CallViews } from "./recordings";
import { visible } from "./said";
import { asSearch, EVERYTHING, isEverything, type Shown } from "./search";
import "./filters.css";

/** What is typed is asked for once the fingers rest. */
const TYPING_MS = 150;

export function Filters(props: {
  shown: Shown;
  show: (change: Partial<Shown>) => void;
  searchRef: React.Ref<HTMLInputElement>;
  onDown: () => void;
}) {
  const { shown, show, searchRef, onDown } = props;
  const { t } = useTranslation("calls");
  const [typed, setTyped] = useTyped(shown.q, (q) => show({ q }));
  return (
    <div className="calls-tools">
      <div className="calls-search">
        <SearchField
          label={t("find")}
          placeholder={t("findHint")}
          value={typed}
          onChange={setTyped}
          inputRef={searchRef}
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            onDown();
          }}
        />
      </div>
      <div className="chips" role="group" aria-label={t("filters.label")}>
        <Chip
          isOn={shown.outcome === "missed"}
          onChange={(on) => show({ outcome: on ? "missed" : null })}
          label={t("filters.missed")}
        />
        <Chip
          isOn={shown.outcome === "answered"}
          onChange={(on) => show({ outcome: on ? "answered" : null })}
          label={t("filters.answered")}
        />
        <Chip isOn={shown.today} onChange={(today) => show({ today })} label={t("filters.today")} />
        <PersonChip shown={shown} show={show} />
        <DirectionChip shown={shown} show={show} />
        <LineChip shown={shown} show={show} />
        {!isEverything(shown) && (
          <Button
            tone="quiet"
            size="small"
            icon={X}
            onPress={() => {
              setTyped("");
              show(EVERYTHING);
            }}
          >
            {t("filters.clear")}
          </Button>
        )}
      </div>
      <CsvLink shown={shown} />
      <CallViews />
    </div>
  );
}

function CsvLink({ shown }: { shown: Shown }) {
  const { t } = useTranslation("calls");
  return (
    <a
      className="button calls-csv"
      data-tone="plain"
      href={api.callsFile(asSearch(shown, engineNow()))}
      title={t("csvHint")}
      download
    >
      <FileDown size={15} strokeWidth={1.75} aria-hidden="true" />
      <span className="calls-csv-word">{t("csv")}</span>
    </a>
  );
}

function Chip(props: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <ToggleButton className="chip" isSelected={props.isOn} onChange={props.onChange}>
      {props.label}
    </ToggleButton>
  );
}

type PickProps = { shown: Shown; show: (change: Partial<Shown>) => void };

function DirectionChip({ shown, show }: PickProps) {
  const { t } = useTranslation("calls");
  const { direction } = shown;
  if (direction) {
    return (
      <ChosenChip
        label={t(`direction.${direction}`)}
        hint={t("filters.anyDirection")}
        onClear={() => show({ direction: null })}
      />
    );
  }
  return (
    <Menu
      label={t("filters.chooseDirection")}
      trigger={
        <Button tone="quiet" size="small">
          {t("filters.direction")}
        </Button>
      }
      entries={DIRECTIONS.map((one) => ({
        id: one,
        label: t(`direction.${one}`),
        onAction: () => show({ direction: one }),
      }))}
    />
  );
}

/** An office that has no line has nothing to choose from. */
function LineChip({ shown, show }: PickProps) {
  const { t } = useTranslation("calls");
  const lines = [...useLines().values()].sort((a, b) => a.name.localeCompare(b.name));
  if (shown.line !== null) {
    const name = lines.find(({ id }) => id === shown.line)?.name ?? String(shown.line);
    return (
      <ChosenChip
        label={t("filters.lineIs", { name: visible(name) })}
        hint={t("filters.anyLine")}
        onClear={() => show({ line: null })}
      />
    );
  }
  if (lines.length === 0) return null;
  return (
    <Menu
      label={t("filters.chooseLine")}
      trigger={
        <Button tone="quiet" size="small">
          {t("filters.line")}
        </Button>
      }
      entries={lines.map(({ id, name }) => ({
        id: String(id),
        label: visible(name),
        onAction: () => show({ line: id }),
      }))}
    />
  );
}

/** What was chosen; pressed, it is chosen no more. */
function ChosenChip(props: { label: string; hint: string; onClear: () => void }) {
  return (
    <Tooltip text={props.hint}>
      <ToggleButton className="chip" isSelected onChange={props.onClear}>
        {props.label}
        <X size={12} aria-hidden="true" />
      </ToggleButton>
    </Tooltip>
  );
}

function PersonChip({ shown, show }: PickProps) {
  const { t } = useTranslation("calls");
  const people = usePeople();
  const options = [...people.values()]
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name, extension }) => ({
      id: String(id),
      label: visible(name),
      ...(extension ? { description: extension } : {}),
    }));
  const name = shown.person === null ? undefined : people.get(shown.person)?.name;
  if (shown.person !== null) {
    return (
      <ChosenChip
        label={t("filters.personIs", { name: visible(name ?? String(shown.person)) })}
        hint={t("filters.anyPerson")}
        onClear={() => show({ person: null })}
      />
    );
  }
  return (
    <Popover
      label={t("filters.choosePerson")}
      trigger={
        <Button tone="quiet" size="small">
          {t("filters.person")}
        </Button>
      }
    >
      {(close) => (
        <ComboBox
          label={t("filters.choosePerson")}
          options={options}
          value={null}
          onChange={(id) => {
            close();
            show({ person: Number(id) });
          }}
        />
      )}
    </Popover>
  );
}

function useTyped(value: string, settle: (value: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  // The address may change by other ways, such as the palette.
  if (value !== told) {
    setTold(value);
    setTyped(value);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the clock
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => {
      setTold(typed);
      settle(typed);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
