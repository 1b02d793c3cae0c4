// What every step of the wizard looks like: a heading, what it asks, and the way on.
import { ArrowLeft, ArrowRight } from "lucide-react";
import { createContext, useContext, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, KeyHint } from "../../design";

const FIELD = "input:not([type=file], [tabindex='-1']), textarea";

export type Way = {
  /** To the step before; none at the first. */
  back: (() => void) | null;
  next: () => void;
};

export const WayContext = createContext<Way>({ back: null, next: () => undefined });
export const useWay = (): Way => useContext(WayContext);

export function Step({
  title,
  lead,
  action,
  onNext,
  isBusy = false,
  canSkip = true,
  startsInField = false,
  keysNext = "Enter",
  children,
}: {
  title: string;
  lead: React.ReactNode;
  /** The word on the main button; "Next" if nothing else is meant. */
  action?: string | undefined;
  /** What is done before going on. */
  onNext: () => void;
  isBusy?: boolean;
  canSkip?: boolean;
  /** Begins in the first field rather than at the heading, where Enter leads on. */
  startsInField?: boolean;
  keysNext?: string;
  children?: React.ReactNode;
}) {
  const { t } = useTranslation(["setup", "common"]);
  const way = useWay();
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    const field = startsInField && form.current?.querySelector<HTMLElement>(FIELD);
    (field || heading.current)?.focus();
    // What is proposed there is replaced by typing.
    if (field instanceof HTMLInputElement) field.select();
  }, [startsInField]);

  useEffect(() => {
    // Where nothing has the focus, Enter leads on as well.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Enter" && event.target === document.body) form.current?.requestSubmit();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);

  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!isBusy) onNext();
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLFormElement>) => {
    if (event.key !== "Enter" || event.defaultPrevented) return;
    const inText = event.target instanceof HTMLTextAreaElement;
    const atHeading = event.target === heading.current;
    if (!atHeading && !(inText && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    event.currentTarget.requestSubmit();
  };

  return (
    <form className="setup-step" ref={form} noValidate onSubmit={submit} onKeyDown={onKeyDown}>
      <div className="setup-content">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p className="setup-lead">{lead}</p>
        {children}
      </div>
      <footer className="setup-way">
        {way.back && (
          <Button icon={ArrowLeft} onPress={way.back} data-testid="setup-back">
            {t("common:back")}
          </Button>
        )}
        <Button type="submit" tone="accent" icon={ArrowRight} isDisabled={isBusy} data-testid="setup-next">
          {action ?? t("common:next")}
        </Button>
        {canSkip && (
          <Button tone="quiet" onPress={way.next} data-testid="setup-skip">
            {t("skip")}
          </Button>
        )}
        <span className="setup-keys">
          <KeyHint keys={keysNext} />
        </span>
      </footer>
    </form>
  );
}
