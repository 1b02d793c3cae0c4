// Saving one field of the office at once, with a way back.
import type { OfficeEdit, OfficeView } from "../../bindings/api";
import { api } from "../../live/api";
import { useLive } from "../../live/store";
import { perform } from "../../live/undo";

/** `name` says what was done. Throws what the engine refuses, such as a change by somebody else. */
export async function saveOffice(change: Partial<OfficeEdit>, name: string): Promise<void> {
  const before = editOf(known());
  const back = Object.fromEntries(
    Object.keys(change).map((field) => [field, before[field as keyof OfficeEdit]]),
  ) as Partial<OfficeEdit>;
  await perform({ name, do: () => put(change), undo: () => put(back) });
}

async function put(change: Partial<OfficeEdit>): Promise<void> {
  const office = known();
  const saved = await api.editOffice(office.revision, { ...editOf(office), ...change });
  // The feed brings it as well; the next edit need not wait for that.
  if (saved.revision > known().revision) useLive.setState({ office: saved });
}

function known(): OfficeView {
  const { office } = useLive.getState();
  if (!office) throw new Error("the office is not known yet");
  return office;
}

/** What of the office can be changed together; the rest is shown with it and changed elsewhere. */
export function editOf(office: OfficeView): OfficeEdit {
  const { name, country, timeZone, language, ringSeconds, maxCalls, maxCallsPerPerson, domains } = office;
  return { name, country, timeZone, language, ringSeconds, maxCalls, maxCallsPerPerson, domains };
}
