// The problems, one line each: shown in the drawing by a press, mended by a button.
import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleX, Info, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, useSlow } from "../../../design";
import { count, lasting } from "../../../text/format";
import { sentence } from "../../../text/refusal";
import { type Finding, flowsApi, type Proof } from "../api";
import { fullName } from "../catalogue";
import { type FlowDocument, nodeOf } from "../document";
import { openDocument, useDocument, useDraft } from "../draft/store";
import { findingText, fixText, mend, showFinding } from "../findings";
import { playExample } from "../simulate/store";

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

/** Plays every call there can be. What goes wrong in one stands among the problems, with that call. */
function Prove() {
  const { t } = useTranslation("flows");
  const flow = useDraft((draft) => draft.flow);
  const document = useDocument();
  const [proved, setProved] = useState<{ of: FlowDocument; proof: Proof | null } | null>(null);
  const prove = useMutation({
    mutationFn: (of: FlowDocument) => flowsApi.check(of, flow, true),
    onSuccess: (check, of) => {
      if (openDocument() !== of) return;
      useDraft.setState({ check });
      setProved({ of, proof: check.proof ?? null });
    },
  });
  const slow = useSlow(prove.isPending);
  // What was proved holds for the document it was proved of.
  const proof = proved?.of === document ? proved.proof : null;
  const isBad = useDraft(({ check }) => check.findings.some(({ rule }) => /^P0[123]/.test(rule)));
  const told = () => {
    if (slow) return t("problems.proving");
    if (prove.error) return sentence(prove.error);
    if (!proof) return t("problems.proveNote");
    if (!proof.complete) return t("problems.provedPart", { paths: count(proof.paths) });
    if (isBad) return t("problems.disproved", { paths: count(proof.paths) });
    return t("problems.proved", { paths: count(proof.paths), longest: lasting(proof.longestMs ?? 0) });
  };
  return (
    <div className="dock-tools">
      <Button size="small" isDisabled={prove.isPending} onPress={() => prove.mutate(openDocument())}>
        {t("problems.prove")}
      </Button>
      <span className="quiet" role="status">
        {told()}
      </span>
    </div>
  );
}
