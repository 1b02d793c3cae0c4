// Where callers go from a step: each outcome with its target, connected and disconnected without the drawing.
import { ArrowRight, Unplug } from "lucide-react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../../design";
import type { Finding } from "../api";
import { land } from "../canvas/keys";
import { targetOf } from "../canvas/spoken-name";
import { fullName, outcomeName, withWired } from "../catalogue";
import { edgeFrom, type FlowNode } from "../document";
import { useDocument, useDraft, useFacts } from "../draft/store";
import { disconnect } from "../edits";
import { findingText, fixText, mend } from "../findings";
import { show } from "../view";

export function Ways({ node }: { node: FlowNode }) {
  const { t } = useTranslation("flows");
  const document = useDocument();
  const facts = useFacts(node.id);
  const findings = useDraft((draft) => draft.check.findings);
  const outcomes = withWired(node, facts?.outcomes, document.edges);
  if (outcomes.length === 0) return null;
  return (
    <section className="ways" aria-label={t("inspector.outcomes")}>
      <h3>{t("inspector.outcomes")}</h3>
      <ul>
        {outcomes.map((outcome) => {
          const name = outcomeName(outcome, node);
          const edge = edgeFrom(document, node.id, outcome.name);
          const target = targetOf(document, node, outcome);
          const to = edge && document.nodes.find(({ id }) => id === edge.target);
          const own = findings.filter(
            (finding) => finding.node === node.id && finding.outcome === outcome.name,
          );
          return (
            <li key={outcome.name}>
              <div className="way-line">
                <span className="way-name cut">{name}</span>
                <ArrowRight size={13} strokeWidth={1.75} aria-hidden="true" />
                {to ? (
                  <AriaButton
                    className="way-target cut"
                    aria-label={t("inspector.goTo", { name: fullName(to) })}
                    onPress={() => land(to.id)}
                  >
                    {fullName(to)}
                  </AriaButton>
                ) : (
                  <AriaButton
                    className="way-target cut"
                    data-empty=""
                    aria-label={`${t("inspector.connect", { outcome: name })}: ${target ?? t("inspector.nowhere")}`}
                    onPress={() =>
                      show({ picking: { what: "connect", from: { node: node.id, outcome: outcome.name } } })
                    }
                  >
                    {target ?? t("inspector.nowhere")}
                  </AriaButton>
                )}
                {edge && (
                  <IconButton
                    icon={Unplug}
                    label={t("inspector.disconnect", { outcome: name })}
                    onPress={() => disconnect({ node: node.id, outcome: outcome.name })}
                  />
                )}
              </div>
              {own.map((finding) => (
                <WayFinding key={finding.rule} finding={finding} />
              ))}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function WayFinding({ finding }: { finding: Finding }) {
  return (
    <div className="way-finding" data-level={finding.level}>
      <p>{findingText(finding)}</p>
      {finding.fixes.map((fix) => (
        <Button key={fix.id + fixText(fix)} size="small" onPress={() => mend(finding, fix)}>
          {fixText(fix)}
        </Button>
      ))}
    </div>
  );
}
