// Phones that try to register with a name nobody here has: what they try, and the buttons that mend it.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AttentionView } from "../../bindings/api";
import { Button, Notice } from "../../design";
import { useLiveValue } from "../../live/select";
import { engineNow } from "../../live/store";
import { moment } from "../../text/format";
import { dismiss, letTryAgain } from "../phones/deeds";
import "./strangers.css";

type Stranger = AttentionView & { what: "loginRefused" };

const SHOWN_AT_FIRST = 1;

export function Strangers({ onAddAs }: { onAddAs: (user: string) => void }) {
  const { t } = useTranslation("people");
  const [all, setAll] = useState(false);
  const strangers = useLiveValue((live) =>
    [...live.attention.values()].filter(
      (one): one is Stranger => one.what === "loginRefused" && one.person === null,
    ),
  );
  if (strangers.length === 0) return null;
  const latestFirst = [...strangers].sort((a, b) => b.last - a.last);
  const shown = all ? latestFirst : latestFirst.slice(0, SHOWN_AT_FIRST);
  const more = strangers.length - shown.length;
  return (
    <section className="strangers" aria-label={t("strangers.label")}>
      {shown.map((one) => (
        <StrangerNotice key={one.id} stranger={one} onAddAs={onAddAs} />
      ))}
      {more > 0 && (
        <Button size="small" tone="quiet" onPress={() => setAll(true)}>
          {t("strangers.more", { count: more })}
        </Button>
      )}
    </section>
  );
}

function StrangerNotice({ stranger, onAddAs }: { stranger: Stranger; onAddAs: (user: string) => void }) {
  const { t } = useTranslation("people");
  const { user, address, times, last, reason, id } = stranger;
  return (
    <Notice
      severity="warning"
      title={t("strangers.title", { user, address })}
      actions={
        <>
          {reason === "tooManyTries" && (
            <Button size="small" onPress={() => void letTryAgain(id)}>
              {t("refused.letTryAgain")}
            </Button>
          )}
          <Button size="small" onPress={() => onAddAs(user)}>
            {t("strangers.addAs")}
          </Button>
          <Button size="small" tone="quiet" onPress={() => void dismiss(id)}>
            {t("dismiss")}
          </Button>
        </>
      }
    >
      {t("strangers.body")} {t("refused.times", { count: times, time: moment(last, engineNow()) })}
    </Notice>
  );
}
