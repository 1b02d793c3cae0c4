// The problems, one line each: shown in the drawing by a press, mended by a button.
import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleX, Info, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, useSlow } from "../../../design";
import { count, lasting } from "../../../text/format";
import { sentence } from "../../../text/refusal";
import { type Finding, flowsApi, type Way } from "../api";
import { land } from "../canvas/keys";
import { fullName } from "../catalogue";
import { type FlowDocument, nodeOf } from "../document";
import { openDocument, useDocument, useDraft } from "../draft/store";
import { findingText, fixText, mend, showFinding } from "../findings";
import { playExample } from "../simulate/store";
import { phrase } from "./changes";

const SIGNS = { error: CircleX, warning: TriangleAlert, info: Info };
const RANKS = { error: 0, warning: 1, info: 2 };

export function Problems() {
  const { t } = useTranslation("flows");
  const found = useDraft(({ check }) => check.findings);
  const findings = [...found].sort((a, b) => RANKS[a.level] - RANKS[b.level]);
  return (
    <>
      <Prove />
      {findings.length === 0 && (
        <p className="quiet">
          <CircleCheck size={14} strokeWidth={1.75} aria-hidden="true" /> {t("problems.noneBody")}
        </p>
      )}
      <ul className="dock-list">
        {findings.map((finding, place) => (
          // The same rule may be broken twice in one place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Line key={place} finding={finding} />
        ))}
      </ul>
    </>
  );
}

function Line({ finding }: { finding: Finding }) {
  const { t } = useTranslation("flows");
  const document = useDocument();
  const Sign = SIGNS[finding.level];
  const node = finding.node ? nodeOf(document, finding.node) : undefined;
  const { example } = finding;
  return (
    <li>
      <span className="dock-sign" data-level={finding.level}>
        <Sign size={15} strokeWidth={1.75} aria-hidden="true" />
        {t(`problems.level.${finding.level}`)}
      </span>
      <AriaButton className="dock-link" onPress={() => showFinding(finding)}>
        {node && <b>{fullName(node)}: </b>}
        {findingText(finding)}
      </AriaButton>
      <span className="dock-acts">
        {finding.fixes.map((fix, place) => (
          <Button
            // Two fixes may differ in their patches only.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={place}
            size="small"
            onPress={() => mend(finding, fix)}
          >
            {fixText(fix)}
          </Button>
        ))}
        {example && (
          <Button size="small" tone="quiet" onPress={() => playExample(example)}>
            {t("problems.playExample")}
          </Button>
        )}
      </span>
    </li>
  );
}

/** Plays every call there can be, and shows the shortest that goes wrong. */
function Prove() {
  const { t } = useTranslation("flows");
  const document = useDocument();
  const flow = useDraft((draft) => draft.flow);
  const prove = useMutation({ mutationFn: () => flowsApi.check(openDocument(), flow, true) });
  const [proved, setProved] = useState<FlowDocument | null>(null);
  const slow = useSlow(prove.isPending);
  // What was proved holds for the document it was proved of.
  const proof = proved === document ? (prove.data?.proof ?? null) : null;
  const start = () => prove.mutate(undefined, { onSuccess: () => setProved(document) });
  const bad = (["nobody", "faults", "circles"] as const).flatMap((what) =>
    (proof?.[what] ?? []).map((way) => ({ what, way })),
  );
  const isGood = proof?.complete && bad.length === 0;
  return (
    <>
      <div className="dock-tools">
        <Button size="small" isDisabled={prove.isPending} onPress={start}>
          {t("problems.prove")}
        </Button>
        <span className="quiet" role="status">
          {slow
            ? t("problems.proving")
            : prove.error
              ? sentence(prove.error)
              : isGood
                ? t("problems.proved", { paths: count(proof.paths), longest: lasting(proof.longestMs ?? 0) })
                : proof && !proof.complete
                  ? t("problems.provedPart", { paths: count(proof.paths) })
                  : proof
                    ? ""
                    : t("problems.proveNote")}
        </span>
      </div>
      <ul className="dock-list">
        {bad.map(({ what, way }, place) => (
          // Two ways may go wrong at the same step.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <WayLine key={place} what={what} way={way} />
        ))}
        {(proof?.neverHeard ?? []).map((node) => (
          <WayLine key={node} what="neverHeard" way={{ at: 0, node, takesMs: 0 }} />
        ))}
      </ul>
    </>
  );
}

function WayLine({ what, way }: { what: "nobody" | "faults" | "circles" | "neverHeard"; way: Way }) {
  const { t } = useTranslation("flows");
  const node = nodeOf(openDocument(), way.node);
  const { example, reason } = way;
  const why = reason ? phrase("reason", { id: reason.id, params: reason.params ?? {} }, reason.id) : "";
  return (
    <li>
      <span className="dock-sign" data-level="warning">
        <TriangleAlert size={15} strokeWidth={1.75} aria-hidden="true" />
        {t("problems.level.warning")}
      </span>
      <AriaButton className="dock-link" onPress={() => land(way.node)}>
        {node && <b>{fullName(node)}: </b>}
        {[t(`problems.found.${what}`), why].filter(Boolean).join(": ")}
      </AriaButton>
      {example && (
        <Button size="small" onPress={() => playExample(example)}>
          {t("problems.playExample")}
        </Button>
      )}
    </li>
  );
}
