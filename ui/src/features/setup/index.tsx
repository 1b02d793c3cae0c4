// The first run: from a fresh computer to a first call with sound, step by step, to be left and resumed at will.
import { Check } from "lucide-react";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, Redirect, useLocation, useRoute } from "wouter";
import mark from "../../../../assets/mark.svg";
import { Button, EmptyState } from "../../design";
import { useLiveValue, useOffice } from "../../live/select";
import { useMay } from "../../live/session";
import { useLive } from "../../live/store";
import { SETUP_LEFT } from "../../shell/shell";
import { CallStep } from "./call-step";
import { CallersStep } from "./callers-step";
import { DoneStep } from "./done-step";
import { OfficeStep } from "./office-step";
import { PeopleStep } from "./people-step";
import { PhoneStep } from "./phone-step";
import { ReadyStep } from "./ready-step";
import { WayContext } from "./step";
import { hasStep, isStep, keepStep, STEPS, type StepId, stepAfter, stepBefore, stepToResume } from "./steps";
import "./setup.css";

const VIEWS: Record<StepId, React.ComponentType> = {
  ready: ReadyStep,
  office: OfficeStep,
  people: PeopleStep,
  phone: PhoneStep,
  call: CallStep,
  callers: CallersStep,
  done: DoneStep,
};

export default function Setup() {
  const { t } = useTranslation("setup");
  const [, params] = useRoute("/setup/:step");
  const [, navigate] = useLocation();
  const mayManage = useMay("admin");
  const step = isStep(params?.step) ? params.step : null;

  useEffect(() => {
    if (step) keepStep(step);
  }, [step]);

  const way = useMemo(() => {
    const before = step && stepBefore(step);
    return {
      back: before ? () => navigate(`/setup/${before}`) : null,
      next: () => navigate(`/setup/${step ? stepAfter(step) : "ready"}`),
    };
  }, [step, navigate]);

  if (!mayManage) {
    return (
      <EmptyState
        title={t("notYours.title")}
        action={<Button onPress={() => navigate("/")}>{t("notYours.action")}</Button>}
      >
        {t("notYours.body")}
      </EmptyState>
    );
  }
  if (!step) return <Redirect to={`/setup/${stepToResume(useLive.getState())}`} replace />;
  const View = VIEWS[step];
  return (
    <div className="setup">
      <Progress step={step} />
      <WayContext.Provider value={way}>
        <View key={step} />
      </WayContext.Provider>
    </div>
  );
}

function Progress({ step }: { step: StepId }) {
  const { t } = useTranslation(["setup", "common"]);
  const [, navigate] = useLocation();
  const isSetUp = useOffice()?.setUp ?? false;
  const place = STEPS.indexOf(step);
  const has = useLiveValue((live) => STEPS.map((id) => hasStep(id, live)));
  const leave = () => {
    sessionStorage.setItem(SETUP_LEFT, "1");
    navigate("/");
  };
  return (
    <header className="setup-progress">
      <div className="setup-mark">
        <img src={mark} alt="" width={26} height={26} />
        <span>{t("common:product")}</span>
      </div>
      <nav aria-label={t("steps.label")}>
        <ol>
          {STEPS.map((id, at) => (
            <li key={id}>
              <Link
                href={`/setup/${id}`}
                className="setup-stage"
                data-done={(at < place && has[at]) || undefined}
                aria-current={at === place ? "step" : undefined}
              >
                <span className="setup-number" aria-hidden="true">
                  {at < place && has[at] ? <Check size={12} strokeWidth={3} /> : at + 1}
                </span>
                <span className="setup-name">{t(`steps.${id}`)}</span>
              </Link>
            </li>
          ))}
        </ol>
      </nav>
      <p className="unseen" role="status">
        {t("steps.place", { at: place + 1, of: STEPS.length })}
      </p>
      <div className="setup-leave">
        <Button tone="quiet" onPress={leave} data-testid="setup-leave">
          {isSetUp ? t("close") : t("later")}
        </Button>
      </div>
    </header>
  );
}
