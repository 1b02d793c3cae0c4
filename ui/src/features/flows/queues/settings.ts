// What a queue is set to, in its form and at a step with a queue of its own, and what holds until somebody says otherwise.
import type { Queue } from "../../../bindings/api";

/** A step has the longest wait, the keys and what is said besides as settings of its own; its ways say where callers go. */
export type QueueSettings = Omit<Queue, "alsoSays" | "maxWait" | "hours" | "exit" | "otherwise">;

export const USUAL_SETTINGS: QueueSettings = {
  agents: [],
  strategy: "longestIdle",
  ringFor: 20,
  wrapUp: 10,
  tierAfter: 60,
  music: null,
  saysPlace: true,
  saysWait: false,
  saysEvery: 60,
  maxWaiting: 20,
  maxEstimate: 0,
  waitsForAgents: false,
  prefix: "",
  records: false,
};

/** As a form has it when it is opened for a new one. */
export const USUAL: Omit<Queue, "otherwise"> = {
  ...USUAL_SETTINGS,
  alsoSays: "",
  maxWait: 600,
  hours: null,
  exit: null,
};

export const STRATEGIES = [
  "longestIdle",
  "all",
  "order",
  "roundRobin",
  "fewestCalls",
  "leastTalk",
  "random",
] as const satisfies readonly Queue["strategy"][];
