// A small office for tests: people, calls and the state they make up.
import type { LiveCallView, Party, PersonId, PersonView, State } from "../bindings/api";

export function person(id: PersonId, name: string, rest: Partial<PersonView> = {}): PersonView {
  return {
    id,
    revision: 1,
    name,
    team: "",
    extension: String(100 + id),
    numbers: [String(100 + id)],
    ringSeconds: null,
    recording: "never",
    wants: { state: "available", note: "", until: null },
    doing: "idle",
    reachable: { state: "online", since: 0 },
    ...rest,
  };
}

export function party(of: PersonView | string): Party {
  if (typeof of === "string")
    return { person: null, device: null, name: "", number: of, outside: false, line: null };
  return {
    person: of.id,
    device: null,
    name: of.name,
    number: of.extension ?? "",
    outside: false,
    line: null,
  };
}

/** A call that rings at somebody. */
export function ringing(id: number, from: Party, to: PersonView, startedAt: number = 0): LiveCallView {
  return {
    id,
    state: "ringing",
    from,
    dialled: to.extension ?? "",
    with: null,
    ringing: [{ leg: id, party: party(to), alerting: true }],
    heldBy: null,
    media: null,
    recording: "off",
    startedAt,
    answeredAt: null,
  };
}

/** The same after it was answered. */
export function talking(id: number, from: Party, to: PersonView, startedAt: number = 0): LiveCallView {
  return {
    ...ringing(id, from, to, startedAt),
    state: "talking",
    ringing: [],
    with: party(to),
    answeredAt: startedAt,
  };
}

/** A call whose caller waits in a queue, by the flow that it is. */
export function waiting(id: number, from: Party, queue: number, since: number, priority = 0): LiveCallView {
  const flow: Party = { ...party("800"), name: "Main number" };
  return {
    ...ringing(id, from, person(99, ""), since),
    state: "talking",
    ringing: [],
    with: flow,
    answeredAt: since,
    waits: { queue, priority, since },
  };
}

export function state(rest: Partial<State> = {}): State {
  return {
    engine: {
      version: "1",
      startedAt: 0,
      sip: [],
      well: true,
      lan: { enabled: false, urls: [], problem: null },
    },
    office: {
      revision: 1,
      name: "Reed & Sons",
      country: "DE",
      timeZone: "Europe/Berlin",
      language: "en",
      ringSeconds: 30,
      maxCalls: 100,
      maxCallsPerPerson: 4,
      setUp: true,
      domains: [],
    },
    people: [],
    devices: [],
    calls: [],
    attention: [],
    mailboxes: [],
    rooms: [],
    ...rest,
  };
}
