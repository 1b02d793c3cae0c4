// Calling out: the rules as sentences, where a call would go, and who may call where.
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OutboundRule, OutboundRulesView } from "../../bindings/api";
import { Button, Notice, Section, Waiting } from "../../design";
import { useLines } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { sentence } from "../../text/refusal";
import { lines } from "./api";
import { useAsked } from "./asked";
import { moved } from "./chips";
import { Dialling } from "./dialling";
import { KEYS, useRefresh, useRules } from "./queries";
import { Rights } from "./rights";
import { NEW_RULE, RuleDialog } from "./rule-dialog";
import { RuleList } from "./rule-list";
import { WhereBox } from "./where-box";

export function CallingOut() {
  const { t } = useTranslation("outside");
  const { data, error } = useRules();
  const hasLine = useLines().size > 0;
  const [edited, setEdited] = useState<OutboundRule | null>(null);
  const [asked, setAsked] = useState(0);
  useAsked("/lines/out", "where", () => setAsked((times) => times + 1));
  const change = useChangeRules();
  const rules = data?.rules ?? [];
  return (
    <div className="lines-columns">
      <div>
        <Section
          title={t("rules.title")}
          lead={t("rules.lead")}
          aside={
            hasLine && (
              <Button size="small" icon={Plus} onPress={() => setEdited(NEW_RULE)}>
                {t("rules.add")}
              </Button>
            )
          }
        >
          {error && <Notice severity="problem">{sentence(error)}</Notice>}
          {!data && !error && <Waiting />}
          {data && rules.length === 0 && (
            <p className="quiet">{t(hasLine ? "rules.none" : "rules.noLine")}</p>
          )}
          {data && rules.length > 0 && (
            <RuleList
              rules={rules}
              onEdit={setEdited}
              onMove={(from, to) =>
                void change(data, moved(rules, from, to), t("rules.told.moved")).catch(tellRefused)
              }
              onRemove={(rule) =>
                void change(
                  data,
                  rules.filter((one) => one !== rule),
                  t("rules.told.removed"),
                ).catch(tellRefused)
              }
            />
          )}
        </Section>
        <Rights />
        <Dialling />
      </div>
      <WhereBox key={asked} isAsked={asked > 0} />
      {edited && data && (
        <RuleDialog
          rule={edited}
          onClose={() => setEdited(null)}
          save={(rule) =>
            change(
              data,
              rule.id === 0 ? [...rules, rule] : rules.map((one) => (one.id === rule.id ? rule : one)),
              t(rule.id === 0 ? "rules.told.added" : "rules.told.changed"),
            )
          }
        />
      )}
    </div>
  );
}

/** The whole list is written at once; the way back writes the one from before. */
function useChangeRules(): (
  before: OutboundRulesView,
  rules: readonly OutboundRule[],
  name: string,
) => Promise<void> {
  const refresh = useRefresh();
  return async (before, rules, name) => {
    let { revision } = before;
    const write = async (list: readonly OutboundRule[]) => {
      try {
        revision = (await lines.editRules(revision, list)).revision;
      } finally {
        await refresh(KEYS.rules);
      }
    };
    await perform({ name, do: () => write(rules), undo: () => write(before.rules) });
  };
}
