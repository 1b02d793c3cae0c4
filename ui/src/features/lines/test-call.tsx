// A test call: what only a call can show of a line. A phone of the office rings first, then the number is called,
// over this line or not at all.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { CallId, LineId, WhereView } from "../../bindings/api";
import { AlertDialog, Button, ComboBox, Notice, TextField } from "../../design";
import { usePeople } from "../../live/select";
import { useOwnPerson } from "../../live/session";
import { fieldError, sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines } from "./api";
import { Check } from "./check";
import { known } from "./line-words";

const ASK_MS = 1000;

export function TestCall({ line }: { line: LineId }) {
  const { t } = useTranslation("lines");
  const own = useOwnPerson();
  const people = usePeople();
  const [number, setNumber] = useState("");
  const [person, setPerson] = useState(own === null ? null : String(own));
  const [asked, setAsked] = useState<WhereView | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [call, setCall] = useState<CallId | null>(null);
  const hindrance = useHindrance(asked);
  const options = [...people.values()]
    .filter(({ reachable }) => reachable.state === "online")
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name, extension }) => ({
      id: String(id),
      label: visible(name),
      ...(extension ? { description: extension } : {}),
    }));
  const isReady = number.trim() !== "" && person !== null;

  /** Where the call would go is known before anybody is asked to pay for it. */
  const ask = async () => {
    setRefusal(null);
    setAsked(null);
    try {
      setAsked(await lines.where({ number: number.trim(), person: Number(person), line }));
      setAsking(true);
    } catch (error) {
      setCall(null);
      setRefusal(error);
    }
  };
  const begin = async () => {
    setAsking(false);
    // What the call before has shown is not of this one, which may be refused.
    setCall(null);
    try {
      setCall((await lines.testCall(line, { person: Number(person), to: number.trim() })).call);
    } catch (error) {
      setRefusal(error);
    }
  };
  const name = visible(people.get(Number(person))?.name ?? "");
  return (
    <div className="test-call">
      <form
        className="lines-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void ask();
        }}
      >
        <TextField
          label={t("testCall.number")}
          description={t("testCall.numberNote")}
          value={number}
          onChange={setNumber}
          inputMode="tel"
          error={fieldError(refusal, "number")}
        />
        <ComboBox
          label={t("testCall.person")}
          description={t(options.length > 0 ? "testCall.personNote" : "testCall.nobody")}
          options={options}
          value={person}
          onChange={setPerson}
        />
        <div>
          <Button type="submit" isDisabled={!isReady}>
            {t(call === null ? "testCall.start" : "testCall.again")}
          </Button>
        </div>
      </form>
      {refusal !== null && !fieldError(refusal, "number") && (
        <Notice severity="problem">{sentence(refusal)}</Notice>
      )}
      {asked && hindrance && <Notice severity="warning">{hindrance}</Notice>}
      {call !== null && <Shown line={line} call={call} />}
      {isAsking && !hindrance && (
        <AlertDialog
          title={t("testCall.ask", { number: asked?.shown || number })}
          isOpen
          onClose={() => setAsking(false)}
          action={t("testCall.call")}
          onAction={() => void begin()}
        >
          {t("testCall.askBody", { name })}
        </AlertDialog>
      )}
    </div>
  );
}

/** Why no such call can be made; `null` if it can. */
function useHindrance(asked: WhereView | null): string | null {
  const { t } = useTranslation("lines");
  if (!asked) return null;
  if (asked.leads === "emergency") return t("testCall.emergency");
  if (asked.leads === "inside") return t("testCall.inside");
  if (!asked.allowed)
    return t("testCall.refused", { why: known("outside:where.refusal", asked.refusal ?? "") });
  return asked.line === null ? t("testCall.noLine") : null;
}

/** What the call has shown so far. */
export function Shown({ line, call, running }: { line: LineId; call: CallId; running?: string }) {
  const { t } = useTranslation("lines");
  const { data, error } = useQuery({
    queryKey: ["call-on-line", line, call],
    queryFn: () => lines.callOnLine(line, call),
    refetchInterval: ({ state }) => (state.data?.over ? false : ASK_MS),
    retry: 3,
  });
  return (
    <>
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      {data && (
        <ul className="checks" aria-label={t("testCall.shown")}>
          {data.checks.map((check) => (
            <Check key={check.check} check={check} />
          ))}
        </ul>
      )}
      <p role="status" className={data?.over ? "unseen" : "quiet"}>
        {data && (data.over ? t("testCall.over") : (running ?? t("testCall.running")))}
      </p>
      {data?.over && (
        <p>
          <Link href={`/calls/${call}`}>{t("testCall.story")}</Link>
        </p>
      )}
    </>
  );
}
