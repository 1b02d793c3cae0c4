// *Test this line*: what was checked, how it went, and what to do; it goes on by itself while it runs.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LineId } from "../../bindings/api";
import { Button, Notice } from "../../design";
import { sentence } from "../../text/refusal";
import { lines } from "./api";
import { Check } from "./check";

const ASK_MS = 1000;

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
      .then(async (test) => {
        // An answer from before this test must not take its place.
        await queries.cancelQueries({ queryKey: key });
        queries.setQueryData(key, test);
      })
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
