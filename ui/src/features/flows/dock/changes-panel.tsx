// What publishing would change, in sentences and, if wanted, marked on the drawing.
import { Minus, PencilLine, Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Switch } from "../../../design";
import type { Change, FlowView } from "../api";
import { land } from "../canvas/keys";
import { nodeOf } from "../document";
import { openDocument } from "../draft/store";
import { forgetOverlay, showOverlay } from "../overlay";
import { changeText, useChanges, useVersion } from "./changes";

const SIGNS = { added: Plus, removed: Minus, changed: PencilLine };

export function Changes({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  return (
    <Compared
      flow={flow}
      revision={flow.live?.revision ?? null}
      title={flow.live ? t("versions.liveChanges") : t("versions.neverLive")}
    />
  );
}

export function Compared(props: { flow: FlowView; revision: number | null; title: string }) {
  const { flow, revision, title } = props;
  const { t } = useTranslation("flows");
  const [isDrawn, setDrawn] = useState(revision !== null);
  const changes = useChanges(flow, revision).data;
  const before = useVersion(flow, revision).data;
  useEffect(() => {
    if (isDrawn && changes && before) showOverlay(changes, before, openDocument());
    return forgetOverlay;
  }, [isDrawn, changes, before]);
  return (
    <section aria-label={title}>
      <div className="dock-tools">
        <span className="dock-words">{title}</span>
        <Switch isSelected={isDrawn} onChange={setDrawn}>
          {t("versions.overlay")}
        </Switch>
      </div>
      {changes?.length === 0 && <p className="quiet">{t("versions.none2")}</p>}
      <ChangeList changes={changes ?? []} />
    </section>
  );
}

/** Each with its sign and its word, never by colour alone. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  const { t } = useTranslation("flows");
  return (
    <ul className="dock-list">
      {changes.map((change, place) => {
        const Sign = SIGNS[change.kind];
        const { node } = change;
        const isHere = node ? nodeOf(openDocument(), node) !== undefined : false;
        return (
          // Two changes may read the same.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={place}>
            <span className="dock-sign" data-kind={change.kind}>
              <Sign size={14} strokeWidth={2} aria-hidden="true" />
              {t(`versions.kind.${change.kind}`)}
            </span>
            {node && isHere ? (
              <AriaButton className="dock-link" onPress={() => land(node)}>
                {changeText(change)}
              </AriaButton>
            ) : (
              <span className="dock-words">{changeText(change)}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
