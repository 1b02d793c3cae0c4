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
import type { LineCheck, LineCheckState, LineId } from "../../bindings/api";
import { Button, Notice } from "../../design";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines } from "./api";
import { known } from "./line-words";

const ASK_MS = 1000;
const SIGNS: Record<LineCheckState, LucideIcon> = {
  running: CircleDashed,
  good: CircleCheck,
  warning: TriangleAlert,
  bad: CircleAlert,
  skipped: CircleMinus,
};

/** `begins`: the test starts by itself, as after a line was set up. */
export function TestLine({ line, begins = false }: { line: LineId; begins?: boolean }) {
  const { t } = useTranslation("lines");
  const queries = useQueryClient();
  const key = ["line-test", line];
  const [refusal, setRefusal] = useState<unknown>(null);
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => lines.lineTest(line),
    refetchInterval: ({ state }) => (state.data?.finishedAt === null ? ASK_MS : false),
  });
  const start = () => {
    setRefusal(null);
    void lines
      .testLine(line)
      .then((test) => queries.setQueryData(key, test))
      .catch(setRefusal);
  };
  const startOnce = useRef(begins ? start : null);
  useEffect(() => {
    startOnce.current?.();
    startOnce.current = null;
  }, []);
  const isRunning = data?.finishedAt === null;
  return (
    <div className="line-test">
      {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
      {data && (
        <ul className="checks" aria-label={t("test.checks")}>
          {data.checks.map((check) => (
            <Check key={check.check} check={check} />
          ))}
        </ul>
      )}
      <p className="unseen" role="status">
        {data && t(isRunning ? "test.running" : "test.finished")}
      </p>
      <div>
        <Button onPress={start} isDisabled={isRunning}>
          {t(isRunning ? "test.running" : data ? "test.again" : "test.start")}
        </Button>
      </div>
    </div>
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
        {id && <p className="quiet">{known("lines:test.sentence", `${check}.${id}`)}</p>}
        {detail && <p className="small code">{visible(detail)}</p>}
      </div>
    </li>
  );
}
