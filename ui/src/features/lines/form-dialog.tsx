// The forms of this screen: what is refused is told with the name of the field it means.
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { Notice } from "../../design";
import { Refused } from "../../live/api";
import { FormDialog as Form, type FormDialogProps } from "../../shell/form-dialog";
import { closeSentence } from "../../text/refusal";

export function FormDialog({ isTold = false, ...props }: FormDialogProps & { isTold?: boolean }) {
  return <Form told={(refusal) => !isTold && <RefusalNotice refusal={refusal} />} {...props} />;
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
