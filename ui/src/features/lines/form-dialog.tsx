// A dialog with a form that stays open while the engine refuses, and says which field it means.
import i18next from "i18next";
import { createContext, useContext, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Notice } from "../../design";
import { Refused } from "../../live/api";
import { closeSentence, fieldError } from "../../text/refusal";

/** What the engine refused of the form around. */
export const RefusedBy = createContext<unknown>(null);

/** What the engine says against a field, for the line under it. */
export function useFieldError(): (field: string) => string | undefined {
  const refusal = useContext(RefusedBy);
  return (field) => fieldError(refusal, field);
}

export function FormDialog(props: {
  title: string;
  /** The word on the button that saves. */
  submit: string;
  isReady?: boolean;
  width?: "narrow" | "normal" | "wide";
  /** The fields whose refusals stand under them. */
  fields?: readonly string[];
  /** A refusal is told in the form in a way of its own. */
  isTold?: boolean;
  /** A button at the other end, such as one that removes. */
  other?: React.ReactNode;
  save: () => Promise<unknown>;
  onClose: () => void;
  children: React.ReactNode;
}) {
  const {
    title,
    submit,
    isReady = true,
    width = "normal",
    fields = [],
    isTold = false,
    other,
    save,
    onClose,
    children,
  } = props;
  const { t } = useTranslation("common");
  const form = useId();
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      await save();
      onClose();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      width={width}
      actions={
        <>
          {other}
          <Button onPress={onClose}>{t("cancel")}</Button>
          <Button tone="accent" type="submit" form={form} isDisabled={busy || !isReady}>
            {submit}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="lines-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && isReady) void send();
        }}
      >
        {refusal !== null && !isTold && !fields.some((field) => fieldError(refusal, field)) && (
          <RefusalNotice refusal={refusal} />
        )}
        <RefusedBy.Provider value={refusal}>{children}</RefusedBy.Provider>
      </form>
    </Dialog>
  );
}

/** A refusal in full: the field it means, what happened, what to do. */
export function RefusalNotice({ refusal }: { refusal: unknown }) {
  const { t } = useTranslation("lines");
  const field = refusal instanceof Refused ? refusal.field : undefined;
  // `channels.all` and `numbers.0.line` are named by their last part that is a word.
  const known = field
    ?.split(/[.[\]]/)
    .reverse()
    .map((part) => `lines:fields.${part}`)
    .find((key) => i18next.exists(key));
  const name = known ? i18next.t(known as "lines:title") : field;
  return (
    <Notice severity="problem" {...(name ? { title: t("refusedField", { name }) } : {})}>
      {closeSentence(refusal)}
    </Notice>
  );
}
