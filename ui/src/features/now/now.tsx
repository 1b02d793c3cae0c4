// Now: is the phone system well, who is there, and what to do next.
import mark from "../../../../assets/mark.svg";
import { type Answer, type Listener, type Person, type Status, usePeople, useStatus } from "../../live/api";
import { text } from "../../text/en";
import { NextSteps } from "./next-steps";
import "./now.css";

export function Now() {
  const status = useStatus();
  const people = usePeople();
  const told = status.state === "told" ? status.value : undefined;
  return (
    <div className="now">
      <header className="now-header">
        <img src={mark} alt="" width={48} height={48} />
        <div>
          <h1>{told?.office || text.product}</h1>
          <p className="quiet">{text.tagline}</p>
        </div>
        <State state={status.state} />
      </header>
      {status.state === "unreachable" && <p className="notice">{text.unreachableHelp}</p>}
      <main>
        {told && <Facts status={told} people={people} />}
        {told && <NextSteps status={told} people={people.state === "told" ? people.value : undefined} />}
        <People people={people} />
        {told && <Addresses listeners={told.sip} />}
      </main>
      {told && (
        <footer className="quiet">{text.footer(told.version, text.uptime(told.uptime_seconds))}</footer>
      )}
    </div>
  );
}

function State({ state }: { state: Answer<Status>["state"] }) {
  return (
    <p className="state" data-state={state} role="status">
      <span className="state-lamp" aria-hidden="true" />
      {text.state[state]}
    </p>
  );
}

function Facts({ status, people }: { status: Status; people: Answer<Person[]> }) {
  const facts: [number, (count: number) => string][] = [
    [status.registered_devices, text.facts.phones],
    [status.active_calls, text.facts.calls],
  ];
  if (people.state === "told") facts.unshift([people.value.length, text.facts.people]);
  return (
    <ul className="facts">
      {facts.map(([count, name]) => (
        <li key={name(0)}>
          <strong>{count}</strong> {name(count)}
        </li>
      ))}
    </ul>
  );
}

function People({ people }: { people: Answer<Person[]> }) {
  if (people.state === "asking" || people.state === "unreachable") return null;
  return (
    <section aria-labelledby="people">
      <h2 id="people">{text.people.heading}</h2>
      {people.state === "locked" && <p className="quiet">{text.people.locked}</p>}
      {people.state === "told" && people.value.length === 0 && <p className="quiet">{text.people.none}</p>}
      {people.state === "told" && people.value.length > 0 && (
        <ul className="people">
          {people.value.map((person) => (
            <li key={person.extension}>
              <span>{person.name}</span>
              <span className="number">{person.extension}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Addresses({ listeners }: { listeners: Listener[] }) {
  const onlyHere = listeners.length > 0 && listeners.every((listener) => isLoopback(listener.address));
  return (
    <section aria-labelledby="addresses">
      <h2 id="addresses">{text.addresses.heading}</h2>
      {listeners.length === 0 && <p className="quiet">{text.addresses.none}</p>}
      <ul className="addresses">
        {listeners.map((listener) => (
          <li key={`${listener.transport} ${listener.address}`}>
            <span className="quiet">{text.addresses.transport(listener)}</span>{" "}
            <code>{listener.address}</code>
          </li>
        ))}
      </ul>
      {onlyHere && <p className="quiet">{text.addresses.onlyHere}</p>}
    </section>
  );
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address.startsWith("[::1]");
}
