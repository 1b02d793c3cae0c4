// A list to type or paste, and beside it who would be added, with what is wrong at its line.
import { CircleAlert } from "lucide-react";
import { useMemo } from "react";
import { FileTrigger } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, TextField } from "../../design";
import { Refused } from "../../live/api";
import { usePeople } from "../../live/select";
import { fieldError } from "../../text/refusal";
import { numbersTaken } from "./numbers";
import { type LineProblem, NAME_MOST, type PastedLine, PEOPLE_MOST, readPaste, TEAM_MOST } from "./paste";
import "./paste-list.css";

/** Who a text would add, by the office as it is now. */
export function usePaste(text: string): readonly PastedLine[] {
  const { t } = useTranslation("people");
  const people = usePeople();
  return useMemo(
    () =>
      readPaste(text, { taken: numbersTaken({ people }), nameOf: (number) => t("paste.nameOf", { number }) }),
    [text, people, t],
  );
}

/** Whether all of them can be added. */
export function canAdd(lines: readonly PastedLine[]): boolean {
  return lines.length > 0 && lines.length <= PEOPLE_MOST && lines.every(({ problem }) => problem === null);
}

export function PasteList({
  text,
  onText,
  lines,
  refusal,
  autoFocus = false,
}: {
  text: string;
  onText: (text: string) => void;
  lines: readonly PastedLine[];
  /** What the engine said of the list. */
  refusal: unknown;
  autoFocus?: boolean;
}) {
  const { t } = useTranslation("people");
  const readFile = async (files: FileList | null) => {
    const file = files?.[0];
    if (file) onText(await file.text());
  };
  return (
    <div className="paste">
      <div className="paste-text">
        <TextField
          label={t("paste.label")}
          description={t("paste.description")}
          placeholder={t("paste.placeholder")}
          value={text}
          onChange={onText}
          lines={10}
          code
          autoFocus={autoFocus}
        />
        <FileTrigger
          acceptedFileTypes={[".csv", ".txt", ".tsv", "text/*"]}
          onSelect={(files) => void readFile(files)}
        >
          <Button size="small" tone="quiet">
            {t("paste.file")}
          </Button>
        </FileTrigger>
      </div>
      <Preview lines={lines} refusal={refusal} />
    </div>
  );
}

function Preview({ lines, refusal }: { lines: readonly PastedLine[]; refusal: unknown }) {
  const { t } = useTranslation("people");
  const wrong = lines.filter(({ problem }) => problem).length;
  const refused = refusedPlace(refusal);
  return (
    <div className="paste-preview">
      <p className="paste-sum" role="status" data-wrong={wrong > 0 || undefined}>
        {lines.length === 0 && t("paste.nobody")}
        {lines.length > PEOPLE_MOST && t("paste.tooMany", { count: PEOPLE_MOST })}
        {lines.length > 0 &&
          lines.length <= PEOPLE_MOST &&
          wrong === 0 &&
          t("paste.good", { count: lines.length })}
        {lines.length <= PEOPLE_MOST && wrong > 0 && t("paste.wrong", { count: wrong })}
      </p>
      {lines.length > 0 && (
        // A list that scrolls must be reachable by keys.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the arrow keys can scroll it
        <section className="paste-lines" tabIndex={0} aria-label={t("paste.preview")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("paste.line")}</th>
                <th scope="col">{t("fields.name")}</th>
                <th scope="col">{t("columns.number")}</th>
                <th scope="col">{t("columns.team")}</th>
              </tr>
            </thead>
            {lines.slice(0, PEOPLE_MOST).map((line, place) => (
              <Line
                // Lines have no identity of their own but their place.
                // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
                key={place}
                line={line}
                refused={place === refused ? refusal : null}
              />
            ))}
          </table>
        </section>
      )}
    </div>
  );
}

function Line({ line, refused }: { line: PastedLine; refused: unknown }) {
  const { t } = useTranslation("people");
  const { person, problem, proposed } = line;
  const said = problem ? problemWords(problem, t) : refusedWords(refused);
  return (
    <tbody data-wrong={said ? true : undefined}>
      <tr>
        <td className="paste-number">{line.line}</td>
        <td>{person.name || <span className="quiet">–</span>}</td>
        <td>
          {person.extension} {proposed && <span className="quiet">{t("paste.proposed")}</span>}
        </td>
        <td>{person.team}</td>
      </tr>
      {said && (
        <tr>
          <td />
          <td colSpan={3} className="paste-problem">
            <CircleAlert size={13} strokeWidth={2} aria-hidden="true" />
            {said}
          </td>
        </tr>
      )}
    </tbody>
  );
}

function problemWords(problem: LineProblem, t: ReturnType<typeof useTranslation<"people">>["t"]): string {
  switch (problem.code) {
    case "nameTooLong":
      return t("paste.problems.nameTooLong", { count: NAME_MOST });
    case "teamTooLong":
      return t("paste.problems.teamTooLong", { count: TEAM_MOST });
    case "nameMissing":
      return t("paste.problems.nameMissing");
    case "badNumber":
      return t("paste.problems.badNumber", { value: problem.value });
    case "badRange":
      return t("paste.problems.badRange", { value: problem.value });
    case "numberTaken":
      return t("paste.problems.numberTaken", { value: problem.value, by: problem.by });
    case "numberTwice":
      return t("paste.problems.numberTwice", { value: problem.value, line: problem.line });
  }
}

/** Which person of the list a refusal names, as `people[3].extension`. */
function refusedPlace(refusal: unknown): number | null {
  const field = refusal instanceof Refused ? refusal.field : undefined;
  const place = field?.match(/^people\[(\d+)\]/)?.[1];
  return place === undefined ? null : Number(place);
}

function refusedWords(refusal: unknown): string | undefined {
  if (!(refusal instanceof Refused) || !refusal.field) return undefined;
  return fieldError(refusal, refusal.field);
}
