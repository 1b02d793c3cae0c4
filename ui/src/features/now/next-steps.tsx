// The way to a first call, as a list that ticks itself off.
import type { Person, Status } from "../../live/api";
import { text } from "../../text/en";

interface Step {
  title: string;
  why: string;
  command?: string;
  done: boolean;
}

export function NextSteps({ status, people }: { status: Status; people: Person[] | undefined }) {
  const { next } = text;
  const connected = status.registered_devices;
  const steps: Step[] = [
    {
      title: next.addPeople,
      why: next.addPeopleWhy,
      command: next.commands.addPeople,
      done: (people?.length ?? 0) > 0 || connected > 0,
    },
    { title: next.addPhone, why: next.addPhoneWhy, command: next.commands.addPhone, done: connected > 0 },
    { title: next.connectPhone, why: next.connectPhoneWhy, done: connected > 0 },
    { title: next.call, why: next.callWhy, done: false },
  ];
  // With two phones the first call can be made: the lesson is over.
  if (connected > 1) return null;
  const current = steps.findIndex((step) => !step.done);
  return (
    <section aria-labelledby="next">
      <h2 id="next">{next.heading}</h2>
      <ol className="steps">
        {steps.map((step, place) => (
          <li
            key={step.title}
            data-done={step.done || undefined}
            aria-current={place === current ? "step" : undefined}
          >
            <p>
              <strong>{step.title}</strong>
              {step.done && <span className="done">{next.done}</span>}
            </p>
            <p className="quiet">{step.why}</p>
            {step.command && !step.done && <code className="command">{step.command}</code>}
          </li>
        ))}
      </ol>
    </section>
  );
}
