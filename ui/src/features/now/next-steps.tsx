// The way to a first call, as a list that ticks itself off.
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { Button, Section } from "../../design";
import { useLiveValue } from "../../live/select";

export type NextStep = {
  id: "office" | "people" | "phone" | "second" | "call";
  done: boolean;
  leadsTo: string;
};

/** What has been done and what is left, told by the office itself. */
export function useNextSteps(): NextStep[] {
  const facts = useLiveValue((live) => ({
    named: live.office?.setUp === true || Boolean(live.office?.name),
    people: live.people.size,
    online: [...live.devices.values()].filter((device) => device.online).length,
    // A phone that has a sound format has been in a call.
    called: live.calls.size > 0 || [...live.devices.values()].some((device) => device.codec !== null),
  }));
  return [
    { id: "office", done: facts.named, leadsTo: "/setup" },
    { id: "people", done: facts.people > 0, leadsTo: "/people?add=list" },
    { id: "phone", done: facts.online > 0, leadsTo: "/people?add=phone" },
    { id: "second", done: facts.online > 1, leadsTo: "/people?add=phone" },
    { id: "call", done: facts.called, leadsTo: "/board" },
  ];
}

export function NextSteps({ steps }: { steps: NextStep[] }) {
  const { t } = useTranslation("now");
  const [, navigate] = useLocation();
  const current = steps.find((step) => !step.done);
  return (
    <Section title={t("next.title")} lead={t("next.lead")}>
      <ol className="next-steps">
        {steps.map((step) => (
          <li
            key={step.id}
            data-done={step.done || undefined}
            aria-current={step === current ? "step" : undefined}
          >
            <span className="next-mark" aria-hidden="true">
              {step.done && <Check size={12} strokeWidth={3} />}
            </span>
            <div className="next-words">
              <p className="next-title">{t(`next.${step.id}.title`)}</p>
              {step.done ? (
                <p className="unseen">{t("next.done")}</p>
              ) : (
                <p className="quiet">{t(`next.${step.id}.why`)}</p>
              )}
            </div>
            {step === current && (
              <Button tone="accent" size="small" onPress={() => navigate(step.leadsTo)}>
                {t(`next.${step.id}.action`)}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
