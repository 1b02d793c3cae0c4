// A call from a line to the line itself: whether calls in are recognised, which number is shown, and whether each
// end hears the other. No telephone rings; it costs a call, so it is asked for.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CallId, LineId } from "../../bindings/api";
import { AlertDialog, Button, ComboBox, Notice } from "../../design";
import { usePeople } from "../../live/select";
import { useOwnPerson } from "../../live/session";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines } from "./api";
import { useNumbers } from "./queries";
import { Shown } from "./test-call";

const FIRST = "first";

export function RoundTrip({ line }: { line: LineId }) {
  const { t } = useTranslation("lines");
  const own = useOwnPerson();
  const people = usePeople();
  const { data: numbers = [] } = useNumbers();
  const [person, setPerson] = useState(own === null ? null : String(own));
  const [number, setNumber] = useState(FIRST);
  const [isAsking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [call, setCall] = useState<CallId | null>(null);
  const ofLine = numbers.filter((each) => each.line === null || each.line === line);
  const payers = [...people.values()]
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name, extension }) => ({
      id: String(id),
      label: visible(name),
      ...(extension ? { description: extension } : {}),
    }));
  const begin = async () => {
    setAsking(false);
    setRefusal(null);
    // What the call before has shown is not of this one, which may be refused.
    setCall(null);
    const called = number === FIRST ? {} : { number };
    try {
      setCall((await lines.roundTrip(line, { person: Number(person), ...called })).call);
    } catch (error) {
      setRefusal(error);
    }
  };
  return (
    <div className="test-call">
      <form
        className="lines-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (person !== null) setAsking(true);
        }}
      >
        <ComboBox
          label={t("roundTrip.number")}
          options={[
            { id: FIRST, label: t("roundTrip.first") },
            ...ofLine.map((each) => ({ id: each.number, label: each.shown, description: each.label })),
          ]}
          value={number}
          onChange={(id) => setNumber(id ?? FIRST)}
        />
        <ComboBox
          label={t("roundTrip.person")}
          description={t("roundTrip.personNote")}
          options={payers}
          value={person}
          onChange={setPerson}
        />
        <div>
          <Button type="submit" isDisabled={person === null}>
            {t(call === null ? "roundTrip.start" : "roundTrip.again")}
          </Button>
        </div>
      </form>
      {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
      {call !== null && <Shown line={line} call={call} running={t("roundTrip.running")} />}
      {isAsking && (
        <AlertDialog
          title={t("roundTrip.ask")}
          isOpen
          onClose={() => setAsking(false)}
          action={t("testCall.call")}
          onAction={() => void begin()}
        >
          {t("roundTrip.askBody")}
        </AlertDialog>
      )}
    </div>
  );
}
