// *Test this line*: what was checked, how it went, and what to do; it goes on by itself while it runs.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  type LucideIcon,
  TriangleAlert,
} from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Notice, TextField } from "../../design";
import { Refused } from "../../live/api";
import { fieldError, sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { type CheckState, type LineCheck, type LineId, type LineTest, lines } from "./api";
import { known } from "./line-words";

const ASK_MS = 1000;
const SIGNS: Record<CheckState, LucideIcon> = {
  waiting: CircleDashed,
  ok: CircleCheck,
  warning: TriangleAlert,
  problem: CircleAlert,
  skipped: CircleMinus,
};

/** `begins`: the test starts by itself, as after a line was set up. */
export function TestLine({ line, begins = false }: { line: LineId; begins?: boolean }) {
  const { t } = useTranslation("lines");
  const queries = useQueryClient();
  const key = ["line-test", line];
  const [call, setCall] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => lines.lineTest(line).catch(noneYet),
    refetchInterval: (query) => (query.state.data?.running ? ASK_MS : false),
  });
  const start = () => {
    setRefusal(null);
    void lines
      .testLine(line, call.trim() || null)
      .then((test) => queries.setQueryData(key, test))
      .catch(setRefusal);
  };
  const startOnce = useRef(begins ? start : null);
  useEffect(() => {
    startOnce.current?.();
    startOnce.current = null;
  }, []);
  const isRunning = data?.running === true;
  return (
    <div className="line-test">
      <p className="quiet">{t("test.lead")}</p>
      {refusal !== null && !fieldError(refusal, "call") && (
        <Notice severity="problem">{sentence(refusal)}</Notice>
      )}
      {data && <Checks test={data} />}
      <p className="unseen" role="status">
        {data && t(isRunning ? "test.running" : "test.finished")}
      </p>
      <div className="line-test-start">
        <TextField
          label={t("test.call")}
          description={t("test.callNote")}
          value={call}
          onChange={setCall}
          inputMode="tel"
          error={fieldError(refusal, "call")}
        />
        <Button onPress={start} isDisabled={isRunning}>
          {t(isRunning ? "test.running" : data ? "test.again" : "test.start")}
        </Button>
      </div>
    </div>
  );
}

function Checks({ test }: { test: LineTest }) {
  const { t } = useTranslation("lines");
  return (
    <ul className="checks" aria-label={t("test.checks")}>
      {test.checks.map((check) => (
        <Check key={check.check} check={check} />
      ))}
    </ul>
  );
}

function Check({ check: { check, state, sentence: id, detail } }: { check: LineCheck }) {
  const { t } = useTranslation("lines");
  const Sign = SIGNS[state] ?? CircleDashed;
  return (
    <li className="check" data-state={state}>
      <Sign size={16} strokeWidth={1.75} aria-hidden="true" />
      <div>
        <p>
          <strong>{known("lines:test.check", check)}</strong>{" "}
          <span className="check-state">{t(`test.state.${state}`)}</span>
        </p>
        {state !== "waiting" && id && <p className="quiet">{known(`lines:test.sentence.${check}`, id)}</p>}
        {detail && <p className="small code">{visible(detail)}</p>}
      </div>
    </li>
  );
}

function noneYet(error: unknown): null {
  if (error instanceof Refused && error.status === 404) return null;
  throw error;
}
