// A dialog with a form that stays open while the engine refuses, and says which field it means.
import { createContext, useContext, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, type DialogProps, Notice } from "../design";
import { fieldError, sentence } from "../text/refusal";

/** What the engine refused of the form around; `null` before. */
export const RefusedBy = createContext<unknown>(null);

/** What the engine says against a field, for the line under it. */
export function useFieldError(): (field: string) => string | undefined {
  const refusal = useContext(RefusedBy);
  return (field) => fieldError(refusal, field);
}

export type FormDialogProps = Pick<DialogProps, "width" | "isFirm"> & {
  title: string;
  /** The word on the button that saves. */
  submit: string;
  isReady?: boolean;
  /** The fields whose refusals stand under them. */
  fields?: readonly string[];
  /** How any other refusal is told; a sentence above the form if nothing else is said. */
  told?: (refusal: unknown) => React.ReactNode;
  /** A button at the other end, such as one that removes. */
  other?: React.ReactNode;
  /** The button beside the one that saves; one that closes if nothing else is said. */
  cancel?: React.ReactNode;
  save: () => Promise<unknown>;
  onClose: () => void;
  /** What comes after it was saved; it closes if nothing else is said. */
  onSaved?: () => void;
  children: React.ReactNode;
};

export function FormDialog(props: FormDialogProps) {
  const { title, submit, isReady = true, fields = [], told = inSentence, other, cancel } = props;
  const { save, onClose, onSaved = onClose, children, width = "normal", isFirm = false } = props;
  const { t } = useTranslation("common");
  const form = useId();
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const fieldsOf = useRef<HTMLFormElement>(null);
  // In a long form what is wrong may be out of sight of the button that saves.
  useEffect(() => {
    if (refusal === null) return;
    const wrong = fieldsOf.current?.querySelector('[role="alert"], .field[data-invalid]');
    wrong?.scrollIntoView?.({ block: "nearest" });
  }, [refusal]);
  const send = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      await save();
      onSaved();
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
      isFirm={isFirm}
      actions={
        <>
          {other}
          {cancel ?? <Button onPress={onClose}>{t("cancel")}</Button>}
          <Button tone="accent" type="submit" form={form} isDisabled={busy || !isReady}>
            {submit}
          </Button>
        </>
      }
    >
      <form
        ref={fieldsOf}
        id={form}
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && isReady) void send();
        }}
      >
        {refusal !== null && !fields.some((field) => fieldError(refusal, field)) && told(refusal)}
        <RefusedBy.Provider value={refusal}>{children}</RefusedBy.Provider>
      </form>
    </Dialog>
  );
}

function inSentence(refusal: unknown): React.ReactNode {
  return <Notice severity="problem">{sentence(refusal)}</Notice>;
}
