// The queue of a step's own, with the fields that the form of a queue has.
import { useDraft } from "../draft/store";
import { findingText } from "../findings";
import { changed, isOwnQueue, settingsOf } from "../queues/own";
import { QueueFields } from "../queues/queue-fields";

export function OwnQueueField(props: {
  node: string;
  label: string;
  value: unknown;
  onChange: (value: unknown, isTyping: boolean) => void;
}) {
  const { node, label, value, onChange } = props;
  const findings = useDraft((draft) => draft.check.findings);
  if (!isOwnQueue(value)) return null;
  /** What is wrong with the queue as a whole stands at the first of its fields. */
  const error = (field: string) => {
    const found = findings.find((finding) => {
      const [own, part = "agents"] = finding.field?.split(/[.[]/) ?? [];
      return finding.node === node && finding.level !== "info" && own === "own" && part === field;
    });
    return found && findingText(found);
  };
  return (
    <div className="inspector-form" role="group" aria-label={label}>
      <QueueFields
        queue={settingsOf(value)}
        onChange={(change) => onChange(changed(value, change), "prefix" in change)}
        error={error}
      />
    </div>
  );
}
